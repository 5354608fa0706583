"""`tollbook check` on price lists that cannot be used, and on those that are hardly meant so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.cli.console import tollbook

HEADER = (
    "tariff,prefix,destination,call_type,days,from_time,to_time,price_per_minute,"
    "first_increment_s,next_increment_s,weight,currency,valid_from,valid_to\n"
)
UNUSABLE = {
    2: ("carrier,39,Italy,national,,,,0.01,0,1,,EUR,,", "first_increment_s", "'0'"),
    3: ("carrier,44,UK,international,,,,0.01,1,-6,,EUR,,", "next_increment_s", "'-6'"),
    4: ("carrier,45,Denmark,international,,,,0.01,1,1,,EURO,,", "currency", "'EURO'"),
    5: (
        "carrier,46,Sweden,international,,,,0.01,1,1,,EUR,2026-06-01,2026-01-01",
        "valid_to",
        "'2026-01-01'",
    ),
    7: ("carrier,47,Norway,international,,,,0.02,1,1,,EUR,,", "prefix", "in line 6"),
    9: (
        "carrier,48,Poland,international,mon,10:00,12:00,0.02,1,1,5,EUR,,",
        "weight",
        "line 8, of the same weight",
    ),
    10: ("carrier,49,Germany,international,,,,0.01,1,1,,USD,,", "currency", "'USD'"),
    11: ("carrier,+33,France,international,,,,0.01,1,1,,EUR,,", "prefix", "'+33'"),
}
SOUND = {
    6: "carrier,47,Norway,international,,,,0.01,1,1,,EUR,,",
    8: "carrier,48,Poland,international,mon-fri,08:00,18:00,0.01,1,1,5,EUR,,",
}
DOUBTFUL = """\
carrier,39,Italy,national,mon-fri,08:00,18:00,0.01,1,1,,EUR,,
carrier,1,United States,international,,,,0.01,1,1,,EUR,,
carrier,44,UK,international,,,,0.02,1,1,,EUR,,
carrier,44,UK,international,holiday,,,0.01,1,1,10,EUR,,
"""
DOUBTS = (
    "tariffs.csv, line 2, column days: no band of this prefix holds on",
    "tariffs.csv, line 3, column prefix: '1': prices 1242,",
    "tariffs.csv, line 5, column days: 'holiday': the tariff carrier has no holidays",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert 0 == tollbook("init", home=tmp_path).returncode
    return tmp_path


def test_everything_that_makes_a_price_list_unusable_is_told_at_once(home: Path) -> None:
    rows = {line: row for line, (row, _, _) in UNUSABLE.items()} | SOUND
    text = HEADER + "\n".join(rows[line] for line in sorted(rows)) + "\n"
    (home / "tariffs.csv").write_text(text, encoding="utf-8")
    with (home / "tollbook.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[tariff.courier]\ndecimals = 2\n")
    done = tollbook("check", home=home)
    assert 2 == done.returncode
    told = done.stderr.splitlines()
    for line, (_, column, words) in UNUSABLE.items():
        (found,) = [one for one in told if f"tariffs.csv, line {line}, column {column}:" in one]
        assert words in found
    assert [] != [one for one in told if "'courier': no price in tariffs.csv" in one]
    assert f"{len(UNUSABLE) + 1} problems." == told[-1]


def test_what_is_hardly_meant_is_a_warning_and_no_problem(home: Path) -> None:
    (home / "tariffs.csv").write_text(HEADER + DOUBTFUL, encoding="utf-8")
    done = tollbook("check", home=home)
    assert (0, True) == (done.returncode, "in order, but for 3 warnings" in done.stdout)
    assert ["!"] * len(DOUBTS) == [line[0] for line in done.stderr.splitlines()]
    for words, line in zip(DOUBTS, done.stderr.splitlines(), strict=True):
        assert words in line


def test_machines_get_warnings_beside_problems(home: Path) -> None:
    (home / "tariffs.csv").write_text(HEADER + DOUBTFUL, encoding="utf-8")
    done = tollbook("check", "--json", home=home)
    told = json.loads(done.stdout)
    assert (0, []) == (done.returncode, told["problems"])
    places = [(one["file"], one["line"], one["column"]) for one in told["warnings"]]
    assert [(2, "days"), (3, "prefix"), (5, "days")] == [place[1:] for place in places]
    assert all(one["rule"] and one["mend"] for one in told["warnings"])
    (home / "gateways.csv").write_text("gateway,site,tariff\ngw,Nowhere,carrier\n", "utf-8")
    done = tollbook("check", "--json", home=home)
    told = json.loads(done.stdout)
    assert (2, ["gateways.csv"]) == (done.returncode, [one["file"] for one in told["problems"]])
    assert 3 == len(told["warnings"])
