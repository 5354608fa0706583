"""People from a CSV file with columns of its own names."""

from __future__ import annotations

from pathlib import Path

from pipeline.cells import NotCsv, csv_rows
from pipeline.people.entries import Entry
from pipeline.people.settings import CsvSettings
from warehouse.errors import InvalidInput, Problem


def read_csv(path: Path, settings: CsvSettings) -> list[Entry]:
    """One entry per row; raises `InvalidInput` where the file is not what the settings say."""
    try:
        text = path.read_bytes().decode(settings.encoding).removeprefix("\ufeff")
    except OSError as error:
        raise InvalidInput(
            [Problem(str(path), f"cannot be read ({error.strerror})", "Name another with --file")]
        ) from None
    except UnicodeDecodeError:
        mend = "Set encoding in [people.csv], or save the file as CSV UTF-8"
        raise InvalidInput([Problem(path.name, f"not {settings.encoding} text", mend)]) from None
    header: list[str] = []
    found: list[Entry] = []
    problems: list[Problem] = []
    try:
        for line, row in csv_rows(text, settings.delimiter):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not header:
                header = [cell.lower() for cell in cells]
                problems += _missing(path.name, line, header, settings)
            elif len(cells) != len(header):
                rule = f"{len(cells)} cells where the header has {len(header)}"
                mend = "Quote cells that hold the delimiter, or set delimiter in [people.csv]"
                problems.append(Problem(path.name, rule, mend, line=line))
            else:
                filled = {name: [cell] for name, cell in zip(header, cells, strict=True) if cell}
                found.append(Entry(path.name, line, filled))
    except NotCsv as error:
        place = (None, error.line, error.column)
        problems.append(Problem(path.name, str(error), "Mend the quoting", *place))
    if problems:
        raise InvalidInput(problems)
    return found


def _missing(file: str, line: int, header: list[str], settings: CsvSettings) -> list[Problem]:
    named = [name for names in settings.columns.model_dump().values() for name in names]
    return [
        Problem(file, "column missing", "Add it, or correct [people.csv.columns]", name, line)
        for name in dict.fromkeys(named)
        if name.lower() not in header
    ]
