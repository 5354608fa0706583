"""users.csv: kinds, addresses, numbers and managers, and everything that is wrong with them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.pipeline.directory.homes import directory_of, problems_of

HEADER = "user,name,department,kind,aliases,email,numbers,site,manager,role,valid_from,valid_to\n"
ANNA = "anna@x.org,Anna,Sales,,,,+390600000101;101,Rome,,,,\n"


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        pytest.param("b@x,B,S,robot,,,,,,,,", "kind", "robot", id="an unknown kind"),
        pytest.param("b@x,B,S,,,,,,,boss,,", "role", "boss", id="an unknown role"),
        pytest.param("b@x,B,S,,,b at x,,,,,,", "email", "b at x", id="no e-mail address"),
        pytest.param("b@x,B,S,,,b@x,,,,,,", "email", "b@x", id="an e-mail address without domain"),
        pytest.param("sip:b@x,B,S,,,,,,,,,", "user", "sip:b@x", id="an address with its scheme"),
        pytest.param("b@x,B,S,,b c@x,,,,,,,", "aliases", "b c@x", id="an alias with a blank"),
        pytest.param("b@x,B,S,,Anna@x.org,,,,,,,", "aliases", "anna@x.org", id="a taken address"),
        pytest.param("b@x,B,S,,,,101,Rome,,,,", "numbers", "101", id="a taken extension"),
        pytest.param("b@x,B,S,,,,101,,,,,", "numbers", "101", id="an extension without a site"),
        pytest.param("b@x,B,S,,,,+390600000099..0101,,,,,", "numbers", None, id="a taken range"),
        pytest.param("b@x,B,S,,,,+39060..50,,,,,", "numbers", "+39060..50", id="a wide range"),
        pytest.param("b@x,B,S,,,,+3906..5,,,,,", "numbers", "+3906..5", id="a backward range"),
        pytest.param("b@x,B,S,,,,,Oslo,,,,", "site", "Oslo", id="an unknown site"),
        pytest.param("b@x,B,S,,,,,,eve@x,,,", "manager", "eve@x", id="an unknown manager"),
        pytest.param("b@x,B,S,,,,,,B@x,,,", "manager", "b@x", id="one's own manager"),
    ],
)
def test_a_faulty_row_is_told_with_its_column(
    tmp_path: Path, row: str, column: str, value: str | None
) -> None:
    found = problems_of(tmp_path, users=f"{HEADER}{ANNA}{row}\n")
    assert {("users.csv", column)} == {(one.file, one.column) for one in found}
    assert 3 in {one.line for one in found}
    assert value is None or value in {one.value for one in found}


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    row = "sip:b@x,B,,robot,,b at x,12-34,Oslo,eve@x,boss,1.1.2026,\n"
    assert {"user", "department", "kind", "email", "numbers", "site", "manager", "role"} | {
        "valid_from"
    } == {one.column for one in problems_of(tmp_path, users=f"{HEADER}{ANNA}{row}")}


def test_a_row_within_another_is_told_with_the_one_that_holds_it(tmp_path: Path) -> None:
    rows = (
        "b@x,B,S,,,,,,,,2026-01-01,2026-12-31\n"
        "b@x,B,S,,,,,,,,2026-02-01,2026-03-01\n"
        "b@x,B,S,,,,,,,,2026-04-01,2026-05-01\n"
    )
    found = problems_of(tmp_path, users=HEADER + rows)
    assert [(3, "line 2"), (4, "line 2")] == [(one.line, one.rule[10:16]) for one in found]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        pytest.param(",,,,,,", "person", id="nothing said"),
        pytest.param("room,,,,,,", "room", id="said"),
        pytest.param(",,,,,,common_area", "common_area", id="said as a role, as in older files"),
        pytest.param(",,,,,,head", "person", id="a role of people"),
    ],
)
def test_an_owner_is_of_a_kind(tmp_path: Path, cells: str, kind: str) -> None:
    assert [kind] == directory_of(tmp_path, users=f"{HEADER}b@x,B,S,{cells},,\n").users[
        "kind"
    ].to_list()


def test_numbers_are_looked_up_one_by_one_and_extensions_at_their_site(tmp_path: Path) -> None:
    rows = (
        f"{ANNA}bob@x.org,Bob,Sales,,,,101,New York,,,,\n"
        "desk@x.org,Desk,IT,response_group,,,+390600000198..201;77,,,,,\n"
    )
    found = directory_of(tmp_path, users=HEADER + rows).owners_of_numbers()
    owners = {user: set() for user in found["user"]}
    for number, user in found.select("number", "user").iter_rows():
        owners[user].add(number)
    assert {
        "anna@x.org": {"+390600000101", "101@rome"},
        "bob@x.org": {"101@new york"},
        "desk@x.org": {f"+390600000{number}" for number in range(198, 202)}
        | {"77@rome", "77@new york", "77@"},
    } == owners


def test_an_alias_may_pass_to_someone_else(tmp_path: Path) -> None:
    rows = (
        "anna@x.org,Anna,Sales,,Info@x.org;Anna.B@x.org,,,,,,,2026-03-01\n"
        "anna@x.org,Anna,Sales,,anna.b@x.org,,,,,,2026-03-01,\n"
        "bob@x.org,Bob,Sales,,info@x.org,,,,,,2026-03-01,\n"
    )
    aliases = directory_of(tmp_path, users=HEADER + rows).aliases
    assert [
        ("anna.b@x.org", "anna@x.org"),
        ("anna.b@x.org", "anna@x.org"),
        ("info@x.org", "anna@x.org"),
        ("info@x.org", "bob@x.org"),
    ] == sorted(aliases.select("alias", "user").iter_rows())


def test_a_manager_may_be_named_by_an_alias(tmp_path: Path) -> None:
    rows = "anna@x.org,Anna,Sales,,boss@x.org,,,,,,,\nbob@x.org,B,S,,,,,,boss@x.org,,,\n"
    assert 2 == directory_of(tmp_path, users=HEADER + rows).users.height


def test_a_circle_of_managers_is_told_once_with_all_of_it(tmp_path: Path) -> None:
    rows = "".join(f"u{n}@x,U,S,,,,,,u{(n + 1) % 3}@x,,,\n" for n in range(3))
    (found,) = problems_of(tmp_path, users=f"{HEADER}{rows}z@x,Z,S,,,,,,u0@x,,,\n")
    assert all(f"u{n}@x" in str(found) for n in range(3))
    assert (2, "manager", "u0@x") == (found.line, found.column, found.value)


def test_two_may_manage_each_other_one_after_the_other_but_not_at_once(tmp_path: Path) -> None:
    rows = (
        "a@x,A,S,,,,,,b@x,,,2026-03-01\n"
        "b@x,B,S,,,,,,,,,{until}\n"
        "b@x,B,S,,,,,,a@x,,{until},\n"
        "a@x,A,S,,,,,,,,2026-03-01,\n"
    )
    directory_of(tmp_path, users=HEADER + rows.format(until="2026-03-01"))
    (found,) = problems_of(tmp_path, users=HEADER + rows.format(until="2026-02-28"))
    assert (4, True) == (found.line, "2026-02-28" in found.rule)


def test_notes_may_stand_in_columns_and_lines_of_their_own(tmp_path: Path) -> None:
    users = (
        "# exported by hand\nuser,name,department,desk\n"
        "anna@x.org,Anna,Sales,4.17\n # left:\n#eve@x,Eve\n"
    )
    assert ["4.17"] == directory_of(tmp_path, users=users).users["desk"].to_list()


@pytest.mark.parametrize("column", ["Cost Centre", "cost_center", "alias", "valid_form", ""])
def test_a_misspelt_column_is_no_note(tmp_path: Path, column: str) -> None:
    (found,) = problems_of(tmp_path, users=f"user,name,department,{column}\na@x,A,S,\n")
    assert ("unknown column", 1, 4) == (found.rule, found.line, found.column)


def test_a_move_to_the_west_leaves_no_hours_in_which_someone_is_nobody(tmp_path: Path) -> None:
    rows = (
        "a@x,A,S,,,,,Rome,,,,2026-03-10\na@x,A,S,,,,,New York,,,2026-03-10,2026-03-20\n"
        "a@x,A,S,,,,,Rome,,,2026-03-20,2026-03-25\n"
    )
    users = directory_of(tmp_path, users=HEADER + rows).users.sort("valid_from")
    assert [
        datetime(2026, 3, 10, 4),
        datetime(2026, 3, 19, 23),
        datetime(2026, 3, 24, 23),
    ] == users["until"].to_list()
