"""Makes of price rows what calls can be looked up in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipeline.rating.adjustments import Adjustments
from pipeline.rating.bands import Schemes, pieces_of
from pipeline.rating.cards import Cards, is_open
from pipeline.rating.charges import NO_CHARGES, Charges
from pipeline.rating.days import KINDS
from pipeline.rating.digits import Digits
from pipeline.rating.exchange import NO_EXCHANGE, Exchange
from pipeline.rating.localtime import Calendars, Clocks, calendars_and_clocks
from pipeline.rating.named import Named
from pipeline.rating.periods import (
    ALWAYS_MS,
    FOREVER_MS,
    Periods,
    instant_ms,
    periods_between,
)
from pipeline.rating.prices import Prices
from pipeline.rating.ranges import Integers, Ranges, slots_for
from pipeline.rating.settings import TariffSettings
from pipeline.rating.steps import Steps
from pipeline.rating.tariff_rows import ROW_COLUMNS
from warehouse.errors import InvalidInput, Problem

_SETTINGS_FILE = "tollbook.toml"
_EMPTY = -(2**62)
"""What stands for an empty cell where versions are made."""
_MOST_CELLS = 2**24
"""Of the tables of all schemes."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Prefixes (or exact short numbers) of all tariffs."""

    valid: Steps
    """Slot (a period of a tariff) → card, 0 for none."""
    since: Ranges
    """Slot (a tariff) → instant (ms) at which the first price for the number began."""


@dataclass(frozen=True, slots=True)
class Tariffs:
    """Price lists, ready to rate calls with. Made by `compile_tariffs`.

    Tables by tariff begin with one for no tariff: their place 1 is the first of `names`.
    """

    names: tuple[str, ...]
    versions: tuple[str, ...]
    """Per tariff, the same as long as its prices and settings are the same."""
    named: Named
    """Per tariff: `tariff`, `tariff_version` and `currency`."""
    version: str
    """The same as long as all tariffs are the same: 16 hexadecimal digits."""
    settings: tuple[TariffSettings, ...]
    fallbacks: Integers
    """The tariff to try next, 0 for none; a table."""
    adjustments: Adjustments
    prices: Prices
    schemes: Schemes
    periods: Periods
    clocks: Clocks
    calendars: Calendars
    changes: Integers
    """The instants (ms) at which a clock or a period changes."""
    prefixes: Deck
    exact: Deck
    listed: pl.DataFrame
    """Per card (1 is the first row): tariff, prefix, and the instants of its validity."""
    charges: Charges = NO_CHARGES
    """What payers are charged beside what their tariff says."""
    exchange: Exchange = NO_EXCHANGE
    """What it comes to in the currency that the company reports in."""

    def charging(self, charges: Charges) -> Tariffs:
        """The same prices with other charges."""
        return replace(self, charges=charges)

    def reporting(self, exchange: Exchange) -> Tariffs:
        """The same prices, reported in another currency or at other rates."""
        return replace(self, exchange=exchange)

    @property
    def basis(self) -> str:
        """The same as long as everything is that a price comes of."""
        beside = [each.version for each in (self.charges, self.exchange) if each]
        return "-".join([self.version, *beside])


def compile_tariffs(
    rows: pl.DataFrame, settings: Mapping[str, TariffSettings] | None = None
) -> Tariffs:
    """Compiles price rows.

    Args:
        rows: As `parse_tariffs` gives them.
        settings: By tariff; a tariff without has the defaults, settings without prices are unused.

    Raises:
        InvalidInput: When a fallback leads nowhere or in a circle, when the prices change too often
            for prefixes so long, or when there are too many different bands.
    """
    names = tuple(sorted(rows["tariff"].unique()))
    of_each = tuple((settings or {}).get(name, TariffSettings()) for name in names)
    problems = list(_fallback_problems(names, of_each))
    if problems:
        raise InvalidInput(problems)
    cards = Cards.of(rows)
    if len(cards.schemes) * KINDS * len(pieces_of(cards.bands)) > _MOST_CELLS:
        raise InvalidInput([_too_many_bands(cards)])
    schemes = Schemes.of([[cards.bands[band] for band in scheme] for scheme in cards.schemes])
    owners = cards.rows["tariff"].cast(pl.Enum(names)).to_physical().cast(pl.Int64) + 1
    owner = owners.to_numpy()[cards.first_row[cards.first_line[:-1]]]
    zones = [each.time_zone for each in of_each]
    since = _instants(cards.since, owner, zones, ALWAYS_MS)
    until = _instants(cards.until, owner, zones, FOREVER_MS)
    periods = _periods(owner, since, until, len(names))
    calendars, clocks = calendars_and_clocks(of_each, are_needed=schemes.is_divided)
    listed = pl.DataFrame(
        {
            "tariff": owner,
            "prefix": cards.rows["prefix"].gather(cards.first_row[cards.first_line[:-1]]),
            "since": since,
            "until": until,
            "line": cards.rows["line"].gather(cards.first_row[cards.first_line[:-1]]),
        },
    ).with_row_index("card", offset=1)
    is_exact = pl.col("prefix").str.starts_with("=")
    parts = list(cards.rows.group_by("tariff", maintain_order=True))
    currencies = [part["currency"][0] for _, part in parts]
    versions = tuple(_version(part, each) for (_, part), each in zip(parts, of_each, strict=True))
    return Tariffs(
        names=names,
        versions=versions,
        named=Named.of(
            pl.DataFrame(
                {"tariff": names, "tariff_version": versions, "currency": currencies},
                schema=dict.fromkeys(("tariff", "tariff_version", "currency"), pl.String),
            )
        ),
        version=hashlib.sha256("".join(versions).encode()).hexdigest()[:16],
        settings=of_each,
        fallbacks=np.array(
            [
                0,
                *(
                    0 if each.fallback is None else names.index(each.fallback) + 1
                    for each in of_each
                ),
            ]
        ),
        adjustments=Adjustments.of(of_each),
        prices=Prices.of(cards, owners, of_each),
        schemes=schemes,
        periods=periods,
        clocks=clocks,
        calendars=calendars,
        changes=np.unique(np.concatenate([periods.changes, clocks.changes])),
        prefixes=_deck(listed.filter(~is_exact), periods, len(names), exact=False),
        exact=_deck(listed.filter(is_exact), periods, len(names), exact=True),
        listed=listed.with_columns(pl.col("tariff", "line").cast(pl.Int32)),
    )


def _instants(days: Integers, owner: Integers, zones: Sequence[str], unbounded: int) -> Integers:
    """The instants with which days begin in the zone of their tariff."""
    known = pl.DataFrame({"owner": owner, "day": days}).with_columns(
        pl.lit(is_open(days)).alias("open")
    )
    closed = known.filter(~pl.col("open")).unique()
    found = [instant_ms(day, zones[tariff - 1]) for tariff, day, _ in closed.iter_rows()]
    dated = closed.with_columns(pl.Series("instant", found, dtype=pl.Int64))
    joined = known.join(dated, on=["owner", "day"], how="left", maintain_order="left")
    return joined["instant"].fill_null(unbounded).to_numpy()


def _periods(owner: Integers, since: Integers, until: Integers, tariffs: int) -> Periods:
    changes: list[list[int]] = [[] for _ in range(tariffs + 1)]
    edges = pl.DataFrame({"tariff": np.tile(owner, 2), "at": np.concatenate([since, until])})
    bounded = edges.filter((pl.col("at") > ALWAYS_MS) & (pl.col("at") < FOREVER_MS))
    for tariff, instant in bounded.unique().iter_rows():
        changes[tariff].append(instant)
    return periods_between(changes)


def _deck(cards: pl.DataFrame, periods: Periods, tariffs: int, *, exact: bool) -> Deck:
    texts = cards["prefix"].str.strip_chars("=*")
    digits = Digits.of(texts)
    if max(len(periods), tariffs + 1) > slots_for(digits):
        raise InvalidInput([_too_many_days(cards, digits, periods)])
    owner, card = cards["tariff"].to_numpy(), cards["card"].cast(pl.Int64).to_numpy()
    since = cards["since"].to_numpy()
    first, end = periods.spans(owner, since, cards["until"].to_numpy())
    each = np.repeat(np.arange(len(cards)), end - first)
    skipped = np.repeat(first - (np.cumsum(end - first) - (end - first)), end - first)
    slots = np.arange(len(each)) + skipped
    # The first card of a prefix is its earliest.
    earliest = (
        pl.DataFrame({"owner": owner, "text": texts})
        .select(pl.struct(pl.all()).is_first_distinct())
        .to_series()
        .to_numpy()
    )
    make = Ranges.of_exact if exact else Ranges.of_prefixes
    make_ever = Ranges.of_exact_earliest if exact else Ranges.of_earliest
    valid = make(digits[each], slots, card[each])
    return Deck(
        valid=Steps.over(valid, 0 if exact else len(periods)),
        since=make_ever(digits[earliest], owner[earliest], since[earliest]),
    )


def _too_many_days(cards: pl.DataFrame, digits: Digits, periods: Periods) -> Problem:
    at = int(digits.counts.argmax())
    return Problem(
        "tariffs.csv",
        f"is too long a prefix beside {len(periods) - 1} days on which prices change",
        "Shorten the longest prefixes, or leave out prices that no call will need again.",
        cards["prefix"][at],
        cards["line"][at],
        "prefix",
    )


def _too_many_bands(cards: Cards) -> Problem:
    return Problem(
        "tariffs.csv",
        f"{len(cards.schemes):,} different sets of bands are too many",
        "Let more prefixes share the same days and times.",
        None,
        None,
        "days",
    )


def _version(rows: pl.DataFrame, settings: TariffSettings) -> str:
    content = hashlib.sha256(f"{len(rows)} {settings.model_dump_json()}".encode())
    for column in rows.select(ROW_COLUMNS):
        if column.dtype == pl.String:
            content.update(column.fill_null("").str.join("\n").item().encode())
        else:
            numbers = column.to_physical().cast(pl.Int64).fill_null(_EMPTY)
            content.update(numbers.to_numpy().tobytes())
    return content.hexdigest()[:16]


def _fallback_problems(
    names: Sequence[str], settings: Sequence[TariffSettings]
) -> Iterator[Problem]:
    following = {name: each.fallback for name, each in zip(names, settings, strict=True)}
    for name, fallback in following.items():
        if fallback is None:
            continue
        place = f"tariff.{name}.fallback"
        if fallback not in following:
            mend = f"Name one of: {', '.join(names)}."
            rule = "is no tariff of the price list"
            yield Problem(_SETTINGS_FILE, rule, mend, fallback, None, place)
            continue
        passed = {name}
        next_one: str | None = fallback
        while next_one is not None and next_one not in passed:
            passed.add(next_one)
            next_one = following.get(next_one)
        if next_one == name:
            mend = "End the chain with a tariff that has no fallback."
            yield Problem(_SETTINGS_FILE, "leads back to its tariff", mend, fallback, None, place)
