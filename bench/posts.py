"""The real posts of the language data set, given times, authors and threads; read where they lie, never copied."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

SHARED = Path(__file__).parent.parent.parent / "shared" / "data" / "language" / "sentiment"
LANGUAGES = ("en", "fa", "ar", "he")
COPIES = 60  # posts of each language that the next feed carries too
LATE = 40  # posts of each language that are found more than twelve hours after they were written


class NoPosts(LookupError):
    """The data set is not on this machine."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post as a feed will serve it."""

    native_id: str
    text: str
    posted_at: datetime
    author: str
    parent: str | None = None
    edited_at: datetime | None = None
    copy_of: str | None = None

    def edited(self, at: datetime) -> "Post":
        """Return the post as its author rewrote it."""
        return replace(self, text=self.text + " (edited)", edited_at=at)


def posts(now: datetime, most: int | None = None) -> dict[str, list[Post]]:
    """Return language -> its posts, oldest first; raise `NoPosts` with a reason where the data is absent."""
    if not SHARED.is_dir():
        raise NoPosts(f"the language data set is not beside this project ({SHARED.parent.name}/{SHARED.name})")
    made = {language: _of(language, number, now, most) for number, language in enumerate(LANGUAGES)}
    for number, language in enumerate(LANGUAGES):
        origin = made[LANGUAGES[number - 1]]
        made[language] = sorted(made[language] + _copies(origin, number), key=lambda post: post.posted_at)
    return made


def _of(language: str, number: int, now: datetime, most: int | None) -> list[Post]:
    with (SHARED / f"{language}.dev.jsonl").open(encoding="utf-8") as rows:
        texts = [json.loads(row)["text"] for row in rows][:most]
    made: list[Post] = []
    for at, text in enumerate(texts):
        native_id = str(1_000_000 * (number + 1) + 10 * at)
        if at < LATE:
            posted = now - timedelta(hours=40) + timedelta(seconds=at)
        else:
            posted = now - timedelta(hours=10) + timedelta(hours=9.8) * (at / len(texts))
        parent = made[at - 1].native_id if at % 10 == 9 else None
        made.append(Post(native_id, text, posted, f"{language}{at % 400}", parent))
    return made


def _copies(origin: list[Post], number: int) -> list[Post]:
    """Long posts of another feed, carried again under ids and authors of this one."""
    worth = [post for post in origin[LATE:] if len(post.text.split()) >= 8][:COPIES]
    return [
        Post(str(1_000_000 * (number + 1) + 900_000 + at), post.text, post.posted_at + timedelta(seconds=30), f"copy{at}",
             copy_of=post.native_id)
        for at, post in enumerate(worth)
    ]  # fmt: skip
