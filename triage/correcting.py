"""A person corrects what we heard: who may, the verdict anew, what follows for the issue, and the way back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from listener import corrections
from listener.corrections import BadCorrection
from listener.models import Aspect, Correction, Mention, Topic
from triage import backlog, charts, ledger, notify, people, route
from triage.facts import kept
from triage.judging import Judged, Place, judge, places
from triage.models import Issue, IssueMention, Move, Policy, Role, Status, Verdict
from triage.opening import opening
from triage.refusals import BadInput, NoSuch, NotYours, Refusal
from triage.rights import SEES_ALL, Actor
from triage.turn import not_yours, turn, write


def correct(
    session: Session, mention_id: int, aspect: Aspect | str, becomes: str, *, by: Actor, now: datetime
) -> Correction:
    """Keep a person's word on one judgement of a mention, and let what follows from it happen.

    1. Who sees all may correct all; an owner, mentions of their departments' issues. 2. The word stands on the mention
    (`listener.corrections`). 3. Unless they only agree, the chart in force judges the mention anew. 4. Without an issue
    and now somebody's matter, it opens or joins one as in any round. In an issue nobody has handed over: alone and now
    nobody's, the issue is dismissed in this person's name; else its department and lane follow. Handed over, people
    decided: only the move is written. 5. An issue that a correction had dismissed comes back when the mention is
    somebody's again.
    Raise `NoSuch`, `NotYours`, `BadInput`.
    """
    _admit(session, mention_id, by)
    _take_turn(session)
    try:
        made = corrections.correct(session, mention_id, aspect, becomes, by_id=by.member_id, now=now)
    except BadCorrection as wrong:
        raise _refusal(wrong) from wrong
    _follow(session, made, {"said": made.said, "becomes": made.becomes}, by, now)
    return made


def undo(session: Session, correction_id: int, *, by: Actor, now: datetime) -> Correction:
    """Take the newest word on an aspect back: what stood before it stands again, for the issue too.

    Raise `NoSuch`, `NotYours`, and `BadInput` where somebody has said something newer.
    """
    try:
        made = corrections.correction(session, correction_id)
    except LookupError:
        raise NoSuch("correction", correction_id) from None
    # their own word they may always take back: it may have moved the issue to another department
    if made.by_id != by.member_id or by.role == Role.OUTSIDER:
        _admit(session, made.mention_id, by)
    _take_turn(session)
    try:
        made = corrections.undo(session, correction_id, by_id=by.member_id, now=now)
    except BadCorrection as wrong:
        raise _refusal(wrong) from wrong
    row = session.get_one(Mention, made.mention_id)
    stands = corrections.now_said(session, row, Aspect(made.aspect), made.becomes)
    _follow(session, made, {"said": made.becomes, "becomes": stands, "undone": True}, by, now)
    return made


def may_correct(session: Session, by: Actor, mention_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these mentions this person may correct: what a page offers."""
    ids = frozenset(mention_ids)
    if by.role in SEES_ALL:
        return ids
    if by.role != Role.OWNER or not by.department_ids:
        return frozenset()
    theirs = (
        select(IssueMention.mention_id)
        .join(Issue, Issue.id == IssueMention.issue_id)
        .where(IssueMention.mention_id.in_(sorted(ids)), Issue.department_id.in_(sorted(by.department_ids)))
    )
    return frozenset(session.scalars(theirs))


def _admit(session: Session, mention_id: int, by: Actor) -> None:
    if by.role == Role.OUTSIDER or session.scalar(select(Mention.id).where(Mention.id == mention_id)) is None:
        raise NoSuch("mention", mention_id)
    if may_correct(session, by, [mention_id]):
        return
    issue = _issue(session, mention_id)
    raise not_yours(session, "correct", issue) if issue is not None else NotYours(verb="correct", ask=[])


def _take_turn(session: Session) -> None:
    # as a round of routing does, and before the turn of the store, so that nobody waits in a ring
    session.execute(select(func.pg_advisory_xact_lock(route.LOCK)))


def _refusal(wrong: BadCorrection) -> Refusal:
    """Return the same refusal with a sentence the catalogues know."""
    given = wrong.given
    match wrong.key:
        case "aspect":
            return BadInput("aspect", "What can be corrected is the mood, the kind, the language, a topic, and spam.")
        case "mood":
            return BadInput("becomes", "“%(given)s” is no mood: choose negative, neutral or positive.", given=given)
        case "kind":
            return BadInput("becomes", "“%(given)s” is no kind. Choose one of those listed.", given=given)
        case "language":
            return BadInput("becomes", "“%(given)s” is no code of a language, such as en or fa.", given=given)
        case "spam":
            return BadInput("becomes", "Say “yes” or “no”: either it is spam, or it is not.")
        case "undone":
            return BadInput("correction", "This was taken back already.")
        case "not_newest":
            return BadInput("correction", "Somebody has said something newer. Take that back first.")
        case _:
            return BadInput("becomes", "There is no topic “%(given)s”. Choose one of those listed.", given=given)


# what follows


def _follow(session: Session, made: Correction, change: Mapping[str, Any], by: Actor, now: datetime) -> None:
    """Judge the mention anew, and let its issue follow as far as nobody has decided."""
    mention = backlog.known(session, made.mention_id)
    verdict = _verdict(session, made.mention_id)
    issue = _issue(session, made.mention_id)
    if mention is None or (verdict is None and issue is None):
        return  # not routed yet: the next round finds it as it stands now
    data = _told(session, made, change)
    if change["said"] == change["becomes"]:
        # whoever only agrees decides nothing anew, even if the chart was changed since
        if issue is not None:
            _tell(session, issue, write(session, issue, "corrected", by=by, now=now, data=data), by, [])
        return
    charts.ensure_shipped(session, now)
    version, chart = charts.current(session)
    known = places(session)
    judged = judge(chart, mention, known)
    if issue is not None:
        _retire(session, verdict)
        _add_verdict(session, judged, version, issue, verdict.joined_by if verdict else "opened", now)
        _follow_issue(session, issue, judged, version, known, data, by, now)
        return
    _retire(session, verdict)
    if not judged.routed:
        _add_verdict(session, judged, version, None, "none", now)
        return
    _place(session, judged, version, known, data, by, now)


def _follow_issue(
    session: Session, issue: Issue, judged: Judged, version: int, known: Mapping[str, Place], data: dict[str, Any],
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    first = issue.first_mention_id == judged.row.id
    waits = issue.status == Status.TRIAGE and issue.handed_at is None and issue.routed_by == "chart"
    fresh = opening(judged, issue.policy_id, ledger.terms(session, issue), now, None)
    alone = issue.mention_count <= 1
    values: dict[str, Any] = {}
    if first and (judged.routed or alone):
        # what a card and the reports call it
        values = {"kind": fresh.kind, "mood": fresh.mood, "language": fresh.language, "topic_id": fresh.topic_id}
    if judged.routed and _was_dismissed_by_a_correction(session, issue, judged.row.id):
        _bring_back(session, issue, judged, version, known, fresh, values, data, by, now)
    elif waits and alone and not judged.routed:
        write(session, issue, "corrected", by=by, now=now, data=data)
        move = turn(
            session, issue, "dismiss", by=by, now=now, data={**data, "why": "corrected"}, to=Status.DISMISSED,
            closed_at=now, **values,
        )  # fmt: skip
        ledger.voided(session, issue, now, "dismissed", move_id=move.id)
        _tell(session, issue, move, by, [])
    elif waits and first and judged.routed and (fresh.department_id, fresh.lane) != (issue.department_id, issue.lane):
        data |= {"department": _name(known, fresh.department_id), "department_id": fresh.department_id}
        values |= {"department_id": fresh.department_id, "lane": fresh.lane}
        move = turn(session, issue, "corrected", by=by, now=now, data=data, **values)
        _tell(session, issue, move, by, [])
        route.tell_managers(session, [(judged, issue)], known, now)
    else:
        # nobody's decision changes, so nobody's page grows stale
        for name, value in values.items():
            setattr(issue, name, value)
        move = write(session, issue, "corrected", by=by, now=now, data=data)
        _tell(session, issue, move, by, [])


def _bring_back(
    session: Session, issue: Issue, judged: Judged, version: int, known: Mapping[str, Place], fresh: Issue,
    values: dict[str, Any], data: dict[str, Any], by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Reopen what a correction had dismissed; after the policy's window a new issue follows the old one."""
    until = (issue.closed_at or now) + timedelta(hours=session.get_one(Policy, issue.policy_id).reopen_hours)
    if now > until:
        session.execute(delete(IssueMention).where(IssueMention.mention_id == judged.row.id))
        _retire(session, _verdict(session, judged.row.id))
        write(session, issue, "corrected", by=by, now=now, data=data)
        _place(session, judged, version, known, data, by, now, follows=issue.id)
        return
    write(session, issue, "corrected", by=by, now=now, data=data)
    move = turn(
        session, issue, "reopen", by=by, now=now, data={**data, "why": "corrected"}, to=Status.TRIAGE, closed_at=None,
        outcome={}, department_id=fresh.department_id, lane=fresh.lane, **values,
    )  # fmt: skip
    ledger.continued(session, issue, None, now, move_id=move.id)
    said = {"department": _name(known, fresh.department_id) or ""}
    _tell(session, issue, move, by, people.triagers(session), "reopened", said)
    route.tell_managers(session, [(judged, issue)], known, now)


def _place(
    session: Session, judged: Judged, version: int, known: Mapping[str, Place], data: dict[str, Any], by: Actor,
    now: datetime, *, follows: int | None = None,
) -> None:  # fmt: skip
    """Let a mention without an issue open or join one, as a round would, and tell there who corrected what."""
    route.settle(session, [judged], version, known, now)
    issue = _issue(session, judged.row.id)
    if issue is None:
        return
    if follows is not None and issue.first_mention_id == judged.row.id:
        issue.follows_id = follows
        session.flush()
    write(session, issue, "corrected", by=by, now=now, data=data)


def _was_dismissed_by_a_correction(session: Session, issue: Issue, mention_id: int) -> bool:
    if issue.status != Status.DISMISSED:
        return False
    wanted = select(Move.data).where(Move.issue_id == issue.id, Move.sort == "dismiss").order_by(Move.id.desc())
    data = session.scalars(wanted.limit(1)).one_or_none() or {}
    return data.get("why") == "corrected" and data.get("mention_id") == mention_id


# writing


def _issue(session: Session, mention_id: int) -> Issue | None:
    """Return the issue a mention belongs to, locked and as it stands now."""
    wanted = select(Issue).join(IssueMention, IssueMention.issue_id == Issue.id)
    wanted = wanted.where(IssueMention.mention_id == mention_id).with_for_update(of=Issue)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _verdict(session: Session, mention_id: int) -> Verdict | None:
    wanted = select(Verdict).where(Verdict.mention_id == mention_id, Verdict.is_current)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _retire(session: Session, verdict: Verdict | None) -> None:
    if verdict is not None:
        verdict.is_current = False
        session.flush()


def _add_verdict(
    session: Session, judged: Judged, version: int, issue: Issue | None, joined_by: str, now: datetime
) -> None:
    session.add(
        Verdict(
            mention_id=judged.row.id, chart_version=version, outcome=judged.outcome,
            department_id=judged.department_id, path=judged.path, facts=kept(judged.facts) if judged.facts else {},
            joined_by=joined_by, issue_id=issue.id if issue else None, at=now,
        )
    )  # fmt: skip
    session.flush()


def _told(session: Session, made: Correction, change: Mapping[str, Any]) -> dict[str, Any]:
    told = {"correction_id": made.id, "mention_id": made.mention_id, "aspect": made.aspect, **change}
    if made.aspect == Aspect.TOPIC:
        topic = session.get(Topic, abs(int(made.becomes)))
        told["topic"] = topic.name if topic else ""
    return told


def _name(known: Mapping[str, Place], department_id: int | None) -> str | None:
    return next((place.name for place in known.values() if place.id == department_id), None)


def _tell(
    session: Session, issue: Issue, move: Move, by: Actor, member_ids: Iterable[int], reason: str = "moved",
    data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Tell members of what followed, never the one who corrected; addresses outside are told of every move."""
    notify.tell(
        session,
        issue_id=issue.id,
        member_ids=[one for one in member_ids if one != by.member_id],
        reason=reason,
        step=f"move-{move.id}",
        data={"move": move.sort, "by": by.name, "words": move.words, **move.data, **(data or {})},
        now=move.at,
    )
