"""No query tells anything of what lies outside the scope of whoever asks, whatever it adds up."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.company import PEOPLE, Person, Row, directory_of, legs
from tests.warehouse.questions import Question, answer, cells, functions, questions, rows
from warehouse.budgets.budget import Budget, Kind
from warehouse.budgets.store import budgets, put
from warehouse.dimensions import note_dimensions
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.queries import calls, slices
from warehouse.scope import Filters, OfficeHours, Scope
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.state.state import State

ALL = Scope(everything=True)
PERIOD = Filters(date(2024, 9, 25), date(2024, 10, 20))
FILTERS = {
    "all calls": PERIOD,
    "single calls": replace(PERIOD, min_talk_s=Decimal(0), outside_hours=OfficeHours()),
}
"""Rollups can answer the first only."""
SCOPES = {
    "a department": Scope(departments=("Department 1",)),
    "two sites": Scope(
        sites=("Site 0", "Site 2"), mask_digits=4, own=("Department0/Site1/0@aurora.example",)
    ),
    "several": Scope(departments=("Department 2",), users=("Department0/Site1/0@aurora.example",)),
}
CASES = [*((name, "all calls") for name in SCOPES), ("several", "single calls")]
DIRECTORY = pl.DataFrame(
    [
        {"user": person.facts["charged_user"], **person.facts}
        for person in PEOPLE
        if person.department
    ]
    + [
        {"user": f"new@{site}", "department": "Department 1", "site": site}
        for site in ("Site 0", "Site 1")
    ],
    infer_schema_length=None,
)
OWNERS = [person.facts["charged_user"] for person in PEOPLE if person.facts["charged_user"]]
OWNER = ("user", "charged_user", "person", "department", "cost_centre", "site")
Publish = Callable[[Sequence[Row], Sequence[Person]], Snapshot]


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, frame: Any, now: datetime
) -> Iterator[Publish]:
    """Publishes legs, partly as a base and partly hot."""
    opened = []

    def publish_rows(made: Sequence[Row], people: Sequence[Person]) -> Snapshot:
        folder = tmp_path_factory.mktemp("warehouse")
        with Master.open(folder) as master:
            note_dimensions(master, directory_of(people), now)
            half = len(made) // 2
            for name, part in (("one", made[:half]), ("two", made[half:])):
                load(master, frame(part), file=name, sha256="", loaded_at=now)
                publish(master, now, HotLimits(recent_days=1))
        snapshots = Snapshots(folder)
        opened.append(snapshots)
        return snapshots.current()

    yield publish_rows
    for snapshots in opened:
        snapshots.close()


@pytest.fixture(scope="module")
def made(leg: Any) -> list[tuple[Person, Row]]:
    return legs(leg, 1)


@pytest.fixture(scope="module")
def whole(published: Publish, made: list[tuple[Person, Row]], leg: Any) -> Snapshot:
    return published([row for _, row in made] + [_newest(leg)], PEOPLE)


@pytest.fixture(scope="module")
def narrow(whole: Snapshot) -> Iterator[Snapshot]:
    """The calls of every other one who has some."""
    with whole.narrowed(OWNERS[::2]) as found:
        yield found


@pytest.fixture(scope="module")
def elsewhere(
    published: Publish, made: list[tuple[Person, Row]], leg: Any
) -> Callable[[str], Snapshot]:
    """The same calls for a scope, and others of which it must not know anything."""

    @cache
    def varied(name: str) -> Snapshot:
        scope = SCOPES[name]
        seen = {row["call_id"] for owner, row in made if owner.within(scope)}
        others = [row for owner, row in legs(leg, 2) if not owner.within(scope)]
        own = {row["call_id"] for owner, row in legs(leg, 2) if owner.within(scope)}
        return published(
            [
                row if owner.within(scope) else _dearer(row)
                for owner, row in made
                if row["call_id"] in seen
            ]
            + [row for row in others if row["call_id"] not in own]
            + [_newest(leg)],
            [person for person in PEOPLE if person.within(scope)]
            + [Person("Department 7", "Site 7", 0)],
        )

    return varied


def _dearer(row: Row) -> Row:
    """A leg of a call that others see too: what its payer is charged is no business of theirs."""
    if not row["charge"]:
        return row
    return row | {"charge": row["charge"] + 7, "tax": Decimal(3)}


def _newest(leg: Any) -> Row:
    """How far a source has got belongs to nobody."""
    row: Row = leg("newest", "2024-10-30 08:00:00", **Person(None, None, 0).facts)
    return row


def asked(
    question: Question, snapshot: Snapshot, scope: Scope, filters: Filters, folder: Path
) -> list[pl.DataFrame]:
    keys = [f"1-{call}" for call in range(0, 250, 50)] + ["newest"]
    with State.open(folder / "state.db") as state:
        if not budgets(state):
            spend_some(state)
        return answer(question, snapshot, scope, filters, folder, keys, DIRECTORY, state)


def spend_some(state: State) -> None:
    """A budget of everybody in a department, of all their departments, and one of each sum."""
    whose: list[tuple[Kind, str]] = [
        ("person", person.facts["charged_user"]) for person in PEOPLE if person.department
    ]
    departments = sorted({person.department for person in PEOPLE if person.department})
    whose += [(kind, name) for kind in ("member", "department") for name in departments]
    put(
        state,
        [
            Budget(
                name=f"{kind} {subject}",
                kind=kind,
                subject=subject,
                period="month",
                amount=Decimal(10),
                currency="EUR",
                valid_from=PERIOD.first,
            )
            for kind, subject in whose
        ],
        datetime(2024, 10, 31, tzinfo=UTC),
        "me",
    )
    for stored in budgets(state):
        spenders = [stored.budget.subject]
        if stored.budget.kind == "member":
            people = (person for person in PEOPLE if person.department == spenders[0])
            spenders = [person.facts["charged_user"] for person in people]
        state.connection.executemany(
            "insert into budget_sums values (?, ?, '2024-10-01', 5000000, 0)",
            [(stored.id, spender) for spender in spenders],
        )


def test_every_query_of_the_warehouse_takes_a_scope() -> None:
    found = functions()
    assert len(found) >= 35
    for function in found:
        scope = inspect.signature(function).parameters["scope"]
        assert inspect.Parameter.empty is scope.default, function


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_narrowed_snapshot_gives_its_people_the_same_answers(
    whole: Snapshot, narrow: Snapshot, question: Question, tmp_path: Path
) -> None:
    scope = Scope(users=tuple(OWNERS[4:9:2]), mask_digits=3)
    for name, filters in FILTERS.items():
        here = asked(question, narrow, scope, filters, tmp_path)
        there = asked(question, whole, scope, filters, tmp_path)
        assert rows(here) == rows(there), name


def test_a_narrowed_snapshot_holds_nothing_of_others_and_goes_with_its_block(
    whole: Snapshot,
) -> None:
    users = [person.facts["charged_user"] for person in PEOPLE[:2]]
    with whole.narrowed(users) as narrow:
        owners = narrow.query(
            'select distinct "user" from entries union select "user" from day_people'
        )
        assert set(owners["user"]) == set(users)
    with pytest.raises(duckdb.CatalogException):
        narrow.query("select count(*) from entries")


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_what_lies_outside_a_scope_changes_no_answer(
    whole: Snapshot, elsewhere: Callable[[str], Snapshot], question: Question, tmp_path: Path
) -> None:
    for name, kind in CASES:
        scope, filters = SCOPES[name], FILTERS[kind]
        here = asked(question, whole, scope, filters, tmp_path)
        there = asked(question, elsewhere(name), scope, filters, tmp_path)
        assert rows(here) == rows(there), (name, kind)
        for frame in here:
            for column in set(OWNER) & set(frame.columns):
                assert set(frame[column].drop_nulls()) <= _owners(scope, column)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_query_has_something_to_tell_and_nothing_to_those_without_a_scope(
    whole: Snapshot, question: Question, tmp_path: Path
) -> None:
    told = asked(question, whole, ALL, PERIOD, tmp_path)
    nothing = asked(question, whole, Scope(), PERIOD, tmp_path)
    if question.function.__name__ not in NEEDS_MORE:
        assert any(frame.height for frame in told)
    assert not {cell for cell in cells(nothing) if _tells(cell)}


NEEDS_MORE = {"of_dialogs"}
"""Asks for legs of a source before the one of these calls."""


def _tells(cell: Any) -> bool:
    """Hours, weekdays and the days that they come on are the calendar's."""
    return cell not in (None, 0, *range(1, 24)) if not isinstance(cell, str) else True


def _owners(scope: Scope, column: str) -> set[str]:
    name = "charged_user" if column == "user" else column
    inside = {person.facts[name] for person in PEOPLE if person.within(scope)}
    known = {
        row[column]
        for row in DIRECTORY.to_dicts()
        if row["department"] in scope.departments or row["site"] in scope.sites
    }
    return inside | known if column in DIRECTORY.columns else inside


def test_outside_numbers_of_private_calls_are_hidden_whole(whole: Snapshot) -> None:
    private = replace(PERIOD, purposes=("private",), directions=("outbound",))
    for scope, is_whole in ((ALL, True), (Scope(everything=True, mask_digits=2), False)):
        numbers = calls.page(whole, scope, private, 1000)["to_number"].drop_nulls()
        assert not numbers.is_empty()
        assert {is_whole} == {number.startswith("+") for number in numbers}
        found = calls.page(whole, scope, replace(private, text="+44"), 1000)
        assert is_whole == (found.height > 0)
    business = replace(private, purposes=("business",))
    for number in calls.page(whole, scope, business, 1000)["to_number"].drop_nulls():
        assert number.startswith("+")
        assert number.endswith("xx")


def test_private_calls_of_the_reader_are_masked_as_their_other_calls(
    whole: Snapshot, tmp_path: Path
) -> None:
    private = replace(PERIOD, purposes=("private",), directions=("outbound",))
    listed = calls.page(whole, ALL, private, 1000).drop_nulls("to_number")
    owner, other = listed["user"].drop_nulls().unique().sort()[:2]
    reader = Scope(everything=True, mask_digits=2, own=(owner,))
    seen = calls.page(whole, reader, private, 1000).drop_nulls("to_number")
    for row in seen.to_dicts():
        assert (row["user"] == owner) == row["to_number"].startswith("+")
        assert row["to_number"].endswith("xx")
    number = listed.filter(user=owner)["to_number"][0][:-2]
    found = calls.page(whole, reader, replace(private, text=number), 1000)
    assert {owner} == {*found["user"]}
    written = tmp_path / "legs.csv"
    slices.write_slice(whole, reader, private, "legs", written)
    legs = pl.read_csv(written, infer_schema=False).drop_nulls("to_number")
    shown = legs.filter(pl.col("to_number").str.strip_chars("'").str.starts_with("+"))
    assert {owner} == {*shown["charged_user"]}
    assert other in legs["charged_user"]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_no_query_shows_hidden_digits(
    whole: Snapshot, made: list[tuple[Person, Row]], question: Question, tmp_path: Path
) -> None:
    masked = Scope(everything=True, mask_digits=4)
    frames = [
        frame
        for filters in FILTERS.values()
        for frame in asked(question, whole, masked, filters, tmp_path)
    ]
    text = "\n".join(cell for cell in cells(frames) if isinstance(cell, str))
    outside = {
        number
        for _, row in made
        for number, inside in (
            (row["from_number"], ("outbound", "internal")),
            (row["to_number"], ("inbound", "internal")),
        )
        if number and row["direction"] not in inside
    }
    assert outside
    assert [] == [number for number in outside if number.removeprefix("+")[:-3] in text]
