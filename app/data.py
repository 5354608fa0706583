"""What the pages know: the published warehouse, asked through a cache that all readers share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
import streamlit as st

from app.administration.unmatched import unmatched
from app.environment import COMPANY_VARIABLE, HOME_VARIABLE
from app.format import Style
from app.periods import Period
from app.reports.catalogue import REPORTS
from app.reports.catalogue.traffic import trunk_load
from app.reports.document import Document, Reader
from warehouse.clock import system_clock
from warehouse.home import Home
from warehouse.manifest import TariffVersion
from warehouse.queries import (
    calls,
    cells,
    choices,
    costs,
    directory,
    fixed,
    freshness,
    overview,
    service,
    traffic,
    trunks,
)
from warehouse.queries.budgets import budget_status
from warehouse.queries.choices import Choice
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.state.state import State

_QUERIES: Final[dict[str, Callable[..., Any]]] = {
    "totals": overview.totals,
    "cost_by_day": overview.cost_by_day,
    "by_call_type": overview.by_call_type,
    "top_departments": overview.top_departments,
    "top_people": overview.top_people,
    "page": calls.page,
    "count": calls.count,
    "costs": costs.by,
    "countries": costs.by_country,
    "destinations_in": costs.destinations_in,
    "traffic": traffic.by_period,
    "traffic_by_hour": traffic.by_hour,
    "heat_map": traffic.heat_map,
    "answering": service.answering,
    "waits": service.waits,
    "response_groups": service.by_response_group,
    "unreturned": service.unreturned,
    "cells": cells.by,
    "frequent_numbers": costs.frequent_numbers,
    "fixed": fixed.by,
    "trunk_days": trunks.by_day,
    "trunk_hours": trunks.by_hour,
    "trunk_load": trunk_load,
    "unmatched": unmatched,
    # The directory is not narrowed by what calls are looked at.
    "people_on": lambda snapshot, scope, _, on: directory.people(snapshot, scope, on),
    "trunks_on": lambda snapshot, scope, _, on: directory.trunks(snapshot, scope, on),
    "sites": lambda snapshot, scope, _: directory.sites(snapshot, scope),
    "history": lambda snapshot, scope, _, user: directory.history(snapshot, scope, user),
}


_EVER: Final = Filters(date.min, date.max)

MOST_ROWS: Final = 10_000
"""Of a list on a page; files have all, by the command line."""


@dataclass(frozen=True, slots=True)
class View:
    """What one reader looks at: the same snapshot for everything on the page."""

    snapshot: Snapshot
    scope: Scope
    filters: Filters
    period: Period
    before: Period
    style: Style
    zone: tzinfo
    locale: str | None = None
    people: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Names by address, of those with most calls."""

    @property
    def reader(self) -> Reader:
        """For whom reports are written."""
        return Reader(self.locale, self.zone)


def current_view() -> View:
    """The view that the sidebar made for this run of the page."""
    view: View = st.session_state["view"]
    return view


def company() -> str:
    """The name of the company whose calls these are."""
    return os.environ.get(COMPANY_VARIABLE) or "Our company"


def home() -> Home:
    """The installation that the pages show."""
    return Home(Path(os.environ.get(HOME_VARIABLE) or "data").resolve())


def newest_snapshot() -> Snapshot:
    """The newest published version; raises as `Snapshots.current` does."""
    return _snapshots(str(home().warehouse)).current()


def state() -> State:
    """What people edit, to be used in a `with` block; raises as `State.open` does."""
    return State.open(home().state)


def ask(view: View, query: str, filters: Filters | None = None, /, **options: Any) -> Any:
    """The answer of one of the queries, as the warehouse gives it."""
    return _answer(
        query,
        view.scope,
        filters or view.filters,
        tuple(sorted(options.items())),
        str(view.snapshot.manifest.change),
        view.snapshot,
    )


def document(view: View, report: str, options: dict[str, int]) -> Document:
    """A report about what the reader looks at."""
    if REPORTS[report].needs_state:
        # Calls are not all that it tells of: their version does not say that it is the same.
        with state() as opened:
            return REPORTS[report].write(
                view.snapshot, view.scope, view.filters, company(), now(), options, opened
            )
    found = _document(
        report,
        view.scope,
        view.filters,
        tuple(sorted(options.items())),
        str(view.snapshot.manifest.change),
        view.snapshot,
    )
    return replace(found, about=replace(found.about, made_at=now()))


def names(snapshot: Snapshot, scope: Scope, filters: Filters, of: Choice) -> Mapping[str, str]:
    """What a filter can be narrowed to and its names, in their order; of too many the busiest."""
    return _named(of, scope, filters, str(home().warehouse), snapshot)


def tariffs_in_use(view: View) -> list[TariffVersion]:
    """The newest version of every tariff, for whoever may see anything."""
    scope = view.scope
    if not (scope.everything or scope.departments or scope.sites or scope.users):
        return []
    by_age = sorted(view.snapshot.manifest.tariffs, key=lambda one: one.loaded_at)
    return list({one.tariff: one for one in by_age}.values())


def directory_today(view: View) -> pl.DataFrame:
    """The people whom the reader may see, as they stand in the directory today."""
    found: pl.DataFrame = ask(view, "people_on", on=now().astimezone(view.zone).date())
    return found


def budgets_today(view: View) -> pl.DataFrame:
    """How far budgets are spent that the reader may see; raises as `State.open` does."""
    with state() as opened:
        today = now().astimezone(view.zone).date()
        return budget_status(view.snapshot, opened, view.scope, today)


def sites(snapshot: Snapshot, scope: Scope) -> list[str]:
    """Every site that ever had calls."""
    return list(names(snapshot, scope, _EVER, "site"))


def departments(snapshot: Snapshot, scope: Scope) -> list[str]:
    """Every department that ever had calls."""
    return list(names(snapshot, scope, _EVER, "department"))


def sources(snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """How far each source has got."""
    return freshness.sources(snapshot, scope)


def now() -> datetime:
    return system_clock()


def reader_zone() -> tzinfo:
    """The zone of the reader's browser, else that of this machine."""
    name = st.context.timezone
    try:
        return ZoneInfo(name) if name else _machine_zone()
    except (ZoneInfoNotFoundError, ValueError):
        return _machine_zone()


def _machine_zone() -> tzinfo:
    zone = system_clock().astimezone().tzinfo
    assert zone is not None  # noqa: S101  (astimezone always sets one)
    return zone


@st.cache_resource(show_spinner=False)
def _snapshots(folder: str) -> Snapshots:
    # The other half draws pages: with all at work on one question, every other reader waits.
    return Snapshots(Path(folder), threads=max(1, (os.cpu_count() or 1) // 2))


# The cache is shared by all readers: whoever asks is part of the key, and so is the state of the
# warehouse. A frame never is, because large ones are hashed by a sample only.
@st.cache_data(show_spinner="Counting calls…", max_entries=500)
def _answer(
    query: str,
    scope: Scope,
    filters: Filters,
    options: tuple[tuple[str, Any], ...],
    state: str,  # noqa: ARG001  (part of the key)
    _snapshot: Snapshot,
) -> Any:
    return _QUERIES[query](_snapshot, scope, filters, **dict(options))


@st.cache_data(show_spinner="Counting calls…", max_entries=100)
def _document(
    report: str,
    scope: Scope,
    filters: Filters,
    options: tuple[tuple[str, int], ...],
    state: str,  # noqa: ARG001  (part of the key)
    _snapshot: Snapshot,
) -> Document:
    return REPORTS[report].write(_snapshot, scope, filters, company(), now(), dict(options))


# Lists of choices need not follow every publication: a minute's age does no harm.
@st.cache_data(show_spinner=False, max_entries=500, ttl=60)
def _named(
    of: Choice,
    scope: Scope,
    filters: Filters,
    warehouse: str,  # noqa: ARG001  (part of the key)
    _snapshot: Snapshot,
) -> dict[str, str]:
    found = choices.values(_snapshot, scope, filters, of)
    return dict(zip(found["value"], found["name"], strict=True))
