"""Who somebody is by the directory and the settings, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from app.access.roles import RIGHTS, Right, Role, Viewer
from app.access.rules import Grant, Rules, Way, from_text, is_loopback, to_text
from app.access.viewers import viewer_of
from app.format import ENGLISH
from warehouse.scope import Scope

RULES = Rules(Way.OIDC)


def person(user: str, **facts: Any) -> dict[str, Any]:
    given = {"kind": "person", "name": user.title(), "aliases": [], "email": None}
    return {**given, "department": "IT", "manager": None, "role": None, "user": user, **facts}


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    kinds = {name: pl.List(pl.String) if name == "aliases" else pl.String for name in rows[0]}
    return pl.DataFrame(rows, schema=kinds)


STAFF = people(
    person("ceo", role="person"),
    person("anna", department="Sales", role="head", manager="ceo", aliases=["anna.old"]),
    person("ben", department="Sales", manager="anna.old"),
    person("cleo", department="Field", role="supervisor", manager="anna"),
    person("dan", department="Field", manager="cleo"),
    person("eli", email="Eli@Mail.example"),
    person("fay", email="shared@mail.example"),
    person("gus", email="shared@mail.example"),
    person("aud", role="auditor"),
    person("adm", role="administrator", manager="dan"),
    person("lobby", kind="common_area", role="common_area"),
    person("asst", role="assistant"),
)


def scope_of(address: str, rules: Rules = RULES) -> Scope:
    found = viewer_of(address, rules, STAFF)
    assert found is not None
    return found.scope


@pytest.mark.parametrize(
    ("address", "role", "scope"),
    [
        ("adm", Role.ADMINISTRATOR, Scope(everything=True)),
        ("aud", Role.AUDITOR, Scope(everything=True, mask_digits=3)),
        ("ben", Role.EMPLOYEE, Scope(users=("ben",))),
        ("asst", Role.EMPLOYEE, Scope(users=("asst",))),
        # Whom others name as their manager sees these people, not the department they are in.
        ("dan", Role.SUPERVISOR, Scope(users=("adm", "dan"))),
        ("cleo", Role.SUPERVISOR, Scope(departments=("Field",), users=("cleo", "dan"))),
        (
            "anna",
            Role.SUPERVISOR,
            Scope(departments=("Field", "Sales"), users=("anna", "ben", "cleo")),
        ),
        ("ceo", Role.SUPERVISOR, Scope(departments=("Field", "Sales"), users=("anna", "ceo"))),
    ],
)
def test_the_directory_says_what_somebody_may_see(address: str, role: Role, scope: Scope) -> None:
    assert Viewer(address, address.title(), role, scope) == viewer_of(address, RULES, STAFF)


@pytest.mark.parametrize("address", ["ANNA", " anna ", "Anna.Old"])
def test_people_are_known_by_all_their_addresses_in_any_letters(address: str) -> None:
    found = viewer_of(address, RULES, STAFF)
    assert found is not None
    assert "anna" == found.address


def test_an_email_tells_who_it_is_unless_several_share_it() -> None:
    found = viewer_of("eli@mail.example", RULES, STAFF)
    assert found is not None
    assert "eli" == found.address
    assert viewer_of("shared@mail.example", RULES, STAFF) is None


@pytest.mark.parametrize("address", ["", " ", "nobody", "lobby"])
def test_strangers_and_things_see_nothing(address: str) -> None:
    assert viewer_of(address, RULES, STAFF) is None


def test_a_circle_of_managers_has_an_end() -> None:
    staff = people(
        person("a", role="head", department="A", manager="b"),
        person("b", role="head", department="B", manager="a"),
    )
    found = viewer_of("a", RULES, staff)
    assert found is not None
    assert Scope(departments=("A", "B"), users=("a", "b")) == found.scope


@pytest.mark.parametrize(
    ("grant", "scope"),
    [
        (Grant("ben", Role.ADMINISTRATOR), Scope(everything=True)),
        (Grant("ben", Role.AUDITOR), Scope(everything=True, mask_digits=3)),
        (
            Grant("ben", Role.SUPERVISOR, ("IT",), ("Rome",)),
            Scope(departments=("IT",), sites=("Rome",), users=("ben",)),
        ),
        (
            Grant("cleo", Role.SUPERVISOR, ("IT", "Field")),
            Scope(departments=("Field", "IT"), users=("cleo", "dan")),
        ),
        (Grant("cleo", Role.EMPLOYEE), Scope(users=("cleo",))),
        (Grant("adm", Role.EMPLOYEE), Scope(users=("adm",))),
        (
            Grant("guest", Role.SUPERVISOR, sites=("Rome",)),
            Scope(sites=("Rome",), users=("guest",)),
        ),
        # The lobby's telephone is nobody, but somebody may be given its address on purpose.
        (Grant("lobby", Role.EMPLOYEE), Scope(users=("lobby",))),
    ],
)
def test_the_settings_win_over_the_directory(grant: Grant, scope: Scope) -> None:
    assert scope == scope_of(grant.address, replace(RULES, grants=(grant,)))


def test_a_grant_holds_however_its_person_signs_in() -> None:
    rules = replace(RULES, grants=(Grant("anna", Role.ADMINISTRATOR),))
    assert Scope(everything=True) == scope_of("anna.old", rules)


def test_each_role_is_masked_as_the_settings_say() -> None:
    masked = {Role.ADMINISTRATOR: 1, Role.SUPERVISOR: 2, Role.EMPLOYEE: 3, Role.AUDITOR: 0}
    rules = replace(RULES, masked=masked)
    scopes = [scope_of(one, rules) for one in ("adm", "anna", "ben", "aud")]
    digits = [scope.mask_digits for scope in scopes]
    assert [(), ("anna",), ("ben",), ()] == [scope.own for scope in scopes]
    assert [1, 2, 3, 0] == digits


def test_what_each_role_may_do() -> None:
    assert set(Right) == RIGHTS[Role.ADMINISTRATOR]
    assert {Role.ADMINISTRATOR} == {role for role in Role if Right.EDIT in RIGHTS[role]}
    readers = {role for role in Role if Right.READ_AUDIT in RIGHTS[role]}
    assert {Role.ADMINISTRATOR, Role.AUDITOR} == readers


def test_rules_come_to_the_pages_as_they_were() -> None:
    grant = Grant("eve@x.org", Role.SUPERVISOR, ("Sales",), ("Rome",))
    rules = Rules(Way.PROXY, "upn", 2.5, "/out", dict.fromkeys(Role, 2), (grant,))
    assert rules == from_text(to_text(rules))


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        *(("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("[::1]", True)),
        *(("localhost", True), ("0.0.0.0", False), ("::", False), ("10.0.0.1", False)),
        *(("localhost.example.com", False), ("phones", False), ("", False)),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, is_own: bool) -> None:
    assert is_own == is_loopback(host)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(everything=True), "Sees all calls"),
        (
            Scope(everything=True, mask_digits=3),
            "Sees all calls, numbers without their last 3 digits",
        ),
        (Scope(users=("a",)), "Sees their own calls"),
        (
            Scope(departments=("Sales",), sites=("Rome",), users=("a", "b")),
            "Sees Sales, Rome, 1 other user, their own calls",
        ),
        (Scope(users=("a", "b", "c")), "Sees 2 other users, their own calls"),
    ],
)
def test_what_a_viewer_sees_is_told_in_words(scope: Scope, words: str) -> None:
    assert words == Viewer("a", "A", Role.SUPERVISOR, scope).in_words(ENGLISH)
