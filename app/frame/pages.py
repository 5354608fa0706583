"""The menu: every page, in sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.access.roles import RIGHTS, Right, Role
from app.format import Style


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu; its script is `views/<path>.py`."""

    path: str
    title: str
    icon: str
    help: str
    needs_calls: bool = True
    """Whether there is nothing to show while none can be read."""
    is_bare: bool = False
    """Whether it stands alone on its screen, without menu and filters: these come from its link."""
    roles: frozenset[Role] = frozenset(Role)
    """Who has it in their menu; to all others it is not there."""


_LEADING: Final = frozenset(Role) - {Role.EMPLOYEE}
_ADMINISTERING: Final = frozenset({Role.ADMINISTRATOR})
_AUDITING: Final = frozenset(role for role, rights in RIGHTS.items() if Right.READ_AUDIT in rights)

MENU: Final[Mapping[str, tuple[Entry, ...]]] = {
    "Analyse": (
        Entry(
            "overview",
            "Overview",
            "monitoring",
            "Cost, calls and talk time of a period, and who and what they belong to.",
        ),
        Entry(
            "costs",
            "Costs",
            "payments",
            "What money is spent on, by whom and where, from the whole down to the single call.",
        ),
        Entry(
            "traffic",
            "Traffic",
            "stacked_bar_chart",
            "How much is telephoned and when, and whether the channels of the trunks suffice.",
        ),
        Entry(
            "service",
            "Service",
            "support_agent",
            "How calls are answered and lost, how long callers wait, and who was not called back.",
        ),
        Entry(
            "explore",
            "Explore",
            "table_chart",
            "Any figure by anything, as a table and a chart of one's own.",
        ),
        Entry("person", "Person", "person", "Everything about one person: who, how much, whom."),
        Entry(
            "department",
            "Department",
            "groups",
            "Everything about one department: its people, costs, budgets and service.",
        ),
        Entry("calls", "Calls", "call", "Every single call: search, sort, open, download."),
        Entry(
            "reports",
            "Reports",
            "description",
            "Costs, traffic, service and control: on screen, as PDF, Excel, CSV.",
        ),
    ),
    "Control": (
        Entry(
            "schedules",
            "Schedules",
            "schedule_send",
            "Which reports are mailed when and to whom, and what became of each mail.",
            roles=_ADMINISTERING,
        ),
        Entry(
            "alarms",
            "Alarms",
            "notifications_active",
            "What was found and who sees to it, and what is watched for.",
            roles=_ADMINISTERING,
        ),
        Entry(
            "budgets",
            "Budgets",
            "savings",
            "What people and departments may spend, and how far it is spent.",
        ),
        Entry(
            "wallboard",
            "Wallboard",
            "tv",
            "Today on a large screen; it refreshes itself.",
            is_bare=True,
        ),
    ),
    "Administration": (
        Entry(
            "directory",
            "Directory",
            "contacts",
            "People, sites and trunks of a day, and what waits to be assigned.",
            roles=_LEADING,
        ),
        Entry(
            "tariffs",
            "Tariffs",
            "sell",
            "What a call would cost, all prices, their versions, and new price lists.",
            roles=_LEADING,
        ),
        Entry(
            "health",
            "Health",
            "monitor_heart",
            "What runs, how old the data are, and what was rejected.",
            needs_calls=False,
            roles=_ADMINISTERING,
        ),
        Entry(
            "audit",
            "Audit",
            "policy",
            "Who signed in, took files and changed things.",
            needs_calls=False,
            roles=_AUDITING,
        ),
    ),
}
"""Sections and their pages; the first is where a reader arrives."""

FIRST: Final = next(iter(MENU.values()))[0].path


def menu(style: Style, role: Role | None) -> dict[str, list[StreamlitPage]]:
    """The pages of a role as the navigation wants them; all of them before it is known."""
    return {
        style.say(section): [
            st.Page(
                script_of(entry.path),
                title=style.say(entry.title),
                icon=f":material/{entry.icon}:",
                url_path=entry.path,
                default=entry.path == FIRST,
                help=style.say(entry.help),
            )
            for entry in entries
            if role is None or role in entry.roles
        ]
        for section, entries in MENU.items()
        if role is None or any(role in entry.roles for entry in entries)
    }


def entry_of(path: str) -> Entry:
    """The entry of a page, by the path in its address."""
    return next(
        entry for entries in MENU.values() for entry in entries if entry.path == (path or FIRST)
    )


def is_bare(url: str | None) -> bool:
    """Whether the page at an address stands alone on its screen."""
    last = (url or "").rstrip("/").rpartition("/")[2]
    return any(
        entry.is_bare for entries in MENU.values() for entry in entries if entry.path == last
    )


def script_of(path: str) -> str:
    """The script of a page, by the path in its address."""
    return f"views/{path or FIRST}.py"
