"""How Tollbook itself is: what runs, how old its data are, what waits for a person."""

from __future__ import annotations

import streamlit as st

from app import data
from app.administration import health_parts
from app.format import literal
from app.language import style_of

LOOK_EVERY_S = 10

style = style_of(st.context.locale)
zone = data.reader_zone()
st.title(style.say("Health"), anchor=False)
st.markdown(f"**{literal(data.company())}**")


@st.fragment(run_every=LOOK_EVERY_S)
def operation() -> None:
    """What changes by itself."""
    found = health_parts.processes(style, zone)
    health_parts.sources(found, style, zone)


operation()
health_parts.spool(style)
health_parts.comparisons(style, zone)
health_parts.storage(style, zone)
health_parts.mails(style, zone)
