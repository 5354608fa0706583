"""A carrier's CSV file with its own columns."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.importers import Imported, ImportSettings, import_mapped_csv, tariffs_text
from pipeline.rating.tariff_rows import parse_tariffs
from pipeline.tables import parse_table

SETTINGS: dict[str, Any] = {
    "country": "IT",
    "area_code": "06",
    "columns": {"prefix": "Code", "destination": "Place", "price": "Price"},
    "constants": {"tariff": "acme", "currency": "EUR"},
}
CARD = """\
Destination,Rate,Country,CallingArea
39,0.02,ITALY,Italy
3906,0.01,ITALY,Rome
39347,0.09,ITALY,Mobile
44,0.04,UNITED KINGDOM,UK
"447700/447701",0.11,UNITED KINGDOM,"UK, Mobile"
ZZ,0,Not Applicable,Prefix that is none
"""


def read(text: str, **changes: Any) -> Imported:
    settings = {**SETTINGS, **changes}
    settings["columns"] = {**SETTINGS["columns"], **changes.get("columns", {})}
    settings["constants"] = {**SETTINGS["constants"], **changes.get("constants", {})}
    return import_mapped_csv(text, "card.csv", ImportSettings.model_validate(settings))


def cells(imported: Imported, *names: str) -> list[tuple[str | None, ...]]:
    return imported.rows.select(names).rows()


def places(imported: Imported) -> list[tuple[int | None, str | int | None]]:
    return [(problem.line, problem.column) for problem in imported.problems]


def test_a_rate_card_is_read_by_the_names_of_its_columns() -> None:
    columns = {"prefix": "Destination", "price": "Rate", "destination": ["Country", "CallingArea"]}
    imported = read(CARD, columns=columns)
    assert cells(imported, "prefix", "destination", "call_type", "price_per_minute") == [
        ("39", "ITALY, Italy", "national", "0.02"),
        ("3906", "ITALY, Rome", "local", "0.01"),
        ("39347", "ITALY, Mobile", "mobile", "0.09"),
        ("44", "UNITED KINGDOM, UK", "international", "0.04"),
        ("447700", "UNITED KINGDOM, UK, Mobile", "international", "0.11"),
        ("447701", "UNITED KINGDOM, UK, Mobile", "international", "0.11"),
    ]
    assert [(7, "Destination")] == places(imported)


def test_what_is_written_is_a_price_list() -> None:
    columns = {"prefix": "Destination", "price": "Rate", "destination": ["Country", "CallingArea"]}
    text = tariffs_text(read(CARD, columns=columns).rows)
    rows = parse_tariffs(parse_table("tariffs.csv", text, optional=None).rows, "tariffs.csv")
    assert ["39", "3906", "39347", "44", "447700", "447701"] == rows["prefix"].to_list()
    assert text.startswith("tariff,prefix,destination,call_type,price_per_minute,currency\n")


@pytest.mark.parametrize(
    ("unit", "expected"), [("minute", "0.02"), ("second", "1.2"), ("100_seconds", "0.012")]
)
def test_a_price_is_brought_to_a_minute(unit: str, expected: str) -> None:
    imported = read("Code,Place,Price\n44,UK,0.02\n", price_unit=unit)
    assert [(expected,)] == cells(imported, "price_per_minute")


def test_a_price_per_minute_without_end_is_a_problem() -> None:
    imported = read("Code,Place,Price\n44,UK,0.0000000001\n", price_unit="second")
    assert [(2, "Price")] == places(imported)
    assert imported.rows.is_empty()


def test_a_continental_file_is_read() -> None:
    imported = read(
        'Land;Vorwahl;Place;Price;Takt;Ab;Gebühr\n+44;020;"London";0,0125;60/1;01.02.2026;0,05\n',
        delimiter=";",
        decimal_comma=True,
        date_format="%d.%m.%Y",
        columns={
            "country_code": "Land",
            "prefix": "Vorwahl",
            "increments": "Takt",
            "valid_from": "Ab",
            "connect_fee": "Gebühr",
        },
        constants={"min_charge": "0.1"},
    )
    names = ("prefix", "price_per_minute", "first_increment_s", "next_increment_s", "valid_from")
    assert [("4420", "0.0125", "60", "1", "2026-02-01")] == cells(imported, *names)
    assert [("0.05", "0.1")] == cells(imported, "connect_fee", "min_charge")
    assert () == imported.problems


def test_a_country_code_that_is_none_is_a_problem() -> None:
    imported = read(
        "Land,Code,Place,Price\n+44,20,UK,1\n1-242,,Bahamas,1\nItaly,06,Rome,1\n",
        columns={"country_code": "Land"},
    )
    assert [("4420",), ("1242",)] == cells(imported, "prefix")
    assert (4, "Land") in places(imported)


def test_bands_and_tiers_pass_as_they_are() -> None:
    imported = read(
        "Code,Place,Price,D,F,T,S,W\n44,UK,1,mon-fri,08:00,18:00,60,2\n",
        columns={
            "days": "D",
            "from_time": "F",
            "to_time": "T",
            "from_second": "S",
            "weight": "W",
        },
    )
    names = ("days", "from_time", "to_time", "from_second", "weight")
    assert [("mon-fri", "08:00", "18:00", "60", "2")] == cells(imported, *names)


def test_bands_that_no_price_list_can_hold_are_told_with_their_place() -> None:
    imported = read(
        "Code,Place,Price,D,F,T,S,W\n"
        "44,UK,1,weekend,8:00,25:00,-1,1.5\n"
        "45,DK,1,sat,08:00,20:00,0,1\n",
        columns={
            "days": "D",
            "from_time": "F",
            "to_time": "T",
            "from_second": "S",
            "weight": "W",
        },
    )
    assert {(2, column) for column in "DFTSW"} == set(places(imported))
    assert [("45",)] == cells(imported, "prefix")


def test_a_call_type_comes_from_the_file_then_from_words_then_from_the_plans() -> None:
    imported = read(
        "Code,Place,Price,Kind\n44,UK,1,mobile\n45,DK,1,Cell\n46,SE,1,\n47,NO,1,Odd\n48,PL,1,odd\n",
        columns={"call_type": "Kind"},
        call_types={"CELL": "mobile"},
    )
    assert ["mobile", "mobile", "international", "international", "international"] == imported.rows[
        "call_type"
    ].to_list()
    assert [(5, "Kind", "odd")] == [
        (warning.line, warning.column, warning.value) for warning in imported.warnings
    ]


def test_a_call_type_for_all_goes_before_the_plans() -> None:
    imported = read("Code,Place,Price\n44,UK,1\n", constants={"call_type": "service"})
    assert [("service",)] == cells(imported, "call_type")


def test_every_fault_of_every_row_is_told_with_its_place() -> None:
    imported = read(
        "Code,Place,Price,From,Inc\n"
        "4.47E+11,UK,x,2026-01-01,60/6\n"
        "Jan-44,UK,0.01,2026-13-01,six\n"
        "44,,0.01,,\n"
        "45,DK,\n"
        "46,SE,0.01,,0/6\n"
        "47,NO,,,\n"
        "48,PL,0.01,2026-01-01,60/6\n",
        columns={"valid_from": "From", "increments": "Inc"},
    )
    assert [
        (2, "Price"),
        (2, "Code"),
        (3, "From"),
        (3, "Inc"),
        (3, "Code"),
        (4, "Place"),
        (5, None),
        (6, "first_increment_s"),
        (7, "Price"),
    ] == places(imported)
    assert [("48",)] == cells(imported, "prefix")


def test_a_price_of_a_prefix_that_has_another_is_a_problem() -> None:
    imported = read("Code,Place,Price\n44;45,UK,1\n44,UK,2\n45,DK,1\n")
    assert [("44", "1"), ("45", "1")] == cells(imported, "prefix", "price_per_minute")
    assert [(3, "Code")] == places(imported)
    assert [(4, "Code")] == [(one.line, one.column) for one in imported.warnings]


def test_digits_that_a_spreadsheet_may_have_taken_are_warned_of() -> None:
    imported = read("Code,Place,Price\n396,Rome,1\n3902,Milan,1\n210,Nowhere,1\n")
    assert [(2, "396"), (4, "210")] == [(one.line, one.value) for one in imported.warnings]
    assert 3 == imported.rows.height


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("Code;Place;Price\n44;UK;1\n", 1, id="another delimiter"),
        pytest.param("Code,Place,Price,Price\n44,UK,1,1\n", 1, id="a column twice"),
        pytest.param("", 1, id="an empty file"),
    ],
)
def test_a_header_that_does_not_fit_leaves_out_all(text: str, line: int) -> None:
    imported = read(text)
    assert {line} == {problem.line for problem in imported.problems}
    assert imported.rows.is_empty()


def test_a_header_that_does_not_fit_is_told_with_broken_quoting_below() -> None:
    imported = read('Code,Place\n44,UK\n45,"DK\n')
    assert [(1, None), (3, 4)] == places(imported)


def test_broken_quoting_keeps_what_stands_before_it() -> None:
    imported = read('Code,Place,Price\n44,UK,1\n45,"DK,1\n')
    assert [("44",)] == cells(imported, "prefix")
    assert [(3, 4)] == places(imported)


def test_a_list_of_no_tariff_is_a_problem() -> None:
    imported = read("Code,Place,Price\n44,UK,1\n", constants={"tariff": None})
    assert ["no tariff is named"] == [problem.rule for problem in imported.problems]


@pytest.mark.parametrize(
    "changes",
    [
        {"country": None},
        {"country": "Italy"},
        {"time_zone": "Europe/Roma"},
        {"call_types": {"cell": "portable"}},
        {"colums": {}},
    ],
    ids=str,
)
def test_settings_that_mean_nothing_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImportSettings.model_validate({**SETTINGS, **changes})


def test_constants_may_be_numbers_and_days() -> None:
    import tomllib

    constants = tomllib.loads("valid_from = 2026-01-01\nfirst_increment_s = 60\n")
    imported = read("Code,Place,Price\n44,UK,1\n", constants=constants)
    assert [("2026-01-01", "60")] == cells(imported, "valid_from", "first_increment_s")
