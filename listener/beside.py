"""The rows an import could not keep, in a file beside the input, each with its row number and its problem."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from listener.tables import Layout, Row

SHOWN = 20
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Beside:
    """`posts.csv` -> `posts.rejected.csv`, in UTF-8; made when the first bad row comes."""

    def __init__(self, path: Path, how: Layout) -> None:
        self._how = how
        self.path = path.with_name(f"{path.stem}.rejected.{how.form}")
        self.problems: list[str] = []

    def keep(self, count: int) -> None:
        """Keep the first `count` rows of an earlier try: what follows was written by a transaction that never ended."""
        if not self.path.exists():
            return
        if count == 0:
            self.path.unlink()
            return
        if self._how.form == "csv":
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                kept = list(csv.reader(file))[: count + 1]
            with self.path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(kept)
        else:
            lines = self.path.read_text("utf-8").splitlines(keepends=True)[:count]
            self.path.write_text("".join(lines), "utf-8")

    def add(self, rows: Iterable[tuple[Row, str]]) -> None:
        """Append rows with their problems."""
        found = list(rows)
        if not found:
            return
        self.problems += [f"Row {row.number}: {problem}" for row, problem in found][: SHOWN - len(self.problems)]
        is_new = not self.path.exists()
        if self._how.form == "csv":
            with self.path.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as file:
                writer = csv.writer(file)
                if is_new:
                    writer.writerow(["row", "problem", *self._how.header])
                writer.writerows([row.number, problem, *self._cells(row.raw)] for row, problem in found)
        else:
            with self.path.open("a", encoding="utf-8") as file:
                for row, problem in found:
                    told = {"row": row.number, "problem": problem, "line": row.raw}
                    file.write(json.dumps(told, ensure_ascii=False) + "\n")

    def _cells(self, raw: Any) -> list[str]:
        cells = [str(raw.get(name, "")) for name in self._how.header] if isinstance(raw, dict) else [str(raw)]
        # a spreadsheet would run what begins like a formula
        return ["'" + cell if cell.startswith(FORMULA) else cell for cell in cells]
