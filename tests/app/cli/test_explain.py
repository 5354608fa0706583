"""`tollbook explain`: imagined calls and stored ones, in words and as JSON."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.app.cli.console import tollbook

TARIFFS = """\
tariff,prefix,destination,call_type,days,from_time,to_time,connect_fee,price_per_minute,valid_to
carrier,39,Italy,national,*,08:00,18:00,0.05,0.60,
carrier,39,Italy,national,*,18:00,08:00,0.05,0.06,
carrier,3906,Rome,local,*,,,0,0.10,2020-01-01
"""
CALL_FILE = (
    "leg_id,started_at,answered_at,ended_at,to_number,charged_user,gateway_out,direction\n"
    "A,2026-02-10T12:00:00Z,2026-02-10T12:00:05Z,2026-02-10T12:01:05Z,+390612345678,"
    "anna@x.org,gw-1.example.com,outbound\n"
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    assert 0 == tollbook("init", home=folder).returncode
    (folder / "tariffs.csv").write_text(TARIFFS, encoding="utf-8")
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return tmp_path


def explained(home: Path, *arguments: str) -> str:
    done = tollbook("explain", *arguments, home=home)
    assert 0 == done.returncode, done.stderr
    return " ".join(done.stdout.split())


def test_a_call_over_the_end_of_a_band_is_told_piece_by_piece(home: Path) -> None:
    text = explained(
        home, "--to", "+390612345678", "--seconds", "90", "--at", "2026-02-10T17:59:00Z"
    )
    for words in (
        "Answered at Tue 10 Feb 2026, 17:59:00 ",
        "39 of carrier: matched",
        "3906 of carrier: fits, but had ended by then",
        "08:00-18:00; 60 s in steps of 1 s at 0.60 per minute = 0.60 EUR (line 2)",
        "from second 60 (18:00:00): the price changes here with the time of day",
        "Connect fee 0.05 EUR",
        "Cost 0.68 EUR for 90 billed seconds",
    ):
        assert words in text


def test_the_story_is_told_in_the_reader_s_language(home: Path) -> None:
    text = explained(
        home,
        *("--to", "+390612345678", "--seconds", "90", "--at", "2026-02-10T17:59:00Z"),
        *("--locale", "it-IT"),
    )
    for words in (
        "Esito La chiamata ha un prezzo.",
        "Risposta alle mar 10 feb 2026, 17:59:00 ",
        "39 di carrier: corrisponde",
        "3906 di carrier: corrisponde, ma era già scaduto",
        "08:00-18:00; 60 s in scatti di 1 s a 0,60 al minuto = 0,60 EUR (riga 2)",
        "dal secondo 60 (18:00:00): qui il prezzo cambia con l'ora del giorno",
        "Costo 0,68 EUR per 90 secondi fatturati",
    ):
        assert words in text


def test_machines_get_the_same_as_json(home: Path) -> None:
    text = explained(
        home,
        *("--to", "+390612345678", "--seconds", "90", "--at", "2026-02-10T17:59:00Z", "--json"),
    )
    told = json.loads(text)["explanation"]
    assert Decimal("0.68") == Decimal(told["cost"])
    assert 2 == len(told["segments"])
    assert ("half_up", "0") == (told["settings"]["rounding"], told["settings"]["surcharge"])


def test_a_number_without_a_price_is_told_so(home: Path) -> None:
    assert "It has no price: no prefix of the tariff fits the number." in explained(
        home, "--to", "+4930123456", "--seconds", "10"
    )


def test_everything_that_is_missing_is_told_at_once(home: Path) -> None:
    done = tollbook("explain", "--tariff", "nobody", home=home)
    assert 2 == done.returncode
    for option in ("--to", "--seconds", "--tariff"):
        assert option in done.stderr


def test_brackets_of_a_price_list_are_told_as_they_are(home: Path) -> None:
    text = TARIFFS.replace("Italy", "Italy [/all]")
    (home / "tariffs.csv").write_text(text, encoding="utf-8")
    assert "Italy [/all]" in explained(home, "--to", "+390612345678", "--seconds", "5")


@pytest.mark.parametrize("seconds", ["-5", "1e3", "²", "1.2345", "999999999", "٣"])
def test_what_is_no_number_of_seconds_is_told_so(home: Path, seconds: str) -> None:
    done = tollbook("explain", "--to", "+390612345678", "--seconds", seconds, home=home)
    assert (2, True) == (done.returncode, "--seconds" in done.stderr), done.stderr


def test_a_time_that_is_none_is_told_of_the_option_that_said_it(home: Path) -> None:
    done = tollbook(
        *("explain", "--to", "+390612345678", "--seconds", "5", "--at", "noon"), home=home
    )
    assert (2, True) == (done.returncode, "--at: 'noon'" in done.stderr)


def test_a_stored_leg_and_an_imagined_call_are_not_mixed(home: Path) -> None:
    done = tollbook("explain", "--leg", "A", "--to", "+390612345678", home=home)
    assert (2, True) == (done.returncode, "not together with --leg" in done.stderr)


def test_a_stored_leg_is_explained_and_compared_with_what_is_stored(home: Path) -> None:
    incoming = home / "spool" / "incoming" / "rome_1.v1.csv"
    incoming.write_text(CALL_FILE, encoding="utf-8")
    assert 0 == tollbook("mine", "--once", home=home).returncode
    assert "So it is stored: rated, cost 0.65" in explained(home, "--leg", "A")
    (home / "tariffs.csv").write_text(TARIFFS.replace("0.60", "0.90"), encoding="utf-8")
    assert "the price list has changed since" in explained(home, "--leg", "A")


def test_a_leg_that_is_not_stored_is_told(home: Path) -> None:
    incoming = home / "spool" / "incoming" / "rome_1.v1.csv"
    incoming.write_text(CALL_FILE, encoding="utf-8")
    assert 0 == tollbook("mine", "--once", home=home).returncode
    done = tollbook("explain", "--leg", "B", home=home)
    assert (2, True) == (done.returncode, "no such leg is stored" in done.stderr)


def test_a_price_without_a_call_type_is_told_with_that_of_the_number(
    home: Path, tmp_path: Path
) -> None:
    text = TARIFFS.replace(",national,", ",,")
    (home / "tariffs.csv").write_text(text, encoding="utf-8")
    imagined = ("--to", "+390612345678", "--seconds", "60")
    assert "Destination Italy Answered" in explained(home, *imagined)
    with (home / "tollbook.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[tariff.carrier]\ncountry = "IT"\narea_code = "02"\n')
    assert "Destination Italy (national)" in explained(home, *imagined)
    incoming = home / "spool" / "incoming" / "rome_1.v1.csv"
    incoming.write_text(CALL_FILE, encoding="utf-8")
    assert 0 == tollbook("mine", "--once", home=home).returncode
    assert "Destination Italy (local)" in explained(home, "--leg", "A")
    calls, out = tmp_path / "rome_1.v1.csv", tmp_path / "rated.csv"
    calls.write_text(CALL_FILE, encoding="utf-8")
    done = tollbook(
        *("rate", str(calls), "--tariffs", str(home / "tariffs.csv"), "--out", str(out)),
        *("--settings", str(home / "tollbook.toml")),
        home=home,
    )
    assert 0 == done.returncode, done.stderr
    assert ["local"] == pl.read_csv(out, infer_schema=False)["call_type"].to_list()


CHARGES = """
[tariff.carrier]
markup_percent = 10

[[charges]]
department = "Sales"
markup_percent = "5"
surcharge = "0.01"
valid_from = 2026-02-01
"""


def test_what_a_department_is_charged_is_told_in_words_and_as_json(home: Path) -> None:
    with (home / "tollbook.toml").open("a", encoding="utf-8") as settings:
        settings.write(CHARGES)
    imagined = ("--to", "+390612345678", "--seconds", "60", "--department", "Sales")
    text = explained(home, *imagined, "--at", "2026-02-10T12:00:00Z")
    assert (
        "Charge 0.7608 EUR = cost + 10.00 % + 5.00 % for department Sales "
        "+ 0.01 for department Sales" in text
    )
    assert "Charge 0.715 EUR = cost + 10.00 %" in explained(
        home, *imagined, "--at", "2026-01-10T12:00:00Z"
    )
    told = json.loads(explained(home, *imagined, "--at", "2026-02-10T12:00:00Z", "--json"))
    assert ("Sales", "5") == tuple(
        told["explanation"]["rule"][name] for name in ("department", "markup_percent")
    )


def test_a_stored_leg_is_charged_by_the_department_of_its_day(home: Path) -> None:
    with (home / "tollbook.toml").open("a", encoding="utf-8") as settings:
        settings.write(CHARGES)
    (home / "users.csv").write_text(
        "user,name,department,valid_from,valid_to\n"
        "anna@x.org,Anna,Legal,,2026-02-10\nanna@x.org,Anna,Sales,2026-02-10,\n",
        encoding="utf-8",
    )
    calls = CALL_FILE + CALL_FILE.split("\n")[1].replace("A,", "B,").replace("02-10", "02-09")
    incoming = home / "spool" / "incoming" / "rome_1.v1.csv"
    incoming.write_text(calls + "\n", encoding="utf-8")
    assert 0 == tollbook("mine", "--once", home=home).returncode
    assert "5.00 % for department Sales" in explained(home, "--leg", "A")
    assert "Charge 0.715 EUR = cost + 10.00 % So it is stored" in explained(home, "--leg", "B")


def test_the_price_in_the_reporting_currency_is_told_with_its_rate(home: Path) -> None:
    settings = home / "tollbook.toml"
    settings.write_text(
        'reporting_currency = "USD"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8"
    )
    imagined = ("--to", "+390612345678", "--seconds", "60", "--at", "2026-02-10T12:00:00Z")
    assert "Reported not in USD: no rate holds on its day" in explained(home, *imagined)
    rates = home / "exchange_rates.csv"
    rates.write_text("from,to,rate,valid_from\nEUR,USD,1.1,2026-02-01\n", encoding="utf-8")
    words = "Reported cost 0.715000 USD, charge 0.715000, at 1.1 since 2026-02-01"
    assert words in explained(home, *imagined)
    told = json.loads(explained(home, *imagined, "--json"))["reported"]
    assert ("0.715000", "converted", "1.1") == (
        told["reporting_cost"],
        told["conversion"],
        told["rate"],
    )
    incoming = home / "spool" / "incoming" / "rome_1.v1.csv"
    incoming.write_text(CALL_FILE, encoding="utf-8")
    assert 0 == tollbook("mine", "--once", home=home).returncode
    assert "Reported cost 0.715000 USD" in explained(home, "--leg", "A")
    rates.write_text("from,to,rate\nEUR,USD,nothing\n", encoding="utf-8")
    done = tollbook("mine", "--once", home=home)
    assert (2, True) == (done.returncode, "exchange_rates.csv, line 2, column rate" in done.stderr)
