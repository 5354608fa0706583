"""What a scope and filters let by, the same for every public query."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.queries import calls, choices, costs, freshness, overview
from warehouse.queries.slices import write_slice
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

ALL = Scope(everything=True)
OCTOBER = Filters(date(2024, 10, 1), date(2024, 10, 31))
BRUNO = {
    "charged_user": "bruno@aurora.example",
    "person": "Bruno Conti",
    "department": "Service",
    "cost_centre": "200",
}
CARLA = {
    "charged_user": "carla@aurora.example",
    "person": "Carla Diaz",
    "department": "Support",
    "site": "New York",
}
NOBODY = {"charged_user": None, "person": None, "department": None, "site": None}
INBOUND = {
    "direction": "inbound",
    "from_number": "+442079461111",
    "from_user": None,
    "to_number": "+390699990001",
    "to_user": "anna@aurora.example",
    "call_type": None,
    "cost": Decimal(0),
    "charge": Decimal(0),
    "currency": None,
    "status": "not_charged",
}


@pytest.fixture(scope="module")
def snapshot(
    tmp_path_factory: pytest.TempPathFactory, leg: Any, frame: Any, now: datetime
) -> Iterator[Snapshot]:
    """Calls of three people on three days, partly in the base; one transferred, one unowned."""
    rows = [
        leg("anna1", "2024-10-01 08:00:00", cost=Decimal(5)),
        leg("anna2", "2024-10-14 09:00:00", talk=None, to_number="7101;phone-context=enterprise"),
        leg("bruno1", "2024-10-14 10:00:00", currency="USD", cost=Decimal(2), **BRUNO),
        leg("carla1", "2024-10-15 08:00:00", call_type="mobile", destination="=cmd()", **CARLA),
        leg("carla2", "2024-10-15 09:00:00", status="no_prefix", cost=None, charge=None, **CARLA),
        leg("nobody", "2024-10-15 10:00:00", **NOBODY),
        leg("moved", "2024-10-14 12:00:00", **INBOUND),
        leg(
            "moved2",
            "2024-10-14 12:01:10",
            call_id="moved",
            direction="transit",
            from_number="+442079461111",
            from_user=None,
            extra='{"original": "+442079461111"}',
            **BRUNO,
        ),
        leg("mail", "2024-10-15 11:00:00", **INBOUND | {"answered_by": "voicemail"}),
        leg("november", "2024-11-05 08:00:00"),
    ]
    late = [leg("anna3", "2024-10-01 11:00:00", cost=Decimal("0.5"))]
    folder = tmp_path_factory.mktemp("warehouse")
    with Master.open(folder) as master:
        for name, legs in (("first", rows), ("late", late)):
            load(master, frame(legs), file=name, sha256="", loaded_at=now)
            publish(master, now, HotLimits(recent_days=1))
    snapshots = Snapshots(folder)
    yield snapshots.current()
    snapshots.close()


def keys(frame: pl.DataFrame) -> list[str]:
    return sorted(frame["call_id"].to_list())


def listed(snapshot: Snapshot, scope: Scope = ALL, **filters: Any) -> list[str]:
    return keys(calls.page(snapshot, scope, replace(OCTOBER, **filters), 100))


SCOPES = {
    "by department": Scope(departments=("Service",)),
    "by site": Scope(sites=("New York",)),
    "by user": Scope(users=("anna@aurora.example",)),
    "several": Scope(departments=("Service",), users=("carla@aurora.example",), mask_digits=3),
    "nothing": Scope(),
    "an empty name": Scope(departments=("",), sites=("",), users=("",)),
    "strangers": Scope(departments=("None",), users=("eve@aurora.example",)),
}


def allowed(scope: Scope, row: dict[str, Any]) -> bool:
    """Whether everything a row says of its owner is within a scope that names owners fully."""
    owner = row.get("user", row.get("charged_user"))
    return (
        row.get("department") in [name for name in scope.departments if name]
        or row.get("site") in [name for name in scope.sites if name]
        or owner in [name for name in scope.users if name]
    )


def ask(function: Callable[..., Any], snapshot: Snapshot, scope: Scope, tmp_path: Path) -> Any:
    """Every frame that one public query returns."""
    wanted = {
        "snapshot": snapshot,
        "scope": scope,
        "filters": OCTOBER,
        "first": OCTOBER.first,
        "last": OCTOBER.last,
        "limit": 100,
        "path": tmp_path / "calls.csv",
        "source": "rome",
    }
    days = [date(2024, 10, day) for day in (1, 14, 15)]
    every = ("anna1", "bruno1", "carla1", "nobody", "moved")
    if function is calls.of_day:
        return [pl.concat(function(snapshot, scope, day) for day in days)]
    if function is calls.by_keys:
        return [function(snapshot, scope, [("rome", key, day) for key in every for day in days])]
    names = inspect.signature(function).parameters
    given = {name: value for name, value in wanted.items() if name in names}
    if "call_id" in names:
        return [frame for key in every for frame in function(**given, call_id=key)]
    answer = function(**given)
    if "path" in names:
        return [pl.read_csv(wanted["path"], infer_schema=False)]
    return [answer.totals] if isinstance(answer, calls.Count) else [answer]


def public_queries() -> list[Callable[..., Any]]:
    return [
        function
        for module in (overview, calls, choices, freshness)
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and not name.startswith("_")
        and next(iter(inspect.signature(function).parameters), "") == "snapshot"
    ]


def test_there_are_queries_and_each_takes_a_scope() -> None:
    assert len(public_queries()) >= 13
    for function in public_queries():
        scope = inspect.signature(function).parameters["scope"]
        assert inspect.Parameter.empty is scope.default


@pytest.mark.parametrize("function", public_queries(), ids=lambda function: function.__name__)
@pytest.mark.parametrize("name", SCOPES)
def test_no_query_gives_a_row_outside_the_scope(
    snapshot: Snapshot, tmp_path: Path, function: Callable[..., Any], name: str
) -> None:
    scope = SCOPES[name]
    whole, part = (ask(function, snapshot, seen, tmp_path) for seen in (ALL, scope))
    assert any(frame.height for frame in whole)
    empty = name in ("nothing", "an empty name", "strangers")
    for frame in part:
        if empty and not (name != "nothing" and function is freshness.sources):
            assert 0 == frame.height
        owner_columns = {"user", "charged_user", "person", "department", "site"}
        if owner_columns & set(frame.columns):
            full = frame.to_dicts()
            if {"user", "charged_user"} & set(frame.columns) and "site" in frame.columns:
                assert [] == [row for row in full if not allowed(scope, row)]
            for column, permitted in visible(scope).items():
                if column in frame.columns:
                    assert set(frame[column].to_list()) <= permitted


def visible(scope: Scope) -> dict[str, set[str]]:
    """The owners' facts that the calls above show to a scope."""
    people = {
        "anna@aurora.example": ("Anna Bianchi", "Sales", "Rome"),
        "bruno@aurora.example": ("Bruno Conti", "Service", "Rome"),
        "carla@aurora.example": ("Carla Diaz", "Support", "New York"),
    }
    seen = {
        user: facts
        for user, facts in people.items()
        if allowed(scope, {"user": user, "department": facts[1], "site": facts[2]})
    }
    return {
        "user": set(seen),
        "charged_user": set(seen),
        "person": {facts[0] for facts in seen.values()},
        "department": {facts[1] for facts in seen.values()},
        "site": {facts[2] for facts in seen.values()},
    }


def test_money_counts_with_the_payer_and_the_call_with_its_owner(snapshot: Snapshot) -> None:
    rows = {
        (row["department"], row["currency"]): (row["calls"], row["cost"])
        for row in overview.top_departments(snapshot, ALL, OCTOBER).to_dicts()
    }
    assert {
        ("Sales", "EUR"): (4, Decimal("5.5")),
        ("Sales", None): (1, Decimal(0)),
        ("Service", "EUR"): (0, Decimal("1.25")),
        ("Service", "USD"): (1, Decimal(2)),
        ("Support", "EUR"): (2, Decimal("1.25")),
        (None, "EUR"): (1, Decimal("1.25")),
    } == rows


def test_totals_stand_per_currency(snapshot: Snapshot) -> None:
    frame = overview.totals(snapshot, ALL, OCTOBER)
    rows = {row.pop("currency"): row for row in frame.to_dicts()}
    assert {"EUR", "USD", None} == set(rows)
    assert (7, 6, Decimal("9.25"), 1) == (
        rows["EUR"]["calls"],
        rows["EUR"]["answered"],
        rows["EUR"]["cost"],
        rows["EUR"]["unrated"],
    )


def test_every_way_to_the_same_totals_agrees(snapshot: Snapshot) -> None:
    """From the day rollup, the people rollup, single calls, and the list."""
    users = (*choices.people(snapshot, ALL, OCTOBER.first, OCTOBER.last)["user"], "")
    directions = ("inbound", "outbound", "transit")
    expected = overview.totals(snapshot, ALL, OCTOBER).to_dicts()
    by_person = overview.totals(snapshot, ALL, replace(OCTOBER, people=users))
    by_call = overview.totals(snapshot, ALL, replace(OCTOBER, people=users, directions=directions))
    counted = calls.count(snapshot, ALL, OCTOBER)
    assert [expected] * 3 == [by_person.to_dicts(), by_call.to_dicts(), counted.totals.to_dicts()]
    assert counted.rows == sum(row["calls"] for row in expected)


def test_cost_by_day_and_call_type_add_up_to_the_totals(snapshot: Snapshot) -> None:
    total = overview.totals(snapshot, ALL, OCTOBER)["cost"].sum()
    assert total == overview.cost_by_day(snapshot, ALL, OCTOBER)["cost"].sum()
    assert total == overview.by_call_type(snapshot, ALL, OCTOBER)["cost"].sum()


def test_the_dearest_people_come_first(snapshot: Snapshot) -> None:
    frame = overview.top_people(snapshot, ALL, replace(OCTOBER, directions=("outbound",)), 1)
    assert [("anna@aurora.example", "Anna Bianchi", "Sales", Decimal("5.5"))] == frame.select(
        "user", "person", "department", "cost"
    ).rows()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"departments": ("Support",)}, ["carla1", "carla2"]),
        ({"sites": ("New York",)}, ["carla1", "carla2"]),
        ({"people": ("anna@aurora.example",)}, ["anna1", "anna2", "anna3", "mail", "moved"]),
        ({"people": ("",)}, ["nobody"]),
        ({"departments": ("", "Support")}, ["carla1", "carla2", "nobody"]),
        ({"directions": ("inbound",)}, ["mail", "moved"]),
        ({"call_types": ("mobile",)}, ["carla1"]),
        ({"outcomes": ("no_answer",)}, ["anna2"]),
        ({"min_cost": Decimal(2)}, ["anna1", "bruno1"]),
        ({"first": date(2024, 10, 2), "last": date(2024, 10, 14)}, ["anna2", "bruno1", "moved"]),
        ({"first": date(2024, 11, 1), "last": date(2024, 11, 30)}, ["november"]),
        ({"text": "CARLA"}, ["carla1", "carla2"]),
        ({"text": "+44 (20) 7946-1111"}, ["mail", "moved"]),
        ({"text": "cmd()"}, ["carla1"]),
        ({"text": "' or true --"}, []),
        ({"text": "%"}, []),
        ({"text": " - "}, []),
        ({"text": "nobody at all"}, []),
    ],
)
def test_filters_let_by_what_they_name(
    snapshot: Snapshot, filters: dict[str, Any], expected: list[str]
) -> None:
    assert expected == listed(snapshot, **filters)
    assert len(expected) == calls.count(snapshot, ALL, replace(OCTOBER, **filters)).rows


def test_a_call_is_listed_once_with_all_its_money(snapshot: Snapshot) -> None:
    frame = calls.page(snapshot, ALL, OCTOBER, 100).filter(call_id="moved")
    assert [("anna@aurora.example", Decimal("1.25"), Decimal(60 + 60), 2)] == frame.select(
        "user", "cost", "talk_s", "legs"
    ).rows()


def test_who_pays_a_part_of_a_call_finds_it_with_that_part(snapshot: Snapshot) -> None:
    frame = calls.page(snapshot, Scope(departments=("Service",)), OCTOBER, 100)
    assert [
        ("moved", "bruno@aurora.example", Decimal("1.25"), "EUR"),
        ("bruno1", "bruno@aurora.example", Decimal(2), "USD"),
    ] == frame.select("call_id", "user", "cost", "currency").rows()


def test_who_owns_a_call_that_others_pay_for_is_shown_no_money_of_theirs(
    snapshot: Snapshot,
) -> None:
    frame = calls.page(snapshot, Scope(departments=("Sales",)), OCTOBER, 100)
    assert [None] == frame.filter(call_id="moved")["cost"].to_list()


def test_pages_follow_one_another_without_gap_or_repetition(snapshot: Snapshot) -> None:
    whole = calls.page(snapshot, ALL, OCTOBER, 100, order="cost")
    pages = [calls.page(snapshot, ALL, OCTOBER, 4, start, order="cost") for start in (0, 4, 8)]
    assert [4, 4, 1] == [frame.height for frame in pages]
    assert keys(whole) == keys(pl.concat(pages))
    assert whole.to_dicts() == pl.concat(pages).to_dicts()


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("text", ["", "aurora"])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_by_start_add_up_to_the_list_whatever_the_scope(
    snapshot: Snapshot, name: str, text: str, descending: bool
) -> None:
    scope, filters = SCOPES[name], replace(OCTOBER, text=text)
    whole = calls.page(snapshot, scope, filters, 100, descending=descending)
    pages = [
        calls.page(snapshot, scope, filters, 2, start, descending=descending)
        for start in range(0, 12, 2)
    ]
    assert whole.to_dicts() == pl.concat(pages).to_dicts()
    assert whole.height == calls.count(snapshot, scope, filters).rows
    assert whole["started_local"].is_sorted(descending=descending)


def test_calls_are_listed_in_the_order_asked_for(snapshot: Snapshot) -> None:
    newest = calls.page(snapshot, ALL, OCTOBER, 1)
    oldest = calls.page(snapshot, ALL, OCTOBER, 1, descending=False)
    longest = calls.page(snapshot, ALL, OCTOBER, 1, order="talk")
    assert ["mail", "anna1", "moved"] == [
        *newest["call_id"],
        *oldest["call_id"],
        *longest["call_id"],
    ]


def test_one_call_comes_with_its_legs_in_order(snapshot: Snapshot) -> None:
    call, legs = calls.one(snapshot, ALL, "rome", "moved")
    assert (["moved"], ["moved", "moved2"]) == (call["call_id"].to_list(), legs["leg_id"].to_list())
    assert [0, 0] == [frame.height for frame in calls.one(snapshot, ALL, "rome", "no such call")]
    known_day = calls.one(snapshot, ALL, "rome", "moved", date(2024, 10, 14))
    assert [call.to_dicts(), legs.to_dicts()] == [frame.to_dicts() for frame in known_day]


def test_legs_of_others_are_left_out_of_a_call(snapshot: Snapshot) -> None:
    _, legs = calls.one(snapshot, Scope(departments=("Service",)), "rome", "moved")
    assert ["moved2"] == legs["leg_id"].to_list()


MASKED = Scope(everything=True, mask_digits=4)


def test_the_last_digits_of_outside_numbers_are_hidden(snapshot: Snapshot) -> None:
    frame = calls.page(snapshot, MASKED, OCTOBER, 100)
    shown = {row["call_id"]: row for row in frame.to_dicts()}
    assert ("+390699990001", "+44207946xxxx") == (
        shown["anna1"]["from_number"],
        shown["anna1"]["to_number"],
    )
    assert ("+44207946xxxx", "+390699990001") == (
        shown["moved"]["from_number"],
        shown["moved"]["to_number"],
    )
    assert "xxxx" == shown["anna2"]["to_number"]


def test_hidden_digits_are_nowhere_to_be_found(snapshot: Snapshot, tmp_path: Path) -> None:
    for function in public_queries():
        for frame in ask(function, snapshot, MASKED, tmp_path):
            assert "9461111" not in frame.write_csv()
            assert "9460000" not in frame.write_csv()


def test_hidden_digits_cannot_be_searched_for(snapshot: Snapshot) -> None:
    assert ["mail", "moved"] == listed(snapshot, text="79461111")
    assert [] == listed(snapshot, MASKED, text="79461111")
    assert "mail" in listed(snapshot, MASKED, text="44207946")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+442079460000", "+44207946xxxx"),
        ("112", "xxx"),
        ("+39 06 9999 0001", "+39069999xxxx"),
        ("7101;phone-context=enterprise", "xxxx"),
        ("+390699990001;ext=102", "+39069999xxxx"),
        ("+390699990001@aurora.example", "+39069999xxxx"),
        ("anna@aurora.example", "anna@aurora.example"),
        ("", ""),
    ],
)
def test_numbers_are_masked_however_they_are_written(
    snapshot: Snapshot, number: str, expected: str
) -> None:
    assert expected == snapshot.query("select masked($number, 4)", {"number": number}).item()


def test_a_scope_cannot_hide_fewer_than_no_digits() -> None:
    with pytest.raises(ValueError, match="masked"):
        Scope(everything=True, mask_digits=-1)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_an_export_holds_every_call_of_the_filters(snapshot: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    period = replace(OCTOBER, last=date(2024, 11, 30))
    written = write_slice(snapshot, ALL, period, "calls", path)
    rows = read(path)
    assert (10, 10) == (written, len(rows))
    assert list(calls.CALL_COLUMNS) == list(rows[0])
    expected = calls.page(snapshot, ALL, period, 100, descending=False)
    assert expected["call_id"].to_list() == [row["call_id"] for row in rows]
    assert ("2024-10-01T08:00:00.000Z", "2024-10-01T10:00:00.000", "5.000000") == (
        rows[0]["started_at"],
        rows[0]["started_local"],
        rows[0]["cost"],
    )


def test_an_export_of_nothing_is_a_header(snapshot: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    assert 0 == write_slice(snapshot, Scope(), OCTOBER, "calls", path, ["call_id", "cost"])
    assert "call_id,cost\n" == path.read_text(encoding="utf-8")


def test_an_export_knows_its_columns(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="head_known"):
        write_slice(snapshot, ALL, OCTOBER, "calls", tmp_path / "calls.csv", ["head_known"])


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_exported_cell_is_a_formula(
    master: Master,
    snapshots: Snapshots,
    put: Any,
    leg: Any,
    now: datetime,
    tmp_path: Path,
    sign: str,
) -> None:
    put(leg("a", person=f"{sign}HYPERLINK(0)", dialled=f"{sign}1+1"))
    publish(master, now)
    path = tmp_path / "calls.csv"
    write_slice(snapshots.current(), ALL, OCTOBER, "calls", path)
    (row,) = read(path)
    assert (f"'{sign}HYPERLINK(0)", f"'{sign}1+1") == (row["person"], row["dialled"])
    assert "+442079460000" == row["to_number"]


def test_choices_are_what_there_is_in_the_period(snapshot: Snapshot) -> None:
    first, last = OCTOBER.first, OCTOBER.last
    sites = choices.values(snapshot, ALL, OCTOBER, "site")
    assert [("New York", "New York"), ("Rome", "Rome")] == sites.rows()
    assert [("bruno@aurora.example", "Bruno Conti")] == choices.values(
        snapshot, Scope(departments=("Service",)), OCTOBER, "user"
    ).rows()
    assert [("bruno@aurora.example", "Bruno Conti", "Service")] == choices.people(
        snapshot, Scope(departments=("Service",)), first, last
    ).rows()
    november = Filters(date(2024, 11, 1), date(2024, 11, 30))
    assert ["Sales"] == choices.values(snapshot, Scope(users=("anna@aurora.example",)), november)[
        "value"
    ].to_list()


def test_of_too_many_choices_those_with_most_calls_are_offered(snapshot: Snapshot) -> None:
    counted = costs.by(snapshot, ALL, OCTOBER, ("site",)).group_by("site").agg(pl.sum("calls"))
    (busiest,) = counted.drop_nulls().sort("calls")["site"].tail(1)
    assert [busiest] == choices.values(snapshot, ALL, OCTOBER, "site", 1)["value"].to_list()


def test_results_of_a_snapshot_are_remembered_by_question_and_scope(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch = Snapshot._fetch

    def noted(self: Snapshot, sql: str, parameters: Any) -> pl.DataFrame:
        asked.append(sql)
        return fetch(self, sql, parameters)

    monkeypatch.setattr(Snapshot, "_fetch", noted)
    # A period of its own: the snapshot is shared with other tests.
    filters = Filters(date(2023, 10, 7), date(2024, 10, 31))
    first = overview.totals(snapshot, ALL, filters)
    assert first.equals(overview.totals(snapshot, ALL, filters))
    assert 1 == len(asked)
    assert not first.equals(overview.totals(snapshot, Scope(departments=("Sales",)), filters))
    assert 2 == len(asked)
