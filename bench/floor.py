"""The floor: stock VADER over the same texts and a bare upsert of the same rows, nothing else."""

import time
from datetime import UTC, datetime

from sqlalchemy import Column as C
from sqlalchemy import MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import insert
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.posts import Post
from bench.service import running
from listener.database import engine

BATCH = 500
COLUMNS = ("feed", "native_id", "url", "author", "thread", "language", "mood", "kind", "posted_at", "heard_at", "text")


def floor_rate(given: dict[str, list[Post]]) -> float:
    """Rows a second through VADER and into a table of twelve columns, one unique and three other indexes."""
    analyser = SentimentIntensityAnalyzer()
    table = Table("floor", MetaData(), *(C(name, Text) for name in COLUMNS), C("score", Text))
    now = datetime.now(UTC).isoformat()  # noqa: TID251
    with running({}), engine().begin() as connection:
        table.create(connection)
        connection.execute(text("CREATE UNIQUE INDEX ON floor (feed, native_id)"))
        for name in ("posted_at", "author", "thread"):
            connection.execute(text(f"CREATE INDEX ON floor ({name})"))
        start = time.perf_counter()
        rows = [
            dict.fromkeys(COLUMNS, "") | {
                "feed": language, "native_id": post.native_id, "text": post.text, "author": post.author, "heard_at": now,
                "posted_at": post.posted_at.isoformat(), "thread": post.parent or post.native_id,
                "score": str(analyser.polarity_scores(post.text)["compound"]),
            }
            for language, posts in given.items() for post in posts
        ]  # fmt: skip
        upsert = insert(table)
        upsert = upsert.on_conflict_do_update(index_elements=["feed", "native_id"], set_={"text": upsert.excluded.text})
        for at in range(0, len(rows), BATCH):
            connection.execute(upsert, rows[at : at + BATCH])
        return len(rows) / (time.perf_counter() - start)
