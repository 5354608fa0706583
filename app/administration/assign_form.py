"""The form that gives one unknown user, number or trunk to whom it belongs, with its calls."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.administration import assignments, problems
from app.administration.assignments import FIRST_DAY, OWNER, Unknown
from app.administration.commands import Commands
from app.administration.unmatched import What
from app.data import View, ask
from app.format import counted, literal, money
from app.frame.pages import script_of
from app.frame.rights import changed, may_edit
from warehouse.errors import InvalidInput, TollbookError

ROUND_KEY: Final = "assign_round"
"""In the session state: a number in the keys of list and fields; another one forgets them."""
_OUTCOME: Final = "assign_outcome"
_FAULTS: Final = "assign_faults"
_HELD: Final = 12
"""Lines of a list of moves that are shown without scrolling."""


def show(unknown: Unknown, view: View) -> None:
    """Draws the form; what it does is told by `tell_outcome` in the run after."""
    style = view.style
    with st.container(border=True, key="assign"):
        st.subheader(literal(unknown.name or style.say("Neither user nor number")), anchor=False)
        if unknown.what is What.DESTINATION:
            _look_up(unknown, view)
            return
        if not unknown.can_be_assigned:
            st.markdown(
                style.say(
                    "The source tells neither user nor number of these calls. What it can be made "
                    "to tell stands in docs/sources.md."
                )
            )
            return
        if not may_edit() or view.scope.mask_digits:
            st.caption(style.say("Only an administrator can say whose it is."))
            return
        _form(unknown, view)


def tell_outcome(view: View) -> None:
    """What the last assignment changed, or would change."""
    outcome: dict[str, Any] | None = st.session_state.get(_OUTCOME)
    if outcome is None:
        return
    style = view.style
    moves = outcome["moves"]
    legs = counted(sum(move["legs"] for move in moves), "leg", style)
    if outcome["dry_run"]:
        told = style.say("Nothing is changed yet: {legs} would change.", legs=legs)
        st.info(literal(told), icon=":material/visibility:")
    else:
        told = style.say("{name} is assigned: {legs} changed.", name=outcome["name"], legs=legs)
        if outcome["backup"]:
            kept = style.say(
                "{file} is changed; the former one is kept beside it.", file=outcome["file"]
            )
            told = f"{told} {kept}"
        st.success(literal(told), icon=":material/task_alt:")
    if moves:
        _moves(moves, view)
    if not outcome["dry_run"]:
        del st.session_state[_OUTCOME]


def _look_up(unknown: Unknown, view: View) -> None:
    style = view.style
    st.markdown(
        style.say(
            "No prefix of the tariff fits numbers that begin like this. Add a price to the price "
            "list; calls that are stored get it when their days are priced again."
        )
    )
    if st.button(style.say("To the tariffs"), icon=":material/sell:", key="to_tariffs"):
        st.switch_page(script_of("tariffs"), query_params={"number": unknown.name})


def _form(unknown: Unknown, view: View) -> None:
    style = view.style
    mark = f"{st.session_state.get(ROUND_KEY, 0)}_{unknown.what}_{unknown.name}"
    found: dict[str, list[str]] = st.session_state.get(_FAULTS, {}).get(mark, {})
    fields = (
        _trunk(view, mark, found)
        if unknown.what is What.GATEWAY
        else _owner(unknown, view, mark, found)
    )
    first = st.date_input(
        style.say("From this day on"),
        value=None,
        format="DD/MM/YYYY",
        key=f"{mark}_{FIRST_DAY}",
        help=style.say("Earlier calls stay as they are. Empty: for all days."),
        width=240,
    )
    _told(found, FIRST_DAY)
    if first is not None:
        fields[FIRST_DAY] = first.isoformat()
    _told(found, "")
    with st.container(horizontal=True):
        if st.button(
            style.say("Assign"), type="primary", icon=":material/person_check:", key="assign_now"
        ):
            _carry_out(unknown, fields, mark, view, dry_run=False)
        if st.button(
            style.say("Show what would change"), icon=":material/visibility:", key="assign_try"
        ):
            _carry_out(unknown, fields, mark, view, dry_run=True)


def _owner(
    unknown: Unknown, view: View, mark: str, found: Mapping[str, list[str]]
) -> dict[str, str]:
    style = view.style
    people = _people(view)
    whose = st.segmented_control(
        style.say("Whose is it?"),
        ["known", "new"],
        format_func={
            "known": style.say("Of somebody in the directory"),
            "new": style.say("Of somebody or something new"),
        }.__getitem__,
        default="known",
        required=True,
        key=f"{mark}_whose",
    )
    if whose != "new":
        names = {
            user: " · ".join(part for part in (name, department, user) if part)
            for user, name, department in people.select("user", "name", "department").iter_rows()
        }
        chosen = st.selectbox(
            style.say("Person or line"),
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder=style.say("Type a part of the name"),
            key=f"{mark}_{OWNER}",
        )
        _told(found, OWNER)
        return {OWNER: chosen or ""}
    fields: dict[str, str] = {}
    with st.grid(3, min_column_width=220):
        if unknown.what is not What.USER:
            with st.container():
                fields[OWNER] = st.text_input(
                    style.say("Address, or a name for the line"), key=f"{mark}_new_{OWNER}"
                )
                _told(found, OWNER)
        for field, label in (
            ("name", style.say("Name")),
            ("cost_centre", style.say("Cost centre")),
        ):
            with st.container():
                fields[field] = st.text_input(label, key=f"{mark}_{field}")
                _told(found, field)
        for field, label in (
            ("department", style.say("Department")),
            ("site", style.say("Site")),
            ("kind", style.say("Kind")),
        ):
            known = people[field].drop_nulls().unique().sort().to_list()
            with st.container():
                fields[field] = (
                    st.selectbox(
                        label,
                        known,
                        index=None,
                        accept_new_options=True,
                        placeholder=style.say("Choose or type"),
                        key=f"{mark}_{field}",
                    )
                    or ""
                )
                _told(found, field)
    return fields


def _people(view: View) -> pl.DataFrame:
    today = data.now().astimezone(view.zone).date()
    found: pl.DataFrame = ask(view, "people_on", on=today)
    return found


def _trunk(view: View, mark: str, found: Mapping[str, list[str]]) -> dict[str, str]:
    style = view.style
    sites = ask(view, "sites")["site"].to_list()
    tariffs = sorted({one.tariff for one in view.snapshot.manifest.tariffs})
    with st.grid(3, min_column_width=200):
        with st.container():
            site = st.selectbox(style.say("Site"), sites, index=None, key=f"{mark}_site")
            _told(found, "site")
        with st.container():
            tariff = st.selectbox(style.say("Tariff"), tariffs, index=None, key=f"{mark}_tariff")
            _told(found, "tariff")
        with st.container():
            channels = st.number_input(
                style.say("Channels"), min_value=1, value=None, step=1, key=f"{mark}_channels"
            )
            _told(found, "channels")
    said = {"site": site, "tariff": tariff, "channels": channels and str(channels)}
    return {field: cell or "" for field, cell in said.items()}


def _told(found: Mapping[str, list[str]], field: str) -> None:
    """What is wrong with a field, beside it."""
    for told in found.get(field, ()):
        st.caption(f":red[:material/error: {literal(told)}]")


def _carry_out(
    unknown: Unknown, fields: dict[str, str], mark: str, view: View, *, dry_run: bool
) -> None:
    style = view.style
    st.session_state.pop(_OUTCOME, None)
    known = set(_people(view)["user"])
    wrong = assignments.refused(unknown, fields, known)
    found = {field: [style.say(told)] for field, told in wrong.items()}
    if not found:
        words, operands = assignments.command(unknown, fields, dry_run=dry_run)
        try:
            with st.spinner(style.say("Looking for its calls…")):
                outcome = Commands(data.home().path).run(*words, operands=operands)
        except InvalidInput as error:
            found = assignments.faults(error.problems, fields)
        except TollbookError as error:
            problems.tell(error, style)
            return
        else:
            st.session_state[_OUTCOME] = outcome | {"name": unknown.name}
            if not dry_run:
                changed("calls assigned", what=unknown.what, to=fields)
                st.session_state[ROUND_KEY] = st.session_state.get(ROUND_KEY, 0) + 1
    st.session_state[_FAULTS] = {mark: found}
    st.rerun()


def _moves(moves: list[dict[str, Any]], view: View) -> None:
    style = view.style

    def party(user: str | None, department: str | None) -> str:
        return " · ".join(part for part in (user, department) if part) or style.say("Nobody known")

    def amount(move: dict[str, Any], name: str) -> str:
        return money(Decimal(move[name]), move["currency"], style)

    st.dataframe(
        pl.DataFrame(
            {
                style.say("Before"): [party(m["was_user"], m["was_department"]) for m in moves],
                style.say("Now"): [party(m["user"], m["department"]) for m in moves],
                style.say("Legs"): [m["legs"] for m in moves],
                style.say("Cost before"): [amount(m, "before") for m in moves],
                style.say("Cost now"): [amount(m, "after") for m in moves],
                style.say("Priced for the first time"): [m["newly_rated"] for m in moves],
            }
        ),
        hide_index=True,
        placeholder="",
        height="content" if len(moves) <= _HELD else "auto",
        alt=style.say("Whose the calls were, and whose they are"),
    )
