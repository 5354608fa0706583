"""Numbers as sources write them, and the one form that they come to."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.numbers import NUMBER_SCHEMA, Kind, normalise


def one(
    raw: str | None, country: str | None = None, area_code: str | None = None
) -> tuple[str | None, str | None, str]:
    number, extension, kind = normalise(pl.Series([raw], dtype=pl.String), country, area_code).row(
        0
    )
    return number, extension, kind


@pytest.mark.parametrize(
    "raw",
    [
        "+390612345678",
        " +39 06 1234-5678 ",
        "+39 (06) 1234.5678",
        "+39\u00a006\u20111234/5678",
        "sip:+390612345678@aurora.example;user=phone",
        "SIPS:+390612345678@aurora.example",
        "tel:+39-06-12345678",
        "%2B39%200612345678",
        "%2b390612345678%40aurora.example",
        '"Rossi, Anna" <sip:+390612345678@aurora.example>',
        "*31#+390612345678",
        "+390612345678;phone-context=enterprise",
    ],
)
@pytest.mark.parametrize("country", ["IT", "US", None])
def test_a_number_with_plus_is_e164_wherever_and_however_written(
    raw: str, country: str | None
) -> None:
    assert ("+390612345678", None, "e164") == one(raw, country)


@pytest.mark.parametrize(
    ("raw", "number", "extension"),
    [
        ("+390612345678;ext=102", "+390612345678", "102"),
        ("sip:+390612345678;ext=1-02@aurora.example;user=phone", "+390612345678", "102"),
        ("tel:+390612345678;EXT=102;phone-context=x", "+390612345678", "102"),
        ("+1 212 555 0100 x12", "+12125550100", "12"),
        ("+1 212 555 0100 ext. 12", "+12125550100", "12"),
        ("+390612345678;ext=", "+390612345678", None),
    ],
)
def test_the_extension_is_set_apart(raw: str, number: str, extension: str | None) -> None:
    assert (number, extension, "e164") == one(raw)


@pytest.mark.parametrize(
    ("raw", "country", "area_code", "number"),
    [
        ("0612345678", "IT", "06", "+390612345678"),
        ("0212345678", "it", "06", "+390212345678"),
        ("3331234567", "IT", "06", "+393331234567"),
        ("800123456", "IT", "06", "+39800123456"),
        ("00442071838750", "IT", "06", "+442071838750"),
        ("00 44 20 7183 8750", "IT", None, "+442071838750"),
        ("2125550100", "US", "212", "+12125550100"),
        ("12125550100", "US", "212", "+12125550100"),
        ("5550100", "US", "212", "+12125550100"),
        ("18765551234", "US", "212", "+18765551234"),
        ("011442071838750", "US", "212", "+442071838750"),
        ("62345678", "SG", None, "+6562345678"),
        ("001390612345678", "SG", None, "+390612345678"),
        ("18001234567", "SG", None, "+6518001234567"),
        ("02071838750", "GB", "020", "+442071838750"),
        ("71838750", "GB", "020", "+442071838750"),
        ("71838750", "GB", "20", "+442071838750"),
        ("07911123456", "GB", "20", "+447911123456"),
        ("84951234567", "RU", None, "+74951234567"),
        ("8~10".replace("~", "") + "39061234567", "RU", None, "+39061234567"),
        ("*31#0612345678", "IT", "06", "+390612345678"),
    ],
)
def test_dialled_digits_are_read_by_the_plan_of_their_country(
    raw: str, country: str, area_code: str | None, number: str
) -> None:
    assert (number, None, "e164") == one(raw, country, area_code)


def test_a_number_of_a_range_too_new_to_be_known_counts_when_dialled_with_the_trunk_prefix() -> (
    None
):
    unknown = "01011112222"
    assert not phonenumbers.is_valid_number(phonenumbers.parse(unknown, "GB"))
    assert ("+441011112222", None, "e164") == one(unknown, "GB")
    assert ("1011112222", None, "private") == one("1011112222", "GB")


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("112", "IT"),
        ("118", "IT"),
        ("911", "US"),
        ("411", "US"),
        ("995", "SG"),
        ("999", "SG"),
        ("7101", "IT"),
        ("710123", "IT"),
        ("5", "US"),
        ("00", "IT"),
        ("5551234567890123456", "US"),
        ("000000000000", "IT"),
    ],
)
def test_short_numbers_and_what_fits_no_number_stay_as_they_are(raw: str, country: str) -> None:
    assert (raw, None, "private") == one(raw, country)


@pytest.mark.parametrize("country", [None, "XX", ""])
@pytest.mark.parametrize("raw", ["0612345678", "112", "390612345678", "00390612345678"])
def test_without_a_known_country_nothing_is_guessed(raw: str, country: str | None) -> None:
    assert (raw, None, "private") == one(raw, country, "06")


def test_an_enterprise_context_keeps_a_number_private() -> None:
    assert ("0612345678", None, "private") == one("0612345678;phone-context=enterprise@x", "IT")
    assert ("7101", "5", "private") == one("7101;ext=5;phone-context=Enterprise")


def test_another_context_is_left_to_the_plan_of_the_place() -> None:
    assert ("+390612345678", None, "e164") == one("0612345678;phone-context=rome.plan", "IT")


def test_a_global_context_says_which_country_is_meant() -> None:
    assert ("+390612345", None, "e164") == one("tel:0612345;phone-context=+39", "US")
    assert ("+442071838750", None, "e164") == one("tel:02071838750;phone-context=+44")
    assert ("0612345", None, "private") == one("tel:0612345;phone-context=+999")


@pytest.mark.parametrize(
    ("raw", "number"),
    [("+44 (0)20 7183 8750", "+442071838750"), ("+39 (0)6 1234567", "+39061234567")],
)
def test_a_trunk_zero_in_brackets_is_dropped_except_in_italy(raw: str, number: str) -> None:
    assert (number, None, "e164") == one(raw)


def test_emergency_numbers_written_with_plus_are_short_numbers() -> None:
    assert ("911", None, "private") == one("+911")
    assert ("112", None, "private") == one("sip:+112@aurora.example", "IT")


def test_feature_codes_are_private() -> None:
    assert ("*72", None, "private") == one("*72", "US")
    assert ("#7000", None, "private") == one("#7000")


@pytest.mark.parametrize(
    "raw",
    [
        *(None, "", "  ", "anonymous", "Anonymous@anonymous.invalid", "sip:RESTRICTED@h"),
        *("Private", "unavailable", "unknown", "withheld"),
    ],
)
def test_a_word_for_withheld_is_no_number(raw: str | None) -> None:
    assert (None, None, "withheld") == one(raw, "IT")


@pytest.mark.parametrize(
    "raw",
    ["anna.rossi@aurora.example", "+0123456789", "+1234567890123456", "+39O61", "+", "1\u0662"],
)
def test_what_cannot_be_read_is_bad(raw: str) -> None:
    assert (None, None, "bad") == one(raw, "IT")


def test_each_row_is_read_by_its_own_country_and_keeps_its_place() -> None:
    raw = pl.Series(["62345678", "5550100", None, "+39061", "62345678", "5550100"])
    country = pl.Series(["SG", "US", "IT", None, "IT", "US"])
    area_code = pl.Series([None, "212", "06", None, "06", "646"])
    found = normalise(raw, country, area_code)
    expected = ["+6562345678", "+12125550100", None, "39061", "62345678", "+16465550100"]
    assert expected == found["number"].to_list()
    assert pl.Schema(NUMBER_SCHEMA) == found.schema
    parts = [
        normalise(raw[at : at + 1], country[at : at + 1], area_code[at : at + 1]) for at in range(6)
    ]
    assert_frame_equal(found, pl.concat(parts))


def test_nothing_gives_nothing_in_the_same_shape() -> None:
    assert pl.Schema(NUMBER_SCHEMA) == normalise(pl.Series([], dtype=pl.String)).schema


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_country_s_example_numbers_are_found_however_dialled(country: str) -> None:
    forms = phonenumbers.PhoneNumberFormat
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        example = phonenumbers.example_number_for_type(country, kind)
        if example is None:
            continue
        number = phonenumbers.format_number(example, forms.E164)
        national = phonenumbers.format_number(example, forms.NATIONAL)
        assert number == one(phonenumbers.format_number(example, forms.INTERNATIONAL))[0]
        assert number == one(phonenumbers.format_number(example, forms.RFC3966))[0]
        assert number == one(national, country)[0]
        assert {Kind.E164} == {one(number)[2], one(national, country)[2]}
