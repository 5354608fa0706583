"""Names of gateways with wildcards: which names they stand for, and which of several wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase, translate
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import polars as pl

from warehouse.errors import Problem

_WILD = r"[*?\[]"
_TOKEN = re.compile(r"\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)
_ANY = "*"
_Row = dict[str, Any]


def has_patterns(gateways: pl.DataFrame) -> bool:
    """Whether any row of gateways.csv is for more names than one."""
    return bool(gateways["gateway"].str.contains(_WILD).any())


def spelled_out(gateways: pl.DataFrame, used: pl.Series) -> pl.DataFrame:
    """The rows of gateways.csv with names instead of patterns, for the names that are `used`.

    At any time a name has the one row that fits it best: its own, else that of the pattern with the
    most characters that are no wildcards.
    """
    is_wild = pl.col("gateway").str.contains(_WILD)
    patterns = gateways.filter(is_wild).sort(_letters(), descending=True).rows(named=True)
    if not patterns:
        return gateways
    exact = gateways.filter(~is_wild)
    own: dict[str, list[_Row]] = {}
    for row in exact.iter_rows(named=True):
        own.setdefault(row["gateway"], []).append(row)
    spelled = [
        row | {"gateway": name}
        for name in used.drop_nulls().unique().sort()
        if (fitting := [row for row in patterns if fnmatchcase(name, row["gateway"])])
        for row in _best_first([*own.pop(name, []), *fitting])
    ]
    return pl.concat(
        [
            exact.filter(pl.col("gateway").is_in(list(own))),
            pl.DataFrame(spelled, schema=gateways.schema),
        ]
    )


def _best_first(ranked: list[_Row]) -> Iterator[_Row]:
    """Cuts rows so that at any time only the first of those valid then is left."""
    if len(ranked) == 1:
        yield ranked[0]
        return
    edges = sorted({row[edge] for row in ranked for edge in ("since", "until")})
    for begin, end in pairwise(edges):
        best = next((row for row in ranked if row["since"] <= begin and row["until"] >= end), None)
        if best is not None:
            yield best | {"since": begin, "until": end}


def ambiguities(file: str, rows: pl.DataFrame) -> Iterator[Problem]:
    """Pairs of patterns of which neither wins, though some name fits both on the same day.

    `rows`: `line, gateway, valid_from, valid_to`.
    """
    patterns = rows.filter(pl.col("gateway").str.contains(_WILD)).with_columns(
        _letters().alias("letters")
    )
    columns = ("gateway", "line", "valid_from", "valid_to", "letters")
    found = patterns.sort("line").select(columns).iter_rows()
    for one, other in combinations(found, 2):
        (first, before, begin, end, letters), (second, line, since, until, many) = one, other
        apart = end <= since or until <= begin or letters != many
        if apart or first == second or not may_meet(first, second):
            continue
        yield Problem(
            file,
            f"a name may fit this and {first!r} in line {before}, and neither says more of it",
            "Write more of the names in one of them: the pattern with the most letters wins",
            value=second,
            line=line,
            column="gateway",
        )


def _letters() -> pl.Expr:
    """How many characters of a pattern stand for themselves."""
    wildcards = r"\[!?\]?[^\]]*\]|[*?]"
    return pl.col("gateway").str.replace_all(wildcards, "").str.len_chars()


def may_meet(one: str, other: str) -> bool:
    """Whether some name fits both patterns; two sets of characters are taken to share one."""

    @cache
    def meet(i: int, j: int) -> bool:
        if i == len(left) and j == len(right):
            return True
        if i < len(left) and left[i] == _ANY:
            return meet(i + 1, j) or (j < len(right) and meet(i, j + 1))
        if j < len(right) and right[j] == _ANY:
            return meet(i, j + 1) or (i < len(left) and meet(i + 1, j))
        at_both = i < len(left) and j < len(right)
        return at_both and _same_character(left[i], right[j]) and meet(i + 1, j + 1)

    left, right = _TOKEN.findall(one), _TOKEN.findall(other)
    return meet(0, 0)


def _same_character(one: str, other: str) -> bool:
    if len(one) == 1 and one != "?":
        return re.fullmatch(translate(other), one) is not None
    if len(other) == 1 and other != "?":
        return re.fullmatch(translate(one), other) is not None
    return True
