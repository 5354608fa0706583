"""Lets people in: asks who looks at the page, and stops it where they may see nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

import polars as pl
import streamlit as st
import structlog

from app import data
from app.access import audit
from app.access.audit import Action, Deed
from app.access.roles import Right, Role, Viewer
from app.access.rules import PROXY_KEY, Rules, Way, from_text, is_loopback
from app.access.viewers import viewer_of
from app.environment import ACCESS_VARIABLE
from app.format import Style, literal, words
from app.language import style_of
from warehouse.errors import TollbookError
from warehouse.queries import directory
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot
from warehouse.state.state import State

log = structlog.get_logger()

_VIEWER_KEY, _NOTED_KEY = "viewer", "noted"
_PATIENCE_S: Final = 5.0
"""A person waits; whoever else writes state.db does so for a moment."""

_EVERYBODY: Final = Scope(everything=True)
_UNKNOWN: Final = pl.DataFrame(
    schema={
        **dict.fromkeys(("user", "kind", "name", "email"), pl.String()),
        "aliases": pl.List(pl.String()),
        **dict.fromkeys(("department", "manager", "role"), pl.String()),
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is not let in, and what they can do."""

    title: str
    text: str
    """`{who}` stands for the address, `{claim}` for what the provider is to send."""
    offer: Literal["sign in", "sign out", "nothing"] = "nothing"
    address: str = ""
    """Who it is, where that is known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of looking who is there."""

    found: Viewer | Reason
    rules: Rules

    @property
    def menu(self) -> Literal["sidebar", "hidden"]:
        """Where the list of pages stands: whoever sees none of them needs no list."""
        return "sidebar" if isinstance(self.found, Viewer) else "hidden"

    @property
    def role(self) -> Role | None:
        """Of who is let in."""
        return self.found.role if isinstance(self.found, Viewer) else None

    def admit(self, *, is_bare: bool = False) -> Viewer:
        """The viewer; draws why not and stops where there is none.

        Their name stands in the sidebar, unless the page `is_bare` of one.
        """
        if isinstance(self.found, Reason):
            st.session_state.pop(_VIEWER_KEY, None)
            _refuse(self.found, self.rules)
            st.stop()
        st.session_state[_VIEWER_KEY] = self.found
        if self.rules.way is not Way.OPEN:
            _note_sign_in(self.found, self.rules)
        if not is_bare:
            _account(self.found, self.rules)
        return self.found


def look() -> Entry:
    """Asks who looks at the page, anew with every run of it."""
    rules = _rules(os.environ.get(ACCESS_VARIABLE, ""))
    return Entry(_known(rules), rules)


def current_viewer() -> Viewer:
    """Whoever looks at this run of the page."""
    viewer: Viewer = st.session_state[_VIEWER_KEY]
    return viewer


def taken(
    subject: str, filters: Filters, make: Callable[[], bytes], **details: object
) -> Callable[[], bytes]:
    """What a download button calls: makes a file once it is noted who takes what.

    Nothing is given where it cannot be noted, where the viewer may take no files, or where their
    access has changed since the button was drawn.
    """
    viewer, rules = current_viewer(), _rules(os.environ.get(ACCESS_VARIABLE, ""))

    def give() -> bytes:
        told = {**details, **audit.chosen(filters)}
        is_same = rules.way is Way.OPEN or _by_directory(viewer.address, rules) == viewer
        if not is_same or not viewer.may(Right.DOWNLOAD):
            note(viewer, Action.REFUSED, subject, told)
            fault = "may take no files" if is_same else "has other rights now: load the page anew"
            raise PermissionError(f"{viewer.address} {fault}")
        note(viewer, Action.DOWNLOAD, subject, told)
        return make()

    return give


def note(
    viewer: Viewer, action: Action, subject: str, details: Mapping[str, Any] | None = None
) -> None:
    """Keeps in the audit what a viewer does; what is noted here is never a secret."""
    _note(Deed(data.now(), viewer.address, viewer.role, action, subject, details or {}))


def _known(rules: Rules) -> Viewer | Reason:
    if rules.way is Way.OPEN:
        return _at_this_machine()
    claims = st.user.to_dict()
    signed_in = claims.get(PROXY_KEY if rules.way is Way.PROXY else rules.claim)
    if rules.way is Way.PROXY:
        if not signed_in:
            return Reason(
                "Nobody is signed in",
                "These pages are opened through the proxy that signs people in, which says who "
                "they are. It did not say so.",
            )
    elif reason := _not_signed_in(claims, rules, signed_in):
        return reason
    address = str(signed_in)
    try:
        viewer = _by_directory(address, rules)
    except TollbookError as error:
        # Whoever the settings name gets in without a directory; the page says what is the matter.
        viewer = viewer_of(address, rules, _UNKNOWN)
        if viewer is None:
            log.warning("directory_not_readable", error=str(error))
            return Reason(
                "Your access cannot be looked up",
                "The directory of people cannot be read at the moment. Try again in a minute.",
                "sign out",
            )
    if viewer is None:
        return Reason(
            "No access",
            "You are signed in as **{who}**, who has no role here. Whoever looks after Tollbook "
            "can give you one, in users.csv or under `[[app.people]]`.",
            "sign out",
            address.strip().lower(),
        )
    return viewer


def _at_this_machine() -> Viewer | Reason:
    comes_from = st.context.ip_address
    if isinstance(comes_from, str) and not is_loopback(comes_from):
        return Reason(
            "For this machine only",
            "No sign-in is set up, so these pages are shown to nobody from elsewhere. Whoever "
            "looks after Tollbook finds in docs/access.md how to set one up.",
        )
    return Viewer("", "", Role.ADMINISTRATOR, Scope(everything=True))


def _not_signed_in(claims: Mapping[str, Any], rules: Rules, signed_in: Any) -> Reason | None:
    if claims.get("is_logged_in") is not True:
        return Reason(
            "Sign in",
            "With the account of your company you see the calls that are yours.",
            "sign in",
        )
    since = claims.get("iat")
    age = data.now().timestamp() - since if isinstance(since, int | float) else float("inf")
    if age > timedelta(hours=rules.hours).total_seconds():
        return Reason("Sign in again", "Your last sign-in is too long ago.", "sign in")
    if not isinstance(signed_in, str) or not signed_in:
        return Reason(
            "Your sign-in says no address",
            "What the provider says of you has no `{claim}`. Whoever looks after Tollbook can have "
            "it send one, or choose another with `claim` in `[app.oidc]`.",
            "sign out",
        )
    if rules.claim == "email" and claims.get("email_verified") is False:
        return Reason(
            "Your address is not verified",
            "The provider does not know whether this e-mail address is yours.",
            "sign out",
        )
    return None


def _by_directory(address: str, rules: Rules) -> Viewer | None:
    """Who is there under an address, by the newest directory."""
    snapshot = data.newest_snapshot()
    people = _people(str(snapshot.manifest.change), data.now().date(), snapshot)
    return viewer_of(address, rules, people)


@st.cache_resource(show_spinner=False, max_entries=2)
def _people(
    state: str,  # noqa: ARG001  (part of the key)
    on: date,
    _snapshot: Snapshot,
) -> pl.DataFrame:
    return directory.people(_snapshot, _EVERYBODY, on)


@st.cache_resource(show_spinner=False, max_entries=2)
def _rules(text: str) -> Rules:
    return from_text(text) if text else Rules()


def _refuse(reason: Reason, rules: Rules) -> None:
    style = style_of(st.context.locale)
    st.title(style.say(reason.title), anchor=False)
    st.markdown(f"**{literal(data.company())}** · Tollbook")
    st.markdown(style.say(reason.text, who=literal(reason.address), claim=rules.claim))
    if reason.offer == "sign in":
        st.button(
            style.say("Sign in"),
            on_click=st.login,
            type="primary",
            icon=":material/login:",
            key="sign_in",
        )
    elif reason.offer == "sign out":
        _sign_out_button(None, rules, style)
    if reason.address and st.session_state.get(_NOTED_KEY) != reason.address:
        st.session_state[_NOTED_KEY] = reason.address
        _try_to_note(Deed(data.now(), reason.address, "", Action.REFUSED, "pages", {}))


def _account(viewer: Viewer, rules: Rules) -> None:
    style = style_of(st.context.locale)
    name = viewer.name or style.say("This machine")
    with st.sidebar.popover(name, icon=":material/account_circle:", width="stretch"):
        st.markdown(f"**{words(viewer.role, style)}**")
        if rules.way is Way.OPEN:
            st.caption(
                style.say("No sign-in is set up: everybody on this machine sees and changes all.")
            )
            return
        st.caption(literal(f"{viewer.address} · {viewer.in_words(style)}"))
        _sign_out_button(viewer, rules, style)


def _sign_out_button(viewer: Viewer | None, rules: Rules, style: Style) -> None:
    told = style.say("Sign out")
    if rules.way is Way.OIDC:
        st.button(
            told, on_click=_sign_out, args=(viewer,), icon=":material/logout:", key="sign_out"
        )
    elif rules.sign_out_url:
        st.link_button(told, rules.sign_out_url, icon=":material/logout:")


def _sign_out(viewer: Viewer | None) -> None:
    if viewer is not None:
        deed = Deed(data.now(), viewer.address, viewer.role, Action.SIGN_OUT, "pages", {})
        _try_to_note(deed)
    st.logout()


def _note_sign_in(viewer: Viewer, rules: Rules) -> None:
    """Notes a sign-in once: of a proxy's, whose sign-ins are not seen, the first of each day."""
    since = st.user.get("iat") if rules.way is Way.OIDC else data.now().date()
    occasion = f"sign_in {viewer.address} {since}"
    if st.session_state.get(_NOTED_KEY) == occasion:
        return
    st.session_state[_NOTED_KEY] = occasion
    deed = Deed(data.now(), viewer.address, viewer.role, Action.SIGN_IN, "pages", {})
    _try_to_note(deed, occasion)


def _try_to_note(deed: Deed, occasion: str | None = None) -> None:
    """Notes what is done whether it can be noted or not."""
    try:
        _note(deed, occasion)
    except TollbookError as error:
        log.warning("audit_not_written", action=deed.action, who=deed.address, error=str(error))


def _note(deed: Deed, occasion: str | None = None) -> None:
    with State.open(data.home().state, patience_s=_PATIENCE_S) as state:
        audit.note(state, deed, occasion)
