"""The report of budgets."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.phrase import Phrase
from app.reports.catalogue.columns import KEYS
from app.reports.document import Chart, Column, Kind, Part, Table
from app.reports.report import Asked, Group, Report
from warehouse.queries.budgets import budget_status

_IN_CHART: Final = 12
_SHARE: Final = Column("share", "Spent", Kind.SHARE)
_BUDGET: Final = Column("budget", "Budget")
_COLUMNS: Final = (
    _BUDGET,
    KEYS["department"],
    Column("name", "Person"),
    Column("first", "From", Kind.DAY),
    Column("last", "To", Kind.DAY),
    Column("amount", "Amount", Kind.MONEY),
    Column("carried", "Carried over", Kind.MONEY, hidden_if_zero=True),
    Column("spent", "Spent", Kind.MONEY),
    Column("left", "Left", Kind.MONEY),
    _SHARE,
    Column("forecast", "Forecast", Kind.MONEY),
    Column("uncounted", "Uncounted", Kind.COUNT, hidden_if_zero=True),
)


def _budgets(asked: Asked) -> tuple[Part, ...]:
    found = budget_status(asked.snapshot, asked.kept, asked.scope, asked.filters.last)
    chosen = {"department": asked.filters.departments, "user": asked.filters.people}
    for column, wanted in chosen.items():
        if wanted:
            found = found.filter(pl.col(column).fill_null("").is_in(wanted))
    available = (pl.col("amount") + pl.col("carried")).cast(pl.Float64)
    rows = found.with_columns(
        pl.when(available > 0).then(pl.col("spent").cast(pl.Float64) / available).alias("share"),
        pl.coalesce("name", "user").alias("name"),
    ).sort("share", descending=True, nulls_last=True, maintain_order=True)
    of_whom = pl.concat_str("budget", pl.col("name"), separator=" · ", ignore_nulls=True)
    shown = rows.drop_nulls("share").head(_IN_CHART).with_columns(of_whom.alias("budget"))
    note = Phrase("Of the periods in which the last day lies; uncounted calls are in other money.")
    return (
        Chart("Most spent of", "bars", shown, _SHARE, _BUDGET),
        Table("Budgets", _COLUMNS, rows, note),
    )


REPORTS: Final = (
    Report(
        "budgets",
        "Budgets",
        Group.COSTS,
        "How far each budget is spent, and what its period comes to at this pace.",
        _budgets,
        needs_state=True,
    ),
)
