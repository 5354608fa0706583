"""The report of what people did on the pages."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

import polars as pl

from app.access.audit import Asked as Wanted
from app.access.audit import deeds
from app.access.roles import Role, Viewer
from app.phrase import Phrase
from app.reports.document import Column, Kind, Part, Table
from app.reports.report import Asked, Group, Option, Report
from warehouse.scope import Scope

_COLUMNS: Final = (
    Column("at", "When", Kind.INSTANT),
    Column("address", "Who"),
    Column("role", "Role", Kind.WORD),
    Column("action", "Did", Kind.WORD),
    Column("subject", "What"),
    Column("details", "Details"),
)


def _audit(asked: Asked) -> tuple[Part, ...]:
    first, last = (
        datetime.combine(day, time(), UTC) for day in (asked.filters.first, asked.filters.last)
    )
    wanted = Wanted(since=first, until=last + timedelta(days=1), limit=asked["rows"])
    reader = _reader(asked.scope)
    found = deeds(asked.kept, reader, wanted) if reader else []
    rows = pl.DataFrame(
        [
            (
                one.at.replace(tzinfo=None),
                one.address or None,
                one.role or None,
                one.action.value,
                one.subject,
                one.brief or None,
            )
            for one in found
        ],
        schema={
            column.name: pl.Datetime("ms") if column.kind is Kind.INSTANT else pl.String
            for column in _COLUMNS
        },
        orient="row",
    )
    note = Phrase("Days are those of UTC. Who may not see all calls sees only what they did.")
    return (Table("What was done", _COLUMNS, rows, note),)


def _reader(scope: Scope) -> Viewer | None:
    """Whoever sees all calls is told of everybody, as auditors are; others of themselves."""
    if scope.everything:
        return Viewer("", "", Role.AUDITOR, scope)
    own = scope.own or scope.users
    return Viewer(own[0], "", Role.EMPLOYEE, scope) if len(own) == 1 else None


REPORTS: Final = (
    Report(
        "audit",
        "Audit",
        Group.CONTROL,
        "Who signed in, took files and changed what, the newest first.",
        _audit,
        (Option("rows", "how many entries are listed", 1000, most=100_000),),
        needs_state=True,
    ),
)
