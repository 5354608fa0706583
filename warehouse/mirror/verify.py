"""Is the mirror what the warehouse is: by sums of every day, and cell by cell where they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

from warehouse.errors import Unavailable
from warehouse.mirror.bulk import fitted
from warehouse.mirror.plan import days_of
from warehouse.mirror.server import Server
from warehouse.mirror.tables import BY_DAY, DIRECTORY, PRICES, Table, table
from warehouse.mirror.upgrade import MIGRATIONS, is_there
from warehouse.snapshot import Snapshot

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""

_EXACT: Final = pl.Decimal(38, 6)
_SUM_KEY: Final = ["table", "day", "currency", "measure"]
ROWS: Final = "rows"
_ROUGH: Final = frozenset({"calls", "seizures"})


class Verdict(StrEnum):
    """What is wrong with a row."""

    MISSING = "missing"
    """The warehouse has it, the mirror has not."""
    SURPLUS = "surplus"
    """The mirror has it, the warehouse has not."""
    DIFFERENT = "different"
    """Both have it, with different facts."""


SUMS: Final = pl.Schema(
    {
        "table": pl.String(),
        "day": pl.Date(),
        "currency": pl.String(),
        "measure": pl.String(),
        "warehouse": _EXACT,
        "mirror": _EXACT,
    }
)
"""What is summed up on both sides: rows, seconds and money of a day, by currency."""

ROWS_THAT_DIFFER: Final = pl.Schema(
    {
        "table": pl.String(),
        "day": pl.Date(),
        "verdict": pl.String(),
        "source": pl.String(),
        "call_id": pl.String(),
        "columns": pl.String(),
    }
)
"""Single rows: their keys where they have one, and the columns that differ."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, of one published version."""

    version: int
    sums: pl.DataFrame
    """As `SUMS`, of the days that were compared."""
    rows: pl.DataFrame
    """As `ROWS_THAT_DIFFER`."""
    waiting: tuple[date, ...]
    """Days that the mirror has not caught up with, or that changed meanwhile: not compared."""
    tables: tuple[str, ...]
    """Tables of people, places and prices that differ."""

    @property
    def unequal(self) -> pl.DataFrame:
        """Sums that differ."""
        return self.sums.filter(pl.col("warehouse").ne_missing(pl.col("mirror")))

    @property
    def days(self) -> tuple[date, ...]:
        """Days that differ."""
        found = {*self.unequal["day"], *self.rows["day"]}
        return tuple(sorted(day for day in found if day is not None))

    @property
    def is_sound(self) -> bool:
        return not self.days and not self.tables


def compare(
    server: Server,
    snapshot: Snapshot,
    *,
    every_cell: bool = False,
    wanted: Callable[[date], bool] = lambda _: True,
    progress: Progress | None = None,
) -> Comparison:
    """Compares the sums of every day, and single rows of the days on which they differ.

    With `every_cell` those of all days are compared. Only days that are `wanted`, and that the
    mirror says it has as they are published: one that it replaces meanwhile counts as waiting.
    Raises `Unavailable` where nothing was ever mirrored.
    """
    if not is_there(server, MIGRATIONS):
        raise Unavailable(
            f"{server.name} has no schema {server.dialect.schema} of a mirror yet. Run `tollbook "
            "mirror` first"
        )
    here = {day: state.mark for day, state in days_of(snapshot).items() if wanted(day)}
    before = _marks(server)
    sums = pl.concat([_sums_of(server, snapshot, table(name)) for name in BY_DAY])
    after = _marks(server)
    # A day that neither side knows of may have rows all the same.
    known = {*here, *filter(wanted, {*before, *after, *sums["day"]})}
    settled = {day for day in known if here.get(day) == before.get(day) == after.get(day)}
    sums = sums.filter(pl.col("day").is_in(settled))
    unequal = sums.filter(pl.col("warehouse").ne_missing(pl.col("mirror")))
    suspects = {(day, name) for day, name in unequal.select("day", "table").unique().iter_rows()}
    if every_cell:
        suspects = {(day, name) for day in settled for name in BY_DAY}
    found = [ROWS_THAT_DIFFER.to_frame()]
    for done, (day, name) in enumerate(sorted(suspects)):
        if progress is not None:
            progress(done, len(suspects))
        found.append(_rows_of_day(server, snapshot, table(name), day))
    rows = pl.concat(found)
    last = _marks(server)
    moved = {day for day in settled if last.get(day) != here.get(day)}
    stays = ~pl.col("day").is_in(moved)
    return Comparison(
        snapshot.version,
        sums.filter(stays).sort(_SUM_KEY),
        rows.filter(stays),
        tuple(sorted({*known} - settled | moved)),
        tuple(name for name in (*DIRECTORY, PRICES) if not _is_same(server, snapshot, table(name))),
    )


def _marks(server: Server) -> dict[date, str]:
    return dict(server.rows(server.dialect.statement("list_days")))


def _sums_of(server: Server, snapshot: Snapshot, of: Table) -> pl.DataFrame:
    measures = [*of.money, *(name for name in of.names if name in _ROUGH)]
    listed = ", ".join(f"sum({name}) as {name}" for name in measures)
    has_currency = "currency" in of.names
    name = "sum_days" if has_currency else "sum_days_plain"
    sql = server.dialect.statement(name, table=of.name, sums=listed)
    schema = pl.Schema(
        {"day": pl.Date(), "currency": pl.String(), ROWS: pl.Int64()}
        | dict.fromkeys(measures, _EXACT)
    )
    there = pl.DataFrame(server.rows(sql), schema, orient="row")
    currency = "currency" if has_currency else "null::varchar"
    here = snapshot.query(
        f'select day, {currency} as currency, count(*) as "{ROWS}", {listed} '
        f"from {of.name} group by 1, 2"
    ).cast(schema)
    both = _long(here, of, "warehouse").join(
        _long(there, of, "mirror"), on=_SUM_KEY, how="full", coalesce=True, nulls_equal=True
    )
    return both.select(SUMS.names()).cast(SUMS)


def _long(sums: pl.DataFrame, of: Table, side: str) -> pl.DataFrame:
    measures = [name for name in sums.columns if name not in {"day", "currency"}]
    return (
        sums.with_columns(pl.col(measures).cast(_EXACT))
        .unpivot(measures, index=["day", "currency"], variable_name="measure", value_name=side)
        .with_columns(pl.lit(of.name).alias("table"))
    )


def _rows_of_day(server: Server, snapshot: Snapshot, of: Table, day: date) -> pl.DataFrame:
    query = f"select {of.selected} from {of.name} where day = $day"
    here, _ = fitted(snapshot.query(query, {"day": day}).cast(of.schema), of)
    there = server.frame("rows_of_day", of, (day,))
    on = list(of.keys) if of.name == "calls" else list(of.names)
    found = [
        (Verdict.MISSING, here.join(there, on=on, how="anti", nulls_equal=True)),
        (Verdict.SURPLUS, there.join(here, on=on, how="anti", nulls_equal=True)),
    ]
    told = [_told(of, day, verdict, rows, pl.lit(None, pl.String)) for verdict, rows in found]
    told += [_repeated(of, day, on, here, there)]
    if of.name == "calls":
        told.append(_different(of, day, here, there))
    return pl.concat(told)


def _repeated(
    of: Table, day: date, on: list[str], here: pl.DataFrame, there: pl.DataFrame
) -> pl.DataFrame:
    """Rows that the mirror has more often, or less often, than the warehouse."""
    counts = [side.group_by(on).agg(pl.len().alias("many")) for side in (here, there)]
    both = counts[0].join(counts[1], on=on, suffix="_there", nulls_equal=True)
    more = both.filter(pl.col("many_there") > pl.col("many"))
    fewer = both.filter(pl.col("many_there") < pl.col("many"))
    times = pl.lit("times that it is there")
    return pl.concat(
        [
            _told(of, day, Verdict.SURPLUS, more, times),
            _told(of, day, Verdict.MISSING, fewer, times),
        ]
    )


def _different(of: Table, day: date, here: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    both = here.join(there, on=list(of.keys), suffix="_there")
    facts = [name for name in of.names if name not in of.keys]
    unequal = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}_there"))).then(pl.lit(name))
        for name in facts
    ]
    columns = pl.concat_str(unequal, separator=" ", ignore_nulls=True)
    found = both.with_columns(columns.alias("columns")).filter(pl.col("columns") != "")
    return _told(of, day, Verdict.DIFFERENT, found, pl.col("columns"))


def _told(
    of: Table, day: date, verdict: Verdict, rows: pl.DataFrame, columns: pl.Expr
) -> pl.DataFrame:
    known = set(rows.columns)
    keys = [
        pl.col(name) if name in known else pl.lit(None, pl.String).alias(name)
        for name in ("source", "call_id")
    ]
    # Columns beside those of the rows: literals alone would make a row of none.
    return (
        rows.with_columns(
            pl.lit(of.name).alias("table"),
            pl.lit(day).alias("day"),
            pl.lit(verdict.value).alias("verdict"),
            *keys,
            columns.alias("columns"),
        )
        .select(ROWS_THAT_DIFFER.names())
        .cast(ROWS_THAT_DIFFER)
    )


def _is_same(server: Server, snapshot: Snapshot, of: Table) -> bool:
    here, _ = fitted(snapshot.query(f"select {of.selected} from {of.name}").cast(of.schema), of)
    there = server.frame("rows_of_table", of, ())
    by = list(of.names)
    return here.sort(by).equals(there.sort(by))
