"""Prices on a page: asked for, browsed, and a new list checked, compared, tried and activated."""

from __future__ import annotations

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from app.administration import price_upload
from tests.app.books import TARIFFS
from tests.app.opening import at, said
from warehouse.home import Home

NEW = TARIFFS.replace("0.60", "0.72").replace("aurelia,393,Italy mobile,mobile,0.90,0.05,EUR\n", "")


def cells(app: AppTest, place: int = -1) -> list[list[object]]:
    found: list[list[object]] = app.dataframe[place].value.astype(object).to_numpy().tolist()
    return found


def uploaded(text: str) -> AppTest:
    app = at("tariffs", shown="new")
    app.file_uploader[0].set_value(("new.csv", text.encode(), "text/csv")).run()
    assert not app.exception
    return app


def test_what_a_call_would_cost_is_told_line_by_line(booked_home: Home) -> None:
    app = at("tariffs", number="+39 06 1234567", seconds="90", tariff="aurelia")
    assert ("Italy", "€0.9500") == (app.metric[0].label, app.metric[0].value)
    told = [" ".join(map(str, row)) for row in app.table[0].value.to_numpy()]
    assert any("39 of aurelia: matched" in line for line in told)
    assert any("Connect fee 0.05 EUR" in line for line in told)


def test_a_number_without_a_price_is_told_so(booked_home: Home) -> None:
    app = at("tariffs", number="+442079460123", tariff="aurelia")
    assert not app.metric
    assert "no prefix of the tariff fits" in str(app.table[0].value.to_numpy())


def test_prices_are_browsed_by_number(booked_home: Home) -> None:
    app = at("tariffs", shown="prices", price="+39333", of=["aurelia"])
    assert [["393", "Italy mobile"], ["39", "Italy"]] == [row[1:3] for row in cells(app)]


def test_versions_are_listed_with_who_brought_them_in(booked_home: Home) -> None:
    found = at("tariffs", shown="versions").dataframe[0].value
    assert {"aurelia", "hudson"} == set(found.iloc[:, 0])


def test_all_that_is_wrong_with_a_list_is_told_with_its_place(booked_home: Home) -> None:
    app = uploaded(TARIFFS + "aurelia,44,UK,abroad,cheap,0,EUR\n")
    assert "It cannot be used as it is: 2 problems." in said(app)
    assert {(5, "call_type"), (5, "price_per_minute")} == {
        (int(row[0]), row[1]) for row in cells(app)
    }
    assert "activate" not in [one.key for one in app.button]


def test_a_new_list_is_compared_tried_on_past_calls_and_activated(booked_home: Home) -> None:
    app = uploaded(NEW)
    counts = {one.label: one.value for one in app.metric}
    assert {"Added": "0", "Removed": "1", "Dearer": "1", "Cheaper": "0"} == {
        name: counts[name] for name in ("Added", "Removed", "Dearer", "Cheaper")
    }
    assert ["Dearer", "aurelia", "39"] == cells(app)[0][:3]

    app.button(key="effect").click().run()
    assert not app.exception
    # 1 + 1 + 3 minutes at 0.12 more; the call to the mobile costs 0.36 less by the shorter prefix.
    (cost,) = [one for one in app.metric if one.label == "Cost of the calls that change"]
    assert ("€5.24", "+€0.24 (4.8%)") == (cost.value, cost.delta)
    assert TARIFFS == booked_home.tariffs.read_text()

    app.button(key="activate").click().run()
    assert not app.exception
    assert "The new prices are active" in said(app)
    assert NEW == booked_home.tariffs.read_text()
    (kept,) = booked_home.path.glob("tariffs.csv.*Z")
    assert TARIFFS == kept.read_text()


def test_the_present_list_is_known_again(booked_home: Home) -> None:
    assert "This is the present price list." in said(uploaded(TARIFFS))


def test_who_may_not_edit_is_offered_no_upload(
    booked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.frame.rights.may_edit", lambda: False)
    app = at("tariffs", shown="new")
    assert not app.get("file_uploader")


def test_the_effect_keeps_amounts_exact() -> None:
    row = {"tariff": "a", "currency": "EUR", "legs": 2, "before": "0.100001"}
    found = price_upload.effect([row | {"after": "90000000000000.000001"}])
    assert Decimal("90000000000000.000001") == found["after"][0]
