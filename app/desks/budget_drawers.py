"""What opens beside the page of budgets: the form, and removing."""

from __future__ import annotations

import streamlit as st

from app import data
from app.data import View
from app.desks import desk_of
from app.desks.budget_cells import Subjects
from app.desks.budget_form import KINDS, LABELS, PERIODS, READERS, budget_from, draft_of
from app.desks.desk_parts import Drawer, faults, people
from app.desks.schedule_form import Draft
from app.format import literal
from app.frame.rights import changed, editor, may_edit
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
    style = view.style
    act, number = drawer.opened
    stored = None
    if number is not None:
        with desk_of.opened_state() as state:
            stored = next((one for one in budgets(state) if one.id == number), None)
        if stored is None:
            drawer.close()
            return
    if act == "edit":
        drawer.beside(style.say("Budget"), "savings", "medium")(_edit)(view, stored, currency)
    elif act == "remove" and stored is not None:
        drawer.before(style.say("Remove a budget"), "delete")(_remove)(view, stored)


def known_subjects(view: View) -> Subjects:
    """Whom a budget can be of, as far as the reader may see them."""
    found = directory.people(view.snapshot, view.scope, data.now().date())
    departments = {*found["department"].drop_nulls()}
    departments |= {*data.departments(view.snapshot, view.scope)}
    return Subjects(frozenset(people(view)), frozenset(departments))


def _edit(view: View, before: Stored | None, currency: str) -> None:
    style = view.style
    known = known_subjects(view)
    today = data.now().date()
    _fields(view, known)
    st.caption(
        style.say(
            "Calls count when they have ended: what is spent beyond a budget is told, not stopped."
        )
    )
    if st.button(
        style.say("Save"), type="primary", icon=":material/check:", key=drawer.key("save")
    ):
        fields = draft_of(before.budget if before else None, currency, today)
        title = style.say("This cannot be a budget yet")
        with faults(title), desk_of.opened_state() as state:
            made = budget_from(_filled(fields), known, today)
            try:
                if before is None:
                    add(state, made, data.now(), editor())
                else:
                    change(state, before.budget.name, made, data.now(), editor())
            except SameNameError:
                rule = "there is a budget of that name"
                raise InvalidInput(
                    [Problem(LABELS["name"], rule, "Choose another name", made.name)]
                ) from None
            changed("budget saved", name=made.name)
            drawer.end()


def _filled(fields: Draft) -> Draft:
    filled = drawer.filled(fields)
    # An end that was taken away again is none; the field is always drawn.
    filled["valid_to"] = st.session_state.get(drawer.key("valid_to"))
    return filled


def _fields(view: View, known: Subjects) -> None:
    key, style = drawer.key, view.style
    st.text_input(
        style.say(LABELS["name"]), key=key("name"), placeholder=style.say("Telephone, Sales")
    )
    kind = st.segmented_control(
        style.say(LABELS["kind"]),
        list(KINDS),
        format_func=lambda one: style.say(KINDS[one]),
        required=True,
        key=key("kind"),
    )
    if kind == "person":
        named = people(view)
        st.selectbox(
            style.say("Person"),
            sorted(named, key=named.__getitem__),
            format_func=lambda user: f"{named.get(user, user)} · {user}",
            index=None,
            placeholder=style.say("Choose somebody"),
            key=key("person"),
        )
    else:
        st.selectbox(
            style.say("Department"),
            sorted(known.departments or ()),
            index=None,
            placeholder=style.say("Choose a department"),
            key=key("department"),
        )
    left, right = st.columns(2)
    left.text_input(style.say(LABELS["amount"]), placeholder="250.00", key=key("amount"))
    right.text_input(style.say(LABELS["currency"]), max_chars=3, key=key("currency"))
    st.segmented_control(
        style.say(LABELS["period"]),
        list(PERIODS),
        format_func=lambda one: style.say(PERIODS[one]),
        required=True,
        key=key("period"),
    )
    st.toggle(style.say("What is left may be spent later too"), key=key("carry_over"))
    st.multiselect(
        f"{style.say(LABELS['warn_at'])} (%)",
        ["50", "80", "90", "100", "120"],
        accept_new_options=True,
        placeholder=style.say("None"),
        key=key("warn_at"),
    )
    st.multiselect(
        style.say(LABELS["tell"]),
        list(READERS),
        accept_new_options=True,
        format_func=lambda one: style.say(one) if one in READERS else one,
        placeholder=style.say("person, manager, or an address"),
        help=style.say("At each mark: whoever spends, their manager, or any address."),
        key=key("tell"),
    )
    left, right = st.columns(2)
    left.date_input(style.say(LABELS["valid_from"]), format="DD/MM/YYYY", key=key("valid_from"))
    right.date_input(
        style.say(LABELS["valid_to"]),
        value=None,
        format="DD/MM/YYYY",
        help=style.say("The first day that no longer counts; empty: it goes on."),
        key=key("valid_to"),
    )


def _remove(view: View, stored: Stored) -> None:
    style = view.style
    st.markdown(
        style.say(
            "**{name}**, its sums and the marks that it reached are forgotten. To keep them, let "
            "it end on a day instead.",
            name=literal(stored.budget.name),
        )
    )
    if drawer.asked_to_remove(style):
        with desk_of.opened_state() as state:
            remove(state, stored.budget.name)
        changed("budget removed", name=stored.budget.name)
        drawer.end()
