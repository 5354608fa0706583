"""Who gets a report, and what each of them may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from app.schedules.schedule import Audience, Schedule
from warehouse.queries import directory
from warehouse.queries.choices import people as people_with_calls
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot

_HEAD = "head"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody, by address, with what they may see."""

    address: str
    scope: Scope


def recipients(schedule: Schedule, snapshot: Snapshot, first: date, last: date) -> list[Recipient]:
    """Everybody who gets the report about a period, each once, in the order of their addresses.

    Heads are those of the last day of the period; who leads several departments gets them in one
    mail. Heads and people outside the schedule's own scope get nothing.
    """
    if schedule.audience is Audience.ADDRESSES:
        return [Recipient(one, schedule.scope) for one in dict.fromkeys(schedule.addresses)]
    known = directory.people(snapshot, schedule.scope, last).with_columns(
        pl.coalesce(pl.col("email"), pl.col("user")).alias("address")
    )
    if schedule.audience is Audience.HEADS:
        heads = known.filter(role=_HEAD).drop_nulls("department")
        led = heads.group_by("address").agg(pl.col("department").unique().sort()).sort("address")
        return [
            Recipient(address, _within(schedule, departments=tuple(departments)))
            for address, departments in led.select("address", "department").iter_rows()
        ]
    present = people_with_calls(snapshot, schedule.scope, first, last).select("user")
    own = (
        known.join(present, on="user", how="semi")
        .group_by("address")
        .agg(pl.col("user").unique().sort())
    )
    return [
        Recipient(address, _within(schedule, users=tuple(users)))
        for address, users in own.sort("address").select("address", "user").iter_rows()
    ]


def _within(
    schedule: Schedule, departments: tuple[str, ...] = (), users: tuple[str, ...] = ()
) -> Scope:
    return Scope(
        departments=departments, users=users, mask_digits=schedule.scope.mask_digits, own=users
    )
