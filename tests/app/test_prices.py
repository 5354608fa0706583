from __future__ import annotations

from app.calls.prices import reasons
from app.format import Style

ENGLISH = Style()
PLAIN = (
    '{"segments":[{"from":0,"seconds":63,"price":"0.0231","first":60,"next":1,'
    '"amount":"0.024255"}],"fee":"0.0500","rounding":"half_up/4"}'
)
TIERED = (
    '{"segments":[{"from":0,"seconds":60,"price":"0.0200","first":1,"next":1,"amount":"0.020000"},'
    '{"from":60,"seconds":30,"price":"0.0100","first":30,"next":30,"amount":"0.005000"}],'
    '"fee":"0.0000","rounding":"up/2","markup_percent":"10","surcharge":"0.01","tax_percent":"22",'
    '"max_charge":"0.0200"}'
)


def test_a_price_is_told_line_by_line() -> None:
    assert [
        ("63 s at €0.0231 per minute, by first 60 s, then 1 s", "€0.024255"),
        ("Connect fee", "€0.0500"),
        ("Rounding", "half up, 4 places"),
    ] == reasons(PLAIN, "EUR", ENGLISH)


def test_tiers_limits_markup_and_tax_have_lines_of_their_own() -> None:
    lines = dict(reasons(TIERED, "EUR", ENGLISH))
    assert "€0.0050" == lines["From 0:01:00: 30 s at €0.0100 per minute, by 30 s"]
    assert "€0.0200" == lines["Cut to the cap"]
    assert "10%" == lines["Mark-up on the charge"]
    assert "€0.0100" == lines["Surcharge on the charge"]
    assert "22%" == lines["Tax beside the charge"]


def test_a_call_too_short_to_cost_says_so() -> None:
    assert [("Free: shorter than 10 s", "€0.00")] == reasons('{"free_below_s":10}', "EUR", ENGLISH)


def test_what_was_not_priced_has_no_lines() -> None:
    assert [] == reasons(None, None, ENGLISH)


def test_what_a_department_or_site_is_charged_has_lines_of_its_own() -> None:
    told = TIERED[:-1] + ',"for":{"department":"Sales","site":"Rome","markup_percent":"5"}}'
    lines = reasons(told, "EUR", ENGLISH)
    assert ("Mark-up for Sales, Rome", "5%") in lines
    assert "Tax beside the charge" == lines[-1][0]
    told = TIERED[:-1] + ',"for":{"site":"Rome","surcharge":"0.02"}}'
    assert ("Surcharge for Rome", "€0.0200") in reasons(told, "EUR", ENGLISH)
