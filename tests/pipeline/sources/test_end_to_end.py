"""From a PBX's files to priced calls in a snapshot, by the program's own commands."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer import Exit

from app.cli.check import check
from app.cli.mining import mine_once
from app.cli.recording import record_once
from app.cli.settings import load_settings
from tests.pipeline.sources.tables.asterisk import DAY, DOCS
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.snapshot import Snapshots

CLOCK = fixed_clock(datetime(2025, 3, 5, tzinfo=UTC))

FILES = {
    "tariffs.csv": (
        "tariff,prefix,destination,call_type,price_per_minute,first_increment_s,next_increment_s\n"
        "telco,44,United Kingdom,international,0.06,60,60\n"
        "telco,39,Italy,national,0.01,1,1\n"
    ),
    "users.csv": "user,name,numbers,department,site\nanna@x.example,Anna,201,Sales,Milan\n",
    "sites.csv": (
        "site,country,area_code,time_zone,currency,language\nMilan,IT,02,Europe/Rome,EUR,it\n"
    ),
    "gateways.csv": "gateway,site,tariff\ntelecom*,Milan,telco\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    text = DOCS.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    place.settings.write_text(text.replace("/var/log/asterisk/cdr-csv", "pbx"), encoding="utf-8")
    (tmp_path / "pbx").mkdir()
    (tmp_path / "pbx" / "Master.csv").write_text("".join(one.line(21) for one in DAY) + "broken\n")
    return place


def run(home: Home) -> None:
    settings = load_settings(home.settings)
    record_once(home, settings, CLOCK)
    mine_once(home, settings, CLOCK)


def test_a_file_of_calls_becomes_priced_calls_of_people(home: Home) -> None:
    run(home)
    with closing(Snapshots(home.warehouse)) as reader:
        calls = reader.current().query(
            "select direction, outcome, person, destination, cost, legs from calls "
            "order by started_at"
        )
    rows = [(*row[:4], None if row[4] is None else str(row[4]), row[5]) for row in calls.rows()]
    assert ("outbound", "answered", "Anna", "United Kingdom", "0.120000", 1) == rows[0]
    assert ("outbound", "no_answer", "Anna", "Italy", "0.000000", 1) == rows[1]
    assert ("inbound", "answered", None, None, "0.000000", 4) == rows[4]
    assert 8 == len(rows)


def test_what_is_rotated_or_recorded_twice_is_counted_once(home: Home) -> None:
    run(home)
    master = home.path / "pbx" / "Master.csv"
    shutil.copy(master, master.with_name("Master.csv.1"))
    run(home)
    shutil.rmtree(home.spool / "recorder")
    run(home)
    with closing(Snapshots(home.warehouse)) as reader:
        assert [(len(DAY),)] == reader.current().query("select count(*) from legs").rows()


def test_a_line_that_is_no_call_is_kept_with_its_reason(home: Home) -> None:
    run(home)
    (kept,) = (home.spool / "rejected").glob("asterisk_rows_*.csv")
    assert "broken\n" == kept.read_text()
    reasons = kept.with_name(f"{kept.name}.reasons.txt").read_text()
    assert f"pbx/Master.csv, line {len(DAY) + 1}: 'broken': 1 cells where there are 21" in reasons


def test_a_check_tells_of_lines_that_are_no_calls(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exit):
        check(home.path)
    assert "Master.csv: 1 rows are no legs" in capsys.readouterr().out
