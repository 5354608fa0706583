"""What has no owner, place or price is listed, worked off, and only its calls change."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import mining
from app.cli.main import cli
from app.cli.requests import work_off
from app.cli.settings import load_settings
from pipeline.callfile.spool import Spool
from pipeline.miner import reassign
from pipeline.miner.books import Shelf
from pipeline.miner.requests import ReassignRequest, Requests
from tests.warehouses import beginning
from warehouse.clock import fixed_clock
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.master import Master
from warehouse.parties import Parties
from warehouse.snapshot import Snapshots

PATIENCE_S = 60

NOW = "2026-03-01T00:00:00Z"
SETTINGS = """\
[[sources]]
name = "rome"
kind = "lync"
connection = "file:x"
site = "Rome"
"""
TARIFFS = """\
tariff,prefix,destination,call_type,price_per_minute
aurelia,39,Italy,national,0.60
hudson,39,Italy,international,1.20
"""
SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
New York,US,212,America/New_York
"""
USERS = """\
# People of the company, by hand.
user,name,department,badge,numbers,site,valid_from,valid_to
 anna@x.org , "Anna ""A."" Rossi",Sales,7,+390612340001;101,Rome,,

# Bob moved.
bob@x.org,Bob,Support,8,+12125550001,New York,,2026-02-15
bob@x.org,Bob,Finance,8,+390612340002,Rome,2026-02-15,
"""
GATEWAYS = """\
gateway,site,tariff
gw-1,Rome,aurelia
gw-2,New York,hudson
"""
HEADER = "leg_id,call_id,started_at,talk_s,from_user,from_number,to_number,gateway_out,direction\n"
OUT = "+390698765432"
CALLS = f"""\
eve,eve,2026-02-10T10:00:00Z,60,Eve@x.org,,{OUT},gw-1,outbound
num-1,num-1,2026-02-10T11:00:00Z,60,,+390612340009,{OUT},gw-1,outbound
num-2,num-2,2026-02-20T11:00:00Z,120,,+390612340009,{OUT},gw-1,outbound
ext-r,ext-r,2026-02-11T11:00:00Z,60,,105,{OUT},gw-1,outbound
ext-n,ext-n,2026-02-11T11:30:00Z,60,,105,{OUT},gw-2,outbound
gw,gw,2026-02-12T01:00:00Z,60,anna@x.org,,{OUT},gw-9,outbound
gw-x,gw-x,2026-02-12T01:10:00Z,60,,106,{OUT},gw-9,outbound
anna,anna,2026-02-12T12:00:00Z,60,anna@x.org,,{OUT},gw-1,outbound
dear,dear,2026-02-13T12:00:00Z,60,anna@x.org,,+442079460123,gw-1,outbound
two-a,two-a,2026-02-14T12:00:00Z,60,anna@x.org,,{OUT},gw-1,outbound
two-b,two-a,2026-02-14T12:02:00Z,60,EVE@x.org,,{OUT},gw-1,outbound
"""


class Killed(BaseException):
    """The process ends here."""


class Bench:
    """A home with calls that are published, and what stands in its files."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        beginning("unknown callers", folder, self._begin)

    def _begin(self) -> None:
        for path, text in (
            (self.home.settings, SETTINGS),
            (self.home.tariffs, TARIFFS),
            (self.home.sites, SITES),
            (self.home.users, USERS),
            (self.home.gateways, GATEWAYS),
        ):
            path.write_text(text, encoding="utf-8")
        spool = Spool(self.home.spool)
        spool.make()
        (spool.incoming / "rome_1.v1.csv").write_text(HEADER + CALLS, encoding="utf-8")
        mining.mine(self.home.path, once=True, now=NOW)

    def run(self, *words: str) -> Any:
        """What a command prints as JSON; what it raises."""
        done = CliRunner().invoke(
            cli, [*words, "--home", str(self.home.path), "--json"], catch_exceptions=False
        )
        assert 0 == done.exit_code, done.output
        return json.loads(done.stdout)

    def ask(self, sql: str) -> pl.DataFrame:
        snapshots = Snapshots(self.home.warehouse)
        try:
            snapshots.current().verify()
            return snapshots.current().query(sql)
        finally:
            snapshots.close()

    def legs(self) -> dict[str, tuple[Any, ...]]:
        """Every stored cell, by leg."""
        return {row[1]: row for row in self.ask("select * from legs order by leg_id").rows()}

    def owners(self) -> dict[str, str | None]:
        return dict(self.ask("select leg_id, charged_user from legs").rows())

    def sums(self) -> list[tuple[Any, ...]]:
        return self.ask(
            "select sum(calls)::bigint, sum(talk_s), sum(cost), sum(unrated) from day_totals"
        ).rows()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def moved(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    assert before.keys() == after.keys()
    return {leg for leg in before if before[leg] != after[leg]}


def test_everything_unknown_is_listed_with_what_is_at_stake_and_how_to_work_it_off(
    bench: Bench,
) -> None:
    found = {(row["what"], row["name"], row["site"]): row for row in bench.run("unmatched")}
    eve = found["user", "eve@x.org", "Rome"]
    assert (2, 2, "2.0", "1.200000", "EUR", 0) == tuple(
        eve[name] for name in ("calls", "legs", "minutes", "cost", "currency", "unrated")
    )
    assert ("2026-02-10T10:00:00Z", "2026-02-14T12:02:00Z") == (eve["first_at"], eve["last_at"])
    assert "tollbook assign user eve@x.org --to USER" == eve["mend"]
    number = found["number", "+390612340009", "Rome"]
    assert (2, "3.0", "1.800000") == (number["calls"], number["minutes"], number["cost"])
    assert {"Rome", "New York"} == {site for what, name, site in found if name == "105"}
    assert all(what == "extension" for what, name, _ in found if name == "105")
    gateway = found["gateway", "gw-9", None]
    assert (2, 2) == (gateway["legs"], gateway["unrated"])
    assert "tollbook assign gateway gw-9 --site SITE --tariff TARIFF" == gateway["mend"]
    (dear,) = (row for (what, _, _), row in found.items() if what == "destination")
    assert ("+442079", "aurelia", 1, None) == (
        *(dear[name] for name in ("name", "tariff", "unrated", "cost")),
    )
    assert "rerate --from 2026-02-13 --to 2026-02-13" in dear["mend"]


def test_the_list_can_be_narrowed_and_written_as_csv(bench: Bench, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    found = bench.run("unmatched", "--what", "number", "--from", "2026-02-20", "--out", str(out))
    assert [("+390612340009", 1)] == [(row["name"], row["calls"]) for row in found]
    written = pl.read_csv(out, infer_schema=False).to_dicts()
    assert [("+390612340009", "2026-02-20T11:00:00Z")] == [
        (row["name"], row["first_at"]) for row in written
    ]


@pytest.mark.parametrize(
    ("words", "legs"),
    [
        pytest.param(
            ("number", "+390612340009", "--to", "ANNA@x.org"), {"num-1", "num-2"}, id="number"
        ),
        pytest.param(
            ("number", "+390612340009", "--to", "anna@x.org", "--from", "2026-02-20"),
            {"num-2"},
            id="number from a day on",
        ),
        pytest.param(("number", "105", "--to", "anna@x.org"), {"ext-r"}, id="extension"),
        pytest.param(("user", "eve@x.org", "--to", "anna@x.org"), {"eve", "two-b"}, id="address"),
        pytest.param(
            ("user", "eve@x.org", "--name", "Eve", "--department", "Law", "--from", "2026-02-14"),
            {"two-b"},
            id="somebody new",
        ),
        pytest.param(
            ("number", "105", "--to", "lift", "--name", "Lift", "--department", "House",
             "--site", "New York", "--kind", "common_area"),
            {"ext-n"},
            id="a telephone",
        ),
        pytest.param(
            ("gateway", "GW-9", "--site", "New York", "--tariff", "hudson"),
            {"gw", "gw-x"},
            id="gateway",
        ),
        pytest.param(
            ("gateway", "GW-[89]*", "--site", "Rome", "--tariff", "hudson"),
            {"gw", "gw-x"},
            id="pattern",
        ),
        pytest.param(
            ("gateway", "gw-1", "--tariff", "hudson", "--from", "2026-02-13"),
            {"num-2", "dear", "two-a", "two-b"},
            id="another tariff from a day on",
        ),
    ],
)  # fmt: skip
def test_only_its_calls_change_and_a_dry_run_says_so_before(
    bench: Bench, words: tuple[str, ...], legs: set[str]
) -> None:
    before, sums = bench.legs(), bench.sums()
    files = {path.name: path.read_bytes() for path in bench.home.path.glob("*.csv*")}
    told = bench.run("assign", *words, "--dry-run")
    assert (before, sums) == (bench.legs(), bench.sums())
    assert files == {path.name: path.read_bytes() for path in bench.home.path.glob("*.csv*")}
    done = bench.run("assign", *words)
    assert told["moves"] == done["moves"]
    after = bench.legs()
    assert legs == moved(before, after)
    assert len(legs) == sum(row["legs"] for row in done["moves"])
    cost = sum(
        (Decimal(row["after"]) - Decimal(row["before"]) for row in done["moves"]), Decimal(0)
    )
    ((calls, talk_s, total, _),) = sums
    ((calls_after, talk_s_after, total_after, _),) = bench.sums()
    assert (calls, talk_s, total + cost) == (calls_after, talk_s_after, total_after)
    again = bench.run("assign", *words)
    assert (False, []) == (again["changed"], again["moves"])
    assert after == bench.legs()


def test_an_assigned_call_is_as_if_it_had_been_known_when_it_was_loaded(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for words in (
        ("number", "+390612340009", "--to", "bob@x.org", "--from", "2026-02-18"),
        ("user", "eve@x.org", "--to", "bob@x.org"),
        ("gateway", "gw-9", "--site", "New York", "--tariff", "hudson"),
        ("number", "106", "--to", "kim@x.org", "--name", "Kim", "--department", "Law",
         "--site", "New York"),
    ):  # fmt: skip
        bench.run("assign", *words)
    other = Home(tmp_path_factory.mktemp("other"))
    fresh = Bench(other.path)
    for name in ("users.csv", "gateways.csv"):
        (other.path / name).write_bytes((bench.home.path / name).read_bytes())
    fresh.run("reassign", "--from", "2026-01-01", "--to", "2026-12-31")
    assert fresh.legs() == bench.legs()
    loaded = Home(tmp_path_factory.mktemp("loaded"))
    for file in bench.home.path.glob("*.csv"):
        (loaded.path / file.name).write_bytes(file.read_bytes())
    (loaded.path / "tollbook.toml").write_text(SETTINGS, encoding="utf-8")
    spool = Spool(loaded.spool)
    spool.make()
    (spool.incoming / "rome_1.v1.csv").write_text(HEADER + CALLS, encoding="utf-8")
    mining.mine(loaded.path, once=True, now=NOW)
    snapshots = Snapshots(loaded.warehouse)
    rows = snapshots.current().query("select * from legs order by leg_id").rows()
    snapshots.close()
    assert rows == list(bench.legs().values())


def test_the_table_keeps_its_notes_columns_order_and_history(bench: Bench) -> None:
    bench.run("assign", "number", "+390612340009", "--to", "bob@x.org", "--from", "2026-02-18")
    after = USERS.replace(
        "+390612340002,Rome,2026-02-15,\n",
        "+390612340002,Rome,2026-02-15,2026-02-18\n"
        "bob@x.org,Bob,Finance,8,+390612340002;+390612340009,Rome,2026-02-18,\n",
    )
    assert after == bench.home.users.read_text(encoding="utf-8")
    (kept,) = bench.home.path.glob("users.csv.*Z")
    assert USERS == kept.read_text(encoding="utf-8")
    bench.run("assign", "gateway", "gw-9", "--site", "Rome")
    assert GATEWAYS + "gw-9,Rome,\n" == bench.home.gateways.read_text(encoding="utf-8")


def test_all_faults_are_told_at_once_and_nothing_is_written(bench: Bench) -> None:
    before = bench.legs()
    with pytest.raises(InvalidInput) as caught:
        bench.run(
            "assign", "number", "+12125550001", "--to", "new@x.org", "--name", "New",
            "--department", "Law", "--site", "Paris", "--kind", "robot",
        )  # fmt: skip
    assert {"site", "kind", "numbers"} == {one.column for one in caught.value.problems}
    for words in (
        ("number", "+390612340009", "--to", "nobody@x.org"),
        ("number", "06/1234", "--to", "anna@x.org"),
        ("user", "eve@x.org"),
        ("user", "eve@x.org", "--to", "anna@x.org", "--name", "Eve"),
        ("gateway", "gw-9"),
        ("gateway", "gw-9", "--tariff", "hudson"),
        ("gateway", "gw-9", "--site", "Rome", "--tariff", "nobody"),
    ):
        with pytest.raises(InvalidInput):
            bench.run("assign", *words)
    assert USERS == bench.home.users.read_text(encoding="utf-8")
    assert GATEWAYS == bench.home.gateways.read_text(encoding="utf-8")
    assert before == bench.legs()


@pytest.mark.parametrize("days", [0, 1, 2])
def test_killed_in_the_middle_the_next_miner_goes_on(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    days: int,
) -> None:
    undisturbed = Bench(tmp_path_factory.mktemp("undisturbed"))
    words = ("assign", "gateway", "gw-1", "--tariff", "hudson")
    expected = undisturbed.run(*words)["moves"]
    monkeypatch.setattr("warehouse.restate.BATCH_LEGS", 1)
    real, calls = reassign.revise, []

    def dying(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) > days:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(reassign, "revise", dying)
    with pytest.raises(Killed):
        bench.run(*words)
    monkeypatch.setattr(reassign, "revise", real)
    requests = Requests(bench.home.spool / "requests")
    ((name, _),) = requests.waiting()
    assert 0 == work_off_once(bench, lambda: True)
    assert 1 == work_off_once(bench)
    answer = requests.take_answer(name)
    assert answer is not None
    found = reassign.from_text(answer["csv"])
    assert expected == json.loads(json.dumps(found.to_dicts(), default=str))
    assert undisturbed.legs() == bench.legs()
    assert undisturbed.sums() == bench.sums()


DYING = """
import os, signal, sys
import warehouse.restate
from app.cli.main import cli
from pipeline.miner import reassign

warehouse.restate.BATCH_LEGS = 1
real, done = reassign.revise, []

def revise(*said):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(real(*said))

reassign.revise = revise
cli(sys.argv[1:])
"""


def test_a_command_that_is_killed_is_ended_by_the_next_miner(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    undisturbed = Bench(tmp_path_factory.mktemp("undisturbed"))
    words = ("assign", "user", "eve@x.org", "--to", "anna@x.org")
    undisturbed.run(*words)
    home = ("--home", str(bench.home.path))
    dead = subprocess.run([sys.executable, "-c", DYING, *words, *home], check=False, timeout=120)
    assert -signal.SIGKILL == dead.returncode
    mining.mine(bench.home.path, once=True, now=NOW)
    assert [] == Requests(bench.home.spool / "requests").waiting()
    assert undisturbed.legs() == bench.legs()
    assert undisturbed.sums() == bench.sums()
    assert [] == bench.run(*words)["moves"]


def work_off_once(bench: Bench, stopped: Callable[[], bool] = lambda: False) -> int:
    clock = fixed_clock(datetime(2026, 3, 1, tzinfo=UTC))
    with Master.open(bench.home.warehouse) as master:
        settings = load_settings(bench.home.settings)
        return work_off(bench.home, settings, master, clock, stopped)


def test_tables_that_change_meanwhile_begin_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.restate.BATCH_LEGS", 1)
    requests = Requests(bench.home.spool / "requests")
    request = ReassignRequest(date(2026, 2, 1), date(2026, 2, 28), Parties(), "ann")
    name = requests.place(request)
    bench.home.users.write_text(USERS.replace("anna@x.org ,", "eve@x.org ,"), encoding="utf-8")
    asked = iter([False, False, True])
    assert 0 == work_off_once(bench, lambda: next(asked))
    assert requests.begun(name) is not None
    bench.home.private_numbers.write_text(f"user,number\n*,{OUT}\n", encoding="utf-8")
    assert 1 == work_off_once(bench)
    assert [] == bench.ask("select leg_id from legs where purpose is null").rows()


@pytest.fixture
def miner(bench: Bench) -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.cli", "mine", "--home", str(bench.home.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )
    with running:
        # Before it has the warehouse the command would do the work itself, and take it for that.
        sign, deadline = bench.home.status / "mine.json", time.monotonic() + PATIENCE_S
        while not sign.exists() or json.loads(sign.read_text())["pid"] != running.pid:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield running
        running.terminate()


def test_a_running_miner_does_what_is_asked(bench: Bench, miner: subprocess.Popen[bytes]) -> None:
    done = bench.run("assign", "user", "eve@x.org", "--to", "anna@x.org")
    assert 2 == sum(row["legs"] for row in done["moves"])
    assert miner.poll() is None
    owners = bench.owners()
    assert ("anna@x.org", "anna@x.org") == (owners["eve"], owners["two-b"])
    people = bench.ask("select aliases from people where \"user\" = 'anna@x.org'")
    assert [(["eve@x.org"],)] == people.rows()


def test_rules_of_payers_reach_stored_calls_when_they_are_assigned_anew(bench: Bench) -> None:
    lines = f"b,b,2026-02-16T12:00:00Z,60,anna@x.org,,{OUT},gw-1,outbound,bob@x.org,delegator\n"
    header = HEADER.replace("\n", ",charged_user,charge_reason\n")
    incoming = Spool(bench.home.spool).incoming
    (incoming / "rome_2.v1.csv").write_text(header + lines, encoding="utf-8")
    mining.mine(bench.home.path, once=True, now=NOW)
    before = bench.legs()
    period = ("--from", "2026-02-01", "--to", "2026-02-28")
    settings = bench.home.settings
    settings.write_text(f'{SETTINGS}\n[payer]\ndelegator = "caller"\n', encoding="utf-8")
    assert [] == bench.run("rerate", *period)
    assert "bob@x.org" == bench.owners()["b"]
    (move,) = bench.run("reassign", *period)["moves"]
    assert ("bob@x.org", "anna@x.org", 1) == (move["was_user"], move["user"], move["legs"])
    assert {"b"} == moved(before, bench.legs())
    assert [("bob@x.org",)] == bench.ask("select named_payer from legs where leg_id = 'b'").rows()
    settings.write_text(SETTINGS, encoding="utf-8")
    bench.run("reassign", *period, "--user", "bob@x.org")
    assert before == bench.legs()


def test_whoever_comes_to_be_known_pays_by_the_rules_of_payers(bench: Bench) -> None:
    rules = '\n[payer]\ndelegator = "caller"\nreferrer = "dialled"\n'
    bench.home.settings.write_text(SETTINGS + rules, encoding="utf-8")
    header = HEADER.replace("\n", ",charged_user,charge_reason,dialled\n")
    day, end = "2026-02-16T12:00:00Z,60", f"{OUT},gw-1,outbound,bob@x.org"
    lines = (
        f"user,user,{day},Kim@x.org,,{end},delegator,\n"
        f"number,number,{day},,+390612340077,{end},delegator,\n"
        f"dialled,dialled,{day},anna@x.org,,{end},referrer,KIM@x.org\n"
        f"none,none,{day},anna@x.org,,{end},,KIM@x.org\n"
    )
    incoming = Spool(bench.home.spool).incoming
    (incoming / "rome_2.v1.csv").write_text(header + lines, encoding="utf-8")
    mining.mine(bench.home.path, once=True, now=NOW)
    before = bench.legs()
    bench.run("assign", "number", "+390612340077", "--to", "anna@x.org")
    bench.run("assign", "user", "kim@x.org", "--name", "Kim", "--department", "Law")
    owners = bench.owners()
    assert ["kim@x.org", "anna@x.org", "kim@x.org", "bob@x.org"] == [
        owners[leg] for leg in ("user", "number", "dialled", "none")
    ]
    assert {"user", "number", "dialled"} == moved(before, bench.legs())


def test_private_numbers_reach_stored_calls_and_exports(bench: Bench, tmp_path: Path) -> None:
    before = bench.legs()
    private = "user,number,valid_from\nanna@x.org,+4420*,\n*,+390698765432,2026-02-20\n"
    bench.home.private_numbers.write_text(private, encoding="utf-8")
    assert [] == bench.run("rerate", "--from", "2026-02-01", "--to", "2026-02-28")
    assert before == bench.legs()
    bench.run("reassign", "--from", "2026-02-01", "--to", "2026-02-28")
    purposes = dict(bench.ask("select leg_id, purpose from legs").rows())
    assert {"dear", "num-2"} == {leg for leg, purpose in purposes.items() if purpose == "private"}
    assert {"private", "business"} == set(purposes.values())
    out = tmp_path / "private.csv"
    told = bench.run("export", "--out", str(out), "--purpose", "private", "--mask", "2")
    assert 2 == told["rows"]
    assert {"x" * len("+390698765432"), "x" * len("+442079460123")} == set(
        pl.read_csv(out, infer_schema=False)["to_number"]
    )


def test_a_running_miner_reads_private_numbers_when_they_appear(bench: Bench) -> None:
    shelf = Shelf(bench.home, {})
    assert shelf.books.directory.private is None
    assert not shelf.refresh()
    bench.home.private_numbers.write_text("user,number\n*,+4420*\n", encoding="utf-8")
    assert shelf.refresh()
    assert shelf.books.directory.private is not None
