"""The prices of compiled tariffs as tables of numbers.

Every table has, in place 0, what stands for no card, no line, no row and no terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.rating.bands import NEVER
from pipeline.rating.cards import Cards
from pipeline.rating.distinct import coded_rows
from pipeline.rating.gather import collapsed
from pipeline.rating.named import Named
from pipeline.rating.phrases import phrases, settings_phrase
from pipeline.rating.ranges import Integers
from pipeline.rating.settings import TariffSettings

NO_CAP = 2**53
"""Above any amount of money (1e-8) that a cap can be."""
TIER_ROOM = 2**32
"""More than the seconds of any call."""
_SOURCE = (
    *("line", "valid_from", "valid_to", "days", "from_time", "to_time"),
    *("weight", "from_second"),
)
_TERMS = (
    *("rules", "band", "connect_fee", "price_per_minute", "first_increment_s"),
    *("next_increment_s", "free_below_s", "min_charge", "max_charge"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a row asks for; rows that ask for the same share them. To be read with `pick`."""

    connect_fee: Integers
    price_per_minute: Integers
    first_increment_s: Integers
    next_increment_s: Integers
    free_below_s: Integers
    min_charge: Integers
    max_charge: Integers
    phrases: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Prices:
    """From card to line (its bands), from line to row (its tiers), from row to terms."""

    scheme_of_card: Integers
    line_of_card: Integers
    """The first."""
    row_of_line: Integers
    """The first."""
    terms_of_row: Integers
    next_tier: Integers
    """Per row: the second with which another tier follows, else `NEVER`; to be read with `pick`."""
    tier_bit: Integers
    """Per row: a bit for its `from_second` among those of the card."""
    tier_key: Integers
    """Per row: line · `TIER_ROOM` + `from_second`, ascending."""
    terms: Terms
    named: Named
    """Per row."""
    sources: pl.DataFrame
    """Per row: its line, validity, band and tier, for explanations of single calls."""

    @classmethod
    def of(cls, cards: Cards, owners: pl.Series, settings: Sequence[TariffSettings]) -> Prices:
        """Tables of cards; `owners` has the tariff (1 is the first) of each row of the cards."""
        line = cards.line_of_row + 1
        from_second = cards.rows["from_second"].to_numpy()
        following = np.append(from_second[1:], 0)
        same_line = np.append(line[1:] == line[:-1], False)[: len(line)]
        code, terms = _terms(cards, owners, settings)
        return cls(
            scheme_of_card=_with_none(cards.scheme_of_card + 1),
            line_of_card=_with_none(cards.first_line[:-1] + 1),
            row_of_line=_with_none(cards.first_row[:-1] + 1),
            terms_of_row=_with_none(code),
            next_tier=_after_never(np.where(same_line, following[: len(line)], NEVER)),
            tier_bit=_with_none(_tier_bits(cards, from_second)),
            tier_key=_with_none(line * TIER_ROOM + from_second),
            terms=terms,
            named=Named.of(cards.rows.select("prefix", "destination", "call_type")),
            sources=_after_none(cards.rows.select(_SOURCE)).with_columns(
                pl.col(pl.Int64).cast(pl.Int32)
            ),
        )


def _with_none(values: Integers) -> Integers:
    return np.concatenate([np.zeros(1, dtype=np.int64), values])


def _after_never(seconds: Integers) -> Integers:
    return collapsed(np.append(NEVER, seconds))


def _after_none(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows.clear(1), rows], rechunk=True)


def _tier_bits(cards: Cards, from_second: Integers) -> Integers:
    if not from_second.any():
        return np.ones(len(from_second), dtype=np.int64)
    card = cards.card_of_line[cards.line_of_row]
    ranks = pl.DataFrame({"card": card, "second": from_second}).select(
        pl.col("second").rank("dense").over("card").cast(pl.Int64) - 1
    )
    bits: Integers = np.left_shift(1, ranks.to_series().to_numpy())
    return bits


def _terms(
    cards: Cards, owners: pl.Series, settings: Sequence[TariffSettings]
) -> tuple[Integers, Terms]:
    said = pl.Series([settings_phrase(each) for each in settings], dtype=pl.String)
    kinds = said.unique(maintain_order=True)
    place = {words: at for at, words in enumerate(kinds)}
    rules = pl.Series([place[words] for words in said], dtype=pl.Int64)
    rows = cards.rows.with_columns(
        pl.col("max_charge").fill_null(NO_CAP), rules=rules.gather(owners - 1)
    ).select(_TERMS)
    codes, examples = coded_rows([column.to_numpy() for column in rows])
    known = rows.select(pl.all().gather(examples))
    labels = pl.Series(
        ["" if band.is_always else f',"band":"{band}"' for band in cards.bands], dtype=pl.String
    )
    texts = known.with_columns(
        band_phrase=labels.gather(known["band"]), settings_phrase=kinds.gather(known["rules"])
    ).select(**phrases())
    numbers = {
        name: collapsed(
            known[name].to_numpy()[[0, *range(len(known))]]
            if len(known)
            else np.ones(1, dtype=np.int64)
        )
        for name in _TERMS[2:]
    }
    return codes + 1, Terms(**numbers, phrases=_after_none(texts))
