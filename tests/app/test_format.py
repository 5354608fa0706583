from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app import format as shown
from app.language import style_of

ITALIAN = style_of("it-IT")
NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-GB", "1,234,567.50"),
        ("it-IT", "1.234.567,50"),
        ("de", "1.234.567,50"),
        ("de-CH", "1'234'567.50"),
        ("sv-SE", "1\u00a0234\u00a0567,50"),
        ("fr-FR", "1\u202f234\u202f567,50"),
        ("xx-XX", "1,234,567.50"),
        (None, "1,234,567.50"),
    ],
)
def test_numbers_are_grouped_as_the_reader_is_used_to(locale: str | None, text: str) -> None:
    assert text == shown.number(Decimal("1234567.5"), style_of(locale), 2)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.005", "EUR", "€1,234.01"),
        ("-0.5", "USD", "−$0.50"),
        ("12", "CHF", "12.00\u00a0CHF"),
        ("1234.5", "JPY", "¥1,235"),
        ("1.2345", "KWD", "1.235\u00a0KWD"),
        ("3", None, "3.00"),
    ],
)
def test_money_has_its_currency_and_the_places_of_it(
    amount: str, currency: str | None, text: str
) -> None:
    assert text == shown.money(Decimal(amount), currency)


def test_money_of_an_italian_reader_has_its_currency_behind() -> None:
    assert "1.234,50\u00a0€" == shown.money(Decimal("1234.5"), "EUR", ITALIAN)


@pytest.mark.parametrize(
    ("amount", "text"), [("0.0345", "€0.0345"), ("5", "€5.0000"), ("0.000125", "€0.000125")]
)
def test_the_price_of_a_single_call_keeps_its_places(amount: str, text: str) -> None:
    assert text == shown.money(Decimal(amount), "EUR", fine=True)


def test_money_that_is_not_there_is_a_dash_and_never_zero() -> None:
    assert "–" == shown.money(None, "EUR")


def test_an_amount_beyond_floating_point_keeps_its_last_digit() -> None:
    assert "€9,007,199,254,740,993.01" == shown.money(Decimal("9007199254740993.01"), "EUR")


def test_a_share_of_nothing_is_a_dash() -> None:
    assert ("33.3%", "–") == (shown.percent(1, 3), shown.percent(0, 0))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(125, 100, "+25.0%"), (75, 100, "-25.0%"), (100, 100, 0), (10001, 10000, 0), (5, 0, None)],
)
def test_a_change_has_its_sign_and_none_where_nothing_was_before(
    now: int, before: int, said: str | int | None
) -> None:
    assert said == shown.change(now, before)


def test_shares_change_by_points() -> None:
    assert "-2.5 points" == shown.change_in_share(Decimal("0.8"), Decimal("0.825"))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [("0", "0:00:00"), ("59.99", "0:00:59"), ("3725", "1:02:05"), ("360000", "100:00:00")],
)
def test_a_duration_is_in_hours_minutes_and_seconds(seconds: str, text: str) -> None:
    assert text == shown.duration(Decimal(seconds))


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2024-11-23", "2024-11-23", "Sat 23 Nov 2024"),
        ("2024-11-01", "2024-11-23", "1 – 23 Nov 2024"),
        ("2024-10-25", "2024-11-23", "25 Oct – 23 Nov 2024"),
        ("2023-12-25", "2024-01-05", "25 Dec 2023 – 5 Jan 2024"),
    ],
)
def test_a_range_of_days_is_no_longer_than_need_be(first: str, last: str, text: str) -> None:
    assert text == shown.days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-30), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), None),
    ],
)
def test_an_age_is_told_in_words_for_a_day(ago: timedelta, text: str | None) -> None:
    assert text == shown.age(NOW - ago, NOW)


def test_an_age_does_not_depend_on_zones() -> None:
    then = (NOW - timedelta(minutes=5)).astimezone(timezone(timedelta(hours=8)))
    assert "5 minutes ago" == shown.age(then, NOW)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Dev_Ops *Night*", r"Dev\_Ops \*Night\*"),
        ("$5 and $6", r"\$5 and \$6"),
        (":red[alert]", r"\:red\[alert\]"),
        ("<b>", r"\<b\>"),
        ("18:58, 33.3%", "18:58, 33.3%"),
    ],
)
def test_names_are_not_read_as_formatting(text: str, safe: str) -> None:
    assert safe == shown.literal(text)


@pytest.mark.parametrize(("word", "text"), [("no_answer", "No answer"), (None, "–")])
def test_stored_words_are_read_as_words(word: str | None, text: str) -> None:
    assert text == shown.words(word)


def test_tables_name_months_where_their_reader_knows_the_names() -> None:
    assert "D MMM YYYY" == shown.table_day(style_of("en-GB"))
    assert "ddd D MMM YYYY" == shown.table_day(style_of("en-GB"), weekday=True)
    assert "DD/MM/YYYY" == shown.table_day(ITALIAN, weekday=True)
