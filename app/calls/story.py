"""The price of a call, told line by line in plain words of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from app.format import ENGLISH, Style, day, words
from pipeline.rating import ChargeRule, TariffSettings
from pipeline.rating.explain import Candidate, Explanation, Segment
from pipeline.rating.settings import RoundingUnit
from warehouse.words import Conversion, Status

_VERDICTS: Final = {
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
_FATES: Final = {
    "matched": "matched",
    "shorter": "fits too, but a longer prefix wins",
    "expired": "fits, but had ended by then",
    "not_valid_yet": "fits, but begins later",
    "later_fallback": "not asked any more",
}
_ROUNDED: Final = {
    "half_up": "half up to {decimals} decimals",
    "up": "up to {decimals} decimals",
    "down": "down to {decimals} decimals",
}


def story(told: Explanation, style: Style = ENGLISH) -> Iterator[tuple[str, str]]:
    """What, and in which words: one pair per line, in the order in which the price comes about."""
    say = style.say
    yield say("Verdict"), say(_VERDICTS[Status(told.status)])
    if told.number is not None:
        yield say("Number"), told.number
    yield from (
        ("" if at else say("Prefix"), _candidate(one, style))
        for at, one in enumerate(told.candidates)
    )
    if told.tariff is not None:
        version = say(
            "{tariff}, version {version}", tariff=told.tariff, version=told.tariff_version
        )
        yield say("Tariff"), f"{version}{_validity(told, style)}"
    if told.destination is not None or told.call_type is not None:
        kind = "" if told.call_type is None else f" ({words(told.call_type, style).lower()})"
        yield say("Destination"), f"{told.destination or say('not known')}{kind}"
    if told.answered is not None:
        was_answered = told.status != Status.NOT_ANSWERED
        yield say("Answered at") if was_answered else say("Begun at"), _clock(told.answered, style)
    if told.talk_s is not None:
        seconds = _plain(told.talk_s.normalize(), 0, style)
        yield say("Talk time"), say("{seconds} s, rounded up to whole seconds", seconds=seconds)
    if told.free_below_s is not None:
        yield say("Free"), say("shorter than {seconds} s", seconds=told.free_below_s)
    yield from (
        ("" if at else say("Pieces"), _segment(one, told, style))
        for at, one in enumerate(told.segments)
    )
    yield from _sums(told, style)


def converted(found: Mapping[str, Any], style: Style = ENGLISH) -> tuple[str, str]:
    """The line that tells the price in the currency that the company reports in.

    `found` has the columns of `Exchange.reported`, and the rate with the day since which it holds.
    """
    say, currency = style.say, found["reporting_currency"]
    if found["conversion"] == Conversion.NO_RATE:
        return say("Reported"), say(
            "not in {currency}: no rate holds on its day; add one to exchange_rates.csv",
            currency=currency,
        )
    told = say(
        "cost {cost} {currency}, charge {charge}",
        cost=_local(found["reporting_cost"], style),
        currency=currency,
        charge=_local(found["reporting_charge"], style),
    )
    if found["rate"] is None:
        return say("Reported"), told
    at = say("at {rate} since {day}", rate=_local(found["rate"], style), day=found["rate_since"])
    return say("Reported"), f"{told}, {at}"


def _candidate(one: Candidate, style: Style) -> str:
    fits = style.say("{prefix} of {tariff}", prefix=one.prefix, tariff=one.tariff)
    since, until = (None if edge is None else edge.date() for edge in (one.since, one.until))
    period = _period(since, until, style)
    return f"{fits}: {style.say(_FATES[one.fate])}{f' ({period})' if period else ''}"


def _period(since: date | None, until: date | None, style: Style) -> str:
    begins = style.say("from {day}", day=since) if since is not None else ""
    ends = style.say("until {day}, exclusive", day=until) if until is not None else ""
    return f"{begins} {ends}".strip()


def _validity(told: Explanation, style: Style) -> str:
    period = _period(told.valid_from, told.valid_to, style)
    return f", {style.say('price valid')} {period}" if period else ""


def _clock(instant: datetime, style: Style) -> str:
    return f"{day(instant, style, weekday=True)}, {instant:%H:%M:%S} {instant.tzname()}"


def _segment(one: Segment, told: Explanation, style: Style) -> str:
    say = style.say
    steps = (
        say("steps of {seconds} s", seconds=one.next_increment_s)
        if one.first_increment_s == one.next_increment_s
        else say(
            "first {first} s, then steps of {next} s",
            first=one.first_increment_s,
            next=one.next_increment_s,
        )
    )
    begins = say(
        "from second {second} ({time})",
        second=one.from_second,
        time="–" if one.begins is None else f"{one.begins:%H:%M:%S}",
    )
    cut = say("the price changes here with the time of day") if one.is_band_cut else ""
    tier = say("tier from second {second}", second=one.tier) if one.tier else ""
    price = say(
        "{seconds} s in {steps} at {price} per minute = {amount} (line {line})",
        seconds=one.billed_seconds,
        steps=steps,
        price=_exact(one.price_per_minute, style),
        amount=_money(one.amount, told, style),
        line=one.line,
    )
    facts = "; ".join(fact for fact in (cut, tier, one.band, price) if fact)
    return f"{begins}: {facts}"


def _sums(told: Explanation, style: Style) -> Iterator[tuple[str, str]]:
    if told.cost is None or told.settings is None or told.status != Status.RATED:
        return
    say, rules = style.say, told.settings
    if told.connect_fee:
        yield say("Connect fee"), _money(told.connect_fee, told, style)
    if told.minimum is not None:
        yield say("Minimum"), say("lifted to {amount}", amount=_money(told.minimum, told, style))
    if told.cap is not None:
        yield say("Cap"), say("cut to {amount}", amount=_money(told.cap, told, style))
    each = rules.rounding_unit == RoundingUnit.INCREMENT
    unit = say("each increment") if each else say("once, for the whole call")
    yield say("Rounding"), f"{say(_ROUNDED[rules.rounding], decimals=rules.decimals)}, {unit}"
    yield (
        say("Cost"),
        say(
            "{amount} for {seconds} billed seconds",
            amount=_money(told.cost, told, style),
            seconds=told.billed_seconds,
        ),
    )
    if rules.markup_percent or rules.surcharge or told.rule is not None:
        yield (
            say("Charge"),
            f"{_money(told.charge, told, style)} = {_charged(rules, told.rule, style)}",
        )
    if rules.tax_percent:
        share = say("{percent} % of the charge", percent=_exact(rules.tax_percent, style))
        yield say("Tax"), f"{_money(told.tax, told, style)} = {share}"


def _charged(tariff: TariffSettings, rule: ChargeRule | None, style: Style) -> str:
    """How the charge comes of the cost: all markups, one upon the other, then all surcharges."""
    parties: list[tuple[TariffSettings | ChargeRule, str]] = [(tariff, "")]
    if rule is not None:
        parties.append((rule, f" {_payer(rule, style)}"))
    markups = "".join(
        f" + {_exact(one.markup_percent, style)} %{whose}"
        for one, whose in parties
        if one.markup_percent
    )
    surcharges = "".join(
        f" + {_exact(one.surcharge, style)}{whose}" for one, whose in parties if one.surcharge
    )
    return f"{style.say('cost')}{markups}{surcharges}"


def _payer(rule: ChargeRule, style: Style) -> str:
    if rule.department is None:
        return style.say("for site {site}", site=rule.site)
    if rule.site is None:
        return style.say("for department {department}", department=rule.department)
    return style.say(
        "for department {department} at site {site}", department=rule.department, site=rule.site
    )


def _money(amount: Decimal | None, told: Explanation, style: Style) -> str:
    return f"{_exact(amount, style)} {told.currency}"


def _exact(amount: Decimal | None, style: Style) -> str:
    """All digits that matter, at least two decimals."""
    return "–" if amount is None else _plain(amount.normalize(), 2, style)


def _plain(number: Decimal, least: int, style: Style) -> str:
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return _local(f"{number:.{max(least, places)}f}", style)


def _local(number: object, style: Style) -> str:
    return str(number).replace(".", style.point)
