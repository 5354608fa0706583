"""Takes the facts that pricing needs out of a frame of legs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from pipeline.numbers.glance import Glance
from pipeline.rating.arrays import flags, unscaled, whole_numbers
from pipeline.rating.compile import Tariffs
from pipeline.rating.digits import MOST_DIGITS, Digits
from pipeline.rating.judge import equals, verdicts
from pipeline.rating.work import Flags, Work
from warehouse.words import Direction

_TALK = pl.Decimal(12, 3)


def read(legs: pl.DataFrame, tariffs: Tariffs) -> Work:
    """The work that is to be done on legs as `rate` takes them."""
    talk_ms = unscaled(legs["talk_s"].cast(_TALK), lacking=-1)
    words = [legs[name] for name in ("direction", "outcome")]
    directions, outcomes = (
        word if isinstance(word.dtype, pl.Enum) else word.cast(pl.String) for word in words
    )
    answered = legs["answered_at"]
    if answered.null_count():
        answered = answered.zip_with(answered.is_not_null(), legs["started_at"])
    at = answered.cast(pl.Datetime("ms"))
    e164, short, is_short, is_unreadable = _numbers(legs["number"].cast(pl.String))
    owners = legs["tariff"].cast(_owners(tariffs.names), strict=False)
    own = whole_numbers(owners, lacking=-1) + 1
    is_internal = equals(directions, Direction.INTERNAL.value)
    is_uncharged = is_internal | equals(directions, Direction.INBOUND.value)
    return Work(
        own=np.where(is_uncharged, 0, own) if is_uncharged.any() else own,
        named=legs["tariff"],
        at=whole_numbers(at, lacking=0),
        is_timeless=at.is_null().to_numpy(),
        talk_ms=talk_ms,
        e164=e164,
        short=short,
        is_short=is_short,
        is_unreadable=is_unreadable,
        is_internal=is_internal,
        verdict=verdicts(is_uncharged, outcomes, talk_ms),
        rule=tariffs.charges.places(legs) if tariffs.charges else None,
    )


@lru_cache(maxsize=8)
def _owners(names: tuple[str, ...]) -> pl.Enum:
    return pl.Enum(names)


def _numbers(texts: pl.Series) -> tuple[Digits, Digits, Flags, Flags]:
    """E.164 numbers, short numbers, which are short, and which are neither."""
    values = whole_numbers(texts.cast(pl.Int64, strict=False), lacking=0)
    # Of what reads as a whole number above 0, only a plus comes before the digits.
    seen = Glance.at(texts)
    is_e164 = seen.first == ord("+")
    counts = seen.lengths.astype(np.int64) - is_e164
    # A number of one to eighteen digits that is not 0 reads alike as text and as a whole number.
    odd = np.flatnonzero((values <= 0) | (counts > MOST_DIGITS))
    if not len(odd) and is_e164.all():
        return Digits(values, counts), Digits.none(len(values)), ~is_e164, ~is_e164
    values, is_e164, is_short = values.copy(), is_e164.copy(), ~is_e164
    if len(odd):
        rest = texts.gather(odd)
        is_e164[odd] = flags(rest.str.contains(r"^\+[0-9]+$"))
        is_short[odd] = flags(rest.str.contains(r"^[0-9]+$"))
        is_number = is_e164[odd] | is_short[odd]
        digits = Digits.of(rest.str.strip_prefix("+").set(pl.Series(~is_number), None))
        values[odd], counts[odd] = digits.values, digits.counts
    others, shorts = np.flatnonzero(~is_e164), np.flatnonzero(is_short)
    short = Digits(np.zeros_like(values), np.zeros_like(counts))
    short.values[shorts], short.counts[shorts] = values[shorts], counts[shorts]
    values[others] = counts[others] = 0
    return Digits(values, counts), short, is_short, ~is_e164 & ~is_short
