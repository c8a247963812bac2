"""Issues by their number or by words said in them, for somebody who types them."""

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener.models import Mention
from listener.text import fold
from triage.find.access import visible
from triage.find.cards import Link
from triage.models import Issue
from triage.rights import Actor

_NUMBER = re.compile(r"(?:hb-?|#)?(\d{1,18})")


def named(session: Session, actor: Actor, words: str, *, limit: int = 6) -> tuple[Link, ...]:
    """Return the issue of that number (`HB-12`, in any digits), or open ones that begin with these words, newest first.

    The last word may be half typed.
    """
    key = fold(words)
    number = _NUMBER.fullmatch(key)
    wanted = select(Issue.id, Issue.title, Issue.status, Issue.opened_at).where(visible(actor))
    if number:
        wanted = wanted.where(Issue.id == int(number[1]))
    else:
        parts = re.findall(r"\w+", key)
        if not parts:
            return ()
        asked = func.to_tsquery("simple", " & ".join([*parts[:-1], parts[-1] + ":*"]))
        wanted = wanted.join(Mention, Mention.id == Issue.first_mention_id)
        wanted = wanted.where(Issue.closed_at.is_(None), Mention.search.op("@@")(asked))
    return tuple(Link(*row) for row in session.execute(wanted.order_by(Issue.id.desc()).limit(limit)))
