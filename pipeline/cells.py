"""CSV text → cells, each row with the line on which it starts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice


class NotCsv(Exception):
    """The quoting is broken: what follows cannot be told apart."""

    def __init__(self, reason: str, line: int, column: int | None) -> None:
        super().__init__(f"not CSV ({reason})")
        self.line = line
        """On which the row starts that cannot be read."""
        self.column = column
        """Character position of the first quote on that line."""


def csv_rows(
    text: str, delimiter: str = ",", *, strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Every row as it is written, empty lines as rows without cells; raises `NotCsv`.

    With `strict=False` a quote in the wrong place is a character like others.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        line = next(islice(io.StringIO(text, newline=""), start - 1, start), "")
        raise NotCsv(str(error), start, line.find('"') + 1 or None) from None
