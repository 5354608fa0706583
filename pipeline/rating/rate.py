"""Prices call legs: the steps, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from pipeline.rating.band import band
from pipeline.rating.charge import charge, tax
from pipeline.rating.compile import Tariffs
from pipeline.rating.conclude import conclude
from pipeline.rating.match import match
from pipeline.rating.price import price
from pipeline.rating.read import read
from pipeline.rating.result import result
from pipeline.rating.settle import settle
from pipeline.rating.story import stories
from pipeline.rating.walk import walk
from pipeline.rating.work import Work

Step = Callable[[Work, Tariffs], None]

STEPS: tuple[Step, ...] = (match, band, price, walk, settle, charge, tax, conclude)
"""Each adds its facts to the calls, which keep their order."""

_BLOCK = 2**17
"""Legs that are priced at a time: what is known of a leg meanwhile takes more than its result."""


def rate(
    legs: pl.DataFrame, tariffs: Tariffs, *, explained: bool = True, coded: bool = False
) -> pl.DataFrame:
    """Prices call legs, each by itself: how they are batched changes nothing.

    Args:
        legs: `number` (E.164 with +, or a private or short number of digits, or null where it
            cannot be read), `direction`, `outcome`, `tariff` (null: none), `started_at`,
            `answered_at` (UTC, ms) and `talk_s` (Decimal(12, 3) or null). A null direction is
            outbound, a null outcome answered. Where the tariffs have `charges` also `department`,
            `site` and the local `day`.
        tariffs: From `compile_tariffs`.
        explained: Whether the results have the column `explanation`.
        coded: Whether the texts of the results are Enum instead of String: the same words, faster
            to write, of categories that differ from batch to batch.

    Returns:
        `RATED_SCHEMA`, one row per leg in the same order. Money is Decimal(18, 6) of `currency`:
        0 where nothing is owed, null where the leg should have a price and has none. `tariff` is
        the one that has the price, which may be a fallback of the leg's own. Unanswered legs keep
        the prefix, destination and call type that they tried to reach.
    """
    if explained and coded:
        # All at once: parts of different categories cannot be joined.
        return _rated(legs, tariffs, explained=True, coded=True)
    return _joined(
        [_rated(part, tariffs, explained=explained, coded=coded) for part in _parts(legs)]
    )


def _rated(legs: pl.DataFrame, tariffs: Tariffs, *, explained: bool, coded: bool) -> pl.DataFrame:
    """The results of one block; what else was known of it is forgotten before the next."""
    work = priced(legs, tariffs)
    told = stories(work, tariffs) if explained else None
    return result(work, tariffs, told, coded=coded)


def _parts(legs: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Legs in blocks, each within one chunk where chunks are large: others have to be copied."""
    sizes = max((column.chunk_lengths() for column in legs), key=len)
    if len(sizes) * _BLOCK > 2 * legs.height:
        sizes = [legs.height]
    begin = 0
    for size in sizes:
        chunk = legs[begin : begin + size]
        yield from chunk.iter_slices(_BLOCK) if size else (chunk,)
        begin += size


def _joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Parts whose categories of tariffs may differ, as one frame."""
    if len({part["tariff"].dtype for part in parts}) == 1:
        return pl.concat(parts)
    whole = pl.concat(part.with_columns(pl.col("tariff").cast(pl.String)) for part in parts)
    names = pl.Enum(whole["tariff"].drop_nulls().unique().sort())
    return whole.with_columns(pl.col("tariff").cast(names))


def priced(legs: pl.DataFrame, tariffs: Tariffs) -> Work:
    """Legs after all steps: everything that rating knows about them."""
    work = read(legs, tariffs)
    for step in STEPS:
        step(work, tariffs)
    return work
