"""Why a call costs what it costs, as compact JSON.

`{"segments":[{"from":0,"seconds":60,"price":"0.0120","first":1,"next":1,"amount":"0.012000"}],
"fee":"0.0500","rounding":"half_up/4"}`: `from` and `seconds` (billed) in seconds, `price` per
minute, `amount` before fee, minimum, cap and rounding. A segment of a price that does not hold at
all times names its `band`. `min_charge` or `max_charge` follow where they took effect, markup,
surcharge and tax where the tariff has them. `for` names the department or site that is charged
more, with its own markup and surcharge. A call that is free because it is short has only
`free_below_s`.

Calls of the same terms and the same billed seconds have the same explanation: it is written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.judge import CODES
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import PER_MINUTE, STORED, as_money
from pipeline.rating.work import Flags, Work
from warehouse.words import Status

_OPEN = '{"segments":['
_HEAD = '{"from":'
_PARTS_OF_STORED = PER_MINUTE // STORED
_MOST_CELLS = 2**23
_CELLS_PER_CALL = 8


def stories(work: Work, tariffs: Tariffs) -> tuple[pl.Series, Integers]:
    """Texts, the first of which is null, and which of them each call has."""
    phrases = tariffs.prices.terms.phrases
    is_free = work.status == CODES[Status.FREE]
    is_short = is_free & work.is_short_talk
    is_told = ((work.status == CODES[Status.RATED]) | is_free) & ~is_short
    is_plain = is_told.copy()
    is_plain[work.walked] = False
    texts = [pl.Series([None], dtype=pl.String)]
    codes = np.zeros(len(work), dtype=np.int64)
    _tell_plain(work, phrases, np.flatnonzero(is_plain), texts, codes)
    _tell_short(work, phrases, np.flatnonzero(is_short), texts, codes)
    _tell_walked(work, tariffs, is_told, texts, codes)
    told = pl.concat(texts, rechunk=True)
    if work.rule is None:
        return told, codes
    is_charged = (codes > 0) & (work.status == CODES[Status.RATED]) & (work.rule > 0)
    return _with_rules(told, codes, np.where(is_charged, work.rule, 0), tariffs.charges.phrases())


def _with_rules(
    texts: pl.Series, codes: Integers, rules: Integers, phrases: pl.Series
) -> tuple[pl.Series, Integers]:
    """The same with the rule of the payer in it, where one holds."""
    told, of_each = np.unique(codes * len(phrases) + rules, return_inverse=True)
    parts = pl.DataFrame(
        {
            "text": texts.gather(told // len(phrases)),
            "phrase": phrases.gather(told % len(phrases)),
        }
    )
    whole = parts.select(
        pl.when(pl.col("phrase") == "")
        .then("text")
        .otherwise(pl.concat_str(pl.col("text").str.head(-1), "phrase", pl.lit("}")))
    ).to_series()
    return whole, of_each.astype(np.int64)


def _tell_plain(
    work: Work, phrases: pl.DataFrame, calls: Integers, texts: list[pl.Series], codes: Integers
) -> None:
    if not len(calls):
        return
    billed = work.billed[calls]
    told, of_each = _distinct(work.terms[calls], billed, len(phrases))
    codes[calls] = of_each + 1
    calls = calls[told]
    said = phrases.select(pl.col("price_phrase", "end_phrase").gather(work.terms[calls]))
    texts.append(
        said.select(
            pl.concat_str(
                pl.lit(f'{_OPEN}{_HEAD}0,"seconds":'),
                pl.Series("seconds", billed[told]),
                "price_phrase",
                _money(work.amount[calls]).alias("amount"),
                "end_phrase",
                *_closing(work, phrases, calls),
            )
        ).to_series()
    )


def _distinct(terms: Integers, billed: Integers, size: int) -> tuple[Integers, Integers]:
    """Calls of which no two are alike, and for each call its place among them.

    Long calls, and all where there are too many terms for a table, stand for themselves.
    """
    width = min(_MOST_CELLS, _CELLS_PER_CALL * len(terms)) // size
    fits = billed < width
    places = np.arange(len(terms), dtype=np.int32)
    if not fits.any():
        return places.astype(np.int64), places.astype(np.int64)
    cell = np.where(fits, terms * width + billed, 0)
    alone = np.flatnonzero(~fits)
    table = np.full(size * width, -1, dtype=np.int32)
    table[cell[fits] if len(alone) else cell] = places[fits] if len(alone) else places
    taken = np.flatnonzero(table >= 0)
    told = np.concatenate([table[taken], alone])
    table[taken] = np.arange(len(taken), dtype=np.int32)
    of_each = table.take(cell).astype(np.int64)
    of_each[alone] = len(taken) + np.arange(len(alone))
    return told, of_each


def _tell_short(
    work: Work, phrases: pl.DataFrame, calls: Integers, texts: list[pl.Series], codes: Integers
) -> None:
    codes[calls] = sum(map(len, texts)) + np.arange(len(calls))
    texts.append(phrases["free_phrase"].gather(work.terms[calls]))


def _tell_walked(
    work: Work, tariffs: Tariffs, is_told: Flags, texts: list[pl.Series], codes: Integers
) -> None:
    segments, prices = work.segments, tariffs.prices
    if not len(segments.call):
        return
    phrases = prices.terms.phrases
    parts = (
        phrases.select(pl.col("price_phrase").gather(prices.terms_of_row.take(segments.row)))
        .with_columns(
            call=pl.Series(segments.call),
            start=pl.Series(segments.start),
            seconds=pl.Series(segments.seconds),
            amount=_money(segments.amount),
        )
        .select(
            "call",
            text=pl.concat_str(
                pl.lit(_HEAD),
                "start",
                pl.lit(',"seconds":'),
                "seconds",
                "price_phrase",
                "amount",
            ),
        )
        .group_by("call", maintain_order=True)
        .agg(pl.col("text").str.join('"},'))
    )
    calls = parts["call"].to_numpy()
    codes[calls] = np.where(is_told[calls], sum(map(len, texts)) + np.arange(len(calls)), 0)
    end = phrases["end_phrase"].gather(work.terms[calls])
    texts.append(
        parts.select(
            pl.concat_str(pl.lit(_OPEN), "text", end, *_closing(work, phrases, calls))
        ).to_series()
    )


def _money(amounts: Any) -> pl.Series:
    """Parts of `PER_MINUTE` as text with six decimals."""
    units = (amounts + _PARTS_OF_STORED // 2) // _PARTS_OF_STORED
    return as_money(units.astype(np.int64), None).cast(pl.String)


def _closing(work: Work, phrases: pl.DataFrame, calls: Integers) -> Iterator[pl.Expr]:
    """What the minimum or the cap adds to the texts of calls, and their end."""
    if work.is_lifted.any() or work.is_capped.any():
        terms = work.terms[calls]
        lifted, capped = (
            pl.lit(pl.Series(np.broadcast_to(flags, len(work))[calls]))
            for flags in (work.is_lifted, work.is_capped)
        )
        yield (
            pl.when(capped)
            .then(pl.lit(phrases["cap_phrase"].gather(terms)))
            .when(lifted)
            .then(pl.lit(phrases["minimum_phrase"].gather(terms)))
            .otherwise(pl.lit(""))
        )
    yield pl.lit("}")
