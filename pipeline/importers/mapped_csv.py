"""A carrier's CSV file with its own columns → rows of `tariffs.csv`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import TypeVar

from pipeline.importers.amounts import CellError, amount, money_text
from pipeline.importers.cells import read_cells
from pipeline.importers.codes import country_digits, doubt, prefixes
from pipeline.importers.imported import Imported, rows_frame
from pipeline.importers.judge import judged
from pipeline.importers.settings import ImportColumns, ImportSettings, PriceUnit
from pipeline.importers.snippet import tariff_tables
from pipeline.numbers.classify import classify_prefix
from warehouse.errors import Problem
from warehouse.words import CallType

Value = TypeVar("Value")
_UNITS_IN_A_MINUTE = {
    PriceUnit.MINUTE: Fraction(1),
    PriceUnit.SECOND: Fraction(60),
    PriceUnit.HUNDRED_SECONDS: Fraction(60, 100),
}
_CALL_TYPES = frozenset(word.value for word in CallType)
_MONEY = ("connect_fee", "min_charge", "max_charge")
_DAYS = ("valid_from", "valid_to")
_AS_THEY_ARE = (
    *("tariff", "days", "from_time", "to_time", "from_second", "first_increment_s"),
    *("next_increment_s", "free_below_s", "weight", "currency"),
)
_INCREMENTS = re.compile(r"([0-9]+)\s*[/;,:+-]\s*([0-9]+)|([0-9]+)")


def import_mapped_csv(text: str, file: str, settings: ImportSettings) -> Imported:
    """Reads a price list by the columns that the settings name.

    Every row is read as far as it can be; a row with a fault is left out whole and all its faults
    are told. A fault of the settings or of the header leaves out all.
    """
    columns = settings.columns
    if columns is None:
        mend = "Add [imports.<name>.columns] with prefix, destination and price."
        return Imported(
            rows_frame([]), (Problem(file, "the settings do not name its columns", mend),)
        )
    lines, problems = read_cells(text, file, settings.delimiter)
    unfit = list(_heading_problems(lines[0][1] if lines else [], file, columns, settings))
    if unfit:
        return Imported(rows_frame([]), (*unfit, *problems))
    reader = _Reader(file, settings, columns, lines[0][1])
    for line, cells in lines[1:]:
        reader.read(line, cells)
    source_of = {
        **reader.source_of,
        "destination": columns.destination[0],
        "price_per_minute": columns.price,
    }
    rows, found, doubled = judged(reader.rows, reader.lines, file, source_of)
    problems += reader.problems + found
    return Imported(
        rows,
        tuple(sorted(problems, key=lambda one: one.line or 0)),
        tuple(sorted(reader.warnings + doubled, key=lambda one: one.line or 0)),
        tariff_tables(rows["tariff"].unique().sort(), time_zone=settings.time_zone),
    )


def _heading_problems(
    header: list[str], file: str, columns: ImportColumns, settings: ImportSettings
) -> Iterator[Problem]:
    mend = f"The file has: {', '.join(header)}. Correct the settings' columns or delimiter."
    for name in columns.names():
        if header.count(name) == 0:
            yield Problem(file, "column missing", mend, name, 1)
        elif header.count(name) > 1:
            yield Problem(file, "column given twice", "Rename one of them.", name, 1)
    if columns.tariff is None and settings.constants.tariff is None:
        yield Problem(
            file,
            "no tariff is named",
            "Give constants.tariff, or columns.tariff if the file has several.",
            line=1,
        )


class _Reader:
    """Reads the rows of one file and keeps what it finds."""

    def __init__(
        self, file: str, settings: ImportSettings, columns: ImportColumns, header: list[str]
    ) -> None:
        self._file = file
        self._settings = settings
        self._width = len(header)
        self._at = {name: at for at, name in enumerate(header)}
        self._constants = {
            name: value for name, value in settings.constants.model_dump().items() if value
        }
        named = columns.model_dump(exclude_none=True)
        self.source_of: dict[str, str] = {
            name: value for name, value in named.items() if isinstance(value, str)
        }
        self._destination = columns.destination
        self._unknown_words: set[str] = set()
        self.rows: list[dict[str, str | None]] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def read(self, line: int, cells: list[str]) -> None:
        if len(cells) != self._width:
            mend = "Quote cells that contain the delimiter, or add the missing cells."
            rule = f"{len(cells)} cells where the header has {self._width}"
            self.problems.append(Problem(self._file, rule, mend, ",".join(cells), line))
            return
        before = len(self.problems)
        row = {name: self._text(name, cells) or None for name in _AS_THEY_ARE}
        row["destination"] = self._destination_of(cells)
        row["price_per_minute"] = self._with(self._price, "price", line, cells)
        for name in _MONEY:
            row[name] = self._with(self._money, name, line, cells)
        for name in _DAYS:
            row[name] = self._with(self._day, name, line, cells)
        first, following = self._with(self._both_increments, "increments", line, cells) or ("", "")
        row["first_increment_s"] = first or row["first_increment_s"]
        row["next_increment_s"] = following or row["next_increment_s"]
        country = self._with(country_digits, "country_code", line, cells) or ""
        codes = self._with(
            lambda text: prefixes(text, country, self._settings.hyphen), "prefix", line, cells
        )
        if len(self.problems) > before:
            return
        for prefix in codes or []:
            self._warn_of(prefix, line)
            call_type = self._call_type(prefix, line, cells)
            self.rows.append({**row, "prefix": prefix, "call_type": call_type})
            self.lines.append(line)

    def _text(self, name: str, cells: list[str]) -> str:
        source = self.source_of.get(name)
        text = "" if source is None else cells[self._at[source]]
        if text or name not in self._constants:
            return text
        constant = str(self._constants[name])
        # Settings have decimal points, whatever the file has.
        is_as_in_file = name in _MONEY and self._settings.decimal_comma
        return constant.replace(".", ",") if is_as_in_file else constant

    def _with(
        self, read: Callable[[str], Value | None], name: str, line: int, cells: list[str]
    ) -> Value | None:
        text = self._text(name, cells)
        try:
            return read(text)
        except CellError as fault:
            place = self.source_of.get(name, name)
            self.problems.append(
                Problem(self._file, fault.rule, fault.mend, text or None, line, place)
            )
            return None

    def _price(self, text: str) -> str:
        if not text:
            raise CellError("must have a value", "A call without a price is 0, not empty.")
        value = amount(text, decimal_comma=self._settings.decimal_comma)
        return money_text(value * _UNITS_IN_A_MINUTE[self._settings.price_unit])

    def _money(self, text: str) -> str | None:
        if not text:
            return None
        return money_text(amount(text, decimal_comma=self._settings.decimal_comma))

    def _day(self, text: str) -> str | None:
        if not text:
            return None
        for form in (self._settings.date_format, "%Y-%m-%d"):
            try:
                return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat()
            except ValueError:
                continue
        form = self._settings.date_format
        raise CellError(f"must be a day as {form}", "Set date_format to the form of the file.")

    @staticmethod
    def _both_increments(text: str) -> tuple[str, str] | None:
        if not text:
            return None
        found = _INCREMENTS.fullmatch(text)
        if found is None:
            raise CellError("must be increments", "Write the first and the next in seconds: 60/6.")
        only = found[3]
        return (found[1], found[2]) if only is None else (only, only)

    def _destination_of(self, cells: list[str]) -> str | None:
        parts = dict.fromkeys(cells[self._at[name]] for name in self._destination)
        return ", ".join(filter(None, parts)) or self._constants.get("destination")

    def _call_type(self, prefix: str, line: int, cells: list[str]) -> str | None:
        source = self.source_of.get("call_type")
        word = "" if source is None else cells[self._at[source]].casefold()
        if word in self._settings.call_types:
            return self._settings.call_types[word].value
        if word in _CALL_TYPES:
            return word
        if word and word not in self._unknown_words:
            self._unknown_words.add(word)
            rule = "is no call type; its prefixes were classified by the plans of numbers"
            mend = "Say what it means in call_types."
            self.warnings.append(Problem(self._file, rule, mend, word, line, source))
        if "call_type" in self._constants:
            return str(self._constants["call_type"])
        country = self._settings.country or ""
        found = classify_prefix(prefix, country, self._settings.area_code)
        return None if found is None else found.value

    def _warn_of(self, prefix: str, line: int) -> None:
        reason = doubt(prefix)
        if reason is not None:
            mend = "Compare it with the carrier's own document."
            place = self.source_of["prefix"]
            self.warnings.append(Problem(self._file, reason, mend, prefix, line, place))
