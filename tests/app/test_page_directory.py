"""The directory as it was on any day, and the list of what is unknown, worked off on the page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.opening import at, said
from warehouse.home import Home
from warehouse.snapshot import Snapshots


def directory(**query: str | list[str]) -> AppTest:
    return at("directory", **query)


def names(app: AppTest) -> list[str]:
    return app.dataframe[0].value["name"].to_list()


def assign_form(what: str, name: str) -> AppTest:
    return directory(unknown=[what, name])


def field(app: AppTest, name: str) -> str:
    """The key of a field of the form."""
    keys = [
        one.key
        for kind in ("text_input", "selectbox", "segmented_control")
        for one in app.get(kind)
    ]
    keys += [one.key for one in app.get("button_group")]
    return next(key for key in keys if key and key.endswith(f"_{name}"))


def test_what_is_unknown_is_listed_with_counts_and_the_money_at_stake(booked_home: Home) -> None:
    app = directory()
    assert ["+390612340009", "+442079", "eve@x.org", "gw-9"] == sorted(names(app))
    tiles = {one.label: (one.value, one.delta) for one in app.metric}
    assert ("1", "€0.65 · 1 minute") == tiles["Unknown users"]
    assert ("1", "€1.85 · 3 minutes") == tiles["Unknown numbers"]
    assert ("1", "1 minute") == tiles["Numbers without a price"]


def test_one_kind_of_what_is_unknown_can_be_looked_at(booked_home: Home) -> None:
    assert ["eve@x.org"] == names(directory(what=["user"]))


def test_a_user_is_assigned_and_only_those_calls_are_priced_again(booked_home: Home) -> None:
    app = assign_form("user", "eve@x.org")
    app.selectbox(key=field(app, "to")).select("anna@x.org").run()
    app.button(key="assign_try").click().run()
    assert "Nothing is changed yet: 1 leg would change." in said(app)
    assert "eve@x.org" not in booked_home.users.read_text()

    app.button(key="assign_now").click().run()
    assert not app.exception
    assert "eve@x.org is assigned: 1 leg changed." in "\n".join(one.value for one in app.success)
    assert "eve@x.org" in booked_home.users.read_text()
    assert "eve@x.org" not in names(app.run())
    snapshots = Snapshots(booked_home.warehouse)
    owners = dict(snapshots.current().query("select leg_id, charged_user from legs").rows())
    snapshots.close()
    assert ("anna@x.org", "bob@x.org", None) == (owners["eve"], owners["gate"], owners["lift"])


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_written(booked_home: Home) -> None:
    before = booked_home.users.read_bytes()
    app = assign_form("number", "+390612340009")
    app.get("button_group")[-1].set_value("new").run()
    app.button(key="assign_now").click().run()
    told = said(app)
    assert "Say its name" in told
    assert "Say who pays for it" in told
    app.text_input(key=field(app, "new_to")).set_value("bob@x.org")
    app.text_input(key=field(app, "name")).set_value("Lift")
    app.selectbox(key=field(app, "department")).set_value("Sales").run()
    app.button(key="assign_now").click().run()
    assert not app.exception
    told = said(app)
    assert "Say its name" not in told
    assert "The directory has this one already" in told
    assert before == booked_home.users.read_bytes()


def test_a_number_without_a_price_leads_to_the_tariffs(booked_home: Home) -> None:
    found = next(name for name in names(directory()) if "44" in name)
    app = assign_form("destination", found)
    assert "No prefix of the tariff fits" in said(app)
    assert not [one for one in app.button if one.key == "assign_now"]


def test_who_may_not_edit_sees_the_list_alone(
    booked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.administration.assign_form.may_edit", lambda: False)
    app = assign_form("user", "eve@x.org")
    assert "Only an administrator" in said(app)
    assert not [one for one in app.button if one.key == "assign_now"]


def test_people_are_those_of_the_day_and_are_found_by_any_cell(booked_home: Home) -> None:
    app = directory(part="people")
    assert {"Anna Rossi": "Sales", "Bob Hill": "Finance"} == dict(
        app.dataframe[0].value[["Name", "Department"]].to_numpy()
    )
    app = directory(part="people", on="2024-05-31", find="212555")
    assert [["Bob Hill", "Support"]] == app.dataframe[0].value[
        ["Name", "Department"]
    ].to_numpy().tolist()


def test_a_person_is_shown_through_time(booked_home: Home) -> None:
    app = directory(part="people", who="bob@x.org")
    rows = app.dataframe[0].value[["Department", "Until, exclusive"]].fillna("").to_numpy()
    assert [["Support", "1 Jun 2024"], ["Finance", ""]] == rows.tolist()
    app.button(key="calls_of_person").click().run()
    assert ["bob@x.org"] == app.multiselect(key="person").value


@pytest.mark.parametrize(
    ("part", "column", "values"),
    [("sites", "Site", ["New York", "Rome"]), ("trunks", "Channels", [30, None])],
)
def test_sites_and_trunks_are_listed(
    booked_home: Home, part: str, column: str, values: list[object]
) -> None:
    found = directory(part=part).dataframe[0].value[column]
    assert values == found.astype(object).where(found.notna(), None).to_list()


def test_nothing_unknown_is_good_news(booked_home: Home) -> None:
    app = directory(period="custom", days=["2024-10-28", "2024-10-28"])
    assert not app.dataframe
    assert "has an owner" in "\n".join(one.value for one in app.success)
