"""Who pays for a leg where the company's rule is another than the source's."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import polars as pl
from pydantic import BaseModel, ConfigDict

from warehouse.words import ChargeReason


class Payer(StrEnum):
    """Which party of a leg pays for it."""

    SOURCE = "source"
    """Whoever the source says."""
    CALLER = "caller"
    """Who called: the delegate, whoever was transferred, whoever's call was forwarded."""
    CALLED = "called"
    """Who was reached."""
    DIALLED = "dialled"
    """Who was asked for, before the call was forwarded."""


class PayerSettings(BaseModel):
    """The `[payer]` table: who pays, by the reason for which the source charges somebody.

    A party that is nobody of the directory on the day cannot pay: then the source's word counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    caller: Payer = Payer.SOURCE
    referrer: Payer = Payer.SOURCE
    forwarder: Payer = Payer.SOURCE
    delegator: Payer = Payer.SOURCE
    organizer: Payer = Payer.SOURCE

    def rules(self) -> Iterator[tuple[ChargeReason, Payer]]:
        """The reasons for which somebody else may pay than the source says, and who."""
        for reason in ChargeReason:
            payer: Payer = getattr(self, reason.value)
            if payer is not Payer.SOURCE:
                yield reason, payer


NOBODY_NAMED: Final = ""
"""`named_payer` of a leg whose source does not say who pays."""


def party(payer: Payer) -> tuple[pl.Expr, pl.Expr]:
    """The address of a party of a leg that is not `SOURCE`, and their number; either may be null.

    Numbers are those of `pipeline.miner.forms`.
    """
    if payer is Payer.CALLER:
        return pl.col("from_user"), pl.col("from_number")
    if payer is Payer.CALLED:
        return pl.col("to_user"), pl.col("to_number")
    is_address = pl.col("dialled").str.contains("@", literal=True)
    return pl.when(is_address).then("dialled"), pl.when(~is_address).then("dialled")


def named_payer(named: pl.Series, charged: pl.Series) -> pl.Series:
    """What to keep of whom the source names, beside who is charged: see `LEG_SCHEMA`."""
    is_other = named.ne_missing(charged)
    columns = pl.DataFrame({"named": named, "is_other": is_other})
    kept = columns.select(
        pl.when(pl.col("is_other") & pl.col("named").is_null())
        .then(pl.lit(NOBODY_NAMED))
        .alias("named_payer")
    ).to_series()
    spelled = (is_other & named.is_not_null()).arg_true()
    if spelled.is_empty():
        return kept
    # Sources differ in how they write an address; those charged are in lower case.
    others = named.gather(spelled).str.to_lowercase()
    return kept.scatter(spelled, others.set(others.eq_missing(charged.gather(spelled)), None))


def as_named(legs: pl.DataFrame) -> pl.DataFrame:
    """Stored legs with `charged_user` as the source had it, in lower case."""
    named = pl.col("named_payer")
    return legs.with_columns(
        pl.when(named.is_null())
        .then("charged_user")
        .when(named != NOBODY_NAMED)
        .then(named)
        .alias("charged_user")
    )
