"""Takes the facts that pricing needs out of a frame of legs."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.digits import Digits
from pipeline.rating.judge import equals, verdicts
from pipeline.rating.ranges import Integers
from pipeline.rating.work import Flags, Work
from warehouse.words import Direction

_TALK = pl.Decimal(12, 3)


def read(legs: pl.DataFrame, tariffs: Tariffs) -> Work:
    """The work that is to be done on legs as `rate` takes them."""
    talk_ms = legs["talk_s"].cast(_TALK).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    words = [legs[name] for name in ("direction", "outcome")]
    directions, outcomes = (
        word if isinstance(word.dtype, pl.Enum) else word.cast(pl.String) for word in words
    )
    answered = legs["answered_at"]
    if answered.null_count():
        answered = answered.zip_with(answered.is_not_null(), legs["started_at"])
    at = answered.cast(pl.Datetime("ms")).to_physical()
    e164, short, is_short, is_unreadable = _numbers(legs["number"].cast(pl.String))
    own = legs["tariff"].cast(pl.Enum(tariffs.names), strict=False).to_physical()
    is_internal = equals(directions, Direction.INTERNAL.value)
    is_uncharged = is_internal | equals(directions, Direction.INBOUND.value)
    return Work(
        own=np.where(is_uncharged, 0, (own.cast(pl.Int64) + 1).fill_null(0).to_numpy()),
        named=legs["tariff"],
        at=at.fill_null(0).to_numpy(),
        is_timeless=at.is_null().to_numpy(),
        talk_ms=talk_ms,
        e164=e164,
        short=short,
        is_short=is_short,
        is_unreadable=is_unreadable,
        is_internal=is_internal,
        verdict=verdicts(is_uncharged, outcomes, talk_ms),
    )


def _numbers(texts: pl.Series) -> tuple[Digits, Digits, Flags, Flags]:
    """E.164 numbers, short numbers, which are short, and which are neither."""
    whole = texts.cast(pl.Int64, strict=False)
    values = whole.fill_null(0).to_numpy()
    counts = texts.str.len_bytes().cast(pl.Int64).fill_null(0).to_numpy()
    is_e164 = texts.str.starts_with("+").fill_null(False).to_numpy()
    counts = counts - is_e164
    is_short = ~is_e164
    # A number of one to eighteen digits that is not 0 reads alike as text and as a whole number.
    odd = np.flatnonzero((values <= 0) | (counts > 18))
    if len(odd):
        values, counts = values.copy(), counts.copy()
        rest = texts.gather(odd)
        is_e164[odd] = rest.str.contains(r"^\+[0-9]+$").fill_null(False).to_numpy()
        is_short[odd] = rest.str.contains(r"^[0-9]+$").fill_null(False).to_numpy()
        is_number = is_e164[odd] | is_short[odd]
        digits = Digits.of(rest.str.strip_prefix("+").set(pl.Series(~is_number), None))
        values[odd], counts[odd] = digits.values, digits.counts
    if is_e164.all():
        nothing = np.zeros(len(values), dtype=np.int64)
        return Digits(values, counts), Digits(nothing, nothing), is_short, is_short
    return (
        _only(is_e164, values, counts),
        _only(is_short, values, counts),
        is_short,
        ~is_e164 & ~is_short,
    )


def _only(which: Flags, values: Integers, counts: Integers) -> Digits:
    return Digits(np.where(which, values, 0), np.where(which, counts, 0))
