"""Who pays where the company's rule is another than the source's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from pipeline.miner.assign import SOURCE_PAYERS, assign
from pipeline.miner.payers import Payer, PayerSettings, as_named
from warehouse.home import Home
from warehouse.words import ChargeReason

USERS = """\
user,name,department,aliases,numbers,site,valid_from,valid_to
anna@x.org,Anna,Sales,a.rossi@x.org,+390612340001;101,Rome,,
boss@x.org,Boss,Board,,+390612340002,Rome,,
carl@x.org,Carl,Stores,,+390612340003;103,Rome,,2026-03-01
dan@x.org,Dan,Stores,,103,New York,,
"""
SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
New York,US,212,America/New_York
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    home = Home(tmp_path_factory.mktemp("home"))
    home.sites.write_text(SITES, encoding="utf-8")
    home.users.write_text(USERS, encoding="utf-8")
    home.gateways.write_text("gateway,site,tariff\ngw-ny,New York,\n", encoding="utf-8")
    return read_directory(home, set())


def frame_of(*legs: dict[str, Any]) -> pl.DataFrame:
    common = {"source": "s", "direction": "outbound", "started_at": datetime(2026, 2, 10, 12)}
    rows = [common | {"leg_id": str(at)} | leg for at, leg in enumerate(legs)]
    return pl.DataFrame(rows, schema=CALL_FILE_SCHEMA | {"extra": pl.String()})


def paid(
    directory: Directory, payers: PayerSettings, *legs: dict[str, Any]
) -> list[tuple[str | None, str | None, str | None]]:
    found = assign(frame_of(*legs), directory, {"s": "Rome"}, payers)
    return found.select("charged_user", "department", "named_payer").rows()


DELEGATED = {
    "from_user": "ANNA@x.org",
    "charged_user": "Boss@x.org",
    "charge_reason": "delegator",
}
FORWARDED = {
    "direction": "transit",
    "from_number": "+442079460123",
    "to_number": "+390612340002",
    "dialled": "Carl@x.org",
    "charged_user": "carl@x.org",
    "charge_reason": "forwarder",
}
TRANSFERRED = {
    "from_number": "103",
    "charged_user": "boss@x.org",
    "charge_reason": "referrer",
}


@pytest.mark.parametrize(
    ("leg", "rule", "payer", "department"),
    [
        pytest.param(DELEGATED, {}, "boss@x.org", "Board", id="the source's word"),
        pytest.param(DELEGATED, {"delegator": "caller"}, "anna@x.org", "Sales", id="delegate pays"),
        pytest.param(
            DELEGATED, {"forwarder": "caller"}, "boss@x.org", "Board", id="rule of another reason"
        ),
        pytest.param(
            FORWARDED, {"forwarder": "called"}, "boss@x.org", "Board", id="who was reached"
        ),
        pytest.param(
            FORWARDED, {"forwarder": "dialled"}, "carl@x.org", "Stores", id="who was asked for"
        ),
        pytest.param(
            FORWARDED, {"forwarder": "caller"}, "carl@x.org", "Stores", id="a caller from outside"
        ),
        pytest.param(
            TRANSFERRED, {"referrer": "caller"}, "carl@x.org", "Stores", id="who was transferred"
        ),
        pytest.param(
            TRANSFERRED | {"gateway_out": "gw-ny"},
            {"referrer": "caller"},
            "dan@x.org",
            "Stores",
            id="by an extension of another site",
        ),
        pytest.param(
            TRANSFERRED | {"started_at": datetime(2026, 3, 2)},
            {"referrer": "caller"},
            "boss@x.org",
            "Board",
            id="somebody who has left cannot pay",
        ),
        pytest.param(
            DELEGATED | {"from_user": "a.rossi@x.org"},
            {"delegator": "caller"},
            "anna@x.org",
            "Sales",
            id="under another address",
        ),
        pytest.param(
            DELEGATED | {"charge_reason": None},
            {"delegator": "caller", "caller": "called"},
            "boss@x.org",
            "Board",
            id="where nobody pays no rule holds",
        ),
        pytest.param(
            {"dialled": "+39 06 1234 0002", "from_user": "anna@x.org", "charge_reason": "caller"},
            {"caller": "dialled"},
            "boss@x.org",
            "Board",
            id="by a number that was dialled",
        ),
    ],
)
def test_who_pays(
    directory: Directory, leg: dict[str, Any], rule: dict[str, str], payer: str, department: str
) -> None:
    settings = PayerSettings.model_validate(rule)
    ((found, where, _),) = paid(directory, settings, leg)
    assert (payer, department) == (found, where)


def test_whom_the_source_names_is_kept_where_somebody_else_pays(directory: Directory) -> None:
    rules = PayerSettings(delegator=Payer.CALLER)
    legs = [
        DELEGATED,
        DELEGATED | {"from_user": "boss@x.org"},
        {"from_number": "+390612340001"},
        {"charged_user": "a.rossi@x.org"},
        {"from_number": "+390699999999"},
        {"charged_user": "Eve@x.org"},
    ]
    assert ["boss@x.org", None, "", "a.rossi@x.org", None, None] == [
        named for _, _, named in paid(directory, rules, *legs)
    ]


PEOPLE = [None, "ANNA@x.org", "a.rossi@x.org", "boss@x.org", "carl@x.org", "eve@z.org"]
NUMBERS = [None, "+390612340001", "103", "+442079460123", "+390612340003"]
LEGS = st.fixed_dictionaries(
    {
        "charged_user": st.sampled_from(PEOPLE),
        "charge_reason": st.sampled_from([None, *(reason.value for reason in ChargeReason)]),
        "direction": st.sampled_from(["outbound", "inbound", "transit"]),
        "from_user": st.sampled_from(PEOPLE),
        "to_user": st.sampled_from(PEOPLE),
        "from_number": st.sampled_from(NUMBERS),
        "to_number": st.sampled_from(NUMBERS),
        "dialled": st.sampled_from([*PEOPLE, *NUMBERS]),
        "gateway_out": st.sampled_from([None, "gw-ny"]),
        "started_at": st.sampled_from([datetime(2026, 2, 10), datetime(2026, 3, 10)]),
    }
)
RULES = st.builds(
    PayerSettings, **{reason.value: st.sampled_from([*Payer]) for reason in ChargeReason}
)


@given(st.lists(LEGS, min_size=1, max_size=12), RULES, RULES)
def test_other_rules_can_be_applied_to_what_is_stored_as_if_they_had_always_held(
    directory: Directory, legs: list[dict[str, Any]], before: PayerSettings, after: PayerSettings
) -> None:
    facts = ("charged_user", "named_payer", "person", "department", "site", "day", "number")
    called = frame_of(*legs)
    stored = assign(called, directory, {"s": "Rome"}, before)
    again = assign(as_named(stored).select(called.columns), directory, {"s": "Rome"}, after)
    at_once = assign(called, directory, {"s": "Rome"}, after)
    assert at_once.select(facts).rows() == again.select(facts).rows()


@given(st.lists(LEGS, min_size=1, max_size=12), RULES)
def test_only_people_of_the_directory_come_to_pay_and_only_where_somebody_pays(
    directory: Directory, legs: list[dict[str, Any]], rules: PayerSettings
) -> None:
    plain = paid(directory, SOURCE_PAYERS, *legs)
    for leg, before, after in zip(legs, plain, paid(directory, rules, *legs), strict=True):
        if before[:2] != after[:2]:
            assert leg["charge_reason"] is not None
            assert getattr(rules, leg["charge_reason"]) is not Payer.SOURCE
            assert after[1] is not None
