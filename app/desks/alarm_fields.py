"""The fields of an alarm, by its kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from app import data, ways
from app.alarms.watched import Compare, Measure, Per, Trouble, Window
from app.alarms.words import MEASURES, TROUBLES, UNITS
from app.data import View
from app.desks.alarm_form import FILTERS, KINDS, LABELS, compares_with_before, needs_calls
from app.desks.desk_parts import (
    ADDRESS,
    LOCALES,
    WEEKDAYS,
    Drawer,
    gateways,
    locale_name,
    people,
    sentence,
    zones,
)
from app.format import words
from warehouse.words import CallType, Direction

_COMPARED: Final = {
    Compare.ABOVE.value: "Above",
    Compare.BELOW.value: "Below",
    Compare.RISE.value: "Up by more than",
    Compare.FALL.value: "Down by more than",
    Compare.RISE_PERCENT.value: "Up by more than (%)",
    Compare.FALL_PERCENT.value: "Down by more than (%)",
}
_AGAINST: Final = {"previous": "The one before", "weekday": "A week before"}
_WHEN: Final = {"": "At any time", "within": "Within hours", "outside": "Outside hours"}
_ALL_OR_ANY: Final = {"all": "All of these", "any": "Any of these"}
_OF_SOURCES: Final = (Trouble.SILENT, Trouble.SOURCE_DOWN, Trouble.BEHIND)


class Fields:
    """Draws them into one drawer, for one reader."""

    def __init__(self, drawer: Drawer, view: View) -> None:
        self._drawer = drawer
        self._view = view
        self._words = partial(words, style=view.style)

    def draw(self) -> None:
        """All of them, from the name to who is told."""
        key, style = self._drawer.key, self._view.style
        st.text_input(style.say("Name"), key=key("name"), placeholder=style.say("Premium numbers"))
        kind = st.segmented_control(
            style.say("Watches for"),
            list(KINDS),
            format_func=lambda one: style.say(KINDS[one]),
            required=True,
            key=key("kind"),
        )
        {
            "call": self._call,
            "counter": self._counter,
            "operation": self._operation,
            "unusual": self._unusual,
        }[str(kind)]()
        self._told(with_scope=kind != "operation")

    def _call(self) -> None:
        key, style = self._drawer.key, self._view.style
        st.segmented_control(
            style.say("A call that meets"),
            list(_ALL_OR_ANY),
            format_func=lambda one: style.say(_ALL_OR_ANY[one]),
            required=True,
            key=key("any_of"),
        )
        st.pills(
            style.say("Call type"),
            [one.value for one in CallType],
            selection_mode="multi",
            format_func=self._words,
            key=key("call_types"),
        )
        left, right = st.columns(2)
        left.text_input(style.say(LABELS["min_cost"]), placeholder="5.00", key=key("min_cost"))
        right.number_input(
            style.say("Talk from (minutes)"), min_value=0, max_value=1440, key=key("min_minutes")
        )
        st.text_area(
            style.say(LABELS["numbers"]),
            placeholder="+39899*",
            help=style.say(
                "One a line: whole, or the beginning with a * behind. Of the other side, or as "
                "dialled."
            ),
            height=80,
            key=key("numbers"),
        )
        when = st.segmented_control(
            style.say("Begun"),
            list(_WHEN),
            format_func=lambda one: style.say(_WHEN[one]),
            required=True,
            key=key("when"),
            help=style.say("By the clock of the place where the call began."),
        )
        if when:
            self._hours("")
        with st.expander(style.say("Whose calls, and where to")):
            st.pills(
                style.say("Direction"),
                [one.value for one in Direction],
                selection_mode="multi",
                format_func=self._words,
                key=key("directions"),
            )
            self._several(style.say("Destinations"), "destinations", [])
            self._several(style.say("People"), "people", list(people(self._view)))
            self._several(style.say("Departments"), "departments", self._departments())
            self._several(style.say("Trunks"), "gateways", gateways(self._view))
            st.toggle(style.say("Emergency calls only"), key=key("emergency"))

    def _counter(self) -> None:
        key, style = self._drawer.key, self._view.style
        measure = st.selectbox(
            style.say("Figure"),
            [one.value for one in Measure],
            format_func=lambda one: sentence(style.say(MEASURES[Measure(one)])),
            key=key("measure"),
        )
        is_at_once = measure == Measure.CONCURRENT
        left, right = st.columns(2)
        if is_at_once:
            st.caption(style.say("Of each trunk, the most within an hour."))
            left.text_input(style.say("Above"), key=key("amount"))
        else:
            left.selectbox(
                style.say("Told when it is"),
                list(_COMPARED),
                format_func=lambda one: style.say(_COMPARED[one]),
                key=key("compare"),
            )
            right.text_input(style.say(LABELS["amount"]), key=key("amount"))
            self._window()
        with st.expander(style.say("Which calls")):
            if is_at_once:
                self._several(style.say("Trunks"), "only gateways", gateways(self._view))
            else:
                for name in FILTERS:
                    self._filter(name)

    def _window(self) -> None:
        key, style = self._drawer.key, self._view.style
        window = st.segmented_control(
            style.say("Of each"),
            [one.value for one in Window],
            format_func=lambda one: (
                style.say("Last minutes") if one == Window.SLIDING else words(one, style)
            ),
            required=True,
            key=key("window"),
        )
        if window == Window.SLIDING:
            st.number_input(
                style.say(LABELS["minutes"]), min_value=1, max_value=1440, key=key("minutes")
            )
        st.segmented_control(
            style.say("And of each"),
            [one.value for one in Per],
            format_func=lambda one: (
                style.say("Everything together") if one == Per.ALL else words(one, style)
            ),
            required=True,
            key=key("per"),
        )
        filled = self._drawer.filled({"compare": Compare.ABOVE.value, "measure": Measure.COST})
        if compares_with_before(filled):
            st.segmented_control(
                style.say("Against"),
                list(_AGAINST),
                format_func=lambda one: style.say(_AGAINST[one]),
                required=True,
                key=key("against"),
            )
        if needs_calls(filled):
            st.number_input(
                style.say(LABELS["least_calls"]),
                min_value=1,
                help=style.say("Shares, averages and changes of fewer say nothing."),
                key=key("least_calls"),
            )

    def _operation(self) -> None:
        key, style = self._drawer.key, self._view.style
        chosen = Trouble(
            st.selectbox(
                style.say("Trouble"),
                [one.value for one in Trouble],
                format_func=lambda one: sentence(style.say(TROUBLES[Trouble(one)]).format("…")),
                key=key("trouble"),
            )
        )
        if unit := UNITS.get(chosen):
            st.text_input(
                f"{style.say(LABELS['amount'])} ({style.say(unit)})", key=key("trouble_amount")
            )
        if chosen in _OF_SOURCES:
            names = data.sources(self._view.snapshot, self._view.scope)["source"].to_list()
            self._several(style.say("Sources"), "sources", names)
        if chosen is Trouble.SILENT:
            self._hours("office_")

    def _unusual(self) -> None:
        key, style = self._drawer.key, self._view.style
        st.caption(
            style.say(
                "Calls unlike what somebody usually does: at night, to premium numbers or "
                "countries never called before, in bursts. Fraud looks like this."
            )
        )
        st.segmented_control(
            style.say("Of each"),
            [Per.PERSON.value, Per.TRUNK.value],
            format_func=self._words,
            required=True,
            key=key("unusual_per"),
        )
        left, right = st.columns(2)
        left.number_input(
            style.say("Learnt from (weeks)"), min_value=2, max_value=26, key=key("weeks")
        )
        right.number_input(
            style.say("Told from (points)"),
            min_value=1,
            max_value=30,
            help=style.say("Fewer find more, and are wrong more often."),
            key=key("points"),
        )

    def _told(self, *, with_scope: bool) -> None:
        key, style = self._drawer.key, self._view.style
        st.text_area(
            style.say("Mail to"),
            placeholder=ADDRESS,
            help=style.say("One a line."),
            height=80,
            key=key("addresses"),
        )
        if ways.webhooks():
            self._several(style.say("Webhooks"), "webhooks", list(ways.webhooks()), new=False)
        left, right = st.columns(2)
        left.number_input(
            style.say("Quiet time (minutes)"),
            min_value=0,
            help=style.say(
                "After one about somebody, the next ones wait for so long, and are told together."
            ),
            key=key("quiet_minutes"),
        )
        own = st.session_state.get(key("zone"), "UTC")
        right.selectbox(style.say("By the clock of"), zones(own), key=key("zone"))
        if not with_scope:
            return
        with st.expander(style.say("What readers may see")):
            left, right = st.columns(2)
            left.number_input(
                style.say("Hidden digits"),
                min_value=0,
                max_value=20,
                key=key("mask"),
                help=style.say("Of outside numbers, the last ones."),
            )
            locale = st.session_state.get(key("locale"), "en")
            right.selectbox(
                style.say("Figures as in"),
                list(dict.fromkeys((*LOCALES, locale))),
                format_func=lambda one: locale_name(one, style),
                key=key("locale"),
            )
            self._several(style.say("Only departments"), "see_departments", self._departments())
            self._several(
                style.say("Only sites"),
                "see_sites",
                data.sites(self._view.snapshot, self._view.scope),
            )

    def _filter(self, name: str) -> None:
        known: dict[str, Callable[[], list[str]]] = {
            "sites": lambda: data.sites(self._view.snapshot, self._view.scope),
            "departments": self._departments,
            "people": lambda: list(people(self._view)),
            "directions": lambda: [one.value for one in Direction],
            "call_types": lambda: [one.value for one in CallType],
            "gateways": lambda: gateways(self._view),
        }
        choices = known[name]() if name in known else []
        style = self._view.style
        label = style.say("Trunks") if name == "gateways" else words(name, style)
        self._several(label, f"only {name}", choices)

    def _departments(self) -> list[str]:
        return data.departments(self._view.snapshot, self._view.scope)

    def _several(self, label: str, field: str, choices: list[str], *, new: bool = True) -> None:
        style = self._view.style
        st.multiselect(
            label,
            choices,
            placeholder=style.say("All" if choices else "Write one and press Enter"),
            key=self._drawer.key(field),
            accept_new_options=new,
        )

    def _hours(self, prefix: str) -> None:
        key, style = self._drawer.key, self._view.style
        left, right = st.columns(2)
        left.time_input(style.say("From"), step=900, key=key(f"{prefix}begin"))
        right.time_input(style.say("Until"), step=900, key=key(f"{prefix}end"))
        st.pills(
            style.say("On"),
            list(WEEKDAYS),
            selection_mode="multi",
            format_func=lambda day: style.say(WEEKDAYS[day])[:3],
            key=key(f"{prefix}weekdays"),
        )
