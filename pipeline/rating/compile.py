"""Makes of price rows what calls can be looked up in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.rating.adjustments import adjustments
from pipeline.rating.periods import ALWAYS_MS, Periods, instants_of, periods_between
from pipeline.rating.phrases import phrases, settings_phrase
from pipeline.rating.ranges import Ranges, slots_for
from pipeline.rating.settings import TariffSettings
from pipeline.rating.tariff_rows import ROW_COLUMNS
from warehouse.errors import InvalidInput, Problem

_SETTINGS_FILE = "tollbook.toml"


@dataclass(frozen=True, slots=True)
class Deck:
    """Prefixes (or exact short numbers) of all tariffs."""

    valid: Ranges
    """Slot (a period of a tariff) → index of the price row."""
    since: Ranges
    """Slot (a tariff) → instant (ms) at which the first price for the number began."""


@dataclass(frozen=True, slots=True)
class Tariffs:
    """Price lists, ready to rate calls with. Made by `compile_tariffs`."""

    names: tuple[str, ...]
    versions: tuple[str, ...]
    """Per tariff, the same as long as its prices and settings are the same."""
    currencies: tuple[str, ...]
    fallbacks: tuple[int | None, ...]
    """Per tariff, the index of the tariff to try next."""
    version: str
    """The same as long as all tariffs are the same: 16 hexadecimal digits."""
    rows: pl.DataFrame
    """Per price row: its index (`row`), its cells and its phrases."""
    adjustments: pl.DataFrame
    """Per tariff: what its settings come to."""
    periods: Periods
    prefixes: Deck
    exact: Deck


def compile_tariffs(
    rows: pl.DataFrame, settings: Mapping[str, TariffSettings] | None = None
) -> Tariffs:
    """Compiles price rows.

    Args:
        rows: As `parse_tariffs` gives them.
        settings: By tariff; a tariff without has the defaults, settings without prices are unused.

    Raises:
        InvalidInput: When a fallback leads nowhere or in a circle, or when the prices change too
            often for prefixes so long.
    """
    names = tuple(sorted(rows["tariff"].unique()))
    of_each = [(settings or {}).get(name, TariffSettings()) for name in names]
    problems = list(_fallback_problems(names, of_each))
    if problems:
        raise InvalidInput(problems)
    zones = {name: each.time_zone for name, each in zip(names, of_each, strict=True)}
    ordered = (
        instants_of(rows.sort("tariff", "prefix", "valid_from"), zones)
        .with_columns(owner=pl.col("tariff").cast(pl.Enum(names)).to_physical().cast(pl.Int64))
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
    )
    periods = _periods(ordered, len(names))
    is_exact = pl.col("prefix").str.starts_with("=")
    versions = tuple(
        _version(part, each)
        for (_, part), each in zip(
            ordered.group_by("owner", maintain_order=True), of_each, strict=True
        )
    )
    adjusted = adjustments(of_each)
    phrased = pl.Series([settings_phrase(each) for each in of_each])
    return Tariffs(
        names=names,
        versions=versions,
        currencies=tuple(
            ordered.group_by("owner", maintain_order=True).agg(pl.col("currency").first())[
                "currency"
            ]
        ),
        fallbacks=tuple(
            None if each.fallback is None else names.index(each.fallback) for each in of_each
        ),
        version=hashlib.sha256("".join(versions).encode()).hexdigest()[:16],
        rows=ordered.with_columns(settings_phrase=phrased.gather(ordered["owner"])).with_columns(
            **phrases()
        ),
        adjustments=adjusted,
        periods=periods,
        prefixes=_deck(ordered.filter(~is_exact), periods, len(names), exact=False),
        exact=_deck(ordered.filter(is_exact), periods, len(names), exact=True),
    )


def _periods(rows: pl.DataFrame, tariffs: int) -> Periods:
    changes: list[list[int]] = [[] for _ in range(tariffs)]
    edges = pl.concat(
        rows.select("owner", instant=pl.col(column)) for column in ("since", "until")
    ).unique()
    for owner, instant in edges.drop_nulls().iter_rows():
        changes[owner].append(instant)
    return periods_between(changes)


def _deck(rows: pl.DataFrame, periods: Periods, tariffs: int, *, exact: bool) -> Deck:
    digits = rows["prefix"].str.strip_chars("=*")
    if max(len(periods), tariffs) > slots_for(digits):
        raise InvalidInput([_too_many(rows, digits, periods)])
    first, end = periods.spans(rows["owner"], rows["since"], rows["until"])
    each = pl.Series(np.repeat(np.arange(len(rows)), end - first))
    skipped = np.repeat(first - (np.cumsum(end - first) - (end - first)), end - first)
    slots = np.arange(len(each)) + skipped
    ever = (
        rows.select("owner", digits.alias("digits"), pl.col("since").fill_null(ALWAYS_MS))
        .group_by("owner", "digits")
        .agg(pl.col("since").min())
    )
    make = Ranges.of_exact if exact else Ranges.of_prefixes
    make_ever = Ranges.of_exact if exact else Ranges.of_earliest
    return Deck(
        valid=make(digits.gather(each), slots, rows["row"].gather(each).to_numpy()),
        since=make_ever(ever["digits"], ever["owner"].to_numpy(), ever["since"].to_numpy()),
    )


def _too_many(rows: pl.DataFrame, digits: pl.Series, periods: Periods) -> Problem:
    at = int(digits.str.len_bytes().arg_max() or 0)
    return Problem(
        "tariffs.csv",
        f"is too long a prefix beside {len(periods)} days on which prices change",
        "Shorten the longest prefixes, or leave out prices that no call will need again.",
        rows["prefix"][at],
        rows["line"][at],
        "prefix",
    )


def _version(rows: pl.DataFrame, settings: TariffSettings) -> str:
    content = rows.select(ROW_COLUMNS).write_csv() + settings.model_dump_json()
    return hashlib.sha256(content.encode()).hexdigest()[:16]


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
