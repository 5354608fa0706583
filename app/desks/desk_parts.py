"""Pieces of the pages on which people set something up: head, faults, drawers, what to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import available_timezones

import streamlit as st
from babel import Locale, UnknownLocaleError

from app import data
from app.data import View
from app.desks.desk_of import mark, opened_state
from app.format import NOTHING, Style, instant, literal
from app.frame import parts
from app.frame.rights import may_edit
from warehouse.errors import InvalidInput, TollbookError
from warehouse.queries import directory

LOCALES: Final = ("en", "de-DE", "es-ES", "fr-FR", "it-IT", "nl-NL", "pl-PL", "pt-PT", "sv-SE")
WEEKDAYS: Final = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}
ADDRESS: Final = "anna@example.com"
"""Shows how one is written."""
_LOOK_EVERY_S: Final = 5


class Drawer:
    """What is open beside one page: what it does, and to which number; and the fields in it.

    Kept in the session, so that it stays open while its fields are filled in.
    """

    def __init__(self, page: str) -> None:
        self._page = page

    @property
    def opened(self) -> tuple[str, int | None] | None:
        """What it does and to what; None while it is closed."""
        found: tuple[str, int | None] | None = st.session_state.get(f"{self._page} drawer")
        return found

    def open(
        self, act: str, number: int | None = None, fields: Mapping[str, Any] | None = None
    ) -> None:
        """For use as a callback."""
        st.session_state[f"{self._page} drawer"] = (act, number)
        for name, value in (fields or {}).items():
            st.session_state[self.key(name)] = value

    def close(self) -> None:
        """For use as a callback."""
        st.session_state.pop(f"{self._page} drawer", None)

    def beside(
        self, title: str, icon: str, width: Literal["medium", "large"]
    ) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Decorates what draws the drawer, beside the page; the title is said already."""
        return st.dialog(
            title,
            position="right",
            width=width,
            icon=f":material/{icon}:",
            on_dismiss=self.close,
        )

    def before(self, title: str, icon: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Decorates what asks a question in front of the page; the title is said already."""
        return st.dialog(title, icon=f":material/{icon}:", on_dismiss=self.close)

    def asked_to_remove(self, style: Style) -> bool:
        """Draws the button that confirms a removal; whether it was pressed."""
        return st.button(
            style.say("Remove"), type="primary", icon=":material/delete:", key=self.key("removed")
        )

    def end(self) -> None:
        """Closes it and draws the page anew: what it was opened for is done."""
        self.close()
        st.rerun()

    def key(self, field: str) -> str:
        """Of the widget of a field."""
        return f"{self._page} {field}"

    def filled(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold; those that are not drawn or were emptied hold what they had."""
        found = {name: st.session_state.get(self.key(name)) for name in fields}
        return {name: fields[name] if value is None else value for name, value in found.items()}


def head(title: str, purpose: str, view: View) -> None:
    """Title, what the page is for, and how fresh the calls are."""
    st.title(title, anchor=False)
    with st.container(gap="xxsmall"):
        st.markdown(f"**{literal(data.company())}** · {purpose}")
        parts.freshness(view)


def follow(drawer: Drawer) -> None:
    """Draws the page anew when somebody or something else has changed what it shows."""
    with opened_state() as state:
        shown = mark(state)

    @st.fragment(run_every=_LOOK_EVERY_S)
    def look() -> None:
        with opened_state() as state:
            is_same = mark(state) == shown
        if not is_same and drawer.opened is None:
            st.rerun()

    look()


@contextmanager
def faults(words: str) -> Iterator[None]:
    """Says everything that is wrong with what was filled in, where the block is refused."""
    try:
        yield
    except InvalidInput as error:
        told = "\n".join(
            f"- {'' if one.value is None else f'**{literal(one.value)}**: '}"
            f"{literal(one.rule)}. {literal(one.mend)}."
            for one in error.problems
        )
        st.error(told, title=words, icon=":material/rule:")
    except TollbookError as error:
        st.error(literal(str(error)), title=words, icon=":material/error:")


def actions(
    number: int, chosen: Mapping[str, tuple[str, Callable[..., None], bool]], style: Style
) -> None:
    """A row of small buttons: label → icon, what it does with the number, whether it changes.

    Labels are in English, and said where they are drawn. Who may not edit sees only those that
    change nothing.
    """
    with st.container(horizontal=True, gap="small"):
        for label, (icon, act, changes) in chosen.items():
            if changes and not may_edit():
                continue
            st.button(
                style.say(label),
                icon=f":material/{icon}:",
                key=f"{label} {number}",
                on_click=act,
                args=(number,),
                type="tertiary",
            )


def sentence(text: str) -> str:
    """The same with a capital at its beginning; other letters stay as they are."""
    return text[:1].upper() + text[1:]


def told_at(at: datetime | None, view: View) -> str:
    """An instant by the reader's clock."""
    return NOTHING if at is None else instant(at.astimezone(view.zone), view.style)


def locale_name(locale: str, style: Style) -> str:
    """A locale as people name it: English, Italian (Italy)."""
    try:
        found = Locale.parse(locale, sep="-").get_display_name(style.language)
    except (ValueError, UnknownLocaleError):
        return locale
    return sentence(found or locale)


def zones(own: str) -> list[str]:
    """All time zones, with one that may be none of them."""
    return sorted({*available_timezones(), own})


def zone_of_reader(view: View) -> str:
    """The reader's own zone by its name; UTC where it has none."""
    return str(getattr(view.zone, "key", "UTC"))


def people(view: View) -> dict[str, str]:
    """The names of all whom the reader may see today, by address."""
    found = directory.people(view.snapshot, view.scope, data.now().date())
    return {
        user: name or user
        for user, name in found.select("user", "name").iter_rows()
        if user is not None
    }


def gateways(view: View) -> list[str]:
    """The trunks that the reader may see today."""
    found = directory.trunks(view.snapshot, view.scope, data.now().date())
    return [str(name) for name in found["gateway"]]
