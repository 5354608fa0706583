"""One call, opened: its legs and the price of each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.calls.call_list import close_call
from app.calls.prices import reasons
from app.charts.call import MOST_LEGS, time_line
from app.data import View
from app.format import ENGLISH, Style, duration, instant, literal, money, words
from app.frame.clicks import STILL
from app.frame.parts import OPENED_KEY
from warehouse.queries import calls


def show_call(view: View) -> None:
    """Opens the drawer with the call that was selected, if there is one."""
    if opened := st.session_state.get(OPENED_KEY):
        drawn = st.dialog(
            view.style.say("Call"),
            position="right",
            width="medium",
            icon=":material/call:",
            on_dismiss=close_call,
        )(_drawer)
        drawn(view, *opened)


def _drawer(view: View, source: str, call_id: str) -> None:
    found, legs = calls.one(view.snapshot, view.scope, source, call_id)
    if found.is_empty():
        st.info(view.style.say("This call is not there any more."))
        return
    call = found.row(0, named=True)
    st.markdown(
        f"**{literal(_side(call['from_number'], call['from_user'], view.style))} → "
        f"{literal(_side(call['to_number'] or call['dialled'], call['to_user'], view.style))}**"
    )
    st.table(
        _shown(
            {
                "Start": f"{instant(call['started_local'], view.style)}, {call['time_zone']}",
                "Outcome": _outcome(call, view.style),
                "Person": call["person"] or call["user"],
                "Department": call["department"],
                "Site": call["site"],
                "Duration": duration(call["talk_s"]),
                "Cost": money(call["cost"], call["currency"], view.style, fine=True),
                "Destination": call["destination"],
            },
            view.style,
        ),
        border="horizontal",
    )
    rows = legs.to_dicts()
    _time_line(rows, view.style)
    for number, leg in enumerate(rows, 1):
        with st.container(border=True):
            told = view.style.say("Leg {number} of {all}", number=number, all=len(rows))
            st.markdown(f"**{told}** · {_outcome(leg, view.style)}")
            _leg(leg, view)
    st.caption(f"{literal(source)} · {literal(call_id)}")


def _time_line(rows: list[dict[str, Any]], style: Style) -> None:
    shown = rows[:MOST_LEGS]
    if not shown:
        return
    names = [
        f"{_side(leg['from_number'], leg['from_user'], style)} → "
        f"{_side(leg['to_number'], leg['to_user'], style)}"
        for leg in shown
    ]
    st.plotly_chart(
        time_line(shown, names, style),
        config=STILL,
        key="time_line",
        alt=style.say("When each leg rang, was talked on, or waited"),
    )
    if len(rows) > len(shown):
        st.caption(style.say("The first {many} legs.", many=len(shown)))


def _leg(leg: dict[str, Any], view: View) -> None:
    st.table(
        _shown(
            {
                "From": _side(leg["from_number"], leg["from_user"], view.style),
                "To": _side(leg["to_number"], leg["to_user"], view.style),
                "Start": f"{leg['started_local']:%H:%M:%S}",
                "Talked": duration(leg["talk_s"]),
                "Gateway": leg["gateway_out"] or leg["gateway_in"],
                "Paid by": _payer(leg, view.style),
                "Source charges": leg["named_payer"],
                "Purpose": words(leg["purpose"], view.style) if leg["purpose"] else None,
                "Account code": leg["account_code"],
                "Tariff": " · ".join(
                    part for part in (leg["tariff"], leg["prefix"], leg["destination"]) if part
                ),
                "Status": words(leg["status"], view.style),
            },
            view.style,
        ),
        border="horizontal",
    )
    lines = reasons(leg["explanation"], leg["currency"], view.style)
    if lines:
        cost = money(leg["cost"], leg["currency"], view.style, fine=True)
        st.markdown(view.style.say("Price"))
        st.table(_shown(dict([*lines, (view.style.say("Cost"), cost)])), border="horizontal")


def _outcome(row: dict[str, Any], style: Style) -> str:
    told = f"{words(row['direction'], style)}, {words(row['outcome'], style).lower()}"
    if not row["answered_by"]:
        return told
    whom = words(row["answered_by"], style).lower()
    return style.say("{outcome} by {whom}", outcome=told, whom=whom)


def _payer(leg: dict[str, Any], style: Style) -> str | None:
    if not (leg["charged_user"] and leg["charge_reason"]):
        return leg["charged_user"]  # type: ignore[no-any-return]
    reason = words(leg["charge_reason"], style).lower()
    return style.say("{payer} as {reason}", payer=leg["charged_user"], reason=reason)


def _side(number: str | None, user: str | None, style: Style) -> str:
    return " · ".join(part for part in (number, user) if part) or style.say("Withheld")


def _shown(facts: dict[str, str | None], style: Style = ENGLISH) -> dict[str, str]:
    return {literal(style.say(name)): literal(value) for name, value in facts.items() if value}
