from __future__ import annotations

from datetime import date

import polars as pl

from app.calls.call_list import display
from app.language import style_of
from warehouse.home import Home
from warehouse.queries import calls
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots


def shown(home: Home, locale: str = "en-GB") -> dict[str, dict[str, object]]:
    snapshots = Snapshots(home.warehouse)
    try:
        rows = calls.page(
            snapshots.current(),
            Scope(everything=True),
            Filters(date(2024, 10, 1), date(2024, 10, 31)),
            25,
        )
    finally:
        snapshots.close()
    table = display(rows, style_of(locale))
    return dict(zip(rows["call_id"], table.iter_rows(named=True), strict=True))


def test_a_row_says_who_called_whom_how_long_and_at_what_price(small_home: Home) -> None:
    row = shown(small_home)["A2"]
    assert ("Bruno Conti", "+393335550199", "0:20:00", "€1.2000", "Outbound", "Answered") == tuple(
        row[name] for name in ("Person", "To", "Duration", "Cost", "Direction", "Outcome")
    )


def test_a_call_without_a_price_has_a_dash_and_its_status(small_home: Home) -> None:
    row = shown(small_home)["A5"]
    assert ("–", "No prefix") == (row["Cost"], row["Status"])


def test_an_unanswered_call_costs_zero_and_says_how_it_ended(small_home: Home) -> None:
    row = shown(small_home)["A4"]
    assert ("€0.0000", "No answer", "Not answered") == (row["Cost"], row["Outcome"], row["Status"])


def test_money_is_written_as_the_reader_is_used_to(small_home: Home) -> None:
    assert "1,2000\u00a0€" == shown(small_home, "it-IT")["A2"]["Cost"]


def test_people_without_a_number_are_named_without_their_domain() -> None:
    names = {name: [None] for name in ("from_number", "to_number", "person", "user")}
    rest = {
        name: [None]
        for name in (
            *("department", "destination", "currency", "site", "cost_centre", "gateway", "tariff"),
            *("call_type", "answered_by", "purpose", "account_code"),
        )
    }
    words = {name: ["internal"] for name in ("direction", "outcome", "status")}
    row = pl.DataFrame(
        names
        | rest
        | words
        | {"from_user": ["anna@aurora.example"], "to_user": [None]}
        | {"dialled": ["bruno@aurora.example"], "started_local": [None]}
        | {"talk_s": [None], "ring_s": [None], "cost": [None], "charge": [None]},
        schema_overrides=dict.fromkeys((*names, *rest, "to_user"), pl.String),
    )
    table = display(row, style_of(None))
    assert ("anna", "bruno") == (table["From"].item(), table["To"].item())
