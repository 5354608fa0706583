"""About these figures: what each means, what priced them, and as of when they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from app import data
from app.data import View
from app.format import counted, instant, literal, number
from app.reports.cells import in_zone

MEANINGS: Final = {
    "Cost": "What the carriers take, without tax, with whoever pays: a call that is split costs "
    "each payer their part.",
    "Charge": "What is passed on: the cost with its markup and surcharge, without tax.",
    "Calls": "Calls as people count them, each with its owner: transfers and diversions are part "
    "of one call.",
    "Minutes": "Time talked, waiting for an agent not counted.",
    "Cost per minute": "Cost of all calls over all minutes talked, free and internal ones too.",
    "Change": "Against the same measure of the period that is compared with.",
    "Answered": "Taken by a person, an attendant or a group; voice mail does not count.",
    "Lost": "Not answered, busy, given up by the caller, rejected or failed.",
    "Abandoned": "Given up by the caller before anybody answered.",
    "Time to answer": "Seconds from the start of a call to its answer, queues and other people's "
    "telephones included.",
    "Service level": "Of the answered calls and those given up, the share that was answered within "
    "the seconds chosen.",
    "Not called back": "Lost inbound calls after which nobody spoke with that number within a day; "
    "withheld numbers are left out.",
    "Seizures": "Call legs that took a channel of a trunk.",
    "Erlangs": "Hours of use within an hour: how many channels were busy on average.",
    "Busy hour": "The same hour of every day, chosen for the most traffic.",
    "Channels at once": "The most that were in use at the same moment, from the first ring on.",
    "Blocked": "The share of calls that found no free channel in the busy hour, as Erlang B "
    "expects it.",
    "Fixed charges": "Monthly charges of people, lines and places; each day bears its part.",
}
"""What the figures of the pages mean, by their names."""

_PRICE: Final = frozenset({"Cost", "Charge", "Cost per minute"})


def offer(view: View, unrated: int, names: Sequence[str]) -> None:
    """A button that opens it; `names` are some of `MEANINGS`, `unrated` counts calls."""
    style = view.style
    with st.popover(
        style.say("About these figures"), icon=":material/info:", type="tertiary", key="about"
    ):
        for name in names:
            st.markdown(f"**{style.say(name)}** – {style.say(MEANINGS[name])}")
        if _PRICE & set(names):
            _prices(view, unrated)
        published = instant(in_zone(view.snapshot.manifest.published_at, view.zone), style)
        st.caption(
            style.say(
                "Version {version} of the published calls, of {time}.",
                version=number(view.snapshot.version, style),
                time=published,
            )
        )


def _prices(view: View, unrated: int) -> None:
    style = view.style
    st.markdown(
        style.say(
            "**Currencies** are never added up. Where the company reports in one currency, amounts "
            "are converted at the rate of the day of the call."
        )
    )
    st.markdown(
        style.say("**Unrated**: {calls}.", calls=counted(unrated, "call", style))
        + " "
        + style.say("They should have a price and none was found; they are in no cost.")
    )
    for tariff in data.tariffs_in_use(view):
        st.caption(
            style.say(
                "Tariff {tariff}, version {version}, in use since {time}.",
                tariff=literal(tariff.tariff),
                version=tariff.version[:_SHORT],
                time=instant(in_zone(tariff.loaded_at, view.zone), style),
            )
        )


_SHORT: Final = 8
"""So much of a hash tells versions apart."""
