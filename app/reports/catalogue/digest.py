"""The page for those who have a minute."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.phrase import Phrase
from app.reports.catalogue.control import unrated_table
from app.reports.catalogue.costs import by_day, cost_table, key_figures
from app.reports.catalogue.service import inbound
from app.reports.document import Chart, Fact, Facts, Kind, Part, Table
from app.reports.report import Asked, Group, Report
from warehouse.queries import service
from warehouse.queries.periods import earlier_period

_FIRST: Final = 5


def _digest(asked: Asked) -> tuple[Part, ...]:
    """Money, answering and what needs attention, on one page."""
    rankings = (cost_table(asked, key) for key in ("department", "destination", "user"))
    unrated = unrated_table(asked)
    return (
        Facts((*key_figures(asked).facts, *_answering(asked))),
        *_of_most_calls(by_day(asked)),
        *(_first(table) for table in rankings),
        *(() if unrated.rows.is_empty() else (_first(unrated, 3),)),
    )


def _of_most_calls(charts: tuple[Chart, ...]) -> tuple[Chart, ...]:
    """One chart alone, that the page stays one: of the currency of most calls."""
    return tuple(sorted(charts, key=lambda chart: int(chart.rows["calls"].sum()))[-1:])


def _first(table: Table, most: int = _FIRST) -> Table:
    many = table.rows.height
    if many <= most:
        return table
    note = Phrase("The first {shown} of {all}.", shown=most, all=many)
    # Of a few rows out of many the sum would be taken for the whole.
    columns = tuple(replace(column, summed=False) for column in table.columns)
    return Table(table.title, columns, table.rows.head(most), note)


def _answering(asked: Asked) -> tuple[Fact, ...]:
    first, last = earlier_period(asked.filters.first, asked.filters.last, "previous")
    now, before = (
        service.answering(asked.snapshot, asked.scope, inbound(filters)).row(0, named=True)
        for filters in (asked.filters, replace(asked.filters, first=first, last=last))
    )
    return (
        Fact("Inbound answered", Kind.SHARE, now["asr"], before["asr"]),
        Fact("Average wait", Kind.WAIT, now["mean_wait_s"], before["mean_wait_s"], None, True),
    )


REPORTS: Final = (
    Report(
        "management-digest",
        "Management digest",
        Group.MANAGEMENT,
        "The period on one page: money, service, and what needs attention.",
        _digest,
    ),
)
