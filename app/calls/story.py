"""The price of a call, told line by line in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from pipeline.rating import ChargeRule, TariffSettings
from pipeline.rating.explain import Candidate, Explanation, Segment
from warehouse.words import Status

_VERDICTS = {
    Status.RATED: "The call has a price.",
    Status.FREE: "The call is free.",
    Status.NOT_ANSWERED: "Nobody answered: nothing is owed.",
    Status.ZERO_LENGTH: "It was answered and ended at once: nothing is owed.",
    Status.NOT_CHARGED: "Inbound and internal calls cost nothing.",
    Status.NO_TARIFF: "It has no price: no tariff of that name is in the price list.",
    Status.NO_PREFIX: "It has no price: no prefix of the tariff fits the number.",
    Status.NO_BAND: "It has no price: the tariff has none for that time of day.",
    Status.NOT_VALID_YET: "It has no price: the prices for the number begin later.",
    Status.EXPIRED: "It has no price: the prices for the number have ended.",
    Status.BAD_NUMBER: "It has no price: the number cannot be read.",
    Status.BAD_DURATION: "It has no price: how long it lasted is not known.",
}

_FATES = {
    "matched": "matched",
    "shorter": "fits too, but a longer prefix wins",
    "expired": "fits, but had ended by then",
    "not_valid_yet": "fits, but begins later",
    "later_fallback": "not asked any more",
}


def story(told: Explanation) -> Iterator[tuple[str, str]]:
    """What, and in which words: one pair per line, in the order in which the price comes about."""
    yield "Verdict", _VERDICTS[Status(told.status)]
    if told.number is not None:
        yield "Number", told.number
    yield from (
        ("Prefix" if at == 0 else "", _candidate(one)) for at, one in enumerate(told.candidates)
    )
    if told.tariff is not None:
        yield "Tariff", f"{told.tariff}, version {told.tariff_version}{_validity(told)}"
    if told.destination is not None or told.call_type is not None:
        kind = f" ({told.call_type})" if told.call_type is not None else ""
        yield "Destination", f"{told.destination or 'not known'}{kind}"
    if told.answered is not None:
        was_answered = told.status != Status.NOT_ANSWERED
        yield "Answered" if was_answered else "Begun", _clock(told.answered)
    if told.talk_s is not None:
        yield "Talk time", f"{told.talk_s.normalize():f} s, rounded up to whole seconds"
    if told.free_below_s is not None:
        yield "Free", f"shorter than {told.free_below_s} s"
    yield from (
        ("Pieces" if at == 0 else "", _segment(one, told)) for at, one in enumerate(told.segments)
    )
    yield from _sums(told)


def _candidate(one: Candidate) -> str:
    return f"{one.prefix} of {one.tariff}: {_FATES[one.fate]}{_period(one.since, one.until)}"


def _period(since: datetime | None, until: datetime | None) -> str:
    begins = f" from {since:%Y-%m-%d}" if since is not None else ""
    ends = f" until {until:%Y-%m-%d}" if until is not None else ""
    return f" ({(begins + ends).strip()})" if begins or ends else ""


def _validity(told: Explanation) -> str:
    begins = f" from {told.valid_from}" if told.valid_from is not None else ""
    ends = f" until {told.valid_to}, exclusive" if told.valid_to is not None else ""
    return f", price valid{begins}{ends}" if begins or ends else ""


def _clock(instant: datetime) -> str:
    return f"{instant:%a %Y-%m-%d %H:%M:%S} {instant.tzname()}"


def _segment(one: Segment, told: Explanation) -> str:
    steps = (
        f"steps of {one.next_increment_s} s"
        if one.first_increment_s == one.next_increment_s
        else f"first {one.first_increment_s} s, then steps of {one.next_increment_s} s"
    )
    cut = "the price changes here with the time of day; " if one.is_band_cut else ""
    tier = f"tier from second {one.tier}; " if one.tier else ""
    return (
        f"from second {one.from_second} ({one.begins:%H:%M:%S}): {cut}{tier}{one.band}; "
        f"{one.billed_seconds} s in {steps} at {_exact(one.price_per_minute)} per minute "
        f"= {_exact(one.amount)} {told.currency} (line {one.line})"
    )


def _sums(told: Explanation) -> Iterator[tuple[str, str]]:
    if told.cost is None or told.settings is None or told.status != Status.RATED:
        return
    rules = told.settings
    if told.connect_fee:
        yield "Connect fee", f"{_exact(told.connect_fee)} {told.currency}"
    if told.minimum is not None:
        yield "Minimum", f"lifted to {_exact(told.minimum)} {told.currency}"
    if told.cap is not None:
        yield "Cap", f"cut to {_exact(told.cap)} {told.currency}"
    unit = "each increment" if rules.rounding_unit == "increment" else "once, for the whole call"
    yield "Rounding", f"{rules.rounding.replace('_', ' ')} to {rules.decimals} decimals, {unit}"
    yield "Cost", f"{_exact(told.cost)} {told.currency} for {told.billed_seconds} billed seconds"
    if rules.markup_percent or rules.surcharge or told.rule is not None:
        yield "Charge", f"{_exact(told.charge)} {told.currency} = {_charged(rules, told.rule)}"
    if rules.tax_percent:
        yield (
            "Tax",
            f"{_exact(told.tax)} {told.currency} = {_exact(rules.tax_percent)} % of the charge",
        )


def _charged(tariff: TariffSettings, rule: ChargeRule | None) -> str:
    """How the charge comes of the cost: all markups, one upon the other, then all surcharges."""
    parties: list[tuple[TariffSettings | ChargeRule, str]] = [(tariff, "")]
    if rule is not None:
        parties.append((rule, f" for {_payer(rule)}"))
    markups = "".join(
        f" + {_exact(one.markup_percent)} %{whose}" for one, whose in parties if one.markup_percent
    )
    surcharges = "".join(
        f" + {_exact(one.surcharge)}{whose}" for one, whose in parties if one.surcharge
    )
    return f"cost{markups}{surcharges}"


def _payer(rule: ChargeRule) -> str:
    named = {"department": rule.department, "site": rule.site}
    return " at ".join(f"{what} {name}" for what, name in named.items() if name is not None)


def _exact(amount: Decimal | None) -> str:
    """All digits that matter, at least two decimals."""
    if amount is None:
        return "–"
    plain = amount.normalize()
    exponent = plain.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"{plain:.{max(2, places)}f}"
