"""What counts where: each call with its owner, and where its money is split, each payer's part.

The same as the view `entries` says of stored calls, of calls that are not stored yet.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from warehouse.compound import Compound
from warehouse.legs import SECONDS
from warehouse.sums import ENTRIES
from warehouse.words import UNRATED, AnsweredBy, Outcome

_OF_PAYER: Final = (
    *("user", "person", "department", "site", "currency", "reporting_currency", "owned"),
    *("cost", "charge", "tax", "reporting_cost", "reporting_charge", "reporting_tax"),
    "unconverted",
)
ASKED_OF_LEGS: Final = (
    *("day", "hour", "charged_user", "person", "department", "site", "gateway_in", "gateway_out"),
    *("tariff", "direction", "call_type", "destination", "outcome", "answered_by", "talk_s"),
    *("ring_s", "cost", "charge", "tax", "currency", "status", "reporting_currency"),
    *("reporting_cost", "reporting_charge", "reporting_tax"),
)
"""Columns of legs that are alone without which it is not known what they are summed up to."""
_OF_CALL: Final = tuple(name for name in ENTRIES if name not in (*_OF_PAYER, "calls"))


def entries_of(lone: pl.DataFrame, compound: Compound) -> pl.DataFrame:
    """`ENTRIES` of calls: of legs that are alone, and of calls with a row of their own."""
    whole = compound.calls.filter(~pl.col("split")).with_columns(owned=pl.lit(value=True))
    split = compound.calls.filter("split").select("source", "call_id", *_OF_CALL)
    parts = compound.shares.join(split, on=["source", "call_id"])
    rows = [
        lone.select(**_LONE),
        whole.select(*_OF_CALL, *_OF_PAYER),
        parts.select(*_OF_CALL, *_OF_PAYER).with_columns(_WITH_OWNER),
    ]
    counted = pl.concat(rows, how="diagonal").with_columns(calls=pl.col("owned"))
    return counted.select(ENTRIES)


_ANSWERED = pl.col("outcome").eq_missing(Outcome.ANSWERED.value)
_BY_GROUP = pl.col("answered_by").eq_missing(AnsweredBy.RESPONSE_GROUP.value)
_BY_VOICEMAIL = pl.col("answered_by").eq_missing(AnsweredBy.VOICEMAIL.value)
_NOTHING = pl.lit(0).cast(SECONDS)
_LONE: Final = {
    **{
        name: pl.col(name)
        for name in ENTRIES
        if name not in ("owned", "calls", "answered", "unrated", "unconverted")
    },
    "user": pl.col("charged_user"),
    "gateway": pl.coalesce("gateway_out", "gateway_in"),
    # A queue took it, and nobody who waited there was talked to.
    "outcome": pl.when(_ANSWERED & _BY_GROUP)
    .then(pl.lit(Outcome.CANCELLED.value))
    .otherwise("outcome"),
    "talk_s": pl.when(_ANSWERED & ~_BY_GROUP)
    .then(pl.col("talk_s").fill_null(_NOTHING))
    .otherwise(_NOTHING),
    "owned": pl.lit(value=True),
    "answered": _ANSWERED & ~_BY_GROUP & ~_BY_VOICEMAIL,
    "unrated": pl.col("status").is_in([status.value for status in UNRATED]).fill_null(value=False),
    "unconverted": pl.col("reporting_cost").is_null()
    & pl.any_horizontal(pl.col("cost", "charge", "tax") != 0).fill_null(value=False),
}
_WITH_OWNER: Final = (
    pl.col("answered", "unrated") & pl.col("owned"),
    pl.when("owned").then("talk_s").otherwise(_NOTHING).alias("talk_s"),
)
