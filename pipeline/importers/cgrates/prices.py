"""What the rows of a rating plan, read through all their references, say of each prefix."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.importers.amounts import CellError, amount, money_text
from pipeline.importers.cgrates.bands import ALWAYS, ALWAYS_NAMES, Timing, read_timing
from pipeline.importers.cgrates.plan import (
    DESTINATION_RATES,
    DESTINATIONS,
    RATES,
    RATING_PLANS,
    TIMINGS,
    Plan,
    Record,
)
from pipeline.importers.cgrates.rates import Rate, read_rate
from pipeline.importers.codes import prefixes
from pipeline.importers.settings import ImportSettings
from warehouse.errors import Problem

_ROUNDING = {"*up": "up", "*middle": "half_up", "*down": "down"}
_MOST_DECIMALS = 6
Rounding = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Price:
    """One row of a rating plan × one of the destination rates that it names."""

    timing: Timing
    weight: int
    rate: Rate
    destination: str
    rounding: Rounding
    max_charge: str | None
    plan_row: Record
    rate_row: Record


class PriceReader:
    """Follows the references of a tariff plan and keeps what is wrong with them."""

    def __init__(self, plan: Plan, settings: ImportSettings) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._plan = plan
        self._settings = settings
        self._rates: dict[str, Rate | None] = {}
        self._timings: dict[str, Timing | None] = {}
        self._prefixes: dict[str, list[str]] = {}
        self._prices: dict[str, dict[str, list[Price]]] = {}

    def prices(self, name: str) -> dict[str, list[Price]]:
        """The prices of a rating plan by prefix."""
        if name not in self._prices:
            plan: dict[str, list[Price]] = {}
            rows = self._plan.named(RATING_PLANS, name)
            if not rows:
                rule, mend = "no rating plan has this Id", "Add it, or remove its profile."
                self.problems.append(Problem(RATING_PLANS, rule, mend, name))
            for plan_row in rows:
                for price, destination in self._prices_of(plan_row):
                    for prefix in self._prefixes_of(destination, price.rate_row):
                        plan.setdefault(prefix, []).append(price)
            self._prices[name] = plan
        return self._prices[name]

    def _prices_of(self, plan_row: Record) -> list[tuple[Price, str]]:
        timing = self._timing(plan_row)
        weight = self._weight(plan_row)
        rate_rows = self._plan.named(DESTINATION_RATES, plan_row["DestinationRatesId"])
        if not rate_rows:
            self._unknown(plan_row, "DestinationRatesId", DESTINATION_RATES)
        if timing is None or weight is None:
            return []
        found = []
        for row in rate_rows:
            rate, rounding = self._rate(row), self._rounding(row)
            try:
                cap = self._max_charge(row)
            except CellError as error:
                self.problems.append(row.fault("MaxCost", error))
                continue
            if rate is None or rounding is None:
                continue
            destination = row["DestinationId"]
            name = "any" if destination == "*any" else destination
            price = Price(timing, weight, rate, name, rounding, cap, plan_row, row)
            found.append((price, destination))
        return found

    def _timing(self, row: Record) -> Timing | None:
        name = row["TimingTag"]
        if name in ALWAYS_NAMES:
            return ALWAYS
        if name not in self._timings:
            records = self._plan.named(TIMINGS, name)
            if not records:
                self._unknown(row, "TimingTag", TIMINGS)
                return None
            try:
                self._timings[name] = read_timing(records[0], self._settings.holiday_years)
            except CellError as error:
                self.problems.append(records[0].fault("Id", error))
                self._timings[name] = None
        return self._timings[name]

    def _weight(self, row: Record) -> int | None:
        text = row["Weight"] or "0"
        whole = text.removesuffix(".0")
        if re.fullmatch(r"[0-9]{1,9}", whole):
            return int(whole)
        rule, mend = "must be a whole number from 0", "Only the order of weights matters."
        self.problems.append(row.problem("Weight", rule, mend))
        return None

    def _rate(self, row: Record) -> Rate | None:
        name = row["RatesTag"]
        if name not in self._rates:
            slots = self._plan.named(RATES, name)
            if not slots:
                self._unknown(row, "RatesTag", RATES)
                return None
            self._rates[name], problems, warnings = read_rate(slots)
            self.problems += problems
            self.warnings += warnings
        return self._rates[name]

    def _rounding(self, row: Record) -> Rounding | None:
        method, decimals = row["RoundingMethod"], row["RoundingDecimals"]
        if method not in _ROUNDING:
            rule, mend = "must be a way of rounding", f"Use one of: {', '.join(_ROUNDING)}."
            self.problems.append(row.problem("RoundingMethod", rule, mend))
            return None
        if not re.fullmatch(r"[0-9]{1,3}", decimals) or int(decimals) > _MOST_DECIMALS:
            rule = f"must be a number of decimals up to {_MOST_DECIMALS}"
            mend = "Choose the number that the carrier bills with."
            self.problems.append(row.problem("RoundingDecimals", rule, mend))
            return None
        return _ROUNDING[method], int(decimals)

    def _max_charge(self, row: Record) -> str | None:
        cap = amount(row["MaxCost"] or "0")
        if cap == 0:
            return None
        if row["MaxCostStrategy"] == "*free":
            return money_text(cap)
        rule = "caps no call that has ended, and was left aside"
        mend = "If calls cost no more than this, use the strategy *free."
        self.warnings.append(row.problem("MaxCost", rule, mend))
        return None

    def _prefixes_of(self, name: str, row: Record) -> list[str]:
        if name == "*any":
            return ["*"]
        if name not in self._prefixes:
            records = self._plan.named(DESTINATIONS, name)
            if not records:
                self._unknown(row, "DestinationId", DESTINATIONS)
            found: list[str] = []
            for record in records:
                try:
                    found += prefixes(record["Prefix"])
                except CellError as error:
                    self.problems.append(record.fault("Prefix", error))
            self._prefixes[name] = list(dict.fromkeys(found))
        return self._prefixes[name]

    def _unknown(self, row: Record, column: str, file: str) -> None:
        mend = "Add it there, or correct the name here."
        self.problems.append(row.problem(column, f"is no Id of {file}", mend))
