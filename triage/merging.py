"""Many issues of one matter become one, and come apart again: the oldest clock wins, and nobody's post is lost."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from listener.models import Mention
from listener.text import snippet
from triage import ledger, notify, rights
from triage.models import OPEN, Department, Issue, IssueMention, Lane, Move, Status
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotNow
from triage.turn import checked_words, load, ready, someone_was_faster, turn, write


def merge(
    session: Session, issue_id: int, into_id: int, *, by: Actor, seen: int, now: datetime, words: str = ""
) -> Issue:
    """Let an issue go into another: its mentions move, the older clock wins, its own promises end. Return the child.

    `part` undoes it.
    """
    if into_id == issue_id:
        raise BadInput("into_id", "An issue cannot go into itself.")
    _lock(session, issue_id, into_id)
    child = ready(session, issue_id, "merge", by, seen)
    into = load(session, into_id)
    check_target(by, child, into)
    return unite(session, child, into, by=by, now=now, words=words)


def unite(session: Session, child: Issue, into: Issue, *, by: Actor | None, now: datetime, words: str = "") -> Issue:
    """Carry out a merge that was decided on, by a person or by the house (`by` empty); the caller holds both rows."""
    mention_ids = _mention_ids(session, child.id)
    data = {
        "into": into.id,
        "mention_ids": mention_ids,
        "held": child.held_at is not None,
        "accepted": child.accepted_at is not None,
    }
    gone = turn(
        session, child, "merge", by=by, now=now, words=words, data=data, to=Status.MERGED, merged_into_id=into.id,
        closed_at=now, mention_count=0,
    )  # fmt: skip
    came = turn(
        session, into, "take_in", by=by, now=now, data={"issue_id": child.id, "mention_ids": mention_ids},
        mention_count=Issue.mention_count + len(mention_ids),
    )  # fmt: skip
    _carry(session, mention_ids, into.id)
    ledger.take_over(session, into, child, now, move_id=came.id)
    ledger.voided(session, child, now, "merged", move_id=gone.id)
    _announce(session, child, gone, by)
    return child


def split(
    session: Session,
    issue_id: int,
    mention_ids: Iterable[int],
    *,
    by: Actor,
    seen: int,
    now: datetime,
    words: str = "",
) -> Issue:
    """Take mentions out into an issue of their own, with the clock of their own posts. Return the issue they left.

    Where they are what a merge brought in, that issue comes back as it was. The other issue's id is in the move's data.
    """
    issue = ready(session, issue_id, "split", by, seen)
    chosen, have = sorted(set(mention_ids)), _mention_ids(session, issue.id)
    if not chosen or not set(chosen) <= set(have):
        raise BadInput("mention_ids", "Choose mentions that belong to this issue.")
    stay = [one for one in have if one not in set(chosen)]
    if not stay:
        raise BadInput("mention_ids", "One mention at least must stay.")
    first = _oldest(session, stay)
    other = merged_child(session, issue, chosen)
    opened = other is None
    if other is None:
        other = _new_issue(session, issue, _oldest(session, chosen), len(chosen), now)
    said = checked_words(words)
    move = turn(
        session, issue, "split", by=by, now=now, words=said, data={"issue_id": other.id, "mention_ids": chosen},
        mention_count=len(stay), first_mention_id=first.id,
    )  # fmt: skip
    if opened:
        write(
            session, other, "opened", by=by, now=now, words=said, data={"split_from": issue.id, "mention_ids": chosen}
        )
    else:
        _bring_back(session, other, by, len(chosen), now)
        ledger.give_back(session, issue, other.id, now, move_id=move.id)
    _carry(session, chosen, other.id)
    _announce(session, issue, move, by)
    return issue


def part(session: Session, child_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Take a merge back while it can be: the issue that went into another comes back as it was. Return it."""
    child = load(session, child_id)
    into_id = child.merged_into_id
    if child.status != Status.MERGED or into_id is None:
        raise NotNow("split", child.status, "not_merged")
    _lock(session, child_id, into_id)
    child = load(session, child_id)
    if child.version != seen:
        raise someone_was_faster(session, child_id, seen)
    brought = _brought(session, child)
    if not brought or not set(brought) <= set(_mention_ids(session, into_id)):
        raise NotNow("split", child.status, "moved_on", into=into_id)
    split(session, into_id, brought, by=by, seen=load(session, into_id).version, now=now, words=words)
    return load(session, child_id)


def may_part(session: Session, child: Issue, by: Actor) -> bool:
    """Say whether a merge can be taken back by this person now."""
    into = session.get(Issue, child.merged_into_id) if child.merged_into_id is not None else None
    if into is None or not rights.may(by, "split", into) or rights.fits("split", into) is not None:
        return False
    brought = _brought(session, child)
    return bool(brought) and set(brought) <= set(_mention_ids(session, into.id))


def check_target(by: Actor, child: Issue, into: Issue) -> None:
    """Raise why one issue cannot take another in."""
    if not rights.may(by, "merge", into):
        raise NoSuch("issue", into.id)
    if into.status not in OPEN:
        raise NotNow("merge", into.status, "target_closed", into=into.id)
    # the resolution clock of the child would have no hand-over to stand on
    if child.handed_at is not None and into.handed_at is None:
        raise NotNow("merge", into.status, "other_way_round", into=into.id)


def _lock(session: Session, *issue_ids: int) -> None:
    # always in one order, so that two merges across never wait for each other
    session.execute(select(Issue.id).where(Issue.id.in_(issue_ids)).order_by(Issue.id).with_for_update())


def _mention_ids(session: Session, issue_id: int) -> list[int]:
    wanted = select(IssueMention.mention_id).where(IssueMention.issue_id == issue_id)
    return list(session.scalars(wanted.order_by(IssueMention.mention_id)))


def _oldest(session: Session, mention_ids: list[int]) -> Mention:
    wanted = select(Mention).where(Mention.id.in_(mention_ids)).order_by(Mention.posted_at, Mention.id).limit(1)
    return session.scalars(wanted).one()


def _carry(session: Session, mention_ids: list[int], issue_id: int) -> None:
    session.execute(update(IssueMention).where(IssueMention.mention_id.in_(mention_ids)).values(issue_id=issue_id))


def merged_child(session: Session, issue: Issue, chosen: list[int]) -> Issue | None:
    """Return the issue whose merge brought exactly these mentions, if there is one."""
    wanted = (
        select(Issue, Move.data)
        .join(Move, Move.issue_id == Issue.id)
        .where(Issue.merged_into_id == issue.id, Issue.status == Status.MERGED, Move.sort == "merge")
        .order_by(Move.id.desc())
    )
    for child, data in session.execute(wanted):
        if data["mention_ids"] == chosen:
            return load(session, child.id)
    return None


def _brought(session: Session, child: Issue) -> list[int]:
    """Return the mentions a merged issue brought along."""
    wanted = select(Move.data).where(Move.issue_id == child.id, Move.sort == "merge").order_by(Move.id.desc()).limit(1)
    data = session.scalars(wanted).one_or_none()
    return [int(one) for one in data["mention_ids"]] if data else []


def _bring_back(session: Session, child: Issue, by: Actor, count: int, now: datetime) -> None:
    """Restore a merged issue: where it stood, and its promises with the deadlines they had."""
    wanted = select(Move).where(Move.issue_id == child.id, Move.sort == "merge").order_by(Move.id.desc()).limit(1)
    merged = session.scalars(wanted).one()
    was = Status(merged.from_status or Status.TRIAGE)
    held = session.get(Department, child.department_id) if merged.data["held"] and child.department_id else None
    move = turn(
        session, child, "reopen", by=by, now=now, data={"split_from": child.merged_into_id},
        # its pause ended with the merge
        to=Status.ACCEPTED if was == Status.WAITING else was,
        merged_into_id=None, closed_at=None, mention_count=count,
    )  # fmt: skip
    ledger.continued(session, child, held, now, move_id=move.id)


def _new_issue(session: Session, source: Issue, mention: Mention, count: int, now: datetime) -> Issue:
    made = Issue(
        title=snippet(mention.title or mention.text),
        language=mention.language,
        is_demo=mention.is_demo,
        policy_id=source.policy_id,
        first_mention_id=mention.id,
        mention_count=count,
        author_id=mention.author_id,
        topic_id=source.topic_id,
        source=mention.source,
        thread=mention.thread,
        kind=mention.kind,
        mood=mention.mood,
        department_id=source.department_id,
        routed_by="person",
        posted_at=mention.posted_at,
        heard_at=mention.heard_at,
        opened_at=now,
        status=Status.TRIAGE,
        version=1,
    )
    terms = ledger.terms(session, source)
    ledger.begin(made, terms)
    session.add(made)
    session.flush()
    ledger.open_promises(session, [(made, None)], terms, now)
    made.lane = Lane.LATE if made.late_found else Lane.TRIAGE
    session.flush()
    return made


def _announce(session: Session, issue: Issue, move: Move, by: Actor | None) -> None:
    notify.tell(
        session,
        issue_id=issue.id,
        member_ids=[],
        reason="moved",
        step=f"move-{move.id}",
        data={"move": move.sort, "by": by.name if by else None, "words": move.words, **move.data},
        now=move.at,
    )
