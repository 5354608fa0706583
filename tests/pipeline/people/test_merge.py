"""users.csv follows a list of people, and its past stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.directory.read import read_directory
from pipeline.people.merged import Step
from tests.pipeline.people.homes import DAY, entry, home_with, imported, planned, users_of
from warehouse.errors import InvalidInput, Unavailable
from warehouse.home import Home

HEADER = "user,name,department,numbers,aliases,site,kind,valid_from,valid_to\n"
ANNA = "anna@x.org,Anna Rossi,Sales,+390612340001,,Rome,,,\n"
BOB = "bob@x.org,Bob Verdi,Sales,+390612340002,,Rome,,,\n"


def anna(**values: Any) -> Any:
    return entry("sip:Anna@x.org", **({"phone": "+39 06 1234 0001"} | values))


def bob(**values: Any) -> Any:
    return entry("sip:bob@x.org", "Bob Verdi", **({"phone": "+39 06 1234 0002"} | values))


def steps(found: Any) -> list[tuple[Step, str]]:
    return [(change.step, change.user) for change in found.merged.changes]


def days(row: dict[str, str]) -> tuple[str, str]:
    return row["valid_from"], row["valid_to"]


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB)
    found = imported(home, anna(), bob())
    assert ([], 2, ()) == (found.merged.changes, found.merged.unchanged, found.problems)
    assert [home.sites, home.users] == sorted(tmp_path.iterdir())


def test_a_change_closes_the_row_and_adds_one_behind_it(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB)
    found = imported(home, anna(dept="Finance", phone="tel:+390612340009;ext=109"), bob())
    assert [(Step.CHANGED, "anna@x.org")] == steps(found)
    assert (
        HEADER
        + (
            "anna@x.org,Anna Rossi,Sales,+390612340001,,Rome,,,2026-03-01\n"
            "anna@x.org,Anna Rossi,Finance,+390612340009;109,,Rome,,2026-03-01,\n"
        )
        + BOB
        == home.users.read_text()
    )


def test_a_second_change_on_the_same_day_is_put_into_the_row_of_that_day(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    imported(home, anna(dept="Finance"))
    imported(home, anna(dept="Legal"))
    rows = users_of(home)["anna@x.org"]
    assert [("Sales", "2026-03-01"), ("Legal", "")] == [
        (row["department"], row["valid_to"]) for row in rows
    ]


def test_a_planned_row_stays(tmp_path: Path) -> None:
    """Anna goes to Legal in May; in March it is found that she is in Finance until then."""
    home = home_with(
        tmp_path,
        HEADER
        + "anna@x.org,Anna Rossi,Sales,+390612340001,,Rome,,,2026-05-01\n"
        + "anna@x.org,Anna Rossi,Legal,+390612340001,,Rome,,2026-05-01,\n",
    )
    imported(home, anna(dept="Finance"))
    rows = users_of(home)["anna@x.org"]
    assert [
        ("Sales", "", "2026-03-01"),
        ("Finance", "2026-03-01", "2026-05-01"),
        ("Legal", "2026-05-01", ""),
    ] == [(row["department"], *days(row)) for row in rows]


def test_what_says_nothing_of_calls_is_put_right_where_it_stands(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    found = imported(home, anna(mail="anna@x.org"))
    assert [(Step.CORRECTED, "anna@x.org")] == steps(found)
    (row,) = users_of(home)["anna@x.org"]
    assert ("anna@x.org", "", "") == (row["email"], *days(row))


@pytest.mark.parametrize("how", ["missing", "disabled", "told in words"])
def test_who_left_gets_an_end_and_stays(tmp_path: Path, how: str) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB)
    gone = {
        "missing": [],
        "disabled": [bob(userAccountControl="66050")],
        "told in words": [bob(state="Inactive")],
    }
    found = imported(home, anna(userAccountControl="512"), *gone[how])
    assert [(Step.LEFT, "bob@x.org")] == steps(found)
    assert [("", "2026-03-01")] == [days(row) for row in users_of(home)["bob@x.org"]]
    again = planned(home, anna(), day=DAY + timedelta(days=1))
    assert not again.changes_anything


def test_who_comes_back_has_a_gap(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB)
    imported(home, anna())
    imported(home, anna(), bob(), day=date(2026, 6, 1))
    assert [("", "2026-03-01"), ("2026-06-01", "")] == [
        days(row) for row in users_of(home)["bob@x.org"]
    ]


def test_who_came_and_left_on_one_day_was_there_that_day(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB.replace(",,\n", ",2026-03-01,\n"))
    imported(home, anna())
    assert [("2026-03-01", "2026-03-02")] == [days(row) for row in users_of(home)["bob@x.org"]]
    assert not planned(home, anna()).changes_anything


def test_rooms_and_kept_users_do_not_leave(tmp_path: Path) -> None:
    users = (
        f"{HEADER}{ANNA}room@x.org,Room 1,Sales,77,,Rome,room,,\neve@partner.org,Eve,Sales,,,,,,\n"
    )
    home = home_with(tmp_path, users)
    found = imported(home, anna(), keep=("*@Partner.org",))
    assert ([], 1) == (found.merged.changes, found.merged.present)
    assert users == home.users.read_text()


def test_someone_new_owns_all_their_calls_unless_someone_else_had_the_number(
    tmp_path: Path,
) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB)
    carl = entry("carl@x.org", "Carl Neri", phone="+390612340002")
    dora = entry("dora@x.org", "Dora Blu", phone="+390612340003")
    found = imported(home, anna(), carl, dora)
    assert [
        (Step.LEFT, "bob@x.org"),
        (Step.ADDED, "carl@x.org"),
        (Step.ADDED, "dora@x.org"),
    ] == steps(found)
    rows = users_of(home)
    assert [("2026-03-01", ""), ("", "")] == [
        days(rows[user][0]) for user in ("carl@x.org", "dora@x.org")
    ]


@pytest.mark.parametrize(
    "renamed",
    [
        pytest.param({"name": "Anna Bianchi"}, id="by number and a word of the name"),
        pytest.param(
            {
                "name": "A. B.",
                "phone": "",
                "proxyAddresses": ["SIP:anna.b@x.org", "sip:ANNA@x.org"],
            },
            id="by the former address",
        ),
    ],
)
def test_whose_address_changes_stays_the_same_person(
    tmp_path: Path, renamed: dict[str, Any]
) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    found = imported(home, entry("sip:anna.b@x.org", **({"phone": "+390612340001"} | renamed)))
    assert [(Step.CHANGED, "anna.b@x.org")] == steps(found)
    rows = users_of(home)
    assert ("", "2026-03-01") == days(rows["anna@x.org"][0])
    assert "anna@x.org" == rows["anna.b@x.org"][0]["aliases"]


def test_who_has_no_address_is_known_by_the_number(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    found = imported(home, entry(None, "Someone", phone="0612340001", dept="Finance"))
    assert [(Step.CHANGED, "anna@x.org")] == steps(found)
    unknown = planned(home, entry(None, "Someone", phone="0612340007"))
    assert ["sip"] == [one.column for one in unknown.problems]


def test_faults_are_told_with_their_place_and_the_rest_is_taken(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    found = imported(
        home,
        anna(phone=["12-x", "+390612340001"], office="Nowhere", mail="a b", manager="CN=Nobody"),
        entry("sip:", "No Address"),
        entry("dan@x.org", "Dan", dept=""),
    )
    assert {
        ("CN=Anna Rossi", "phone", "12-x"),
        ("CN=Anna Rossi", "office", "Nowhere"),
        ("CN=Anna Rossi", "mail", "a b"),
        ("CN=Anna Rossi", "manager", "CN=Nobody"),
        ("CN=No Address", "sip", "sip:"),
        ("CN=No Address", "sip", None),
        ("CN=Dan", "dept", None),
    } == {(one.file, one.column, one.value) for one in found.problems}
    assert [("Rome", "+390612340001")] == [
        (row["site"], row["numbers"]) for row in users_of(home)["anna@x.org"]
    ]


def test_a_number_of_several_stays_with_whom_users_csv_says(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    found = imported(
        home,
        anna(),
        entry("carl@x.org", "Carl", phone=["+390612340001", "tel:+390612340000;ext=11"]),
        entry("dora@x.org", "Dora", phone="tel:+390612340000;ext=12"),
        entry("enzo@x.org", "Enzo", phone="tel:+390612340000;ext=12", office="Milan"),
    )
    assert {"+390612340000", "+390612340001"} == {one.value for one in found.problems}
    assert {
        "anna@x.org": "+390612340001",
        "carl@x.org": "11",
        "dora@x.org": "12",
        "enzo@x.org": "12",
    } == {user: rows[0]["numbers"] for user, rows in users_of(home).items()}


def test_a_number_of_a_room_is_not_taken_from_it(tmp_path: Path) -> None:
    home = home_with(tmp_path, f"{HEADER}{ANNA}room@x.org,R,S,+390612340100..0199,,,room,,\n")
    found = imported(home, anna(phone=["+390612340001", "+390612340150"]))
    assert ["belongs to room@x.org"] == [one.rule for one in found.problems]
    assert not found.changes_anything


def test_managers_are_found_by_name_address_or_number_and_circles_are_left_out(
    tmp_path: Path,
) -> None:
    home = home_with(tmp_path, HEADER + ANNA + BOB)
    found = imported(
        home,
        anna(manager="cn=bob verdi"),
        bob(manager="CN=Bob Verdi"),
        entry("carl@x.org", "Carl", manager="sip:Dora@x.org"),
        entry("dora@x.org", "Dora", manager="carl@x.org"),
    )
    managers = {user: rows[-1]["manager"] for user, rows in users_of(home).items()}
    assert {
        "anna@x.org": "bob@x.org",
        "bob@x.org": "",
        "carl@x.org": "",
        "dora@x.org": "carl@x.org",
    } == managers
    assert ["manager"] == [one.column for one in found.problems]


def test_notes_columns_order_and_ends_of_lines_stay(tmp_path: Path) -> None:
    text = (
        "# ours\r\ndesk,user,name,department\r\n"
        '"4,17",anna@x.org,Anna Rossi,Sales\r\n\r\n# the others\r\n 2 ,bob@x.org,Bob Verdi,Sales'
    )
    home = home_with(tmp_path, text)
    home.users.write_bytes(b"\xef\xbb\xbf" + text.encode())
    imported(home, anna(phone="", office="", dept="Finance"), bob(phone="", office=""))
    assert (
        b"\xef\xbb\xbf# ours\r\ndesk,user,name,department,valid_from,valid_to\r\n"
        b'"4,17",anna@x.org,Anna Rossi,Sales,,2026-03-01\r\n'
        b'"4,17",anna@x.org,Anna Rossi,Finance,2026-03-01,\r\n'
        b"\r\n# the others\r\n 2 ,bob@x.org,Bob Verdi,Sales,,\r\n"
    ) == home.users.read_bytes()


@pytest.mark.parametrize(
    ("left", "limit", "refused"),
    [
        pytest.param(5, 10, False, id="few may always leave"),
        pytest.param(6, 10, True, id="more than the limit"),
        pytest.param(6, 30, False, id="within the limit"),
        pytest.param(20, 99, True, id="all of them"),
        pytest.param(20, 100, False, id="all of them, and it is said"),
    ],
)
def test_too_many_leavers_stop_it(tmp_path: Path, left: int, limit: float, refused: bool) -> None:
    users = HEADER + "".join(f"u{n}@x.org,U {n},Sales,,,,,,\n" for n in range(20))
    home = home_with(tmp_path, users)
    stay = [entry(f"u{n}@x.org", f"U {n}", office="") for n in range(left, 20)]
    if not refused:
        assert left == len(imported(home, *stay, max_leavers=limit).merged.of(Step.LEFT))
        return
    with pytest.raises(Unavailable, match=f"{left} of 20 people would leave"):
        imported(home, *stay, max_leavers=limit)
    assert users == home.users.read_text()


def test_few_may_leave_but_not_everyone(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    with pytest.raises(Unavailable, match="1 of 1 people would leave"):
        imported(home, bob(), max_leavers=10)
    assert HEADER + ANNA == home.users.read_text()
    assert 1 == len(imported(home, bob(), max_leavers=100).merged.of(Step.LEFT))


def test_users_csv_that_is_edited_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    found = planned(home, anna(dept="Finance"))
    home.users.write_text(HEADER + ANNA + BOB)
    from pipeline.people.service import carry_out
    from tests.pipeline.people.homes import NOW

    with pytest.raises(Unavailable, match="was changed meanwhile"):
        carry_out(found, home, NOW)
    assert HEADER + ANNA + BOB == home.users.read_text()
    assert [home.sites, home.users] == sorted(tmp_path.iterdir())


def test_former_states_are_kept_beside_it(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA)
    home.users.chmod(0o640)
    imported(home, anna(dept="Finance"))
    imported(home, anna(dept="Legal"), day=date(2026, 4, 1))
    kept = sorted(tmp_path.glob("users.csv.*"))
    assert ["users.csv.20260301T1200001Z", "users.csv.20260301T120000Z"] == [
        one.name for one in kept
    ]
    assert HEADER + ANNA in [one.read_text() for one in kept]
    assert 0o640 == home.users.stat().st_mode & 0o777


def test_a_users_csv_that_cannot_be_used_is_told_and_left(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + ANNA + ANNA)
    with pytest.raises(InvalidInput, match="stands in line 2 too"):
        imported(home, anna())


SOMEONE = st.builds(
    entry,
    st.sampled_from([None, "a@x.org", "sip:b@x.org", "C@x.org", "d@x.org", "sip:"]),
    st.sampled_from(["Anna Rossi", "Bob Verdi", "Carl", ""]),
    phone=st.lists(
        st.sampled_from(["+390612340001", "0612340002", "tel:+390612340003;ext=11", "11", "x"]),
        max_size=3,
    ),
    proxyAddresses=st.lists(
        st.sampled_from(["SIP:a@x.org", "sip:b@x.org", "sip:e@x.org", "smtp:z@x.org"]), max_size=2
    ),
    dept=st.sampled_from(["Sales", "Finance", ""]),
    office=st.sampled_from(["Rome", "Milan", "Oslo", ""]),
    manager=st.sampled_from(["CN=Anna Rossi", "CN=Carl", "b@x.org", "nobody", ""]),
    userAccountControl=st.sampled_from(["512", "514"]),
    kind=st.sampled_from(["", "person", "room", "robot"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(st.lists(SOMEONE, max_size=4), st.integers(0, 2)), max_size=4))
def test_any_row_of_imports_leaves_a_valid_file_and_a_past_that_stays(
    tmp_path: Path, answers: list[tuple[list[Any], int]]
) -> None:
    """Whose a day was is never changed by an import from a later day on."""
    home = home_with(tmp_path, HEADER + ANNA.replace("anna@", "a@") + BOB.replace("bob@", "b@"))
    home.gateways.write_text("gateway,site,tariff\n")
    day = DAY
    for entries, pause in answers:
        before = owners(home, day)
        unique = {one.file: one for one in entries}
        imported(home, *unique.values(), day=day)
        assert before.items() <= owners(home, day).items()
        day += timedelta(days=pause)


def owners(home: Home, end: date) -> dict[tuple[str, date], tuple[Any, ...]]:
    """By user and day before `end`: who they were."""
    found = {}
    for row in read_directory(home, ()).users.iter_rows(named=True):
        for back in range(1, 10):
            day = end - timedelta(days=back)
            if row["valid_from"] <= day < row["valid_to"]:
                facts = ("name", "department", "numbers", "site", "aliases", "kind")
                found[row["user"], day] = tuple(row[fact] for fact in facts)
    return found
