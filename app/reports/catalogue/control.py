"""Reports for those who look after the books."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from app.phrase import Phrase
from app.reports.catalogue.columns import COST, KEYS, SEEN, TALK
from app.reports.catalogue.costs import ROWS, call_table
from app.reports.document import Column, Kind, Part, Table
from app.reports.report import Asked, Group, Option, Report
from warehouse.queries import control, directory, tariffs
from warehouse.scope import OfficeHours

_LEGS: Final = Column("legs", "Call legs", Kind.COUNT, summed=True)


def unrated_table(asked: Asked) -> Table:
    """What has no price, and why."""
    found = control.unrated(asked.snapshot, asked.scope, asked.filters)
    columns = (
        Column("status", "Reason", Kind.WORD),
        KEYS["tariff"],
        _LEGS,
        Column("calls", "Calls", Kind.COUNT, summed=True),
        TALK,
        *SEEN,
    )
    return Table("Unrated calls", columns, found)


def _unrated(asked: Asked) -> tuple[Part, ...]:
    missing = control.without_price(asked.snapshot, asked.scope, asked.filters, limit=asked["rows"])
    columns = (KEYS["tariff"], Column("number_start", "Number begins"), _LEGS, TALK, *SEEN)
    return (unrated_table(asked), Table("Numbers without a prefix", columns, missing))


def _unmatched(asked: Asked) -> tuple[Part, ...]:
    users = control.unmatched_users(asked.snapshot, asked.scope, asked.filters, asked["rows"])
    gateways = control.unmatched_gateways(asked.snapshot, asked.scope, asked.filters, asked["rows"])
    return (
        Table(
            "People and numbers that the directory does not know",
            (
                Column("user", "Address"),
                Column("number", "Number"),
                KEYS["site"],
                _LEGS,
                TALK,
                COST,
                *SEEN,
            ),
            users,
        ),
        Table(
            "Trunks without site or tariff",
            (
                KEYS["gateway"],
                _LEGS,
                Column("without_site", "Without site", Kind.COUNT, summed=True),
                Column("without_tariff", "Without tariff", Kind.COUNT, summed=True),
                TALK,
                COST,
                *SEEN,
            ),
            gateways,
        ),
    )


def _zero_usage(asked: Asked) -> tuple[Part, ...]:
    people = directory.people(asked.snapshot, asked.scope, asked.filters.last)
    idle = control.zero_usage(asked.snapshot, asked.scope, asked.filters, people)
    columns = (
        Column("name", "Name"),
        Column("user", "Address"),
        Column("kind", "Kind", Kind.WORD),
        Column("numbers", "Numbers"),
        KEYS["department"],
        KEYS["cost_centre"],
        KEYS["site"],
    )
    listed = idle.with_columns(pl.col("numbers").list.join(", ")).sort("department", "name")
    return (Table("Without a call", columns, listed),)


def _emergency(asked: Asked) -> tuple[Part, ...]:
    chosen = replace(asked.filters, emergency=True)
    return (call_table(asked, "Emergency calls", "started", chosen),)


def _out_of_hours(asked: Asked) -> tuple[Part, ...]:
    chosen = replace(asked.filters, outside_hours=asked.filters.outside_hours or OfficeHours())
    hours = chosen.outside_hours
    assert hours is not None  # noqa: S101  (just set)
    table = call_table(asked, "Calls out of hours", "cost", chosen)
    told = Phrase(
        "Office hours are {begin} to {end} on {days}. {cut}",
        begin=f"{hours.begin:%H:%M}",
        end=f"{hours.end:%H:%M}",
        days=Phrase("all days") if len(hours.weekdays) == 7 else Phrase("workdays"),
        cut=table.note,
    )
    return (replace(table, note=told),)


def _long(asked: Asked) -> tuple[Part, ...]:
    chosen = replace(asked.filters, min_talk_s=Decimal(asked["minutes"] * 60))
    title = Phrase("Calls of {minutes} minutes or more", minutes=asked["minutes"])
    return (call_table(asked, title, "talk", chosen),)


def _new_destinations(asked: Asked) -> tuple[Part, ...]:
    found = control.new_destinations(asked.snapshot, asked.scope, asked.filters)
    columns = (
        KEYS["destination"],
        KEYS["call_type"],
        Column("first_day", "First called", Kind.DAY),
        Column("calls", "Calls", Kind.COUNT, summed=True),
        TALK,
        COST,
    )
    return (Table("First called in this period", columns, found),)


def _tariff_changes(asked: Asked) -> tuple[Part, ...]:
    found = tariffs.tariff_versions(asked.snapshot, asked.scope)
    columns = (
        KEYS["tariff"],
        Column("version", "Version"),
        Column("loaded_at", "In use since", Kind.INSTANT),
        Column("loaded_by", "Brought in by"),
        Column("first_day", "First call priced", Kind.DAY),
        Column("last_day", "Last call priced", Kind.DAY),
        _LEGS,
    )
    return (Table("Versions of tariffs", columns, found),)


_CALLS: Final = Option("rows", "how many calls are listed", 1000, most=1_000_000)

REPORTS: Final = (
    Report(
        "unrated-calls",
        "Unrated calls",
        Group.CONTROL,
        "Calls that should have a price and have none, with the reason.",
        _unrated,
        (ROWS,),
    ),
    Report(
        "unmatched",
        "Unmatched people and trunks",
        Group.CONTROL,
        "Who and what the directory does not know, with the money at stake.",
        _unmatched,
        (ROWS,),
    ),
    Report(
        "zero-usage",
        "Zero usage",
        Group.CONTROL,
        "People and lines without a single call.",
        _zero_usage,
    ),
    Report(
        "emergency-calls",
        "Emergency calls",
        Group.CONTROL,
        "Who called an emergency number, when and from where.",
        _emergency,
        (_CALLS,),
    ),
    Report(
        "calls-out-of-hours",
        "Calls out of hours",
        Group.CONTROL,
        "Calls at night and at the weekend, the dearest first.",
        _out_of_hours,
        (_CALLS,),
    ),
    Report(
        "long-calls",
        "Long calls",
        Group.CONTROL,
        "Calls that lasted unusually long: talks, or lines left open.",
        _long,
        (Option("minutes", "how long a long call is", 60, most=100_000), _CALLS),
    ),
    Report(
        "new-destinations",
        "New destinations",
        Group.CONTROL,
        "Destinations that nobody had called before.",
        _new_destinations,
    ),
    Report(
        "tariff-changes",
        "Tariff changes",
        Group.CONTROL,
        "Which version of each tariff priced which calls, and who brought it in.",
        _tariff_changes,
    ),
)
