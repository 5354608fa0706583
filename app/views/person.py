"""The sheet of one person."""

from __future__ import annotations

import streamlit as st

from app.data import ask, current_view, directory_today
from app.figures import owner_facts, owner_sheet
from app.figures.owner_sheet import Owner
from app.frame import parts, take_away

CHOOSER_KEY = "whose_sheet"
MOST_CALLS = 1_000_000

view = current_view()
style = view.style
chosen = [one for one in view.filters.people if one]
user = chosen[0] if len(chosen) == 1 and len(view.filters.people) == 1 else None


def choose() -> None:
    """Takes the person for the filter."""
    if st.session_state[CHOOSER_KEY]:
        st.session_state["person"] = [st.session_state[CHOOSER_KEY]]


parts.head(view.people.get(user, user) if user else style.say("Person"), view, "person")
with st.container(horizontal=True, vertical_alignment="bottom"):
    options = [*view.people, *([user] if user and user not in view.people else [])]
    st.session_state[CHOOSER_KEY] = user
    st.selectbox(
        style.say("Whose sheet"),
        options,
        format_func=lambda one: view.people.get(one) or one,
        placeholder=style.say("Choose a person"),
        key=CHOOSER_KEY,
        on_change=choose,
        width=320,
    )
    actions = st.container(horizontal=True, horizontal_alignment="right", gap="small")
if user is None:
    st.info(
        style.say("Choose somebody here or in the filters, or click on a person in Costs."),
        icon=":material/person_search:",
    )
    st.stop()

directory = directory_today(view)
known = directory.filter(directory["user"] == user)
names = dict(zip(directory["user"], directory["name"], strict=True))
owner_sheet.facts(
    owner_facts.of_person(known.row(0, named=True) if known.height else None, names, style)
)
if not ask(view, "totals")["calls"].sum():
    owner_sheet.budgets(view, Owner("person", user))
    parts.no_calls(view)
    st.stop()
money = owner_sheet.spending(view)
with st.grid(2, min_column_width=380):
    owner_sheet.dearest(view, money, "destination", style.say("Destinations"))
    owner_sheet.dearest(view, money, "call_type", style.say("Call types"))
owner_sheet.numbers(view)
owner_sheet.answering(view)
owner_sheet.budgets(view, Owner("person", user))
owner_sheet.fixed_charges(view)
owner_sheet.latest(view)
with actions:
    take_away.offer_report("personal-bill", view, {"rows": MOST_CALLS}, "person")
