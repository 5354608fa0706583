"""The files of a tariff plan as records that know their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.importers.amounts import CellError
from pipeline.importers.cells import read_cells
from warehouse.errors import Problem

DESTINATIONS = "Destinations.csv"
TIMINGS = "Timings.csv"
RATES = "Rates.csv"
DESTINATION_RATES = "DestinationRates.csv"
RATING_PLANS = "RatingPlans.csv"
RATING_PROFILES = "RatingProfiles.csv"
_COLUMNS = {
    DESTINATIONS: ("Id", "Prefix"),
    TIMINGS: ("Id", "Years", "Months", "MonthDays", "WeekDays", "Time"),
    RATES: ("Id", "ConnectFee", "Rate", "RateUnit", "RateIncrement", "GroupIntervalStart"),
    DESTINATION_RATES: (
        *("Id", "DestinationId", "RatesTag", "RoundingMethod", "RoundingDecimals"),
        *("MaxCost", "MaxCostStrategy"),
    ),
    RATING_PLANS: ("Id", "DestinationRatesId", "TimingTag", "Weight"),
    RATING_PROFILES: (
        *("Tenant", "Category", "Subject", "ActivationTime", "RatingPlanId", "FallbackSubject"),
    ),
}
"""By position: the header of a file is a comment, whose words differ from version to version."""
_MAY_BE_LEFT_OUT = frozenset({"MaxCost", "MaxCostStrategy", "FallbackSubject"})
_NEEDED = (RATES, DESTINATION_RATES, RATING_PLANS)
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
FILES = tuple(_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One row of one file."""

    file: str
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def problem(self, column: str, rule: str, mend: str) -> Problem:
        return Problem(self.file, rule, mend, self[column] or None, self.line, column)

    def fault(self, column: str, error: CellError) -> Problem:
        return self.problem(column, error.rule, error.mend)


@dataclass(slots=True)
class Plan:
    """All records by the file and the Id, and what was wrong with the files."""

    records: dict[str, dict[str, list[Record]]] = field(default_factory=dict)
    profiles: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def named(self, file: str, name: str) -> list[Record]:
        return self.records[file].get(name, [])


def read_plan(texts: Mapping[str, str]) -> Plan:
    """The records of a tariff plan from the texts of its files, by their names in `FILES`."""
    plan = Plan(records={file: {} for file in FILES})
    for file in _NEEDED:
        if file not in texts:
            mend = "Put it beside the other files of the tariff plan."
            plan.problems.append(Problem(file, "file not found", mend))
    for file, columns in _COLUMNS.items():
        rows, problems = read_cells(_COMMENT.sub("", texts.get(file, "")), file)
        plan.problems += problems
        least = sum(column not in _MAY_BE_LEFT_OUT for column in columns)
        for line, cells in rows:
            if not least <= len(cells) <= len(columns):
                rule = f"{len(cells)} cells where the file has {', '.join(columns)}"
                mend = "Bring the row into this layout, that of CGRateS since 0.10."
                plan.problems.append(Problem(file, rule, mend, ",".join(cells), line))
                continue
            record = Record(file, line, dict(zip(columns, cells, strict=False)))
            plan.records[file].setdefault(cells[0], []).append(record)
            if file == RATING_PROFILES:
                plan.profiles.append(record)
    return plan
