"""What is wrong with something that a person wrote: everything at once, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
import streamlit as st

from app.format import Style, counted, literal
from warehouse.errors import InvalidInput, Problem, TollbookError

FEW: Final = 5
"""So many are told one by one; more stand in a table."""
_ROW_PX: Final = 64


def tell(error: TollbookError, style: Style) -> None:
    """Draws why something could not be done."""
    if not isinstance(error, InvalidInput):
        st.error(literal(str(error)), icon=":material/error:")
    elif len(error.problems) <= FEW:
        for problem in error.problems:
            st.error(literal(str(problem)), icon=":material/error:")
    else:
        many = counted(len(error.problems), "problem", style)
        st.error(literal(many), icon=":material/error:")
        table(error.problems, style)


def table(problems: Sequence[Problem], style: Style) -> None:
    """Draws problems as rows: where, what stands there, what is wrong with it, the way out."""
    st.dataframe(
        pl.DataFrame(
            {
                style.say("Line"): [one.line for one in problems],
                style.say("Column"): [
                    None if one.column is None else str(one.column) for one in problems
                ],
                style.say("Value"): [one.value for one in problems],
                style.say("Problem"): [one.rule for one in problems],
                style.say("Way out"): [one.mend for one in problems],
                style.say("File"): [one.file for one in problems],
            }
        ),
        hide_index=True,
        # Room for the two sentences of a row, which else end at the edge of the screen.
        row_height=_ROW_PX,
        column_config={
            style.say(name): st.column_config.TextColumn(width="large")
            for name in ("Problem", "Way out")
        },
        placeholder="",
        alt=style.say("What is wrong, and where"),
    )
