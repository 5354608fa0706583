"""Reports of how calls are answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from app.phrase import Phrase
from app.reports.catalogue.columns import ANSWERED, CALL_LIST, CALLS, KEYS, TALK
from app.reports.document import Chart, Column, Kind, Part, Table
from app.reports.report import Asked, Group, Option, Report
from warehouse.queries import service
from warehouse.queries.service import ServiceKey
from warehouse.scope import Filters
from warehouse.words import Direction

_LOST: Final = Column("lost", "Lost", Kind.COUNT, summed=True)
_ASR: Final = Column("asr", "Answered, %", Kind.SHARE)
_ANSWERING: Final = (
    CALLS,
    ANSWERED,
    Column("voicemail", "Voice mail", Kind.COUNT, summed=True),
    _LOST,
    _ASR,
    Column("lost_share", "Lost, %", Kind.SHARE),
    TALK,
    Column("aloc_s", "Average talk", Kind.DURATION),
    Column("mean_wait_s", "Average wait", Kind.WAIT),
    Column("prompt_share", "Within 20 s", Kind.SHARE),
)
_REASONS: Final = tuple(
    Column(name, title, Kind.COUNT, summed=True)
    for name, title in (
        ("no_answer", "No answer"),
        ("busy", "Busy"),
        ("cancelled", "Cancelled"),
        ("rejected", "Rejected"),
        ("failed", "Failed"),
        ("unknown", "Unknown end"),
    )
)
_PERIOD: Final = Column("period", "Day", Kind.DAY)


def inbound(filters: Filters) -> Filters:
    """Calls from outside, unless directions are asked for."""
    return filters if filters.directions else replace(filters, directions=(Direction.INBOUND,))


def answering_by_day(asked: Asked) -> tuple[Part, ...]:
    """How inbound calls were answered, day by day."""
    found = service.answering(asked.snapshot, asked.scope, inbound(asked.filters), (), "day")
    return (
        Chart("Lost calls by day", "columns", found, _PERIOD, _LOST),
        Table("By day", (_PERIOD, *_ANSWERING), found),
    )


def _answering_by(key: ServiceKey) -> Callable[[Asked], tuple[Part, ...]]:
    column = KEYS[key]

    def make(asked: Asked) -> tuple[Part, ...]:
        found = service.answering(asked.snapshot, asked.scope, inbound(asked.filters), (key,))
        order = "hour" if key == "hour" else "calls"
        rows = found.sort(order, descending=key != "hour", nulls_last=True)
        return (Table(f"By {column.title.lower()}", (column, *_ANSWERING), rows),)

    return make


def _lost(asked: Asked) -> tuple[Part, ...]:
    found = service.answering(asked.snapshot, asked.scope, inbound(asked.filters), ("department",))
    rows = found.sort("lost", descending=True)
    return (
        Chart("Lost calls", "bars", rows.head(12), _LOST, KEYS["department"]),
        Table("Why calls were lost", (KEYS["department"], CALLS, _LOST, *_REASONS), rows),
    )


def _waits(asked: Asked) -> tuple[Part, ...]:
    seconds = asked["within"]
    found = service.waits(
        asked.snapshot,
        asked.scope,
        inbound(asked.filters),
        ("department",),
        within_s=Decimal(seconds),
    )
    columns = (
        KEYS["department"],
        ANSWERED,
        Column("mean_s", "Average wait", Kind.WAIT),
        Column("median_s", "Median", Kind.WAIT),
        Column("p90_s", "Nine in ten within", Kind.WAIT),
        Column("longest_s", "Longest", Kind.WAIT),
        Column("prompt_share", Phrase("Within {seconds} s", seconds=seconds), Kind.SHARE),
        Column("abandoned", "Abandoned", Kind.COUNT, summed=True),
        Column("abandoned_mean_s", "Gave up after", Kind.WAIT),
    )
    return (Table("Time to answer", columns, found.sort("mean_s", descending=True)),)


def group_table(rows: pl.DataFrame) -> Table:
    """The table of what `service.by_response_group` gives."""
    columns = (
        Column("response_group", "Response group"),
        CALLS,
        ANSWERED,
        Column("abandoned", "Abandoned", Kind.COUNT, summed=True),
        Column("voicemail", "Voice mail", Kind.COUNT, summed=True),
        TALK,
        Column("mean_wait_s", "Average wait", Kind.WAIT),
        Column("mean_abandoned_s", "Gave up after", Kind.WAIT),
    )
    return Table("Response groups", columns, rows)


def _groups(asked: Asked) -> tuple[Part, ...]:
    return (group_table(service.by_response_group(asked.snapshot, asked.scope, asked.filters)),)


def unreturned_table(rows: pl.DataFrame, limit: int) -> Table:
    """The table of what `service.unreturned` gives for at most so many calls."""
    is_cut = rows.height == limit
    cut = Phrase("These are the newest {shown}.", shown=rows.height) if is_cut else ""
    note = Phrase("Withheld numbers cannot be called back and are left out. {cut}", cut=cut)
    wanted = ("started_local", "person", "department", "from_number", "to_number", "outcome")
    columns = tuple(column for column in CALL_LIST if column.name in wanted)
    waited = Column("ring_s", "Waited", Kind.WAIT)
    return Table("Not called back", (*columns, waited), rows, note)


def _unreturned(asked: Asked) -> tuple[Part, ...]:
    found = service.unreturned(
        asked.snapshot, asked.scope, asked.filters, asked["hours"], asked["rows"]
    )
    return (unreturned_table(found, asked["rows"]),)


REPORTS: Final = (
    Report(
        "answered-calls",
        "Answered and lost calls",
        Group.SERVICE,
        "How many inbound calls were answered and lost, day by day.",
        answering_by_day,
    ),
    Report(
        "lost-calls",
        "Lost calls by reason",
        Group.SERVICE,
        "Where inbound calls are lost, and why.",
        _lost,
    ),
    Report(
        "service-by-department",
        "Service by department",
        Group.SERVICE,
        "How each department answers.",
        _answering_by("department"),
    ),
    Report(
        "service-by-person",
        "Service by person",
        Group.SERVICE,
        "How each person answers.",
        _answering_by("user"),
    ),
    Report(
        "service-by-hour",
        "Service by hour",
        Group.SERVICE,
        "At what time of day calls are answered well or badly.",
        _answering_by("hour"),
    ),
    Report(
        "time-to-answer",
        "Time to answer",
        Group.SERVICE,
        "How long callers wait for each department, and when they give up.",
        _waits,
        (Option("within", "seconds that count as prompt", 20, most=3600),),
    ),
    Report(
        "response-groups",
        "Response groups",
        Group.SERVICE,
        "Calls to each group: answered, abandoned, how long they queued.",
        _groups,
    ),
    Report(
        "unreturned-calls",
        "Lost calls not returned",
        Group.SERVICE,
        "Who called in vain, and was not called back.",
        _unreturned,
        (
            Option("hours", "hours within which a call back counts", 24, most=24 * 31),
            Option("rows", "how many calls are listed", 1000, most=100_000),
        ),
    ),
)
