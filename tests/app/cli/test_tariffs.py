"""`tollbook tariffs`: which version of a price list priced what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.cli.console import tollbook
from tests.app.cli.test_explain import CALL_FILE, TARIFFS


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert 0 == tollbook("init", home=tmp_path).returncode
    for serial, text in enumerate((TARIFFS, TARIFFS.replace("0.60", "0.90"))):
        (tmp_path / "tariffs.csv").write_text(text, encoding="utf-8")
        calls = CALL_FILE.replace("\nA,", f"\nA{serial},").replace("02-10", f"02-1{serial}")
        incoming = tmp_path / "spool" / "incoming" / f"rome_{serial}.v1.csv"
        incoming.write_text(calls, encoding="utf-8")
        arguments = ("mine", "--once", "--now", f"2026-02-2{serial}T12:00:00Z")
        assert 0 == tollbook(*arguments, home=tmp_path).returncode
    return tmp_path


def test_the_versions_are_listed_with_their_days_and_legs(home: Path) -> None:
    told = json.loads(tollbook("tariffs", "--json", home=home).stdout)
    assert [
        ("carrier", "2026-02-20 12:00:00+00:00", "2026-02-10", "2026-02-10", 1),
        ("carrier", "2026-02-21 12:00:00+00:00", "2026-02-11", "2026-02-11", 1),
    ] == [
        tuple(row[name] for name in ("tariff", "loaded_at", "first_day", "last_day", "legs"))
        for row in told
    ]
    assert 2 == len({row["version"] for row in told})
    table = tollbook("tariffs", home=home).stdout
    for row in told:
        assert f"{row['version']}  {row['loaded_at'][:19]}" in table


def test_an_explained_leg_names_the_version_that_priced_it_with_its_date(home: Path) -> None:
    for leg, day in (("A0", "2026-02-20"), ("A1", "2026-02-21")):
        words = " ".join(tollbook("explain", "--leg", leg, home=home).stdout.split())
        assert f"of carrier, loaded {day} 12:00:00 UTC by " in words


def test_before_anything_is_published_there_is_nothing_to_list(tmp_path: Path) -> None:
    assert 0 == tollbook("init", home=tmp_path).returncode
    done = tollbook("tariffs", home=tmp_path)
    assert (1, True) == (done.returncode, "Nothing is published" in done.stderr)
