"""Which legs have nothing to be priced, whatever the tariff says."""

from __future__ import annotations

import polars as pl

from warehouse.words import Direction, Outcome, Status

STATUS = pl.Enum([word.value for word in Status])

_WITHOUT_CARRIER = [Direction.INBOUND.value, Direction.INTERNAL.value]
_UNANSWERED = [
    word.value for word in Outcome if word not in {Outcome.ANSWERED, Outcome.UNKNOWN_END}
]


def status(word: Status) -> pl.Expr:
    """A status as a literal."""
    return pl.lit(word.value, STATUS)


def without_carrier() -> pl.Expr:
    """Inbound and internal legs."""
    return pl.col("direction").is_in(_WITHOUT_CARRIER).fill_null(False)


def verdict() -> pl.Expr:
    """The status of a leg that is not to be priced, null where it is."""
    talk = pl.col("talk_ms")
    unknown = pl.col("outcome") == Outcome.UNKNOWN_END.value
    return (
        pl.when(without_carrier())
        .then(status(Status.NOT_CHARGED))
        .when(pl.col("outcome").is_in(_UNANSWERED))
        .then(status(Status.NOT_ANSWERED))
        .when(unknown | talk.is_null() | (talk < 0))
        .then(status(Status.BAD_DURATION))
        .when(talk == 0)
        .then(status(Status.ZERO_LENGTH))
    )
