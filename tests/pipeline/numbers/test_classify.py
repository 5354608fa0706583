"""The price class of numbers and prefixes, seen from many countries."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.numbers.classify import classify, classify_prefix
from warehouse.words import CallType

NUMBERS = {
    ("IT", "06"): {
        "+390699991234": "local",
        "+39021234567": "national",
        "+393471234567": "mobile",
        "+39800123456": "freephone",
        "+39899123456": "premium",
        "+37855123456": "international",
        "+390669812345": "local",
        "+39112": "emergency",
        "112": "emergency",
        "118": "emergency",
        "7101": "internal",
        "*21": "internal",
    },
    ("US", "212"): {
        "+12125550123": "local",
        "+13035550123": "national",
        "+17875551234": "national",
        "+12045550123": "international",
        "+18765551234": "international",
        "+18005551234": "freephone",
        "+19005551234": "premium",
        "+442079460000": "international",
        "911": "emergency",
        "411": "service",
        "7101": "internal",
    },
    ("CA", "416"): {
        "+14165550123": "local",
        "+16045550123": "national",
        "+12125550123": "international",
        "+18005551234": "freephone",
    },
    ("GB", "020"): {
        "+442079460000": "local",
        "+441632960000": "national",
        "+441534123456": "national",
        "+447911123456": "mobile",
        "+448081570192": "freephone",
        "+449098790879": "premium",
        "+447000123456": "service",
        "999": "emergency",
        "118118": "service",
    },
    ("DE", "030"): {
        "+493012345678": "local",
        "+4989123456": "national",
        "+4915123456789": "mobile",
        "+498001234567": "freephone",
        "+491801234567": "service",
        "110": "emergency",
        "116117": "freephone",
    },
    ("RU", "812"): {
        "+78121234567": "local",
        "+74951234567": "national",
        "+79161234567": "mobile",
        "+77012345678": "international",
        "+78001234567": "freephone",
    },
    ("KZ", None): {"+77012345678": "mobile", "+74951234567": "international"},
    ("SG", None): {
        "+6561234567": "local",
        "+6531581234": "local",
        "+6591234567": "mobile",
        "+6518001234567": "freephone",
        "+6519001234567": "premium",
        "995": "emergency",
    },
    ("ES", None): {"+34911234567": "national", "+34612345678": "mobile"},
    ("FR", None): {
        "+33142345678": "national",
        "+33612345678": "mobile",
        "+33800123456": "freephone",
        "+33899123456": "premium",
        "+80012345678": "freephone",
        "+97912345678": "premium",
        "15": "emergency",
    },
    ("NZ", "09"): {"+6493001234": "local", "+6433001234": "national", "111": "emergency"},
    ("XX", None): {"+390699991234": None, "112": None},
}

PREFIXES = {
    ("IT", "06"): {
        "39": "national",
        "390": "national",
        "3906": "local",
        "3902": "national",
        "393": "mobile",
        "39347": "mobile",
        "39800": "freephone",
        "39899": "premium",
        "1": "international",
        "4477": "international",
        "449": "premium",
        "800": "freephone",
        "979": "premium",
        "*": "international",
        "=112": "emergency",
        "=7101": "internal",
    },
    ("GB", "020"): {
        "44": "national",
        "4420": "local",
        "447": "mobile",
        "4479": "mobile",
        "4470": "service",
        "44800": "freephone",
    },
    ("US", "212"): {
        "1": "national",
        "1212": "local",
        "1303": "national",
        "1204": "international",
        "1876": "international",
        "1800": "freephone",
        "1900": "premium",
    },
    ("CA", None): {"1": "international", "1416": "national", "1212": "international"},
    ("RU", None): {"7": "national", "77": "international"},
    ("SG", None): {"65": "national", "656": "local", "659": "mobile", "651800": "freephone"},
    ("NZ", "09"): {"64": "national", "649": "local", "6421": "mobile", "64900": "premium"},
    ("XX", None): {"39": None},
}


@pytest.mark.parametrize(("place", "words"), NUMBERS.items(), ids=str)
def test_a_number_has_the_class_that_it_has_from_home(
    place: tuple[str, str | None], words: dict[str, str | None]
) -> None:
    found = classify(pl.Series(list(words)), *place)
    assert words == dict(zip(words, found.to_list(), strict=True))


@pytest.mark.parametrize(("place", "words"), PREFIXES.items(), ids=str)
def test_a_prefix_has_the_class_of_most_of_its_numbers(
    place: tuple[str, str | None], words: dict[str, str | None]
) -> None:
    assert words == {prefix: classify_prefix(prefix, *place) for prefix in words}


def test_the_place_may_differ_from_number_to_number() -> None:
    number = pl.Series(["+390699991234", "+390699991234", "+390699991234", None, "112"])
    country = pl.Series(["IT", "IT", "US", "IT", None])
    area_code = pl.Series(["06", "02", "212", "06", None])
    assert ["local", "national", "international", None, None] == classify(
        number, country, area_code
    ).to_list()


def test_no_numbers_give_no_classes() -> None:
    found = classify(pl.Series([], dtype=pl.String), "IT")
    assert (0, pl.String) == (len(found), found.dtype)


def test_every_country_of_the_plans_can_be_home() -> None:
    from phonenumbers import SUPPORTED_REGIONS, example_number, format_number

    for country in sorted(SUPPORTED_REGIONS):
        number = format_number(example_number(country), 0)
        word = classify(pl.Series([number]), country).item()
        assert word in {CallType.LOCAL, CallType.NATIONAL}, (country, number, word)
