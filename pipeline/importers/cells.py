"""The cells of a foreign CSV file, as far as they can be read."""

from __future__ import annotations

import csv
import io

from warehouse.errors import Problem


def read_cells(
    text: str, file: str, delimiter: str = ","
) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """The rows that hold anything, each with its line and its stripped cells.

    Reading ends where the quoting is broken: what follows cannot be told apart.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        mend = "Mend the quoting; the lines from here on were not read."
        return rows, [Problem(file, f"not CSV ({error})", mend, line=start)]
    return rows, []
