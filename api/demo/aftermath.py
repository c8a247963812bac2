"""What the demo's resolved issues lead to: the gaps their posts speak of, and the word owed the next day."""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from triage import afterwards, find, links
from triage.models import Department, Issue, LinkSort
from triage.people import Actor

# a gap, and the words by which a careful person would know a post that shows it
GAPS = (
    (LinkSort.PRODUCT_GAP, "The app loses its connection", r"wi-?fi|bluetooth|firmware|\bapp\b|اپلیکیشن|وای‌?فای"),
    (LinkSort.PRODUCT_GAP, "Lid and seal wear out", r"\blids?\b|\bseals?\b|درِ? قابلمه|واشر"),
    (LinkSort.CONTENT_GAP, "What may go into the dishwasher", r"dishwasher|ظرف‌?شویی"),
    (LinkSort.CONTENT_GAP, "Recipes for small batches", r"\brecipes?\b|دستور پخت"),
)


def gaps_of(text: str) -> Iterator[tuple[LinkSort, str]]:
    """Yield the gaps a post shows."""
    for sort, name, words in GAPS:
        if re.search(words, text, re.IGNORECASE):
            yield sort, name


def link(session: Session, issue: Issue, text: str, by: Actor, at: datetime) -> None:
    """Link an issue to the gaps its first post shows."""
    for sort, name in gaps_of(text):
        links.link(session, issue.id, sort, name, by=by, now=at)


def owe(session: Session, issue: Issue, by: Actor, at: datetime) -> datetime:
    """Owe the author a word on the next working day; return when that is."""
    department = session.get(Department, issue.department_id) if issue.department_id is not None else None
    due = afterwards.morning(department, at)
    afterwards.promise_word(session, issue, due_at=due, member_id=by.member_id, by=by, now=at)
    return due


def ask(session: Session, issue: Issue, words: str, by: Actor, at: datetime) -> None:
    """Ask the author how it is now, where the word still stands."""
    for one in find.words_of(session, issue.id):
        if one.done_at is None:
            afterwards.end(session, one.id, "done", words, by=by, now=at)
