"""One call, opened: its legs and the price of each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.call_list import close_call
from app.data import View
from app.format import duration, instant, literal, money, words
from app.parts import OPENED_KEY
from app.prices import reasons
from warehouse.queries import calls


def show_call(view: View) -> None:
    """Opens the drawer with the call that was selected, if there is one."""
    if OPENED_KEY in st.session_state:
        source, call_id = st.session_state[OPENED_KEY]
        _drawer(view, source, call_id)


@st.dialog("Call", position="right", width="medium", icon=":material/call:", on_dismiss=close_call)
def _drawer(view: View, source: str, call_id: str) -> None:
    found, legs = calls.one(view.snapshot, view.scope, source, call_id)
    if found.is_empty():
        st.info("This call is not there any more.")
        return
    call = found.row(0, named=True)
    st.markdown(
        f"**{literal(_side(call['from_number'], call['from_user']))} → "
        f"{literal(_side(call['to_number'] or call['dialled'], call['to_user']))}**"
    )
    st.table(
        _shown(
            {
                "Start": f"{instant(call['started_local'])}, {call['time_zone']}",
                "Outcome": _outcome(call),
                "Person": call["person"] or call["user"],
                "Department": call["department"],
                "Site": call["site"],
                "Duration": duration(call["talk_s"]),
                "Cost": money(call["cost"], call["currency"], view.style, fine=True),
                "Destination": call["destination"],
            }
        ),
        border="horizontal",
    )
    rows = legs.to_dicts()
    for number, leg in enumerate(rows, 1):
        with st.container(border=True):
            st.markdown(f"**Leg {number} of {len(rows)}** · {_outcome(leg)}")
            _leg(leg, view)
    st.caption(f"{literal(source)} · {literal(call_id)}")


def _leg(leg: dict[str, Any], view: View) -> None:
    st.table(
        _shown(
            {
                "From": _side(leg["from_number"], leg["from_user"]),
                "To": _side(leg["to_number"], leg["to_user"]),
                "Start": f"{leg['started_local']:%H:%M:%S}",
                "Talked": duration(leg["talk_s"]),
                "Gateway": leg["gateway_out"] or leg["gateway_in"],
                "Paid by": " as ".join(
                    part for part in (leg["charged_user"], leg["charge_reason"]) if part
                ),
                "Source charges": leg["named_payer"],
                "Purpose": words(leg["purpose"]) if leg["purpose"] else None,
                "Account code": leg["account_code"],
                "Tariff": " · ".join(
                    part for part in (leg["tariff"], leg["prefix"], leg["destination"]) if part
                ),
                "Status": words(leg["status"]),
            }
        ),
        border="horizontal",
    )
    lines = reasons(leg["explanation"], leg["currency"], view.style)
    if lines:
        cost = money(leg["cost"], leg["currency"], view.style, fine=True)
        st.markdown("Price")
        st.table(_shown(dict([*lines, ("Cost", cost)])), border="horizontal")


def _outcome(row: dict[str, Any]) -> str:
    by = f" by {words(row['answered_by']).lower()}" if row["answered_by"] else ""
    return f"{words(row['direction'])}, {words(row['outcome']).lower()}{by}"


def _side(number: str | None, user: str | None) -> str:
    return " · ".join(part for part in (number, user) if part) or "Withheld"


def _shown(facts: dict[str, str | None]) -> dict[str, str]:
    return {literal(name): literal(value) for name, value in facts.items() if value}
