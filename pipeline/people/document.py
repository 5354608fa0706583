"""The text of users.csv, of which only the rows that change are written anew. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.cells import csv_rows
from pipeline.tables import COMMENT


@dataclass(slots=True)
class Part:
    """A row, or something between rows: notes and empty lines."""

    text: str
    cells: dict[str, str] | None = None
    """By column, stripped; None where it is no row."""


class Document:
    """A table with its notes, its own columns and its order."""

    def __init__(self, text: str) -> None:
        """Takes the text of a table without faults of form."""
        lines = list(io.StringIO(text, newline=""))
        starts = [start - 1 for start, _ in csv_rows(text)]
        ends = [*starts[1:], len(lines)]
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.columns: list[str] = []
        self.parts: list[Part] = []
        for (_, cells), start, end in zip(csv_rows(text), starts, ends, strict=True):
            part = Part("".join(lines[start:end]))
            stripped = [cell.strip() for cell in cells]
            self.parts.append(part)
            if not any(stripped) or stripped[0].startswith(COMMENT):
                continue
            if self.columns:
                part.cells = dict(zip(self.columns, stripped, strict=True))
            else:
                self.columns = stripped
                self._header = part
        last = self.parts[-1]
        if not last.text.endswith(("\n", "\r")):
            last.text += self.newline

    def rows(self) -> list[Part]:
        """The rows, in order."""
        return [part for part in self.parts if part.cells is not None]

    def need(self, columns: Iterable[str]) -> None:
        """Adds the columns that are missing, behind the others."""
        missing = [column for column in columns if column not in self.columns]
        if not missing:
            return
        self.columns += missing
        self._header.text = _behind(self._header.text, "," + ",".join(missing))
        for part in self.rows():
            part.text = _behind(part.text, "," * len(missing))
            part.cells = dict.fromkeys(missing, "") | (part.cells or {})

    def rewrite(self, part: Part, cells: Mapping[str, str]) -> None:
        """Gives a row other cells."""
        part.cells = dict(cells)
        part.text = self._line(cells)

    def insert(self, after: Mapping[int, list[dict[str, str]]], last: list[dict[str, str]]) -> None:
        """Adds rows behind those with these identities (`id` of the part), and at the end."""
        parts: list[Part] = []
        for part in self.parts:
            parts.append(part)
            parts += [Part(self._line(cells), cells) for cells in after.get(id(part), ())]
        self.parts = [*parts, *(Part(self._line(cells), cells) for cells in last)]

    def text(self) -> str:
        """All of it."""
        return "".join(part.text for part in self.parts)

    def _line(self, cells: Mapping[str, str]) -> str:
        line = io.StringIO()
        writer = csv.writer(line, lineterminator=self.newline)
        writer.writerow([cells.get(column, "") for column in self.columns])
        return line.getvalue()


def _behind(line: str, more: str) -> str:
    """A line with something more before its end."""
    content = line.rstrip("\r\n")
    return f"{content}{more}{line[len(content) :]}"
