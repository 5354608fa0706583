"""The cells of a foreign CSV file, as far as they can be read."""

from __future__ import annotations

from pipeline.cells import NotCsv, csv_rows
from warehouse.errors import Problem


def read_cells(
    text: str, file: str, delimiter: str = ","
) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """The rows that hold anything, each with its line and its stripped cells.

    Reading ends where the quoting is broken: what follows cannot be told apart.
    """
    rows: list[tuple[int, list[str]]] = []
    try:
        for line, row in csv_rows(text, delimiter):
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((line, cells))
    except NotCsv as error:
        mend = "Mend the quoting; the lines from here on were not read."
        return rows, [Problem(file, str(error), mend, None, error.line, error.column)]
    return rows, []
