"""Calls of several legs, as they follow from their legs."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import polars as pl

from warehouse.legs import LEG_SCHEMA, MONEY, SECONDS
from warehouse.words import UNRATED, AnsweredBy, Outcome, Status

PARTS: Final = (
    *("source", "leg_id", "call_id", "started_at", "answered_at", "ended_at", "day", "hour"),
    *("started_local", "time_zone", "talk_s", "ring_s", "direction", "outcome", "answered_by"),
    *("from_number", "from_user", "to_number", "to_user", "dialled", "charged_user", "person"),
    *("kind", "department", "cost_centre", "site", "gateway_in", "gateway_out", "emergency"),
    *("tariff", "destination", "call_type", "account_code", "purpose", "billed_seconds", "cost"),
    *("charge", "tax", "currency", "status", "reporting_currency", "reporting_cost"),
    *("reporting_charge", "reporting_tax"),
)
"""Columns of legs that say something of their call."""
_KEY: Final = ("source", "call_id")
_OF_HEAD: Final = (
    *("day", "hour", "started_at", "started_local", "time_zone", "direction"),
    *("from_number", "from_user", "to_number", "to_user", "dialled"),
)
_CURRENCIES: Final = ("currency", "reporting_currency")
_OF_PRICED: Final = ("gateway", "tariff", "call_type", "destination", *_CURRENCIES)
_PAYER: Final = (
    *("user", "person", "kind", "department", "cost_centre", "site", "account_code", "purpose"),
)
_MONEY: Final = (*("cost", "charge", "tax", "reporting_cost", "reporting_charge", "reporting_tax"),)
_UNANSWERED: Final = (
    *(Outcome.UNKNOWN_END, Outcome.BUSY, Outcome.REJECTED),
    *(Outcome.NO_ANSWER, Outcome.CANCELLED, Outcome.FAILED),
)
"""From the strongest outcome down."""
_AFTER_PEOPLE: Final = (AnsweredBy.CONFERENCE, AnsweredBy.VOICEMAIL, AnsweredBy.ATTENDANT)
"""Who is talked to for want of a person, in this order."""


class Compound(NamedTuple):
    """What is stored beside legs."""

    calls: pl.DataFrame
    """One row per call, with the columns of `group_calls`."""
    shares: pl.DataFrame
    """Who pays what of the calls whose money is split: rows of `call_shares`."""

    def worth_a_row(self) -> Compound:
        """Without the calls of which their one leg says all."""
        return self._replace(calls=self.calls.filter((pl.col("legs") > 1) | ~pl.col("head_known")))

    def without(self, calls: pl.DataFrame) -> Compound:
        """Without some calls, of which there are `source` and `call_id`."""
        if calls.is_empty():
            return self
        return Compound(*(rows.join(calls, on=_KEY, how="anti") for rows in self))


def calls_of(legs: pl.DataFrame) -> Compound:
    """The calls that legs make; all legs of each have to be there, with the columns `PARTS`.

    The head is the leg that names the call, else the first. The owner is that of the leg that was
    talked on, with a person rather than with a machine, else of the head. The priced leg is the
    dearest, else the head.
    """
    return _made_of(legs) if legs.height else _no_calls()


@cache
def _no_calls() -> Compound:
    return _made_of(pl.DataFrame(schema={name: LEG_SCHEMA[name] for name in PARTS}))


def _made_of(legs: pl.DataFrame) -> Compound:
    told = _told(legs)
    count = told["call"].n_unique()
    head = _heads(told, count)
    talked = _firsts(told.filter("talked"), count, _AFTER_PEOPLE_LAST, _ANSWERED_AT)
    dearest = _firsts(told.filter("priced"), count, -pl.col("cost"), "started_at")
    unrated = _firsts(told.filter("unrated"), count, "started_at")
    owner, priced = talked.fill_null(head), dearest.fill_null(head)
    summary = told.group_by("call").agg(_SUMMARY).sort("call")
    owners = told.select(pl.col(*_PAYER, "answered_by").gather(owner))
    billed = told.select(pl.col(*_OF_PRICED, "status").gather(priced))
    calls = pl.concat(
        [
            summary,
            told.select(pl.col(*_KEY, *_OF_HEAD).gather(head)),
            owners,
            billed.drop("status"),
            _money(told, billed.select(_CURRENCIES)),
        ],
        how="horizontal",
    ).with_columns(
        outcome=_OUTCOME,
        ring_s=_ring_s(told, head, owner),
        status=told["status"].gather(unrated).fill_null(billed["status"]),
        unrated=unrated.is_not_null(),
        answered=pl.col("answered") & pl.col("answered_by").ne_missing(AnsweredBy.VOICEMAIL.value),
        split=_are_split(told, owners, billed),
    )
    return Compound(calls.drop("call", *_OF_OUTCOME), _shares(told, calls.filter("split")))


def _told(legs: pl.DataFrame) -> pl.DataFrame:
    """Legs with the number of their call, their own (`row`), and what they say of it."""
    calls = legs.select(_KEY).unique(maintain_order=True).with_row_index("call")
    call = legs.select(_KEY).join(calls, on=_KEY, how="left", maintain_order="left")["call"]
    return (
        legs.select(PARTS)
        .rename({"charged_user": "user"})
        .with_columns(call, **_FACTS)
        .drop("gateway_in", "gateway_out", "leg_id")
        .with_row_index("row")
    )


def _heads(legs: pl.DataFrame, count: int) -> pl.Series:
    """The row of the leg that names each of so many calls, else of the first."""
    named = _rows(legs.filter("is_head"), count)
    if not named.null_count():
        return named
    return named.fill_null(_firsts(legs, count, "started_at"))


def _firsts(legs: pl.DataFrame, count: int, *order: pl.Expr | str) -> pl.Series:
    """The row of the first leg of each of so many calls, null where there is none."""
    found = legs.select(pl.col("call", "row").sort_by(*order, "place")).unique(
        "call", keep="first", maintain_order=True
    )
    return _rows(found, count)


def _rows(legs: pl.DataFrame, count: int) -> pl.Series:
    """The row of the one leg of each of so many calls, null where there is none."""
    nothing = pl.Series([None], dtype=pl.UInt32).new_from_index(0, count)
    return nothing.scatter(legs["call"], legs["row"])


def _money(legs: pl.DataFrame, currencies: pl.DataFrame) -> pl.DataFrame:
    """What each call costs in its currencies; what legs cost in others is in its shares."""
    is_same = _are_equal(legs, currencies[legs["call"]], _CURRENCIES)
    return legs.filter(is_same).group_by("call").agg(*_SUMS, _UNCONVERTED).sort("call").drop("call")


def _ring_s(legs: pl.DataFrame, head: pl.Series, owner: pl.Series) -> pl.Expr:
    """Seconds from the start of a call to its answer, else the longest ring."""
    answered_at = legs["answered_at"].gather(owner)
    waited_ms = (answered_at - legs["started_at"].gather(head)).dt.total_milliseconds()
    # Two rows of a source with a coarse clock: to the nearest 10 ms.
    hundredths = ((waited_ms + 5) // 10).cast(pl.Decimal(18, 0))
    waited_s = (hundredths * pl.lit("0.01").cast(pl.Decimal(4, 2))).cast(SECONDS)
    is_plain = (owner == head) | answered_at.is_null()
    return (
        pl.when(~pl.col("answered"))
        .then("longest_ring_s")
        .when(is_plain)
        .then(legs["ring_s"].gather(owner))
        .otherwise(waited_s)
    )


def _are_split(legs: pl.DataFrame, owners: pl.DataFrame, billed: pl.DataFrame) -> pl.Series:
    """Whether anybody but its owner pays for a call, or in other currencies."""
    paying = legs.filter("costs")
    expected = pl.concat([owners.select(_PAYER), billed.select(_CURRENCIES)], how="horizontal")
    differing = paying["call"].filter(
        ~_are_equal(paying, expected[paying["call"]], (*_PAYER, *_CURRENCIES))
    )
    return pl.zeros(owners.height, pl.Boolean, eager=True).scatter(differing, values=True)


def _are_equal(one: pl.DataFrame, other: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    """Row by row; null is equal to null."""
    return pl.select(
        pl.all_horizontal(one[name].eq_missing(other[name]) for name in columns)
    ).to_series()


def _shares(legs: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Rows of `call_shares` of split calls: each payer's part, and with the owner the call."""
    columns = ("call", *_PAYER, *_CURRENCIES)
    parts = legs.filter("costs").join(split.select("call"), on="call", how="semi")
    owned = split.select(
        *columns,
        *(pl.lit(None, MONEY).alias(name) for name in _MONEY),
        unconverted=pl.lit(value=False),
        owned=pl.lit(value=True),
    )
    shared = parts.select(*columns, *_MONEY, "unconverted", owned=pl.lit(value=False))
    sums = (*_SUMS, _UNCONVERTED, pl.col("owned").any())
    found = pl.concat([shared, owned]).group_by(columns).agg(*sums)
    return found.join(split.select("call", *_KEY, "day"), on="call").drop("call")


_TALKED = (
    (pl.col("outcome") == Outcome.ANSWERED.value)
    & pl.col("answered_by").ne_missing(AnsweredBy.RESPONSE_GROUP.value)
).fill_null(value=False)
_COSTS = pl.any_horizontal(pl.col("cost", "charge", "tax") != 0).fill_null(value=False)
_FACTS: Final = {
    "gateway": pl.coalesce("gateway_out", "gateway_in"),
    "is_head": pl.col("leg_id") == pl.col("call_id"),
    "place": pl.col("leg_id").rank("ordinal"),
    "talked": _TALKED,
    "queued": (pl.col("outcome") == Outcome.ANSWERED.value).fill_null(value=False) & ~_TALKED,
    "unanswered": pl.col("outcome").replace_strict(
        {outcome.value: strength for strength, outcome in enumerate(_UNANSWERED)},
        default=None,
        return_dtype=pl.Int8,
    ),
    "priced": (
        (pl.col("cost") > 0) | pl.col("status").is_in([Status.RATED.value, Status.FREE.value])
    ).fill_null(value=False),
    "unrated": pl.col("status").is_in([status.value for status in UNRATED]).fill_null(value=False),
    "costs": _COSTS,
    "unconverted": pl.col("reporting_cost").is_null() & _COSTS,
}
"""What a leg says of its call."""
_ANSWERED_AT = pl.coalesce("answered_at", "started_at")
_AFTER_PEOPLE_LAST = (
    pl.col("answered_by")
    .replace_strict(
        {kind.value: place for place, kind in enumerate(_AFTER_PEOPLE, 1)},
        default=0,
        return_dtype=pl.Int8,
    )
    .fill_null(0)
)


def _sum(column: str) -> pl.Expr:
    """The sum of what is known; null where nothing is."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum())


_SUMS: Final = tuple(_sum(name).cast(MONEY).alias(name) for name in _MONEY)
_UNCONVERTED = pl.col("unconverted").any()
_SUMMARY: Final = (
    pl.col("talked").any().alias("answered"),
    pl.col("queued").any(),
    pl.col("unanswered").min(),
    pl.col("ended_at").max(),
    pl.when("talked").then("talk_s").sum().cast(SECONDS).alias("talk_s"),
    pl.col("ring_s").max().alias("longest_ring_s"),
    pl.len().cast(pl.Int32).alias("legs"),
    pl.col("emergency").any(),
    _sum("billed_seconds").alias("billed_seconds"),
    pl.col("is_head").any().alias("head_known"),
    pl.col("day").min().alias("first_day"),
    pl.col("day").max().alias("last_day"),
)
_OF_OUTCOME: Final = ("queued", "unanswered", "longest_ring_s")
_OUTCOME = (
    pl.when("answered")
    .then(pl.lit(Outcome.ANSWERED.value))
    .when("queued")
    .then(pl.lit(Outcome.CANCELLED.value))
    .otherwise(
        pl.col("unanswered").replace_strict(
            {strength: outcome.value for strength, outcome in enumerate(_UNANSWERED)},
            default=None,
            return_dtype=pl.String,
        )
    )
)
