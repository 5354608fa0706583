"""What Streamlit runs: the pages with the filters that they share."""

from __future__ import annotations

import streamlit as st

from app import data, parts, sidebar
from warehouse.errors import TollbookError
from warehouse.scope import Scope

EVERYTHING = Scope(everything=True)

st.set_page_config(
    page_title=f"{data.company()} · Tollbook",
    page_icon=":material/receipt_long:",
    layout="wide",
    menu_items={"About": "**Tollbook** accounts for calls: who spent what, where, when and why."},
)
st.logo(":material/receipt_long:", size="large")
page = st.navigation(
    [
        st.Page(
            "views/overview.py",
            title="Overview",
            icon=":material/monitoring:",
            url_path="overview",
            default=True,
            help="Cost, calls and talk time of a period, and who and what they belong to.",
        ),
        st.Page(
            "views/calls.py",
            title="Calls",
            icon=":material/call:",
            url_path="calls",
            help="Every single call: search, sort, open, download.",
        ),
        st.Page(
            "views/reports.py",
            title="Reports",
            icon=":material/description:",
            url_path="reports",
            help="Costs, traffic, service and control: on screen, as PDF, Excel, CSV.",
        ),
        st.Page(
            "views/schedules.py",
            title="Schedules",
            icon=":material/schedule_send:",
            url_path="schedules",
            help="Which reports are mailed when and to whom, and what became of each mail.",
        ),
        st.Page(
            "views/alarms.py",
            title="Alarms",
            icon=":material/notifications_active:",
            url_path="alarms",
            help="What was found and who sees to it, and what is watched for.",
        ),
        st.Page(
            "views/budgets.py",
            title="Budgets",
            icon=":material/savings:",
            url_path="budgets",
            help="What people and departments may spend, and how far it is spent.",
        ),
    ]
)
snapshot = None
try:
    snapshot = data.newest_snapshot()
    st.session_state["view"] = sidebar.choose_view(snapshot, EVERYTHING)
    page.run()
except TollbookError as error:
    st.title(page.title, anchor=False)
    parts.nothing_to_read(error, snapshot.version if snapshot else None)
