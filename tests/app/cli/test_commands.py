"""The command line as its user meets it: messages and exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from app.administration.signs import show_life
from app.cli.main import cli
from app.cli.rate import rate
from app.cli.setup import init
from tests.app.cli.console import tollbook
from warehouse.clock import system_clock
from warehouse.home import Home

CALLS = """\
leg_id,started_at,to_number,talk_s,gateway_out
A,2026-01-31T10:00:00Z,+393481234567,61,gw-1.example.com
B,2026-01-31T10:00:00Z,+99912345678,61,gw-1.example.com
C,2026-01-31T10:00:00Z,112,30,gw-1.example.com
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    assert 0 == tollbook("init", home=folder).returncode
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_a_new_home_is_in_order(home: Path) -> None:
    done = tollbook("check", home=home)
    assert (0, True) == (done.returncode, "in order" in done.stdout)


@pytest.mark.parametrize(
    ("command", "code", "words"), [("check", 0, "in order"), ("chekc", 2, "Did you mean 'check'?")]
)
def test_a_process_of_its_own_ends_with_the_code(
    home: Path, command: str, code: int, words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "app.cli", command, "--home", str(home)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (code, True) == (done.returncode, words in done.stdout + done.stderr)


def test_init_keeps_what_is_there(home: Path) -> None:
    (home / "users.csv").write_text("mine", encoding="utf-8")
    assert 0 == tollbook("init", home=home).returncode
    assert "mine" == (home / "users.csv").read_text(encoding="utf-8")


def test_check_tells_the_faults_of_all_files_at_once_and_exits_with_2(home: Path) -> None:
    for name, old, new in (
        ("tollbook.toml", "port = 8501", "prot = 8501"),
        ("tariffs.csv", "0.0500", "0,0500"),
        ("users.csv", "+390600000101", "06-101"),
    ):
        path = home / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, f'"{new}"' if "," in new else new), encoding="utf-8")
    lines = (home / "tollbook.toml").read_text(encoding="utf-8").split("\n")
    line = lines.index("prot = 8501") + 1
    done = tollbook("check", home=home)
    assert 2 == done.returncode
    assert f"tollbook.toml, line {line}, column 8" in done.stderr
    assert "tariffs.csv, line 3, column price_per_minute: '0,0500'" in done.stderr
    assert "users.csv, line 2, column numbers: '06-101'" in done.stderr
    assert "3 problems" in done.stderr


def test_check_asks_for_the_sites_of_sources_whatever_else_is_wrong(home: Path) -> None:
    (home / "users.csv").write_text("nobody\n", encoding="utf-8")
    (home / "tollbook.toml").write_text(
        '[[sources]]\nname = "rome"\nkind = "lync"\nconnection = "file:x"\nsite = "Atlantis"\n',
        encoding="utf-8",
    )
    done = tollbook("check", home=home)
    assert "'Atlantis'" in done.stderr
    assert "users.csv, line 1" in done.stderr


def test_problems_come_as_json_for_machines(home: Path) -> None:
    (home / "tollbook.toml").write_text("colour = 1\n", encoding="utf-8")
    done = tollbook("check", "--json", home=home)
    (problem,) = json.loads(done.stdout)["problems"]
    assert (2, "tollbook.toml", 1, 10, "1") == (
        done.returncode,
        *(problem[field] for field in ("file", "line", "column", "value")),
    )


@pytest.mark.parametrize("command", ["record", "mine", "app", "run", "check"])
def test_no_process_starts_without_settings(tmp_path: Path, command: str) -> None:
    done = tollbook(command, home=tmp_path)
    assert 2 == done.returncode
    assert "tollbook init" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["mine", "run"])
def test_a_broken_price_list_stops_the_start_with_its_place(home: Path, command: str) -> None:
    (home / "tariffs.csv").write_text("tariff,prefix\nx,+39\n", encoding="utf-8")
    done = tollbook(command, home=home)
    assert (2, True) == (done.returncode, "tariffs.csv, line 1" in done.stderr)


def test_a_source_that_cannot_be_read_is_told_by_check(home: Path) -> None:
    (home / "tollbook.toml").write_text(
        '[[sources]]\nname = "rome"\nkind = "lync"\nconnection = "file:none.sqlite"\n'
        'site = "Headquarters"\n',
        encoding="utf-8",
    )
    done = tollbook("check", home=home)
    assert (1, True) == (done.returncode, "It cannot be read: There is no" in done.stdout)


def test_record_without_a_source_fails_with_a_way_out(home: Path) -> None:
    done = tollbook("record", "--once", home=home)
    assert (1, True) == (done.returncode, "[[sources]]" in done.stderr)


def test_status_tells_in_one_line_why_a_source_is_down(home: Path) -> None:
    reason = "There is no embedded call database: " + "correct it " * 20
    show_life(Home(home), "record-rome", system_clock, state="down", down=reason)
    done = tollbook("status", home=home)  # its terminal is 200 columns wide
    assert [f"record-rome says state: down, down: {reason}".strip()] == [
        line.strip() for line in done.stdout.splitlines() if "says" in line
    ]


def test_status_of_a_home_where_nothing_ran_yet(home: Path) -> None:
    done = tollbook("status", "--json", home=home)
    facts = json.loads(done.stdout)
    assert (0, [], 0, None) == (
        done.returncode,
        facts["processes"],
        facts["waiting"],
        facts["snapshot"],
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rate_prices_a_call_file_row_by_row(home: Path, tmp_path: Path, kind: str) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text(CALLS, encoding="utf-8")
    out = tmp_path / f"rated.{kind}"
    done = tollbook(
        *("rate", str(calls), "--tariffs", str(home / "tariffs.csv"), "--out", str(out)), home=home
    )
    assert 0 == done.returncode, done.stderr
    rated = pl.read_parquet(out) if kind == "parquet" else pl.read_csv(out, infer_schema=False)
    rows = rated.select("leg_id", "status", pl.col("cost").cast(pl.String)).rows()
    assert [("A", "rated", "0.050800"), ("B", "no_prefix", None), ("C", "free", "0.000000")] == rows


def test_rate_writes_a_row_for_every_row_and_exits_with_2_over_bad_ones(
    home: Path, tmp_path: Path
) -> None:
    header, good, *others = CALLS.splitlines()
    bad = (
        *("D,yesterday,+391,1,", "E,2026-01-31T10:00:00Z,+391,1", "F,2026-01-31T10:00:00Z,+391,x,"),
        ",2026-01-31T10:00:00Z,+391,1,",
    )
    calls = tmp_path / "calls.csv"
    calls.write_text("\n".join([header, good, *bad, *others]), encoding="utf-8")
    out = tmp_path / "rated.csv"
    done = tollbook(
        *("rate", str(calls), "--tariffs", str(home / "tariffs.csv"), "--out", str(out)), home=home
    )
    assert (2, True) == (done.returncode, "calls.csv, line 3, column started_at" in done.stderr)
    rated = pl.read_csv(out, infer_schema=False)
    assert [
        ("A", "rated"),
        ("D", "bad_duration"),
        (None, "bad_number"),
        ("F", "bad_duration"),
        (None, "bad_number"),
        ("B", "no_prefix"),
        ("C", "free"),
    ] == rated.select("leg_id", "status").rows()
    rejected = rated.filter(pl.col("status").str.starts_with("bad"))
    assert {None} == set(rejected.drop("leg_id", "status").unpivot()["value"])


def test_rate_asks_no_directory_that_it_was_not_told_of(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "gateways.csv").write_text("broken", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    calls, out = tmp_path / "calls.csv", tmp_path / "rated.parquet"
    calls.write_text(CALLS, encoding="utf-8")
    rate(calls, home / "tariffs.csv", out)
    assert ["rated", "no_prefix", "free"] == pl.read_parquet(out)["status"].to_list()


def test_a_gateway_of_a_tariff_that_the_list_lacks_leaves_its_calls_without_price(
    home: Path, tmp_path: Path
) -> None:
    gateways = home / "gateways.csv"
    text = gateways.read_text(encoding="utf-8")
    assert ",carrier," in text
    gateways.write_text(text.replace(",carrier,", ",other,"), encoding="utf-8")
    calls, out = tmp_path / "calls.csv", tmp_path / "rated.parquet"
    calls.write_text(CALLS, encoding="utf-8")
    rate(calls, home / "tariffs.csv", out, home=home)
    assert {"no_tariff"} == set(pl.read_parquet(out)["status"])


@pytest.mark.parametrize("port", ["0", "65536"])
@pytest.mark.parametrize("command", ["app", "run", "demo"])
def test_a_port_that_no_machine_has_is_refused(command: str, port: str) -> None:
    assert 2 == CliRunner().invoke(cli, [command, "--port", port]).exit_code


def test_a_path_is_printed_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "[bold]home[/]"
    init(home)
    assert f"wrote {home / 'users.csv'}" in capsys.readouterr().out


def test_a_demonstration_never_touches_a_home_that_is_none(home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*.csv")}
    done = tollbook("demo", "--once", home=home)
    assert (2, True) == (done.returncode, "not a demonstration" in done.stderr)
    assert before == {path: path.read_bytes() for path in home.rglob("*.csv")}
