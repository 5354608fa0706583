"""In which currency a question about money is answered."""

from __future__ import annotations

from typing import Literal

Money = Literal["own", "reporting"]
"""`own`: a row per currency that calls have a price in. `reporting`: all in the currency that the
company reports in, which leaves one row; `unconverted` then counts the calls, or parts of split
ones, with money for which no rate was known: it is not in the sums. Calls that were stored before
a reporting currency was set, and not priced again since, have rows of no currency."""


def in_money(money: Money) -> dict[str, str]:
    """What a query has to be filled in with."""
    prefix, more = "", ""
    if money == "reporting":
        prefix, more = "reporting_", ", sum(unconverted)::bigint as unconverted"
    columns = {name: f"{prefix}{name}" for name in ("currency", "cost", "charge", "tax")}
    return columns | {"more": more}
