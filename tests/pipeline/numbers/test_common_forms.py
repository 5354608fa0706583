"""Many numbers at a time are read as each by itself."""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import polars as pl
import pytest
from phonenumbers import PhoneMetadata, PhoneNumberType
from polars.testing import assert_frame_equal

from pipeline.numbers import normalise
from pipeline.numbers.common_forms import read_common
from pipeline.numbers.dial_plan import dialled
from pipeline.numbers.grammar import OPEN
from pipeline.numbers.kinds import CODES, Kind
from pipeline.numbers.one_by_one import read_one_by_one

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = (
    *(PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE),
    *(PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.VOIP),
)
ACCESS_CODES = ("00", "011", "0011", "001", "810", "009", "010", "0", "119", "14101", "002")


def dialled_digits(country: str, count: int, chance: random.Random) -> Iterator[str]:
    """Digits near the numbers of a country, as its people and others might dial them."""
    metadata = PhoneMetadata.metadata_for_region(country, None)
    assert metadata is not None
    examples = [phonenumbers.example_number_for_type(country, kind) for kind in KINDS]
    stems = [phonenumbers.national_significant_number(each) for each in examples if each]
    code, trunk = str(metadata.country_code), metadata.national_prefix or "0"
    for _ in range(count):
        digits = list(chance.choice(stems))
        for _ in range(chance.randrange(4)):
            digits[chance.randrange(len(digits))] = chance.choice("0123456789")
        stem = "".join(digits)[: chance.choice((30, 30, 30, 30, 7, 5, 3))]
        stem += "".join(chance.choices("0123456789", k=chance.choice((0, 0, 0, 1, 2, 5))))
        before = ("", "", trunk, trunk, code, trunk + code, trunk + trunk, code + trunk)
        begin = chance.choice(before)
        if chance.random() < 0.2:
            begin = chance.choice(ACCESS_CODES) + chance.choice(("", code, "999", "44", "1"))
        yield begin + stem


def check_dialled(country: str, count: int, seed: int) -> int:
    chance = random.Random(f"{country} {seed}")
    digits = list(dialled_digits(country, count, chance))
    read = read_common(pl.Series(digits, dtype=pl.String), country)
    found = zip(digits, read.number, read.kind, strict=True)
    certain = [(each, number) for each, number, kind in found if kind == CODES[Kind.E164]]
    area_code = chance.choice(("", "", "06", "212", "20", "2", "11", "030"))
    assert [(each, dialled(each, country, area_code)) for each, _ in certain] == certain
    return len(certain)


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_is_certain_of_dialled_digits_is_what_the_dial_plan_finds(country: str) -> None:
    assert check_dialled(country, 60, 0) >= 0


@pytest.mark.long
@pytest.mark.parametrize("country", COUNTRIES)
def test_what_is_certain_of_many_more_digits_is_what_the_dial_plan_finds(country: str) -> None:
    assert check_dialled(country, 2000, 1) > 0


@pytest.mark.parametrize(
    ("country", "number", "found"),
    [
        ("IT", "0612345678", "+390612345678"),
        ("IT", "3331234567", "+393331234567"),
        ("GB", "02071838750", "+442071838750"),
        ("US", "2125550100", "+12125550100"),
        ("US", "12125550100", "+12125550100"),
        ("us", "011442071838750", "+442071838750"),
        ("DE", "03012345678", "+493012345678"),
        ("FR", "0123456789", "+33123456789"),
        ("SG", "001390612345678", "+390612345678"),
        ("SG", "62345678", "+6562345678"),
        ("RU", "84951234567", "+74951234567"),
    ],
)
def test_what_people_dial_every_day_is_read_at_once(country: str, number: str, found: str) -> None:
    read = read_common(pl.Series([number]), country)
    assert (read.kind.tolist(), read.number.to_list()) == ([CODES[Kind.E164]], [found])


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("IT", "112"),
        ("IT", "3912345678"),
        ("US", "5550100"),
        ("CA", "2125550100"),
        ("GB", "01011112222"),
        ("AR", "01115123456789"),
        ("IT", "00999123456789"),
        ("XX", "0612345678"),
    ],
)
def test_what_has_another_reading_is_left_open(country: str, number: str) -> None:
    assert read_common(pl.Series([number]), country).kind.tolist() == [OPEN]


def written(number: str, chance: random.Random) -> str:
    """A number as a source might write it, plain or less so."""
    if chance.random() < 0.6:
        scheme, tail = chance.choice((("", ""), ("tel:", ""), ("sip:", "@x.y;user=phone")))
        return f"{scheme}{number}{chance.choice(('', ';ext=12'))}{tail}"
    at = sorted(chance.choices(range(1, len(number)), k=2)) if len(number) > 2 else [1, 1]
    gap = chance.choice(("", "", "", " ", "-", ".", "/", "\u00a0", " (0) ", "(0)", " - "))
    spaced = gap.join((number[: at[0]], number[at[0] : at[1]], number[at[1] :]))
    scheme = chance.choice(
        ("", "", "", "tel:", "sip:", "sips:", "SIP:", "<sip:", "*31#", "tel:tel:")
    )
    parameter = chance.choice(
        (
            *("", "", "", ";ext=12", ";ext=1-2", ";EXT=7", ";ext=", " x12", ";ext=1;ext=2"),
            *(";phone-context=enterprise", ";phone-context=Enterprise", ";phone-context=+39"),
            *(";phone-context=rome.plan", ";ext=5;phone-context=enterprise", ";user=phone", "%20"),
        )
    )
    host = chance.choice(
        ("", "", "@example.com", "@x.y;user=phone", "@x;ext=9", "@x>", "@", "@a@b")
    )
    return f"{scheme}{spaced}{parameter}{host}"


def written_numbers(count: int, seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        country = chance.choice(COUNTRIES)
        (digits,) = dialled_digits(country, 1, chance)
        number = chance.choice(("", "", "+", "+" + str(chance.randrange(1, 100)))) + digits
        raw = chance.choice((written(number, chance),) * 9 + (number[:1], "", None, "anonymous"))
        place = chance.choice((country, country, country.lower(), "IT", "US", None, "XX"))
        rows.append((raw, place, chance.choice((None, "06", "212", "20"))))
    return pl.DataFrame(rows, schema=["raw", "country", "area_code"], orient="row")


def check_written(count: int, seed: int) -> float:
    calls = written_numbers(count, seed)
    columns = [calls[name] for name in ("raw", "country", "area_code")]
    assert_frame_equal(read_one_by_one(*columns), normalise(*columns))
    return float((read_common(*columns[:2]).kind != OPEN).mean())


@pytest.mark.parametrize("seed", range(4))
def test_numbers_written_in_whatever_form_are_read_as_each_by_itself(seed: int) -> None:
    share = check_written(1500, seed)
    assert share > 0.1, "too few are read many at a time for this to say anything"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_many_more_numbers_are_read_as_each_by_itself(seed: int) -> None:
    assert check_written(20_000, seed) > 0.1


def test_the_same_place_for_all_is_the_same_as_for_each() -> None:
    raw = written_numbers(800, 7)["raw"]
    each = pl.Series(["IT"] * len(raw)), pl.Series(["06"] * len(raw))
    assert_frame_equal(normalise(raw, *each), normalise(raw, "IT", "06"))
    assert_frame_equal(
        read_one_by_one(raw, *each), read_one_by_one(raw, "IT", "06"), check_row_order=True
    )


def test_a_part_of_many_numbers_is_read_as_by_itself() -> None:
    raw = written_numbers(300, 9)["raw"]
    parts = pl.concat([raw[:100], raw[100:]], rechunk=False)
    whole = normalise(raw, "IT", "06")
    assert_frame_equal(whole, normalise(parts, "IT", "06"))
    for begin, length in ((0, 0), (1, 7), (57, 120), (299, 1)):
        assert_frame_equal(
            whole[begin : begin + length], normalise(raw[begin : begin + length], "IT", "06")
        )


@pytest.mark.parametrize("country", ["IT", "US", "SG", None])
def test_many_numbers_are_read_as_a_few(country: str | None) -> None:
    raw = written_numbers(6_000, 11)["raw"]
    few = [normalise(raw[begin : begin + 1_000], country, "06") for begin in range(0, 6_000, 1_000)]
    assert_frame_equal(normalise(raw, country, "06"), pl.concat(few))
