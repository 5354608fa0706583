"""What departments and sites are charged on top of what a tariff says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from math import gcd

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.rating.adjustments import WHOLE
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import STORED

_ASKED = ("department", "site", "day")


class ChargeRule(BaseModel):
    """One `[[charges]]` table of the settings: who is charged more than the cost, and since when.

    It holds for the legs of a department, of a site, or of a department at a site.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    department: str | None = Field(default=None, min_length=1)
    site: str | None = Field(default=None, min_length=1)
    markup_percent: Decimal = Field(default=Decimal(0), ge=0, le=400, decimal_places=4)
    surcharge: Decimal = Field(default=Decimal(0), ge=0, lt=10_000, decimal_places=6)
    """Money of the currency of the call, once a call leg that costs something."""
    valid_from: date | None = None
    """Local day of the leg, inclusive; None is open."""
    valid_to: date | None = None
    """Exclusive; None is open."""

    @field_validator("markup_percent", "surcharge")
    @classmethod
    def _is_canonical(cls, value: Decimal) -> Decimal:
        return Decimal(format(value.normalize(), "f"))

    @model_validator(mode="after")
    def _means_somebody_some_day(self) -> ChargeRule:
        if self.department is None and self.site is None:
            raise ValueError("says neither a department nor a site: name one of them, or both")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError(
                f"ends on {self.valid_to}, which is not after its start {self.valid_from}: "
                "valid_to is the first day that is no longer valid"
            )
        return self

    @property
    def holds(self) -> pl.Expr:
        """Whether the rule holds for a leg with `department`, `site` and `day`."""
        conditions = [
            pl.col(name).eq_missing(pl.lit(wanted))
            for name, wanted in (("department", self.department), ("site", self.site))
            if wanted is not None
        ]
        if self.valid_from is not None:
            conditions.append(pl.col("day") >= self.valid_from)
        if self.valid_to is not None:
            conditions.append(pl.col("day") < self.valid_to)
        return pl.all_horizontal(conditions)

    @property
    def rank(self) -> int:
        """The smaller, the more specific: both names, then the department's, then the site's."""
        return (self.department is None) * 2 + (self.site is None)

    def ties_with(self, other: ChargeRule) -> bool:
        """Whether nothing says which of the two holds for a leg."""
        return (
            (self.department, self.site) == (other.department, other.site)
            and (self.valid_from or date.min) < (other.valid_to or date.max)
            and (other.valid_from or date.min) < (self.valid_to or date.max)
        )

    def told(self) -> dict[str, str]:
        """What an explanation says of it."""
        named = {"department": self.department, "site": self.site}
        added = {"markup_percent": self.markup_percent, "surcharge": self.surcharge}
        return {name: text for name, text in named.items() if text is not None} | {
            name: str(value) for name, value in added.items() if value
        }


def ties(rules: Sequence[ChargeRule]) -> Iterator[tuple[int, int]]:
    """Places of rules between which nothing decides: each with the first one that it meets."""
    for at, rule in enumerate(rules):
        for before in range(at):
            if rule.ties_with(rules[before]):
                yield at, before
                break


@dataclass(frozen=True, slots=True)
class Charges:
    """Rules of which at most one holds for a leg: the most specific.

    Tables of rules begin with one for no rule.
    """

    rules: tuple[ChargeRule, ...] = ()

    @classmethod
    def of(cls, rules: Sequence[ChargeRule]) -> Charges:
        """Raises `ValueError` where two rules tie."""
        if any(True for _ in ties(rules)):
            raise ValueError("two rules of charges hold for the same legs")
        return cls(tuple(sorted(rules, key=lambda rule: rule.rank)))

    def __bool__(self) -> bool:
        return bool(self.rules)

    @property
    def version(self) -> str:
        """The same as long as the rules are."""
        told = "".join(rule.model_dump_json() for rule in self.rules)
        return sha256(told.encode()).hexdigest()[:16]

    def places(self, legs: pl.DataFrame) -> Integers:
        """Which rule holds for each leg by its `department`, `site` and local `day`; 0 is none."""
        asked = legs.select(pl.col("department", "site").cast(pl.String), pl.col("day"))
        first = pl.coalesce(
            *(
                pl.when(rule.holds).then(pl.lit(place, pl.Int64))
                for place, rule in enumerate(self.rules, start=1)
            ),
            pl.lit(0, pl.Int64),
        )
        known = asked.unique().with_columns(first.alias("place"))
        found = asked.join(known, on=_ASKED, how="left", nulls_equal=True, maintain_order="left")
        return found["place"].to_numpy()

    def factors(self) -> tuple[Integers, int]:
        """1 + markup of each rule as whole numbers over one denominator, as small as can be."""
        each = [WHOLE, *(WHOLE + int(rule.markup_percent * WHOLE / 100) for rule in self.rules)]
        shared = reduce(gcd, each)
        return np.array([factor // shared for factor in each], dtype=np.int64), WHOLE // shared

    def surcharges(self) -> Integers:
        """Stored money."""
        each = [0, *(int(rule.surcharge * STORED) for rule in self.rules)]
        return np.array(each, dtype=np.int64)

    def phrases(self) -> pl.Series:
        """What each rule adds to the JSON of an explanation."""
        each = [
            "",
            *(
                f',"for":{json.dumps(rule.told(), ensure_ascii=False, separators=(",", ":"))}'
                for rule in self.rules
            ),
        ]
        return pl.Series(each, dtype=pl.String)


NO_CHARGES = Charges()
