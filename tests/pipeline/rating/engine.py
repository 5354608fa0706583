"""The rating as cases see it: text cells, settings as they are written, calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.rating import Tariffs, TariffSettings, compile_tariffs, parse_tariffs, rate
from tests.pipeline.rating.build import LEG_SCHEMA
from tests.pipeline.rating.cases import Case


def compiled(
    rows: Sequence[Mapping[str, str]], settings: Mapping[str, Mapping[str, Any]]
) -> Tariffs:
    """Tariffs from cells and written settings; what is only told has a usual value."""
    told = {"destination": "somewhere", "call_type": "international"}
    rows = [{**told, **row} for row in rows]
    columns = dict.fromkeys(name for row in rows for name in row)
    table = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    ).with_columns(line=pl.int_range(2, 2 + len(rows), dtype=pl.Int64))
    own = {name: TariffSettings(**written) for name, written in settings.items()}
    return compile_tariffs(parse_tariffs(table, "tariffs.csv"), own)


def frame_of(legs: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        {name: [leg[name] for leg in legs] for name in LEG_SCHEMA}, schema=LEG_SCHEMA
    )


def rated_case(case: Case) -> dict[str, Any]:
    """What the rating finds for a case."""
    tariffs = compiled(case.cells, {"t": case.settings})
    return rate(frame_of([case.leg]), tariffs).row(0, named=True)
