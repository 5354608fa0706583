"""What opens beside the page of budgets: the form, and removing."""

from __future__ import annotations

import streamlit as st

from app import data
from app.data import View
from app.desks import desk_of
from app.desks.budget_cells import Subjects
from app.desks.budget_form import KINDS, LABELS, PERIODS, budget_from, draft_of
from app.desks.desk_parts import Drawer, faults, people
from app.desks.schedule_form import Draft
from app.format import literal
from app.frame.rights import may_edit
from warehouse.budgets.store import SameNameError, Stored, add, budgets, change, remove
from warehouse.errors import InvalidInput, Problem
from warehouse.queries import directory

drawer = Drawer("budget")


def open_new(fields: Draft) -> None:
    """Opens an empty form; for use as a callback."""
    drawer.open("edit", None, fields)


def open_edit(number: int, stored: Stored) -> None:
    """Opens the form of a budget; for use as a callback."""
    budget = stored.budget
    drawer.open("edit", number, draft_of(budget, budget.currency, budget.valid_from))


def show(view: View, currency: str) -> None:
    """Draws what is open; new budgets are in `currency` unless somebody says otherwise."""
    if drawer.opened is None or not may_edit():
        return
    act, number = drawer.opened
    stored = None
    if number is not None:
        with desk_of.opened_state() as state:
            stored = next((one for one in budgets(state) if one.id == number), None)
        if stored is None:
            drawer.close()
            return
    if act == "edit":
        _edit(view, stored, currency)
    elif act == "remove" and stored is not None:
        _remove(stored)


def known_subjects(view: View) -> Subjects:
    """Whom a budget can be of, as far as the reader may see them."""
    found = directory.people(view.snapshot, view.scope, data.now().date())
    departments = {*found["department"].drop_nulls()}
    departments |= {*data.departments(view.snapshot, view.scope)}
    return Subjects(frozenset(people(view)), frozenset(departments))


@st.dialog(
    "Budget", position="right", width="medium", icon=":material/savings:", on_dismiss=drawer.close
)
def _edit(view: View, before: Stored | None, currency: str) -> None:
    known = known_subjects(view)
    today = data.now().date()
    _fields(view, known)
    st.caption(
        "Calls count when they have ended: what is spent beyond a budget is told, not stopped."
    )
    if st.button("Save", type="primary", icon=":material/check:", key=drawer.key("save")):
        fields = draft_of(before.budget if before else None, currency, today)
        with faults("This cannot be a budget yet"), desk_of.opened_state() as state:
            made = budget_from(_filled(fields), known, today)
            try:
                if before is None:
                    add(state, made, data.now(), desk_of.EDITOR)
                else:
                    change(state, before.budget.name, made, data.now(), desk_of.EDITOR)
            except SameNameError:
                rule = "there is a budget of that name"
                raise InvalidInput(
                    [Problem(LABELS["name"], rule, "Choose another name", made.name)]
                ) from None
            drawer.close()
            st.rerun()


def _filled(fields: Draft) -> Draft:
    filled = drawer.filled(fields)
    # An end that was taken away again is none; the field is always drawn.
    filled["valid_to"] = st.session_state.get(drawer.key("valid_to"))
    return filled


def _fields(view: View, known: Subjects) -> None:
    key = drawer.key
    st.text_input(LABELS["name"], key=key("name"), placeholder="Telephone, Sales")
    kind = st.segmented_control(
        LABELS["kind"],
        list(KINDS),
        format_func=KINDS.__getitem__,
        required=True,
        key=key("kind"),
    )
    if kind == "person":
        named = people(view)
        st.selectbox(
            "Person",
            sorted(named, key=named.__getitem__),
            format_func=lambda user: f"{named.get(user, user)} · {user}",
            index=None,
            placeholder="Choose somebody",
            key=key("person"),
        )
    else:
        st.selectbox(
            "Department",
            sorted(known.departments or ()),
            index=None,
            placeholder="Choose a department",
            key=key("department"),
        )
    left, right = st.columns(2)
    left.text_input(LABELS["amount"], placeholder="250.00", key=key("amount"))
    right.text_input(LABELS["currency"], max_chars=3, key=key("currency"))
    st.segmented_control(
        LABELS["period"],
        list(PERIODS),
        format_func=PERIODS.__getitem__,
        required=True,
        key=key("period"),
    )
    st.toggle("What is left may be spent later too", key=key("carry_over"))
    st.multiselect(
        f"{LABELS['warn_at']} (%)",
        ["50", "80", "90", "100", "120"],
        accept_new_options=True,
        placeholder="None",
        key=key("warn_at"),
    )
    st.multiselect(
        LABELS["tell"],
        ["person", "manager"],
        accept_new_options=True,
        placeholder="person, manager, or an address",
        help="At each mark: whoever spends, their manager, or any address.",
        key=key("tell"),
    )
    left, right = st.columns(2)
    left.date_input(LABELS["valid_from"], format="DD/MM/YYYY", key=key("valid_from"))
    right.date_input(
        LABELS["valid_to"],
        value=None,
        format="DD/MM/YYYY",
        help="The first day that no longer counts; empty: it goes on.",
        key=key("valid_to"),
    )


@st.dialog("Remove a budget", icon=":material/delete:", on_dismiss=drawer.close)
def _remove(stored: Stored) -> None:
    st.markdown(
        f"**{literal(stored.budget.name)}**, its sums and the marks that it reached are forgotten. "
        "To keep them, let it end on a day instead."
    )
    if st.button("Remove", type="primary", icon=":material/delete:", key=drawer.key("removed")):
        with desk_of.opened_state() as state:
            remove(state, stored.budget.name)
        drawer.close()
        st.rerun()
