"""Which issue a mention joins: of its thread, of its words, of its author and topic; or which old one it follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from listener.models import Mention, MentionTopic
from triage.backlog import Waiting, among
from triage.models import OPEN, Issue, IssueMention, Status


@dataclass(slots=True)
class Matters:
    """The issues that some mentions may join, found at once; issues opened on the way are remembered too."""

    join_hours: float
    by_thread: dict[str, Issue] = field(default_factory=dict)
    by_cluster: dict[int, Issue] = field(default_factory=dict)
    by_author: dict[tuple[int, int], list[Issue]] = field(default_factory=dict)
    closed: dict[str, Issue] = field(default_factory=dict)  # the last one closed in a thread

    def find(self, one: Waiting, *, routed: bool) -> tuple[Issue, str] | None:
        """Return the open issue this mention joins and how: "thread", "likeness" or "author".

        `routed` says that the chart gave it to somebody. Chatter joins the thread of its own author's issue only: what
        bystanders say below a complaint is no part of it.
        """
        row = one.row
        found = self.by_thread.get(row.thread)
        if found is not None and (routed or (row.author_id is not None and row.author_id == found.author_id)):
            return found, "thread"
        found = self.by_cluster.get(row.same_as_id or row.id)
        if found is not None:
            return found, "likeness"
        if routed and row.author_id is not None:
            window = timedelta(hours=self.join_hours)
            for topic in one.topics:
                for found in self.by_author.get((row.author_id, topic.id), ()):
                    if abs(found.posted_at - row.posted_at) <= window:
                        return found, "author"
        return None

    def remember(self, one: Waiting, issue: Issue, *, opened: bool) -> None:
        """Let later mentions of the same round find this issue by what joined it."""
        self.by_thread.setdefault(one.row.thread, issue)
        self.by_cluster.setdefault(one.row.same_as_id or one.row.id, issue)
        if opened and issue.author_id is not None:
            for topic in one.topics:
                self.by_author.setdefault((issue.author_id, topic.id), []).append(issue)


def matters(session: Session, found: Sequence[Waiting], join_hours: float) -> Matters:
    """Look up, and lock, every issue that one of these mentions may join: five questions for all of them."""
    threads = {one.row.thread for one in found}
    roots = {one.row.same_as_id or one.row.id for one in found}
    authors = {one.row.author_id for one in found if one.row.author_id is not None}
    in_thread = session.execute(
        select(Mention.thread, Issue.id, Issue.status)
        .join(IssueMention, IssueMention.mention_id == Mention.id)
        .join(Issue, Issue.id == IssueMention.issue_id)
        .where(among(Mention.thread, threads))
        .distinct()
        .order_by(Issue.id)
    ).all()
    alike = session.execute(
        select(Mention.same_as_id, Mention.id, Issue.id)
        .join(IssueMention, IssueMention.mention_id == Mention.id)
        .join(Issue, Issue.id == IssueMention.issue_id)
        .where(or_(among(Mention.id, roots), among(Mention.same_as_id, roots)), Issue.status.in_(OPEN))
        .order_by(Issue.id)
    ).all()
    by_author = session.execute(_of_authors(authors, found, join_hours)).all() if authors else []
    rows = _locked(session, {row[1] for row in in_thread} | {row[2] for row in alike} | {row[2] for row in by_author})
    made = Matters(join_hours)
    for thread, number, _ in in_thread:
        if rows[number].status in OPEN:
            made.by_thread.setdefault(thread, rows[number])
        elif rows[number].status != Status.MERGED:
            made.closed[thread] = rows[number]
    for same_as_id, mention_id, number in alike:
        if rows[number].status in OPEN:
            made.by_cluster.setdefault(same_as_id or mention_id, rows[number])
    for author_id, topic_id, number in by_author:
        if author_id is not None and rows[number].status in OPEN:
            made.by_author.setdefault((author_id, topic_id), []).append(rows[number])
    return made


def _of_authors(authors: set[int], found: Sequence[Waiting], join_hours: float) -> Select[int | None, int, int]:
    window = timedelta(hours=join_hours)
    times: list[datetime] = [one.row.posted_at for one in found]
    return (
        select(Issue.author_id, MentionTopic.topic_id, Issue.id)
        .join(MentionTopic, MentionTopic.mention_id == Issue.first_mention_id)
        .where(
            among(Issue.author_id, authors),
            Issue.status.in_(OPEN),
            Issue.posted_at.between(min(times) - window, max(times) + window),
        )
        .order_by(Issue.id)
    )


def _locked(session: Session, numbers: Iterable[int]) -> dict[int, Issue]:
    # one order for all, so that two who lock never wait for each other; read again as they are under the lock
    wanted = select(Issue).where(among(Issue.id, numbers)).order_by(Issue.id).with_for_update()
    return {one.id: one for one in session.scalars(wanted.execution_options(populate_existing=True))}
