"""Which money a page speaks of, where there is more than one currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl
import streamlit as st

from app.data import View, ask
from app.figures.kpis import currencies
from app.frame import link
from warehouse.queries.money import Money

KEY: Final = "money"
CONVERTED: Final = "reporting"


@dataclass(frozen=True, slots=True)
class Choice:
    """The money of a page; no currency where nothing has a price."""

    money: Money
    currency: str | None
    unconverted: int = 0
    """Calls with money for which no rate is known: it is in no sum."""

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows in this money, and those that have none."""
        return rows.filter(
            pl.col("currency").eq_missing(self.currency) | pl.col("currency").is_null()
        )


def choose(view: View) -> Choice:
    """Asks for the currency where there are several; the dearest stands first."""
    style = view.style
    own = currencies(ask(view, "totals"))
    reported = ask(view, "totals", money="reporting")
    into = currencies(reported)
    can_convert = len(into) == 1 and own != into
    options = [*own, CONVERTED] if can_convert else own
    if len(options) < 2:
        return Choice("own", own[0] if own else None)
    link.bind(KEY, link.one_of([*options]), options[0])
    if st.session_state[KEY] not in options:
        st.session_state[KEY] = options[0]
    chosen = st.segmented_control(
        style.say("Currency"),
        options,
        format_func=lambda one: (
            style.say("All in {currency}", currency=into[0]) if one == CONVERTED else one
        ),
        key=KEY,
        required=True,
        width="content",
    )
    if chosen == CONVERTED:
        return Choice("reporting", into[0], int(reported["unconverted"].sum()))
    return Choice("own", chosen or options[0])
