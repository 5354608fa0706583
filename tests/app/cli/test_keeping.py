"""verify, retain, backup and restore as their user meets them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from app.cli.demo import shipped_tariffs
from app.cli.verify_warehouse import look
from tests.app.cli.console import tollbook
from tests.app.homes import leg, make_home
from tests.warehouses import beginning
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.master import Master

NOW = datetime(2026, 2, 15, 12, tzinfo=UTC)
RULES = '[[retain]]\nwhat = "anonymise"\nafter_months = 1\nsites = ["Rome"]\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")

    def make() -> None:
        days = [NOW.replace(tzinfo=None) - timedelta(days=back) for back in (60, 40, 3)]
        make_home(made.path, [leg(f"L{n}", day) for n, day in enumerate(days)])
        made.settings.write_text(RULES, encoding="utf-8")
        (made.spool / "done").mkdir(parents=True)
        with Master.open(made.warehouse) as master:
            # These legs came from no file.
            master.connection.execute("delete from files")

    beginning("keeping", made.path, make)
    return made


def test_verify_says_what_it_looked_at_and_ends_with_0(home: Home) -> None:
    done = tollbook("verify", home=home.path)
    assert (0, "") == (done.returncode, done.stderr)
    assert "✓ published snapshot = master: version 1: 3 legs, 3 calls" in done.stdout
    assert "✓ calls and sums = recount from legs: 3 legs of 3 days" in done.stdout
    assert done.stdout.endswith("Everything agrees.\n")


def test_verify_ends_with_1_on_any_difference_and_tells_it_to_machines(home: Home) -> None:
    (home.spool / "done" / "rome_1.v1.csv").write_text("leg_id\n", encoding="utf-8")
    done = tollbook("verify", "--json", home=home.path)
    told = json.loads(done.stdout)
    assert (1, False, True) == (done.returncode, told["sound"], told["complete"])
    assert ["rome_1.v1.csv: lies in spool/done, and was never loaded"] == [
        words for check in told["checks"] for words in check["differences"]
    ]


def test_verify_says_what_a_busy_master_keeps_it_from_seeing(home: Home) -> None:
    with Master.open(home.warehouse):
        checks = look(home, fixed_clock(NOW), patience_s=0)
    assert ["published snapshot = master", "ledger = call files"] == [
        check.what for check in checks if check.unseen
    ]
    assert 4 == len(checks)


def test_verify_tells_damaged_snapshots(home: Home) -> None:
    (base,) = (home.warehouse / "snapshots").glob("base-*.duckdb")
    base.write_bytes(b"damaged" * 4000)
    done = tollbook("verify", home=home.path)
    assert 1 == done.returncode
    assert "cannot be read" in done.stdout


def test_retain_counts_first_and_then_does_it(home: Home) -> None:
    now = ("--now", NOW.isoformat())
    dry = tollbook("retain", "--dry-run", *now, home=home.path)
    assert (0, "") == (dry.returncode, dry.stderr)
    assert "anonymise sites ['Rome']" in dry.stdout
    assert "2026-01-15" in dry.stdout
    done = json.loads(tollbook("retain", "--json", *now, home=home.path).stdout)
    assert [(2, 2)] == [(one["legs"], one["days"]) for one in done["found"]]
    again = json.loads(tollbook("retain", "--json", *now, home=home.path).stdout)
    assert [0] == [one["legs"] for one in again["found"]]
    assert 0 == tollbook("verify", home=home.path).returncode
    shutil.copy(shipped_tariffs(), home.tariffs)
    explained = tollbook("explain", "--leg", "L0", home=home.path)
    assert (2, True) == (explained.returncode, "this leg is anonymised" in explained.stderr)


def test_without_rules_everything_is_kept(home: Home) -> None:
    home.settings.write_text("", encoding="utf-8")
    done = tollbook("retain", home=home.path)
    assert (0, True) == (done.returncode, "everything is kept" in done.stderr)


@pytest.mark.parametrize(
    "rule",
    ['what = "burn"\nafter_months = 1', 'what = "delete"', 'what = "delete"\nafter_months = 0'],
)
def test_a_rule_with_a_fault_deletes_nothing(home: Home, rule: str) -> None:
    home.settings.write_text(f"[[retain]]\n{rule}\n", encoding="utf-8")
    done = tollbook("retain", home=home.path)
    assert 2 == done.returncode
    assert "tollbook.toml" in done.stderr


def test_backup_and_restore_say_where_things_are(home: Home, tmp_path: Path) -> None:
    done = tollbook("backup", "--to", str(tmp_path / "copies"), "--json", home=home.path)
    made = Path(json.loads(done.stdout)["backup"])
    assert (True, 0) == (made.exists(), done.returncode)
    refused = tollbook("restore", str(made), home=home.path)
    assert (2, True) == (refused.returncode, "not empty" in refused.stderr)
    restored = tollbook("restore", str(made), home=tmp_path / "new")
    assert 0 == restored.returncode
    assert "has 3 calls (3 legs) again" in restored.stderr
    assert 0 == tollbook("verify", home=tmp_path / "new").returncode


def test_a_home_without_a_warehouse_is_told_and_left_alone(tmp_path: Path) -> None:
    done = tollbook("backup", "--to", str(tmp_path / "copies"), home=tmp_path)
    assert (1, True) == (done.returncode, "no warehouse yet" in done.stderr)
    assert not (tmp_path / "warehouse").exists()


def test_export_writes_what_was_asked_for(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "old.parquet"
    chosen = ("--to", "2026-01-31", "--direction", "outbound", "--what", "legs", "--mask", "3")
    done = tollbook("export", "--out", str(out), *chosen, home=home.path)
    assert (0, f"2 legs are in {out}\n") == (done.returncode, done.stderr)
    assert ["+442079460xxx"] == pl.read_parquet(out)["to_number"].unique().to_list()
    told = json.loads(tollbook("export", "--out", str(out), "--json", home=home.path).stdout)
    about = json.loads(Path(told["about"]).read_text(encoding="utf-8"))
    assert (3, "calls") == (told["rows"], about["what"])


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--out", "x.xlsx", "neither .csv nor .parquet"),
        ("--what", "chats", "neither calls nor legs"),
        ("--direction", "sideways", "'sideways': no such word"),
        ("--columns", "nonsense", "no such column"),
        ("--columns", "talk_s,talk_s", "'talk_s': named twice"),
        ("--to", "2023-12-31", "before --from"),
        ("--min-cost", "dear", "not an amount"),
    ],
)
def test_export_says_which_option_is_wrong(
    home: Home, tmp_path: Path, option: str, value: str, words: str
) -> None:
    since = ("--from", "2024-01-01")
    done = tollbook(
        "export", "--out", str(tmp_path / "x.csv"), *since, option, value, home=home.path
    )
    assert (2, True) == (done.returncode, words in done.stderr)
    assert not (tmp_path / "x.csv").exists()
