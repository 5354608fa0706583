"""A whole CGRateS tariff plan → rows of `tariffs.csv` and the settings of its tariffs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from pipeline.importers.cgrates.bands import Band, bands
from pipeline.importers.cgrates.plan import RATES, RATING_PLANS, read_plan
from pipeline.importers.cgrates.prices import Price, PriceReader, Rounding
from pipeline.importers.cgrates.profiles import Tariff, read_profiles
from pipeline.importers.imported import Imported
from pipeline.importers.judge import judged
from pipeline.importers.settings import ImportSettings
from pipeline.importers.snippet import tariff_tables
from pipeline.numbers.classify import classify_prefix
from warehouse.errors import Problem

_Row = dict[str, str | None]


def import_cgrates(texts: Mapping[str, str], settings: ImportSettings) -> Imported:
    """Reads the files of a tariff plan, given by their names in `FILES`.

    A tariff is a subject of the rating profiles (`any` for *any), or a rating plan where there are
    no profiles. Only what these lead to is read; what `tariffs.csv` cannot say is left out and told
    with the row that says it.
    """
    plan = read_plan(texts)
    profiles = read_profiles(plan, settings)
    reader = PriceReader(plan, settings)
    writer = _Writer(reader, settings)
    tables = [writer.write(tariff) for tariff in profiles.tariffs]
    rows, found, doubled = judged(writer.rows, writer.lines, RATING_PLANS, {"prefix": "Id"})
    problems = plan.problems + profiles.problems + reader.problems + writer.problems + found
    warnings = profiles.warnings + reader.warnings + doubled
    if settings.constants.currency is None:
        rule = "a CGRateS plan names no currency; its prices were taken for EUR"
        warnings.append(Problem(RATES, rule, "Give constants.currency."))
    return Imported(
        rows,
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(warnings)),
        "\n".join(tables),
    )


class _Writer:
    """Writes the prices of tariffs as rows."""

    def __init__(self, reader: PriceReader, settings: ImportSettings) -> None:
        self.rows: list[_Row] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []
        self._reader = reader
        self._settings = settings
        self._types: dict[str, str | None] = {}

    def write(self, tariff: Tariff) -> str:
        """Keeps the rows of a tariff and gives its table of settings."""
        priced = [(one, self._reader.prices(one.plan)) for one in tariff.activations]
        used = [price for _, plan in priced for prices in plan.values() for price in prices]
        rounding = self._common_rounding(used)
        dates = self._common_dates(used)
        for activation, plan in priced:
            validity = {
                "valid_from": _day_text(activation.valid_from),
                "valid_to": _day_text(activation.valid_to),
            }
            cut: dict[tuple[int, ...], list[Band]] = {}
            for prefix, prices in plan.items():
                kept = [
                    price
                    for price in prices
                    if (price.rate.is_free or price.rounding == rounding)
                    and price.timing.dates in {frozenset(), dates}
                ]
                key = tuple(map(id, kept))
                if key not in cut:
                    cut[key] = self._bands(kept)
                for row, line in _rows(kept, cut[key]):
                    named = {"tariff": tariff.name, "prefix": prefix, **validity, **row}
                    named["call_type"] = self._call_type(prefix)
                    named["currency"] = self._settings.constants.currency
                    self.rows.append(named)
                    self.lines.append(line)
        return tariff_tables(
            [tariff.name],
            time_zone=self._settings.time_zone,
            rounding=None if rounding is None else rounding[0],
            decimals=None if rounding is None else rounding[1],
            holidays=[day.isoformat() for day in sorted(dates)] or None,
            fallback=tariff.fallback,
        )

    def _call_type(self, prefix: str) -> str | None:
        given = self._settings.constants.call_type
        if given is not None:
            return given.value
        if prefix not in self._types:
            country = self._settings.country or ""
            found = classify_prefix(prefix, country, self._settings.area_code)
            self._types[prefix] = None if found is None else found.value
        return self._types[prefix]

    def _common_rounding(self, prices: list[Price]) -> Rounding | None:
        times = Counter(price.rounding for price in prices if not price.rate.is_free)
        if not times:
            return None
        common = times.most_common(1)[0][0]
        for price in prices:
            if price.rounding != common and not price.rate.is_free:
                rule = "a tariff rounds all its prices alike, most of this one otherwise"
                mend = "Round it like the others, or make a tariff of its own of it."
                self.problems.append(price.rate_row.problem("RoundingMethod", rule, mend))
        return common

    def _common_dates(self, prices: list[Price]) -> frozenset[date]:
        times = Counter(price.timing.dates for price in prices if price.timing.dates)
        if not times:
            return frozenset()
        common = times.most_common(1)[0][0]
        for price in prices:
            if price.timing.dates not in {frozenset(), common}:
                rule = "a tariff has one calendar of holidays, most of this one another"
                mend = "Let its special days share one price."
                self.problems.append(price.plan_row.problem("TimingTag", rule, mend))
        return common

    def _bands(self, prices: list[Price]) -> list[Band]:
        found, clashes = bands([(price.timing, price.weight) for price in prices])
        for clash in clashes:
            row, other = prices[clash.entry].plan_row, prices[clash.other].plan_row
            rule = f"has the same weight as line {other.line} at the same time"
            mend = "Give the one that is meant the heavier weight."
            self.problems.append(row.problem("TimingTag", rule, mend))
        return found


def _rows(prices: list[Price], found: list[Band]) -> list[tuple[_Row, int]]:
    is_undivided = [(band.days, band.from_time, band.to_time) for band in found] == [
        ("*", "00:00", "24:00")
    ]
    is_weighed = len({band.weight for band in found}) > 1
    rows = []
    for band in found:
        price = prices[band.entry]
        when: _Row = {"days": band.days, "from_time": band.from_time, "to_time": band.to_time}
        for tier in price.rate.tiers:
            row: _Row = {
                "destination": price.destination,
                "connect_fee": None if tier.from_second else price.rate.connect_fee,
                "price_per_minute": tier.price_per_minute,
                "first_increment_s": str(tier.increment_s),
                "next_increment_s": str(tier.increment_s),
                "from_second": str(tier.from_second) if len(price.rate.tiers) > 1 else None,
                "max_charge": price.max_charge,
                "weight": str(band.weight) if is_weighed else None,
                **({} if is_undivided else when),
            }
            rows.append((row, price.plan_row.line))
    return rows


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
