"""Old posts from files: tried, imported as history, gone on with after a crash, the bad rows beside."""

import csv
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import importing
from listener.importing import import_file
from listener.models import Feed, ImportRun, Mention, Volume
from listener.tables import BadFile, layout, rows
from tests.listener.conftest import MakesTopics

Transaction = Callable[[], AbstractContextManager[Session]]

HEADER = "id,date,username,text,stars,colour"


def write(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def lines(count: int) -> list[str]:
    return [
        f'{one},2026-03-0{one % 9 + 1} 10:00,user{one % 7},"Post {one}, about the Nimbo kettle",{one % 5 + 1},red'
        for one in range(count)
    ]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mention)) or 0


def test_a_csv_is_imported_as_history(
    tmp_path: Path, session: Session, transaction: Transaction, make_topic: MakesTopics, now: datetime
) -> None:
    make_topic("nimbo")
    path = write(tmp_path / "reviews.csv", [HEADER, *lines(25)])
    seen: list[tuple[int, int]] = []
    report = import_file(
        path,
        transaction=transaction,
        now=now,
        zone="Asia/Tehran",
        on_progress=lambda *at: seen.append(at),
        name="Old reviews",
    )
    assert (report.read, report.created, report.duplicate, report.rejected, report.rejected_file) == (
        25,
        25,
        0,
        0,
        None,
    )
    assert seen[-1] == (26, 26)
    row = session.scalars(select(Mention).where(Mention.native_id == "4")).one()
    assert (row.posted_at, row.rating, row.is_history) == (datetime(2026, 3, 5, 6, 30, tzinfo=UTC), 5.0, True)
    assert row.extra == {"colour": "red"}
    feed = session.get_one(Feed, row.feed_id)
    assert (feed.source, feed.name) == ("import", "Old reviews")
    assert session.scalar(select(func.count()).select_from(Volume)) == 0


def test_a_file_imported_whole_is_not_imported_twice(
    tmp_path: Path, session: Session, transaction: Transaction, now: datetime
) -> None:
    path = write(tmp_path / "reviews.csv", [HEADER, *lines(5)])
    for already in (False, True):
        report = import_file(path, transaction=transaction, now=now, zone="UTC")
        assert (report.already, report.created) == (already, 5)
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 1
    more = write(tmp_path / "reviews.csv", [HEADER, *lines(8)])
    report = import_file(more, transaction=transaction, now=now, zone="UTC")
    assert (report.created, report.duplicate) == (3, 5)


@pytest.mark.parametrize("dies_at", ["before the commit", "after it"])
def test_an_import_that_was_cut_off_goes_on_where_it_stopped(
    dies_at: str,
    tmp_path: Path,
    session: Session,
    transaction: Transaction,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    bad = [f"{one},no date at all,u,text {one},1,x" for one in range(100, 104)]
    path = write(tmp_path / "reviews.csv", [HEADER, *lines(15), *bad[:2], *lines(40)[15:], *bad[2:]])
    opened = 0

    def dying() -> AbstractContextManager[Session]:
        nonlocal opened
        opened += 1
        if opened == 4 and dies_at == "after it":
            raise KeyboardInterrupt
        return transaction()

    real = importing.Beside.add

    def killed(self: importing.Beside, found: object) -> None:
        real(self, found)  # type: ignore[arg-type]
        if dies_at == "before the commit" and opened == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as dangerous:
        dangerous.setattr(importing.Beside, "add", killed)
        with pytest.raises(KeyboardInterrupt):
            import_file(path, transaction=dying, now=now, zone="UTC")
    assert count(session) in (10, 18)
    report = import_file(path, transaction=transaction, now=now, zone="UTC")
    assert report.resumed_at in (10, 20)
    assert (report.read, report.created, report.duplicate, report.rejected) == (44, 40, 0, 4)
    assert count(session) == 40
    assert report.rejected_file == tmp_path / "reviews.rejected.csv"
    with report.rejected_file.open(encoding="utf-8-sig", newline="") as file:
        kept = list(csv.DictReader(file))
    assert [one["id"] for one in kept] == ["100", "101", "102", "103"]
    assert "is no time" in kept[0]["problem"]


def test_a_dry_run_shows_and_counts_and_stores_nothing(
    tmp_path: Path, session: Session, transaction: Transaction, now: datetime
) -> None:
    import_file(write(tmp_path / "a.csv", [HEADER, *lines(5)]), transaction=transaction, now=now, zone="UTC", name="x")
    path = write(tmp_path / "b.csv", [HEADER, *lines(30), lines(9)[8], "7,never,u,t,1,x"])
    report = import_file(path, transaction=transaction, now=now, zone="UTC", name="x", dry_run=True)
    assert (report.read, report.created, report.duplicate, report.rejected) == (32, 25, 6, 1)
    assert len(report.samples) == 20
    assert report.samples[0]["text"] == "Post 0, about the Nimbo kettle"
    assert report.samples[0]["created_at"] == "2026-03-01T10:00:00+00:00"
    assert report.problems == ["Row 33: “never” in created_at is no time. Write it like 2026-11-21 09:30."]
    assert any("id" in note for note in report.notes)
    assert count(session) == 5
    assert not (tmp_path / "b.rejected.csv").exists()


@pytest.mark.parametrize(
    ("encoding", "text", "is_said"),
    [
        ("utf-8", "قهوه‌اش عالیه", False), ("utf-8-sig", "كسف المقبض", False), ("utf-16", "דוד קומקום", False),
        ("utf-16-le", "the kettle is hot", True), ("windows-1256", "الغلاية ساخنة جدا ولا أستطيع حملها", True),
        ("windows-1255", "הקומקום חם מאוד ואי אפשר להחזיק אותו", True), ("windows-1252", "très bon café à Genève et déjà aimé", True),
    ],
)  # fmt: skip
def test_the_encoding_is_found_and_said_where_it_is_a_guess(
    encoding: str, text: str, is_said: bool, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "old.csv", ["id,date,text", *(f"{one},2026-01-01T00:00:00Z,{text}" for one in range(5))], encoding
    )
    how = layout(path)
    assert any("encoding" in note.lower() for note in how.notes) is is_said
    assert [row.item["text"] for row in rows(path, how) if row.item] == [text] * 5
    assert len(list(rows(path, layout(path, encoding=encoding)))) == 5


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv",
        [delimiter.join(("id", "date", "text")), delimiter.join(("1", "2026-01-01", "a, b; c"))]
        if delimiter == "\t"
        else [delimiter.join(("id", "date", "text")), delimiter.join(("1", "2026-01-01", "words"))],
    )
    assert layout(path).delimiter == delimiter


def test_columns_are_found_by_name_or_by_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", ["Post ID,Wrote,Published At,Other", "1,hello,2026-01-01,z"])
    with pytest.raises(BadFile, match="No column holds “text”"):
        layout(path)
    how = layout(path, mapping={"text": "Wrote"})
    assert how.columns == {"text": "Wrote", "native_id": "Post ID", "created_at": "Published At"}
    for mapping, said in (({"text": "Nope"}, "There is no column “Nope”"), ({"words": "Wrote"}, "“words” is no field")):
        with pytest.raises(BadFile, match=said):
            layout(path, mapping=mapping)


def test_a_time_without_a_zone_needs_one_chosen(tmp_path: Path, transaction: Transaction, now: datetime) -> None:
    path = write(tmp_path / "x.csv", [HEADER, *lines(3)])
    report = import_file(path, transaction=transaction, now=now, dry_run=True)
    assert report.rejected == 3
    assert "Choose one with --zone" in report.problems[0]
    with pytest.raises(BadFile, match="no time zone"):
        import_file(path, transaction=transaction, now=now, dry_run=True, zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-03-05T10:00:00+03:30", 6),
        ("1772704800", 10),
        ("1772704800000", 10),
        ("Thu, 05 Mar 2026 10:00:00 +0000", 10),
        ("2026-03-05 10:00", 10),
    ],
)
def test_times_are_read_in_the_spellings_of_exports(written: str, hour: int, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", ["id,date,text", f'1,"{written}",t'])
    row = next(rows(path, layout(path), "UTC"))
    assert row.item is not None
    assert datetime.fromisoformat(row.item["created_at"]).astimezone(UTC).hour == hour


def test_rows_without_an_id_are_told_apart_by_what_was_said(
    tmp_path: Path, session: Session, transaction: Transaction, now: datetime
) -> None:
    path = write(tmp_path / "x.csv", ["date,user,text", "2026-01-01,a,one", "2026-01-01,a,two", "2026-01-01,a,one"])
    report = import_file(path, transaction=transaction, now=now, zone="UTC")
    assert (report.created, report.duplicate) == (2, 1)


def test_a_formula_is_made_harmless_in_the_rejected_file(
    tmp_path: Path, transaction: Transaction, now: datetime
) -> None:
    path = write(tmp_path / "x.csv", ["id,date,text", '1,never,"=HYPERLINK(""http://x"")"'])
    report = import_file(path, transaction=transaction, now=now)
    assert report.rejected_file is not None
    assert "'=HYPERLINK" in report.rejected_file.read_text("utf-8-sig")


def test_a_row_of_the_wrong_width_is_told_and_stops_nothing(
    tmp_path: Path, transaction: Transaction, now: datetime
) -> None:
    path = write(tmp_path / "x.csv", ["id,date,text", "1,2026-01-01", "2,2026-01-01,fine", "", "3,2026-01-01,a,b"])
    report = import_file(path, transaction=transaction, now=now, zone="UTC")
    assert (report.read, report.created, report.rejected) == (3, 1, 2)
    assert "The row has 2 columns, the header 3." in report.problems[0]


def test_jsonl_is_imported_and_a_bad_line_stops_nothing(
    tmp_path: Path, session: Session, transaction: Transaction, now: datetime
) -> None:
    good = {"native_id": "1", "text": "سلام", "created_at": "2026-01-01T00:00:00Z", "author": {"handle": "a"}}
    usual = {"id": "2", "content": "hello", "date": "2026-01-01 10:00", "who": "b"}
    path = write(
        tmp_path / "x.jsonl", [json.dumps(good), "{", "[1]", "", json.dumps(usual), json.dumps({"native_id": "3"})]
    )
    report = import_file(path, transaction=transaction, now=now, zone="UTC", mapping={"author.handle": "who"})
    assert (report.read, report.created, report.rejected) == (5, 2, 3)
    assert report.rejected_file is not None
    told = [json.loads(line) for line in report.rejected_file.read_text("utf-8").splitlines()]
    assert [one["row"] for one in told] == [2, 3, 6]
    assert session.scalar(select(func.count()).select_from(Mention)) == 2


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13"])
def test_an_encoding_that_is_none_is_refused(encoding: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is no encoding"):
        layout(write(tmp_path / "x.csv", ["id,date,text"]), encoding=encoding)


@pytest.mark.parametrize("content", [b"", b"   \n"])
def test_an_empty_file_is_said_to_be_empty(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="empty"):
        layout(path)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, transaction: Transaction, now: datetime) -> None:
    with pytest.raises(BadFile, match="cannot be opened"):
        import_file(tmp_path / "none.csv", transaction=transaction, now=now)
