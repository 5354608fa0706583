"""Reports of what calls cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from app.periods import months_before
from app.phrase import Name, Phrase
from app.reports.catalogue.columns import (
    CALL_LIST,
    CALLS,
    COST,
    COSTS,
    KEYS,
    SEEN,
    TRAFFIC,
    dearest_first,
    together,
)
from app.reports.document import CURRENCY, Chart, Column, Fact, Facts, Kind, Part, Table
from app.reports.report import Asked, Group, Option, Report
from warehouse.queries import bills, calls, costs, fixed
from warehouse.queries.keys import Key
from warehouse.queries.periods import earlier_period
from warehouse.scope import Filters

_IN_CHART: Final = 12
"""Bars that a reader takes in at a glance."""
_MONTHS: Final = 12
"""Of a trend."""

ROWS: Final = Option("rows", "how many rows are listed", 50, most=100_000)
CALL_ROWS: Final = Option("rows", "how many calls are listed", 10_000, most=1_000_000)


def costs_by(*keys: Key) -> Callable[[Asked], tuple[Part, ...]]:
    """What calls cost by some keys: the dearest as a chart, all as a table."""

    def make(asked: Asked) -> tuple[Part, ...]:
        table = cost_table(asked, *keys)
        return (*_dearest(table.rows, KEYS[keys[0]]), table)

    return make


def cost_table(asked: Asked, *keys: Key) -> Table:
    """What calls cost by some keys, the dearest first."""
    found = together(costs.by(asked.snapshot, asked.scope, asked.filters, keys), keys)
    columns = tuple(KEYS[key] for key in keys)
    title = f"By {columns[0].title.lower()}"
    return Table(title, (*columns, *COSTS), dearest_first(found, *keys))


def key_figures(asked: Asked) -> Facts:
    """What everything cost, per currency, beside the same of the period before."""
    first, last = earlier_period(asked.filters.first, asked.filters.last, "previous")
    earlier = replace(asked.filters, first=first, last=last)
    now, before = (
        together(costs.by(asked.snapshot, asked.scope, filters, ()), ())
        for filters in (asked.filters, earlier)
    )
    counts = [
        Fact("Calls", Kind.COUNT, _total(now, "calls"), _total(before, "calls")),
        Fact("Talk time", Kind.DURATION, _total(now, "talk_s"), _total(before, "talk_s")),
    ]
    was = {row[CURRENCY]: row["cost"] for row in before.iter_rows(named=True)}
    money = [
        Fact(
            "Cost",
            Kind.MONEY,
            row["cost"],
            was.get(row[CURRENCY]),
            row[CURRENCY],
            less_is_good=True,
        )
        for row in dearest_first(now).drop_nulls(CURRENCY).iter_rows(named=True)
    ]
    unrated = Fact(
        "Unrated calls",
        Kind.COUNT,
        _total(now, "unrated"),
        _total(before, "unrated"),
        less_is_good=True,
    )
    return Facts((*money, *counts, unrated))


def by_day(asked: Asked) -> tuple[Chart, ...]:
    """Cost by day; a chart for each currency."""
    found = costs.by(asked.snapshot, asked.scope, asked.filters, (), "day").drop_nulls(CURRENCY)
    return tuple(
        Chart(
            Phrase("Cost by day ({currency})", currency=currency)
            if found[CURRENCY].n_unique() > 1
            else "Cost by day",
            "columns",
            found.filter(pl.col(CURRENCY) == currency),
            KEYS["period"],
            COST,
        )
        for currency in found[CURRENCY].unique().sort()
    )


def _costs_by(key: Key, title: str, purpose: str) -> Report:
    return Report(title.lower().replace(" ", "-"), title, Group.COSTS, purpose, costs_by(key))


def _summary(asked: Asked) -> tuple[Part, ...]:
    tables = tuple(cost_table(asked, key) for key in ("department", "call_type"))
    return (key_figures(asked), *by_day(asked), *tables)


def _by_country(asked: Asked) -> tuple[Part, ...]:
    found = costs.by_country(asked.snapshot, asked.scope, asked.filters)
    rows = dearest_first(together(found, ("country",)), "country")
    return (*_dearest(rows, KEYS["country"]), Table("By country", (KEYS["country"], *COSTS), rows))


def _bill(asked: Asked) -> tuple[Part, ...]:
    """What each department owes, person by person."""
    keys: tuple[bills.OwnerKey, ...] = ("department", "user")
    found = bills.by(asked.snapshot, asked.scope, asked.filters, keys)
    owed = together(found, keys)
    columns = (
        *TRAFFIC,
        COST,
        Column("charge", "Charge", Kind.MONEY, summed=True),
        Column("tax", "Tax", Kind.MONEY, summed=True),
        Column(bills.FIXED, "Fixed charges", Kind.MONEY, summed=True, hidden_if_zero=True),
        Column(bills.TOTAL, "Total", Kind.MONEY, summed=True),
    )
    measures = [column.name for column in columns]
    sums = owed.group_by("department", CURRENCY).agg(pl.col(measures).sum())
    departments = sums.sort("department", CURRENCY, nulls_last=True)
    return (
        Table("Departments", (KEYS["department"], *columns), departments),
        *(
            Table(
                Name(name) if name else "Without department",
                (KEYS["user"], *columns),
                owed.filter(pl.col("department").eq_missing(pl.lit(name))).sort("person", "user"),
            )
            for name in departments["department"].unique(maintain_order=True)
        ),
    )


def _fixed(asked: Asked) -> tuple[Part, ...]:
    keys: tuple[fixed.FixedKey, ...] = ("department", "user", "what", "id", "name")
    found = fixed.by(asked.snapshot, asked.scope, asked.filters, keys)
    columns = (
        KEYS["department"],
        KEYS["user"],
        Column("what", "What", Kind.WORD),
        Column("id", "Which"),
        Column("name", "For"),
        Column("fixed", "Fixed charge", Kind.MONEY, summed=True),
    )
    note = Phrase("Each day bears its part of its month.")
    return (Table("Fixed charges", columns, found, note),)


def _personal_bill(asked: Asked) -> tuple[Part, ...]:
    keys: tuple[Key, ...] = ("user", "call_type")
    found = together(costs.by(asked.snapshot, asked.scope, asked.filters, keys), keys)
    types = Table(
        "By call type",
        (KEYS["user"], KEYS["call_type"], *COSTS),
        found.sort("person", "user", "call_type", nulls_last=True),
    )
    listed = call_table(asked, "Calls", "started", descending=False)
    if found["user"].n_unique() == 1 and (name := found["person"][0]):
        types = _named_once(types)
        listed = replace(_named_once(listed), title=Phrase("Calls of {name}", name=name))
    return key_figures(asked), types, listed


def _named_once(table: Table) -> Table:
    """Without saying in every row on paper whose it is."""
    return replace(
        table,
        columns=tuple(
            replace(one, hidden_if_same=one.name in ("person", "department"))
            for one in table.columns
        ),
    )


def _compared(asked: Asked) -> tuple[Part, ...]:
    found = costs.compared(asked.snapshot, asked.scope, asked.filters, ("department",))
    money = found.drop_nulls(CURRENCY)
    columns = (
        KEYS["department"],
        COST,
        Column("cost_before", "Before", Kind.MONEY, summed=True),
        Column("cost_change", "Change", Kind.MONEY, summed=True),
        CALLS,
        Column("calls_before", "Calls before", Kind.COUNT, summed=True),
    )
    first, last = earlier_period(asked.filters.first, asked.filters.last, "previous")
    note = Phrase("Before is {first} to {last}.", first=first, last=last)
    return (key_figures(asked), Table("By department", columns, money, note))


def _trend(asked: Asked) -> tuple[Part, ...]:
    first = months_before(asked.filters.last.replace(day=1), _MONTHS - 1)
    year = replace(asked.filters, first=first)
    found = costs.by(asked.snapshot, asked.scope, year, (), "month")
    rows = together(found, ("period",)).sort("period", CURRENCY, nulls_last=True)
    month = Column("period", "Month from", Kind.DAY)
    charts = tuple(
        Chart(
            Phrase("Cost by month ({currency})", currency=currency),
            "columns",
            rows.filter(pl.col(CURRENCY) == currency),
            month,
            COST,
        )
        for currency in rows[CURRENCY].drop_nulls().unique().sort()
    )
    return (*charts, Table("By month", (month, *COSTS), rows))


def call_table(
    asked: Asked,
    title: str,
    order: calls.Order,
    filters: Filters | None = None,
    *,
    descending: bool = True,
) -> Table:
    """Single calls, so many as the option `rows` says; the note says how many more there are."""
    chosen = filters or asked.filters
    found = calls.page(
        asked.snapshot, asked.scope, chosen, asked["rows"], order=order, descending=descending
    )
    note = ""
    if found.height == asked["rows"]:
        many = calls.count(asked.snapshot, asked.scope, chosen).rows
        if many > found.height:
            note = Phrase("These are {shown} of {all} calls.", shown=found.height, all=many)
    return Table(title, CALL_LIST, found, note)


def _top(order: calls.Order, title: str) -> Callable[[Asked], tuple[Part, ...]]:
    return lambda asked: (call_table(asked, title, order),)


def _numbers(side: costs.Side, title: str) -> Callable[[Asked], tuple[Part, ...]]:
    def make(asked: Asked) -> tuple[Part, ...]:
        found = costs.frequent_numbers(
            asked.snapshot, asked.scope, asked.filters, side, asked["rows"]
        )
        return (Table(title, (Column("number", "Number"), *TRAFFIC, *SEEN), found),)

    return make


def _dearest(rows: pl.DataFrame, key: Column) -> tuple[Chart, ...]:
    """The dearest of each currency."""
    known = rows.drop_nulls(CURRENCY).filter(pl.col("cost") > 0)
    currencies = known[CURRENCY].unique(maintain_order=True)
    return tuple(
        Chart(
            "Highest costs"
            if len(currencies) == 1
            else Phrase("Highest costs ({currency})", currency=currency),
            "bars",
            known.filter(pl.col(CURRENCY) == currency).head(_IN_CHART),
            COST,
            key,
        )
        for currency in currencies
    )


def _total(rows: pl.DataFrame, name: str) -> int | float | Decimal:
    return rows[name].sum()


REPORTS: Final = (
    Report(
        "costs-summary",
        "Cost summary",
        Group.COSTS,
        "What calls cost in all, day by day, by department and by call type.",
        _summary,
    ),
    _costs_by("department", "Costs by department", "What each department spent."),
    _costs_by("cost_centre", "Costs by cost centre", "What is booked to each cost centre."),
    _costs_by("user", "Costs by person", "What each person spent."),
    _costs_by("site", "Costs by site", "What each site spent."),
    _costs_by("tariff", "Costs by carrier", "What each carrier takes: compare it with its bill."),
    _costs_by("gateway", "Costs by trunk", "What went out over each trunk or gateway."),
    _costs_by("destination", "Costs by destination", "Where the money went."),
    _costs_by("call_type", "Costs by call type", "Local, mobile, international and the rest."),
    _costs_by("purpose", "Costs by purpose", "Private calls beside those of the company."),
    _costs_by("account_code", "Costs by account code", "What each client or project cost."),
    _costs_by("kind", "Costs by kind of owner", "People, common phones, faxes, groups."),
    Report(
        "costs-by-country",
        "Costs by country",
        Group.COSTS,
        "Which countries were called, and what that cost.",
        _by_country,
    ),
    Report(
        "departmental-bill",
        "Departmental bill",
        Group.COSTS,
        "What each department owes, person by person, with tax and fixed charges.",
        _bill,
    ),
    Report(
        "fixed-charges",
        "Fixed charges",
        Group.COSTS,
        "What is owed for people, lines and places, call or no call.",
        _fixed,
    ),
    Report(
        "personal-bill",
        "Personal bill",
        Group.COSTS,
        "What somebody's calls cost, each one listed.",
        _personal_bill,
        (CALL_ROWS,),
    ),
    Report(
        "costs-compared",
        "Comparative costs",
        Group.COSTS,
        "What each department spent more or less than in the period before.",
        _compared,
    ),
    Report(
        "cost-trend",
        "Cost trend",
        Group.COSTS,
        "The last twelve months up to the period.",
        _trend,
    ),
    Report(
        "dearest-calls",
        "Dearest calls",
        Group.COSTS,
        "The single calls that cost most.",
        _top("cost", "Dearest calls"),
        (ROWS,),
    ),
    Report(
        "longest-calls",
        "Longest calls",
        Group.COSTS,
        "The single calls that were talked longest.",
        _top("talk", "Longest calls"),
        (ROWS,),
    ),
    Report(
        "numbers-called",
        "Numbers most called",
        Group.COSTS,
        "Which outside numbers are called most.",
        _numbers("called", "Numbers called"),
        (ROWS,),
    ),
    Report(
        "numbers-calling",
        "Numbers that call most",
        Group.COSTS,
        "Which outside numbers call us most.",
        _numbers("calling", "Numbers that call"),
        (ROWS,),
    ),
)
