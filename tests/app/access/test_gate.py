"""Who sees which figures: every role on every page, by search, link, download and cache."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import streamlit as st

from app import data
from app.access import gate
from app.access.audit import Action, Asked, Deed, deeds
from app.access.roles import RIGHTS, Role, Viewer
from app.access.rules import Grant, Rules, Way
from tests.app.access.conftest import ANNA, BRUNO, DEV, GIVEN, OIDC, PEOPLE, ZOE, Opening
from tests.app.conftest import NOW
from tests.app.homes import note_people
from tests.app.test_pages import listed, metrics, said
from warehouse.errors import InUse
from warehouse.home import Home
from warehouse.scope import Scope
from warehouse.state.state import State

BRUNOS_NUMBER = "+393335550199"
EVE = "eve@partner.example"
SEEN = {
    ZOE: ("6", "€1.27"),
    DEV: ("6", "€1.27"),
    ANNA: ("5", "€0.07"),
    BRUNO: ("1", "€1.20"),
    EVE: ("1", "€1.20"),
}
"""The calls and the cost of October that each may see."""


def audit(home: Home) -> list[Deed]:
    with State.open(home.state) as state:
        return deeds(state, Viewer("", "", Role.ADMINISTRATOR, Scope()), Asked())


@pytest.mark.parametrize(("address", "figures"), SEEN.items())
def test_the_overview_has_the_figures_of_the_viewer(
    opening: Opening, address: str, figures: tuple[str, str]
) -> None:
    app = opening(address, "overview", GIVEN)
    assert figures == (metrics(app)["Calls"][0], metrics(app)["Cost"][0])


@pytest.mark.parametrize(("address", "figures"), SEEN.items())
def test_the_list_has_the_calls_of_the_viewer(
    opening: Opening, address: str, figures: tuple[str, str]
) -> None:
    app = opening(address, "calls", GIVEN)
    assert int(figures[0]) == len(listed(app))
    people = set(app.dataframe[0].value["Person"])
    assert ("Bruno Conti" in people) == (address != ANNA)
    assert ("Anna Bianchi" in people) == (address not in (BRUNO, EVE))


@pytest.mark.parametrize(("address", "figures"), SEEN.items())
def test_a_report_has_the_figures_of_the_viewer(
    opening: Opening, address: str, figures: tuple[str, str]
) -> None:
    app = opening(address, "reports", GIVEN)
    app.selectbox(key="report").select("costs-by-department").run()
    assert int(figures[0]) == app.dataframe[0].value["Calls"].sum()


def test_two_viewers_share_one_cache_and_nothing_else(opening: Opening) -> None:
    for address in (ANNA, BRUNO, ANNA, BRUNO):
        shown = metrics(opening(address, "overview", GIVEN))
        assert SEEN[address] == (shown["Calls"][0], shown["Cost"][0])


@pytest.mark.parametrize("page", ["overview", "calls", "reports"])
def test_a_link_into_another_department_shows_nothing_of_it(opening: Opening, page: str) -> None:
    app = opening(ANNA, page, department=["Service"])
    assert "Bruno" not in said(app)
    assert not app.metric
    app.multiselect(key="department").set_value([]).run()
    offered = app.multiselect(key="department").options
    assert "Service" not in offered
    assert "Sales" in offered


def test_a_call_of_others_cannot_be_opened(opening: Opening) -> None:
    app = opening(ANNA, "calls")
    app.session_state["call"] = ("rome", "A2")
    app.run()
    assert "not there any more" in said(app)
    assert BRUNOS_NUMBER not in said(app)


def test_an_auditor_sees_masked_numbers_and_cannot_search_for_the_rest(opening: Opening) -> None:
    app = opening(DEV, "calls")
    numbers = app.dataframe[0].value["To"].to_list()
    assert "+393335550xxx" in numbers
    assert BRUNOS_NUMBER not in numbers
    app.text_input(key="search").set_value(BRUNOS_NUMBER).run()
    assert "No calls match" in said(app)
    app.text_input(key="search").set_value("3335550").run()
    assert ["30 10:30"] == listed(app)


def test_an_administrator_sees_and_finds_whole_numbers(opening: Opening) -> None:
    app = opening(ZOE, "calls")
    app.text_input(key="search").set_value(BRUNOS_NUMBER).run()
    assert ["30 10:30"] == listed(app)


def test_masking_is_as_the_settings_say(opening: Opening) -> None:
    rules = replace(OIDC, masked=OIDC.masked | {Role.SUPERVISOR: 6})
    app = opening(ANNA, "calls", rules)
    assert "+442079xxxxxx" in app.dataframe[0].value["To"].to_list()


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("overview", "lobby@aurora.example"),
        ("overview", " "),
        ("calls", "stranger@aurora.example"),
        ("reports", "stranger@aurora.example"),
    ],
)
def test_whoever_has_no_role_sees_a_page_that_says_so_and_nothing_else(
    opening: Opening, address: str, page: str
) -> None:
    app = opening(address, page)
    assert "no role here" in said(app) or "says no address" in said(app)
    assert not [*app.metric, *app.dataframe, *app.get("download_button"), *app.multiselect]
    assert ["Sign out"] == [button.label for button in app.button]
    assert "1.27" not in said(app)


@pytest.mark.parametrize("page", ["overview", "calls", "reports"])
def test_whoever_is_not_signed_in_is_offered_to(opening: Opening, page: str) -> None:
    app = opening(None, page)
    assert ["Sign in"] == [button.label for button in app.button]
    assert not [*app.metric, *app.dataframe, *app.get("download_button"), *app.multiselect]


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({"iat": NOW.timestamp() - 13 * 3600}, "Sign in again"),
        ({"iat": None}, "Sign in again"),
        ({"is_logged_in": "yes"}, "Sign in"),
        ({"email": None}, "Your sign-in says no address"),
        ({"email": ["a", "b"]}, "Your sign-in says no address"),
        ({"email_verified": False}, "Your address is not verified"),
    ],
)
def test_a_sign_in_has_to_be_whole_and_fresh(
    opening: Opening, claims: dict[str, Any], title: str
) -> None:
    app = opening(ZOE, "overview", OIDC, claims)
    assert title == app.title[0].value
    assert not app.metric


def test_the_address_is_in_the_claim_that_the_settings_name(opening: Opening) -> None:
    app = opening("else@aurora.example", "overview", replace(OIDC, claim="upn"), {"upn": ZOE})
    assert "6" == metrics(app)["Calls"][0]


@pytest.mark.parametrize("address", [ANNA, DEV])
def test_a_proxy_says_who_it_is(opening: Opening, address: str) -> None:
    app = opening(address, "overview", replace(GIVEN, way=Way.PROXY))
    assert SEEN[address][0] == metrics(app)["Calls"][0]


@pytest.mark.parametrize("claims", [{}, {"is_logged_in": True, "email": ZOE}])
def test_without_the_word_of_the_proxy_nobody_is_anybody(
    opening: Opening, claims: dict[str, Any]
) -> None:
    app = opening(None, "overview", Rules(Way.PROXY), claims)
    assert "Nobody is signed in" == app.title[0].value
    assert not app.metric


def test_headers_that_nobody_configured_are_not_believed(opening: Opening) -> None:
    app = opening(None, "overview", OIDC, {"tollbook_address": ZOE})
    assert "Sign in" == app.title[0].value


def test_a_proxy_ends_its_sessions_itself(opening: Opening) -> None:
    app = opening(ANNA, "overview", Rules(Way.PROXY, sign_out_url="/oauth2/sign_out"))
    (link,) = app.get("link_button")
    assert "/oauth2/sign_out" == link.proto.url


def test_without_a_sign_in_whoever_sits_here_is_administrator(
    company: Home, opening: Opening
) -> None:
    app = opening(None, "overview", Rules())
    assert "6" == metrics(app)["Calls"][0]
    assert "everybody on this machine" in said(app)
    assert [] == audit(company)


@pytest.mark.parametrize(("comes_from", "is_let_in"), [("127.0.0.1", True), ("10.1.2.3", False)])
def test_without_a_sign_in_nobody_from_elsewhere_is_let_in(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, comes_from: str, is_let_in: bool
) -> None:
    monkeypatch.setattr(
        type(st.context), "ip_address", property(lambda _: comes_from), raising=True
    )
    app = opening(None, "overview", Rules())
    assert bool(app.metric) == is_let_in
    assert ("For this machine only" in said(app)) != is_let_in


def test_a_change_of_the_directory_holds_from_the_next_run_on(
    company: Home, opening: Opening
) -> None:
    app = opening(ANNA)
    assert "5" == metrics(app)["Calls"][0]
    moved = [one | ({"department": "Service"} if one["user"] == ANNA else {}) for one in PEOPLE]
    note_people(company, moved, NOW + timedelta(minutes=1))
    app.run()
    assert "6" == metrics(app)["Calls"][0]
    note_people(company, [one for one in PEOPLE if one["user"] != ANNA], NOW + timedelta(minutes=2))
    app.run()
    assert "No access" == app.title[0].value
    assert not app.metric


def test_who_is_valid_is_asked_of_today(company: Home, opening: Opening) -> None:
    gone = [one | {"valid_to": NOW.date()} for one in PEOPLE]
    note_people(company, gone, NOW + timedelta(minutes=1))
    assert "No access" == opening(ANNA).title[0].value


def test_the_first_administrator_gets_in_before_there_is_a_directory(
    empty_home: Home, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "home", lambda: Home(empty_home.path / "new"))
    rules = replace(OIDC, grants=(Grant(ZOE, Role.ADMINISTRATOR),))
    assert "Tollbook has no calls yet" in [
        one.proto.title for one in opening(ZOE, "overview", rules).info
    ]
    assert "Your access cannot be looked up" == opening(ANNA, "overview", rules).title[0].value


def test_signing_out_is_noted_and_forgets_who_it_was(company: Home, opening: Opening) -> None:
    app = opening(ANNA)
    app.button(key="sign_out").click().run()
    assert [Action.SIGN_OUT, Action.SIGN_IN] == [one.action for one in audit(company)]


def test_a_sign_in_is_noted_once_however_many_pages_are_opened(
    company: Home, opening: Opening
) -> None:
    for page in ("overview", "calls", "overview"):
        opening(ANNA, page)
    opening("stranger@aurora.example").run()
    stranger, anna = audit(company)
    assert (Action.SIGN_IN, ANNA, "supervisor") == (anna.action, anna.address, anna.role)
    assert (Action.REFUSED, "stranger@aurora.example", "") == (
        stranger.action,
        stranger.address,
        stranger.role,
    )


@pytest.fixture
def pressed(company: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What the download buttons of a page would call, in order."""
    found: list[Any] = []
    real = st.download_button

    def noted(label: str, data: Any, **options: Any) -> bool:
        found.append(data)
        return real(label, data, **options)

    monkeypatch.setattr(st, "download_button", noted)
    return found


def rows(found: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(found)) as packed:
        text = packed.read("calls.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(("address", "figures"), SEEN.items())
def test_a_file_has_the_calls_of_the_viewer_and_who_took_it_is_noted(
    company: Home, opening: Opening, pressed: list[Any], address: str, figures: tuple[str, str]
) -> None:
    opening(address, "calls", GIVEN)
    found = rows(pressed[0]())
    assert int(figures[0]) == len(found)
    assert (BRUNOS_NUMBER in {one["to_number"] for one in found}) == (address not in (ANNA, DEV))
    deed = audit(company)[0]
    assert (Action.DOWNLOAD, address, "calls") == (deed.action, deed.address, deed.subject)
    assert {"form": "csv", "first": "2024-10-02", "last": "2024-10-31"} == deed.details


def test_a_file_of_a_report_is_noted_with_its_form_and_filters(
    company: Home, opening: Opening, pressed: list[Any]
) -> None:
    opening(ANNA, "reports", OIDC, None, department=["Sales"])
    pressed[0]()
    deed = audit(company)[0]
    assert deed.subject.startswith("report ")
    assert {"form", "first", "last", "departments"} <= set(deed.details)


def test_nothing_is_given_on_a_page_that_was_drawn_before_access_ended(
    company: Home, opening: Opening, pressed: list[Any]
) -> None:
    opening(ANNA, "calls")
    note_people(company, [one for one in PEOPLE if one["user"] != ANNA], NOW + timedelta(minutes=2))
    with pytest.raises(PermissionError, match="has other rights now"):
        pressed[0]()
    assert (Action.REFUSED, ANNA) == (audit(company)[0].action, audit(company)[0].address)


def test_nothing_is_given_to_those_who_may_take_no_files(
    company: Home, opening: Opening, pressed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RIGHTS, Role.SUPERVISOR, frozenset())
    opening(ANNA, "calls")
    with pytest.raises(PermissionError, match="may take no files"):
        pressed[0]()
    assert (Action.REFUSED, ANNA) == (audit(company)[0].action, audit(company)[0].address)


def test_nothing_is_given_that_cannot_be_noted(
    company: Home, opening: Opening, pressed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(ANNA, "calls")
    monkeypatch.setattr(gate, "_PATIENCE_S", 0.05)
    with State.open(company.state) as state, state.transaction(), pytest.raises(InUse):
        pressed[0]()


def test_a_sign_in_that_cannot_be_noted_is_let_in(
    company: Home, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "_PATIENCE_S", 0.05)
    with State.open(company.state) as state, state.transaction():
        assert "5" == metrics(opening(ANNA))["Calls"][0]
    assert [] == audit(company)
