"""Prices one call the slow way, with fractions and a loop: what the rating must agree with.

It shares no code with `pipeline.rating`: it reads the text cells of a price list and the settings
by itself, and walks through a call increment by increment.

Readings
--------
Where the rules for pricing leave a choice, this rater takes them by the letter:

Which row
 1. A call is priced at its `answered_at`; without one, at its `started_at`. Validity, prefix and
    tariff are settled at that instant for the whole call.
 2. The longest prefix with any row valid then wins; only then are its bands looked at. A prefix
    without a band for some moment is `no_band`, also where a shorter prefix or a fallback has one.
 3. An exact short number meets only numbers without +; a number without + meets nothing but exact
    rows and `*`. `*` also meets numbers that cannot be read.
 4. A fallback is asked when the tariff has no valid row for the number. Zone, rules, rounding,
    markup, surcharge and tax are those of the tariff that has the price.

Bands
 5. A moment is in a band when the wall clock of the zone says so. In an hour that the clock repeats
    a band is therefore left and entered twice, and one that begins in a skipped hour begins when
    the clock has skipped it.
 6. A band that wraps midnight holds on both ends of each of its days: `mon-fri 20:00-08:00` and
    `mon-fri 08:00-20:00` with `sat,sun` cover the week once.
 7. Without `days` a band is of every day, without `from_time` from 00:00, without `to_time` to
    24:00. Weekday names hold on holidays too: only `weight` lets the holiday win.
 8. Where bands overlap the heaviest wins whole, with all its tiers; lighter ones do not fill in
    tiers that it lacks. A moment before the first tier of its band is `no_band`.
 9. `split`: a call is `no_band` as soon as one of its increments begins in a gap; a gap in which
    none begins costs nothing. `start`: the band of the start is kept, tiers change within it.

Increments
10. `tier`: a tier is known by its `from_second`, in whatever band. Its first block comes when the
    first increment of the call begins in it; every later one there is `next_increment_s` of the
    row in force.
11. A tier begins at billed seconds: the increment that runs over `from_second` is still of the old
    tier, and the new one begins after it.
12. `multiple`: both increments are those of the row at the start. The total is the talk time
    rounded to a multiple of `next_increment_s`, or the first block if that is more (61 s at 90/60
    are 120 s, at 90/1 are 90 s). It is laid out in steps of `next_increment_s` from the start, the
    last one cut short where the first block is no multiple; each is of the band and tier in which
    it begins, also behind the end of the talk.

Money
13. Connect fee, minimum, cap and `free_below_s` are those of the row at the start.
14. `free_below_s` is compared with the talk time as it was, not rounded up to seconds.
15. Minimum before cap: the cap wins.
16. `rounding_unit = "increment"` rounds the price of every increment, and the sum with fee, minimum
    and cap once more.
17. The charge is made of the rounded cost, the tax of the rounded charge; each is rounded by the
    same rule to the same decimals.
18. A call is `free` below `free_below_s`, or when fee, minimum and the prices of all its increments
    are 0. What is rounded or capped to 0 is `rated`. Calls that cost 0 by their status carry no
    surcharge and no billed seconds.

Status
19. In this order: `not_charged`, `not_answered` and `bad_duration` by outcome, `bad_duration` and
    `zero_length` by talk time, `no_tariff`, `bad_number`, then `no_prefix`, `expired`,
    `not_valid_yet`, then `no_band` and `free`. A call that ended unknown is `bad_duration`.
20. Of a number that no valid row meets, the first tariff on the way of fallbacks that knows its
    prefixes says why: `expired` if any of those rows has begun, else `not_valid_yet`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, str | None]
Priced = tuple[Decimal | None, str, str | None]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = 7
DAY_S = 24 * 3600
ZERO_STATUSES = {"free", "not_answered", "zero_length", "not_charged"}


@dataclass(frozen=True)
class Call:
    """What is known of a call; times are UTC without an offset."""

    tariff: str | None
    number: str | None
    answered_at: datetime | None
    talk_s: Decimal | None
    started_at: datetime | None = None
    direction: str | None = "outbound"
    outcome: str | None = "answered"


@dataclass(frozen=True)
class Rated:
    """What a call costs; no amount where it has no price."""

    cost: Decimal | None
    charge: Decimal | None
    tax: Decimal | None
    status: str
    prefix: str | None
    tariff: str | None
    billed_seconds: int | None


@dataclass(frozen=True, eq=False)
class Price:
    """A row of a price list."""

    tariff: str
    prefix: str
    days: frozenset[int]
    from_s: int
    to_s: int
    from_second: int
    fee: Fraction
    per_minute: Fraction
    first_s: int
    next_s: int
    free_below_s: int
    least: Fraction
    most: Fraction | None
    weight: int
    valid_from: date
    valid_to: date

    @property
    def is_always(self) -> bool:
        return len(self.days - {HOLIDAY}) == len(WEEK) and (self.from_s, self.to_s) == (0, DAY_S)


@dataclass(frozen=True, eq=False)
class Rules:
    """`[tariff.<name>]` of the settings."""

    zone: ZoneInfo
    holidays: Any
    rounding: str
    decimals: int
    by_increment: bool
    by_start: bool
    multiple: bool
    markup: Fraction
    surcharge: Fraction
    tax: Fraction
    fallback: str | None


class NoBandError(Exception):
    """An increment begins when no row has a price."""


class ReferenceRater:
    """Prices calls by one price list.

    Args:
        rows: Text cells by column, as `csv.DictReader` gives them.
        settings: By tariff, a mapping or an object with the names of the settings; what is left out
            has its default.
    """

    def __init__(self, rows: Iterable[Row], settings: Mapping[str, Any]) -> None:
        self._rows: dict[str, list[Price]] = {}
        for row in rows:
            price_row = _price(tuple((name, row.get(name) or "") for name in sorted(row)))
            self._rows.setdefault(price_row.tariff, []).append(price_row)
        self._settings = settings
        self._rules: dict[str, Rules] = {}
        self._fitting: dict[tuple[str, str | None], list[Price]] = {}

    def rate_one(self, call: Call) -> Rated:
        if call.direction in {"inbound", "internal"}:
            return _without_price("not_charged", None)
        at = call.answered_at or call.started_at
        assert at is not None
        at = at.replace(tzinfo=UTC)
        rows, why_not = self.rows_of(call.tariff, call.number, at)
        row = rows[0] if rows else None
        status = _unpriced_status(call) or why_not
        if status:
            return _without_price(status, row)
        assert row is not None
        assert call.talk_s is not None
        return _priced(rows, self._rules_of(row.tariff), at, call.talk_s)

    def rows_of(
        self, tariff: str | None, number: str | None, at: datetime
    ) -> tuple[list[Price], str]:
        """The valid rows of the prefix that wins, or why there is none."""
        if tariff is None or tariff not in self._rows:
            return [], "no_tariff"
        reason = "no_prefix"
        while tariff is not None:
            rules = self._rules_of(tariff)
            day = at.astimezone(rules.zone).date()
            fitting = self._fitting_rows(tariff, number)
            valid = [row for row in fitting if row.valid_from <= day < row.valid_to]
            if valid:
                best = max(valid, key=_length).prefix
                return [row for row in valid if row.prefix == best], ""
            if reason == "no_prefix" and fitting:
                begun = any(row.valid_from <= day for row in fitting)
                reason = "expired" if begun else "not_valid_yet"
            tariff = rules.fallback
        return [], "bad_number" if number is None else reason

    def _fitting_rows(self, tariff: str, number: str | None) -> list[Price]:
        key = (tariff, number)
        if key not in self._fitting:
            rows = self._rows.get(tariff, [])
            self._fitting[key] = [row for row in rows if _fits(row.prefix, number)]
        return self._fitting[key]

    def _rules_of(self, tariff: str) -> Rules:
        if tariff not in self._rules:
            self._rules[tariff] = rules_of(self._settings.get(tariff))
        return self._rules[tariff]


def rate_one(rows: Iterable[Row], settings: Mapping[str, Any], call: Call) -> Rated:
    """Prices one call; `ReferenceRater` does many by the same list."""
    return ReferenceRater(rows, settings).rate_one(call)


def price(
    rows: Iterable[Row],
    settings: Mapping[str, Any],
    tariff: str | None,
    number: str | None,
    answered_at: datetime,
    talk_s: Decimal | None,
) -> Priced:
    """Cost (None: unrated), status and prefix of an answered, outgoing call.

    Args:
        rows: Text cells by column, as `csv.DictReader` gives them.
        settings: `TariffSettings` by tariff; a tariff without has the defaults.
        tariff: The call's own tariff.
        number: E.164 with +, a short number of digits, or None.
        answered_at: UTC, without an offset.
        talk_s: Seconds with up to three decimals.
    """
    found = rate_one(rows, settings, Call(tariff, number, answered_at, talk_s))
    return found.cost, found.status, found.prefix


def rounded(amount: Fraction, rule: str, decimals: int) -> Decimal:
    """An amount, not negative, rounded to some decimals."""
    scaled = amount * 10**decimals
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if (rule == "up" and rest > 0) or (rule == "half_up" and rest >= Fraction(1, 2)):
        whole += 1
    return Decimal(whole).scaleb(-decimals)


def _priced(rows: list[Price], rules: Rules, at: datetime, talk_s: Decimal) -> Rated:
    seconds = int(talk_s) + (talk_s != int(talk_s))
    first = row_at(rows, rules, at, 0)
    if first is None:
        return _without_price("no_band", rows[0])
    if talk_s < first.free_below_s:
        return _without_price("free", first)
    try:
        increments = list(increments_of(rows, rules, at, seconds))
    except NoBandError:
        return _without_price("no_band", first)
    if not (first.fee or first.least or any(row.per_minute for row, _, _ in increments)):
        return _without_price("free", first)

    amount = first.fee
    for row, length_s, times in increments:
        one = row.per_minute * length_s / 60
        if rules.by_increment:
            one = Fraction(rounded(one, rules.rounding, rules.decimals))
        amount += one * times
    amount = max(amount, first.least)
    if first.most is not None:
        amount = min(amount, first.most)
    cost = rounded(amount, rules.rounding, rules.decimals)
    marked_up = Fraction(cost) * (1 + rules.markup) + rules.surcharge
    charge = rounded(marked_up, rules.rounding, rules.decimals)
    tax = rounded(Fraction(charge) * rules.tax, rules.rounding, rules.decimals)
    billed = sum(length_s * times for _, length_s, times in increments)
    return Rated(cost, charge, tax, "rated", first.prefix, first.tariff, billed)


def increments_of(
    rows: list[Price], rules: Rules, at: datetime, seconds: int
) -> Iterator[tuple[Price, int, int]]:
    """Row, length and number of like increments, in the order in which they come.

    Raises:
        NoBandError: When one begins where no row has a price.
    """
    first = row_at(rows, rules, at, 0)
    if first is None:
        raise NoBandError
    total = seconds
    if rules.multiple:
        total = max(first.first_s, -(-seconds // first.next_s) * first.next_s)
    edges = [] if rules.by_start else band_edges(rows, rules, at, total)
    begun: set[int] = set()
    elapsed = 0
    while elapsed < total:
        row = row_at(rows, rules, at, elapsed)
        if row is None:
            raise NoBandError
        length_s, times = row.next_s, 1
        if rules.multiple:
            length_s = min(first.next_s, total - elapsed)
        elif row.from_second not in begun:
            length_s = row.first_s
        if row.from_second in begun:
            until = min(_next_change(rows, edges, at, elapsed), timedelta(seconds=total))
            times = -((timedelta(seconds=elapsed) - until) // timedelta(seconds=length_s))
            if rules.multiple:
                times = min(times, (total - elapsed) // length_s)
        begun.add(row.from_second)
        yield row, length_s, times
        elapsed += length_s * times


def row_at(rows: list[Price], rules: Rules, at: datetime, elapsed: int) -> Price | None:
    """The row that has the price of what begins so many seconds after the start."""
    moment = at if rules.by_start else at + timedelta(seconds=elapsed)
    local = moment.astimezone(rules.zone)
    open_now = [row for row in rows if row.is_always or _is_in_band(row, local, rules.holidays)]
    heaviest = max((row.weight for row in open_now), default=0)
    begun = [row for row in open_now if row.weight == heaviest and row.from_second <= elapsed]
    return max(begun, key=lambda row: row.from_second, default=None)


def band_edges(rows: list[Price], rules: Rules, at: datetime, seconds: int) -> list[datetime]:
    """Every instant from the start to the end at which another band may begin, in order.

    These are the local times of the rows, midnights, and changes of the clock.
    """
    if all(row.is_always for row in rows):
        return []
    end = at + timedelta(seconds=seconds)
    clock = {0} | {row.from_s for row in rows} | {row.to_s % DAY_S for row in rows}
    instants: set[datetime] = set()
    day = at.astimezone(rules.zone).date() - timedelta(days=1)
    last = end.astimezone(rules.zone).date() + timedelta(days=1)
    while day <= last:
        instants.update(_clock_changes(rules.zone, day))
        for second in clock:
            instants.update(_instants(rules.zone, day, second))
        day += timedelta(days=1)
    return sorted(instant for instant in instants if at < instant < end)


def _next_change(rows: list[Price], edges: list[datetime], at: datetime, elapsed: int) -> timedelta:
    """When another row may hold, counted from the start of the call."""
    later = [timedelta(seconds=row.from_second) for row in rows if row.from_second > elapsed]
    place = bisect_right(edges, at + timedelta(seconds=elapsed))
    if place < len(edges):
        later.append(edges[place] - at)
    return min(later, default=timedelta.max)


@cache
def _instants(zone: ZoneInfo, day: date, second: int) -> tuple[datetime, datetime]:
    """When a clock of the zone shows a time of a day: twice where it is put back."""
    local = datetime.combine(day, time(), zone) + timedelta(seconds=second)
    first, second_time = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second_time


@cache
def _clock_changes(zone: ZoneInfo, day: date) -> tuple[datetime, ...]:
    """When the zone changes its offset, on a day of UTC: at most once."""
    low = datetime.combine(day, time(), UTC)
    high = low + timedelta(days=1)
    before = low.astimezone(zone).utcoffset()
    if high.astimezone(zone).utcoffset() == before:
        return ()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return (high,)


def _is_in_band(row: Price, local: datetime, holidays: Any) -> bool:
    second = local.hour * 3600 + local.minute * 60 + local.second
    today = local.date()
    if row.from_s < row.to_s:
        return row.from_s <= second < row.to_s and _is_on(row, today, holidays)
    return (second >= row.from_s or second < row.to_s) and _is_on(row, today, holidays)


def _is_on(row: Price, day: date, holidays: Any) -> bool:
    return day.weekday() in row.days or (HOLIDAY in row.days and day in holidays)


def _unpriced_status(call: Call) -> str | None:
    if call.outcome == "unknown_end":
        return "bad_duration"
    if call.outcome not in {"answered", None}:
        return "not_answered"
    if call.talk_s is None or call.talk_s < 0:
        return "bad_duration"
    return "zero_length" if call.talk_s == 0 else None


def _without_price(status: str, row: Price | None) -> Rated:
    amount, billed = (Decimal(0), 0) if status in ZERO_STATUSES else (None, None)
    prefix, tariff = (None, None) if row is None else (row.prefix, row.tariff)
    return Rated(amount, amount, amount, status, prefix, tariff, billed)


def _fits(prefix: str, number: str | None) -> bool:
    if prefix == "*":
        return True
    if number is None:
        return False
    if prefix.startswith("="):
        return number == prefix[1:]
    return number.startswith("+" + prefix)


def _length(row: Price) -> tuple[bool, int]:
    return row.prefix.startswith("="), 0 if row.prefix == "*" else len(row.prefix)


@lru_cache(maxsize=200_000)
def _price(row: tuple[tuple[str, str], ...]) -> Price:
    cells = dict(row)

    def number(column: str, default: str = "0") -> Fraction:
        return Fraction(cells.get(column) or default)

    def whole(column: str, default: int = 0) -> int:
        return int(cells.get(column) or default)

    return Price(
        tariff=cells["tariff"],
        prefix=cells["prefix"],
        days=_days(cells.get("days") or "*"),
        from_s=_second_of_day(cells.get("from_time") or "00:00"),
        to_s=_second_of_day(cells.get("to_time") or "24:00"),
        from_second=whole("from_second"),
        fee=number("connect_fee"),
        per_minute=number("price_per_minute"),
        first_s=whole("first_increment_s", 1),
        next_s=whole("next_increment_s", 1),
        free_below_s=whole("free_below_s"),
        least=number("min_charge"),
        most=number("max_charge") if cells.get("max_charge") else None,
        weight=whole("weight"),
        valid_from=date.fromisoformat(cells.get("valid_from") or "0001-01-01"),
        valid_to=date.fromisoformat(cells.get("valid_to") or "9999-12-31"),
    )


def _days(cell: str) -> frozenset[int]:
    days: set[int] = set()
    for part in cell.split(","):
        if part == "*":
            days.update(range(len(WEEK)))
        elif part == "holiday":
            days.add(HOLIDAY)
        else:
            begin, _, end = part.partition("-")
            day, last = WEEK.index(begin), WEEK.index(end or begin)
            days.add(day)
            while day != last:
                day = (day + 1) % len(WEEK)
                days.add(day)
    return frozenset(days)


def _second_of_day(cell: str) -> int:
    hour, minute = cell.split(":")
    return int(hour) * 3600 + int(minute) * 60


def rules_of(own: Any) -> Rules:
    """The settings of a tariff with their defaults, from a mapping, an object or nothing."""

    def setting(name: str, default: Any) -> Any:
        value = own.get(name) if isinstance(own, Mapping) else getattr(own, name, None)
        return default if value is None else value

    return Rules(
        zone=ZoneInfo(setting("time_zone", "UTC")),
        holidays=_holidays(setting("holidays", ())),
        rounding=str(setting("rounding", "half_up")),
        decimals=setting("decimals", 4),
        by_increment=str(setting("rounding_unit", "call")) == "increment",
        by_start=str(setting("band_rule", "split")) == "start",
        multiple=str(setting("increment_rule", "tier")) == "multiple",
        markup=Fraction(str(setting("markup_percent", 0))) / 100,
        surcharge=Fraction(str(setting("surcharge", 0))),
        tax=Fraction(str(setting("tax_percent", 0))) / 100,
        fallback=setting("fallback", None),
    )


def _holidays(value: Any) -> Any:
    """A collection that knows its days: of a country (`US/NY`) or a list of dates."""
    if isinstance(value, str):
        from holidays import country_holidays

        country, _, subdivision = value.partition("/")
        return country_holidays(country, subdiv=subdivision or None)
    return frozenset(
        day if isinstance(day, date) else date.fromisoformat(str(day)) for day in value
    )
