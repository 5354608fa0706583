"""The sheet of one department."""

from __future__ import annotations

import streamlit as st

from app import data
from app.data import ask, current_view, directory_today
from app.figures import owner_facts, owner_sheet
from app.figures.owner_sheet import Owner
from app.frame import parts, take_away
from warehouse.scope import Filters

CHOOSER_KEY = "which_sheet"

view = current_view()
style = view.style
chosen = view.filters.departments
department = chosen[0] if len(chosen) == 1 and chosen[0] else None


def choose() -> None:
    """Takes the department for the filter."""
    if st.session_state[CHOOSER_KEY]:
        st.session_state["department"] = [st.session_state[CHOOSER_KEY]]


parts.head(department or style.say("Department"), view, "department")
with st.container(horizontal=True, vertical_alignment="bottom"):
    every = Filters(view.period.first, view.period.last)
    listed = data.names(view.snapshot, view.scope, every, "department")
    options = [one for one in listed if one]
    st.session_state[CHOOSER_KEY] = department
    st.selectbox(
        style.say("Which department"),
        [*options, *([department] if department and department not in options else [])],
        placeholder=style.say("Choose a department"),
        key=CHOOSER_KEY,
        on_change=choose,
        width=320,
    )
    actions = st.container(horizontal=True, horizontal_alignment="right", gap="small")
if department is None:
    st.info(
        style.say("Choose a department here or in the filters."),
        icon=":material/groups:",
    )
    st.stop()

directory = directory_today(view)
owner_sheet.facts(
    owner_facts.of_department(directory.filter(directory["department"] == department), style)
)
if not ask(view, "totals")["calls"].sum():
    owner_sheet.budgets(view, Owner("department", department))
    parts.no_calls(view)
    st.stop()
money = owner_sheet.spending(view)
with st.grid(2, min_column_width=380):
    owner_sheet.dearest(view, money, "person", style.say("People"))
    owner_sheet.dearest(view, money, "destination", style.say("Destinations"))
owner_sheet.numbers(view)
owner_sheet.answering(view)
owner_sheet.budgets(view, Owner("department", department))
owner_sheet.fixed_charges(view)
owner_sheet.latest(view)
with actions:
    take_away.offer_report("departmental-bill", view, {}, "department")
