"""What the books make of what a source tells of itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import polars as pl

from pipeline.directory.directory import Directory
from pipeline.miner.assign import placed
from pipeline.numbers import Kind, normalise
from pipeline.sources.source import Finding, Tone, Trunk
from warehouse.legs import INSTANT

_SHAPES = 8
"""Ways of writing numbers that are told; the rare ones behind them help nobody."""

_KINDS = {
    Kind.E164: "international numbers",
    Kind.PRIVATE: "private or short numbers",
    Kind.WITHHELD: "withheld",
    Kind.BAD: "not to be read",
}


def trunk_findings(
    trunks: Iterable[Trunk], directory: Directory, tariffs: int, site: str, now: datetime
) -> Iterator[Finding]:
    """Which trunks gateways.csv does not know or gives no tariff, at `now` (naive UTC).

    `tariffs` is how many tariffs there are: where there is one only, a call needs no gateway to
    fall under it. `site` is that of the source.
    """
    by_name = {trunk.name.lower(): trunk for trunk in trunks}
    asked = pl.DataFrame(
        {"gateway_out": list(by_name)},
        schema={"gateway_out": pl.String},
    ).with_columns(
        pl.lit(None, dtype=pl.String).alias("source"),
        pl.lit(None, dtype=pl.String).alias("gateway_in"),
        pl.lit(None, dtype=pl.String).alias("extra"),
        pl.lit(now).cast(INSTANT).alias("started_at"),
    )
    for row in placed(asked, directory, source_sites={}).iter_rows(named=True):
        trunk = by_name[row["gateway_out"]]
        unpriced = bool(trunk.outbound) and tariffs != 1 and row["tariff"] is None
        calls = (
            f"{trunk.name} ({trunk.inbound:,} calls in, {trunk.outbound:,} out of the last week)"
        )
        if row["place"] is None:
            fate = "have no price" if unpriced else f"are taken for calls of {site}"
            yield Finding(
                Tone.FAULT if unpriced else Tone.ADVICE,
                f"No row of gateways.csv is valid for {calls}: they {fate}.",
                f"Add a row with its site and tariff: {trunk.name},{site},…",
            )
        elif unpriced:
            yield Finding(
                Tone.ADVICE,
                f"gateways.csv gives {calls} no tariff: what went out has no price.",
                "Fill in its tariff.",
            )


def number_findings(
    numbers: Iterable[str], country: str | None, area_code: str | None, site: str
) -> Iterator[Finding]:
    """How numbers are written, shown by shape, and what the dial plan of a site makes of them."""
    raw = pl.Series("raw", list(numbers), dtype=pl.String)
    if raw.is_empty():
        return
    read = normalise(raw, country, area_code).with_columns(shape=shapes(raw))
    counted = read.group_by("shape", "kind").len().sort("len", "shape", descending=[True, False])
    told = ", ".join(
        f"{shape} ({many:,}: {_KINDS[Kind(kind)]})"
        for shape, kind, many in counted.head(_SHAPES).iter_rows()
    )
    more = f", and {len(counted) - _SHAPES} rarer ways" if len(counted) > _SHAPES else ""
    yield Finding(
        Tone.FACT,
        f"{len(raw):,} numbers of the last week, with each digit as 9, are written and, at "
        f"{site}, understood as: {told}{more}.",
    )
    bad = counted.filter(pl.col("kind") == Kind.BAD.value)
    if not bad.is_empty():
        yield Finding(
            Tone.ADVICE,
            f"{bad['len'].sum():,} numbers of the last week cannot be read, written as "
            f"{', '.join(bad['shape'].head(_SHAPES))}: calls to them get the status bad_number.",
            "Look at the normalisation rules of the dial plans and trunks of your servers.",
        )


def shapes(numbers: pl.Series) -> pl.Series:
    """Numbers without what tells them apart: digits as 9, long rows of them as 9…9, users as …@."""
    return (
        numbers.str.replace(r"^(?:[^0-9+@;][^@;]*)@", "…@")
        .str.replace_all(r"[0-9]", "9")
        .str.replace_all(r"9{7,}", "9…9")
    )


def reach_findings(
    newest: datetime | None, retention: timedelta | None, now: datetime
) -> Iterator[Finding]:
    """Whether the warehouse follows a source closely enough to lose nothing; times in UTC."""
    if newest is None or retention is None or now - newest <= retention / 2:
        return
    yield Finding(
        Tone.FAULT,
        f"The newest stored call is {(now - newest).days} days old, and the source forgets calls "
        f"after {retention.days} days.",
        "See with `tollbook status` whether `record` and `mine` run, and start them.",
    )
