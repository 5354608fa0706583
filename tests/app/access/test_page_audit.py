"""The audit on a page: whoever may read it finds what was done, by day, person and kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.access.audit import Action, Deed, note
from app.administration import audited
from app.format import ENGLISH
from app.language import style_of
from tests.app.access.conftest import ANNA, BRUNO, DEV, ZOE, Opening
from tests.app.conftest import NOW
from tests.app.opening import at, said
from tests.app.turning import turned
from warehouse.home import Home
from warehouse.state.state import State

SEARCH = {"form": "csv", "first": "2024-10-01", "last": "2024-10-31", "text": "+390612345678"}


@pytest.fixture
def noted(company: Home) -> Home:
    with State.open(company.state) as state:
        for days, one in enumerate(
            (
                Deed(NOW, ANNA, "supervisor", Action.SIGN_IN, "pages", {}),
                Deed(NOW, ANNA, "supervisor", Action.DOWNLOAD, "calls", SEARCH),
                Deed(
                    NOW,
                    BRUNO,
                    "employee",
                    Action.REFUSED,
                    "report costs-by-department",
                    {"departments": ["Sales", ""], "directions": ["outbound"]},
                ),
                Deed(NOW, ZOE, "administrator", Action.CHANGE, "alarm saved", {"name": "Premium"}),
                Deed(NOW - timedelta(days=60), ZOE, "administrator", Action.SIGN_IN, "pages", {}),
            )
        ):
            note(state, one, occasion=str(days))
    return company


def rows(app: AppTest) -> list[dict[str, Any]]:
    return list(app.dataframe[0].value.to_dict("records"))


def told(app: AppTest) -> list[tuple[str, str]]:
    return [(row["Who"], row["What"]) for row in rows(app)]


def test_an_administrator_reads_what_everybody_did_of_the_last_days(
    noted: Home, opening: Opening
) -> None:
    app = opening(ZOE, "audit")
    found = {row["Of what"]: row for row in rows(app) if row["Who"] != ZOE}
    assert {"Pages", "Calls", "Costs by department"} == set(found)
    assert "1 – 31 Oct 2024 · Format: csv · Search: +390612345678" == found["Calls"]["Details"]
    assert (
        "Department: Sales, (none) · Direction: Outbound" == found["Costs by department"]["Details"]
    )
    assert "Was refused" == found["Costs by department"]["What"]
    (changed,) = [row for row in rows(app) if row["What"] == "Changed"]
    assert ("Alarm saved", "Name: Premium") == (changed["Of what"], changed["Details"])


def test_an_auditor_reads_it_without_what_others_searched_for(
    noted: Home, opening: Opening
) -> None:
    app = opening(DEV, "audit")
    (search,) = [row for row in rows(app) if row["What"] == "Took a file"]
    assert "1 – 31 Oct 2024 · Format: csv · Search: …" == search["Details"]


@pytest.mark.parametrize("address", [ANNA, BRUNO])
def test_for_all_others_the_page_is_not_there(noted: Home, opening: Opening, address: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        opening(address, "audit")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"audit_who": [BRUNO]}, [(BRUNO, "Was refused")]),
        ({"audit_what": ["download", "change"]}, [(ZOE, "Changed"), (ANNA, "Took a file")]),
        ({"audit_find": "COSTS"}, [(BRUNO, "Was refused")]),
        ({"audit_days": ["2024-08-01", "2024-09-30"]}, [(ZOE, "Signed in")]),
    ],
)
def test_it_is_narrowed_and_the_link_says_how(
    noted: Home, opening: Opening, query: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    app = turned(opening(ZOE), "audit", **query)
    assert expected == told(app)
    assert query.keys() <= set(app.query_params)


def test_days_of_which_nothing_was_noted_are_said_to_be_so(noted: Home, opening: Opening) -> None:
    app = turned(opening(ZOE), "audit", audit_days=["2020-01-01", "2020-01-31"])
    assert "Nothing was noted" in said(app)
    assert ["2020-01-01", "2020-01-31"] == app.query_params["audit_days"]


def test_it_is_read_while_there_are_no_calls(empty_home: Home) -> None:
    app = at("audit")
    assert "Nothing was noted" in said(app)
    with State.open(empty_home.state) as state:
        note(state, Deed(NOW, ANNA, "supervisor", Action.SIGN_IN, "pages", {}))
    assert [(ANNA, "Signed in")] == told(app.run())


def test_what_was_changed_is_said_in_the_language_of_the_reader() -> None:
    deed = Deed(NOW, ZOE, "administrator", Action.CHANGE, "budget saved", {})
    assert "Budget saved" == audited.subject_of(deed, ENGLISH)
    assert "Budget salvato" == audited.subject_of(deed, style_of("it-IT"))
