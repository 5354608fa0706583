"""Says anew whose stored legs are, and what they cost then; or only what that would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fnmatch import fnmatchcase

import polars as pl

from pipeline.directory.directory import number_key
from pipeline.miner.assign import placed
from pipeline.miner.books import Books
from pipeline.miner.payers import as_named
from pipeline.miner.price import price
from pipeline.miner.rerate import Batch
from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.parties import Parties
from warehouse.restate import stored_days
from warehouse.retention import is_anonymous
from warehouse.revise import legs_to_revise, revise
from warehouse.revision import differing
from warehouse.snapshot import Snapshot
from warehouse.words import UNRATED

KEYS = ("was_user", "was_department", "user", "department", "currency")
_TOLD = ("charged_user", "department", "currency", "status", "cost")
MEASURES = ("legs", "newly_rated", "newly_unrated", "before", "after")


def batches(
    origin: Master | Snapshot,
    books: Books,
    source_sites: Mapping[str, str],
    parties: Parties,
    first: date,
    last: date,
) -> Iterator[Batch]:
    """Re-assigns the legs of `parties` of `first` to `last` (inclusive) while it is asked.

    A `Master` is changed, each batch in one transaction: broken off, the days done are done. A
    `Snapshot` is only asked. What is found are `moves`.
    """
    among = parties.legs([reason.value for reason, _ in books.payers.rules()])
    waiting = stored_days(origin, first, last, among)
    many = sum(map(len, waiting))
    done = 0
    for days in waiting:
        legs = legs_to_revise(origin, days, (*LEG_SCHEMA, "file"), among)
        # What was taken out of an anonymised leg would be needed to say whose it is.
        before = _at_their_sites(legs.filter(~is_anonymous()), books, source_sites, parties)
        after = reassigned(before, books, source_sites)
        if isinstance(origin, Master):
            revise(origin, before, after, [*LEG_SCHEMA])
        is_moved, _ = differing(before, after, [*LEG_SCHEMA])
        found = moves(*(frame.select(_TOLD).filter(is_moved) for frame in (before, after)))
        # The next days are read and priced in the room of these.
        del legs, before, after
        done += len(days)
        yield Batch(found, days[-1] + timedelta(days=1), done, many)


def reassigned(legs: pl.DataFrame, books: Books, source_sites: Mapping[str, str]) -> pl.DataFrame:
    """Stored legs, in the same order and of the same columns, as they would be stored now."""
    now = price(as_named(legs), books.directory, books.tariffs, source_sites, books.payers)
    return now.select(
        pl.col(name).cast(LEG_SCHEMA[name]) if name in LEG_SCHEMA else name for name in legs.columns
    )


def moves(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """`KEYS` and `MEASURES` of two frames of the same legs in the same order.

    Who was charged and who is; cost before and after, where a leg without a price counts as
    nothing.
    """
    unrated = [status.value for status in UNRATED]
    both = pl.concat([before.select(pl.all().name.prefix("was_")), after], how="horizontal")
    was, now = (pl.col(name).is_in(unrated) for name in ("was_status", "status"))
    rows = both.select(
        pl.col("was_charged_user").alias("was_user"),
        "was_department",
        pl.col("charged_user").alias("user"),
        "department",
        pl.coalesce("currency", "was_currency").alias("currency"),
        pl.lit(1, pl.Int64).alias("legs"),
        (was & ~now).cast(pl.Int64).alias("newly_rated"),
        (~was & now).cast(pl.Int64).alias("newly_unrated"),
        *(
            pl.col(name).cast(pl.Decimal(38, 6)).fill_null(0).alias(alias)
            for name, alias in (("was_cost", "before"), ("cost", "after"))
        ),
    )
    return rows.group_by(KEYS).agg(pl.col(MEASURES).sum())


def summed(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The moves of all parts together, the most money first."""
    nothing = pl.DataFrame(schema=_SCHEMA)
    found = pl.concat([nothing, *parts]).group_by(KEYS).agg(pl.col(MEASURES).sum())
    return found.sort("before", *KEYS, descending=[True, *[False] * len(KEYS)], nulls_last=True)


def to_text(found: pl.DataFrame) -> str:
    """Moves as CSV."""
    return found.write_csv()


def from_text(text: str) -> pl.DataFrame:
    """The moves that `to_text` was given."""
    return pl.read_csv(text.encode(), infer_schema=False).cast(_SCHEMA)


_SCHEMA = pl.Schema(
    {
        **dict.fromkeys(KEYS, pl.String()),
        **dict.fromkeys(MEASURES[:3], pl.Int64()),
        **dict.fromkeys(MEASURES[3:], pl.Decimal(38, 6)),
    }
)


def _at_their_sites(
    legs: pl.DataFrame, books: Books, source_sites: Mapping[str, str], parties: Parties
) -> pl.DataFrame:
    """Legs without those that only have an extension in common with someone at another site."""
    extensions = [number for number in parties.numbers if "@" in number]
    if not extensions:
        return legs
    of_others = [pl.lit(value=False)]
    if parties.users:
        addresses = pl.col("charged_user", "named_payer", "from_user", "to_user", "dialled")
        of_others.append(pl.any_horizontal(addresses.str.to_lowercase().is_in(parties.users)))
    if parties.gateways:
        gateway = pl.coalesce("gateway_out", "gateway_in").str.to_lowercase()
        used = legs.select(gateway).to_series().drop_nulls().unique()
        fitting = [name for name in used if any(fnmatchcase(name, one) for one in parties.gateways)]
        of_others.append(gateway.is_in(fitting))
    called = pl.any_horizontal(
        number_key(pl.col(name), pl.col("place")).is_in(parties.numbers)
        for name in ("from_number", "to_number", "dialled")
    )
    at_site = placed(legs.drop("tariff"), books.directory, source_sites).select(
        called.fill_null(value=False) | pl.any_horizontal(of_others).fill_null(value=False)
    )
    return legs.filter(at_site.to_series())
