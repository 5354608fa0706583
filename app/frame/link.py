"""What a reader looks at, in the URL: a copied link gives the same view.

Streamlit's own binding of widgets writes the labels of options, which are other words in another
language. Here the values themselves stand in the link.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

_WRITTEN: Final = "link_written"
_ASKED: Final = "link_asked"
_KEPT: Final = "link_kept"

Values = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """How a value stands in a link. `read` raises `ValueError` for what is none."""

    read: Callable[[list[str]], Any]
    write: Callable[[Any], list[str]]


TEXT: Final = Form(lambda texts: texts[-1], lambda value: [value])
TEXTS: Final = Form(list, list)
DAY: Final = Form(lambda texts: date.fromisoformat(texts[-1]), lambda value: [value.isoformat()])
DAYS: Final = Form(
    lambda texts: tuple(date.fromisoformat(text) for text in texts[:2]),
    lambda value: [day.isoformat() for day in value],
)


def one_of(options: Collection[str]) -> Form:
    """One word of several."""

    def read(texts: list[str]) -> str:
        if texts[-1] not in options:
            raise ValueError(texts[-1])
        return texts[-1]

    return Form(read, TEXT.write)


def some_of(options: Collection[str]) -> Form:
    """Any of some words, and the empty one, which stands for none."""
    return Form(lambda texts: [text for text in texts if not text or text in options], list)


def within(least: int, most: int) -> Form:
    """A whole number of a range."""

    def read(texts: list[str]) -> int:
        return min(max(int(texts[-1]), least), most)

    return Form(read, lambda value: [str(value)])


def begin() -> None:
    """At the start of a run: sees whether a link was followed, or the reader went back."""
    found = {name: st.query_params.get_all(name) for name in st.query_params}
    # A menu entry leads to a bare address: the filters stay.
    followed = bool(found) and found != st.session_state.get(_WRITTEN)
    st.session_state[_ASKED] = found if followed else None
    st.session_state[_KEPT] = {}


def bind(key: str, form: Form, usual: Any, *, always: bool = False) -> None:
    """Before the widget of that key is drawn: its value comes from the link, and goes into it.

    What is usual is left out unless `always`; what cannot be read is as if it were not there.
    """
    asked: Values | None = st.session_state[_ASKED]
    if asked is not None:
        st.session_state[key] = usual
        with suppress(ValueError):
            if key in asked:
                st.session_state[key] = form.read(asked[key])
    elif key not in st.session_state:
        st.session_state[key] = usual
    else:
        # Streamlit forgets the values of widgets that a page does not draw, unless they are set.
        st.session_state[key] = st.session_state[key]
    st.session_state[_KEPT][key] = (form, usual, always)


def end() -> None:
    """At the end of a run: writes what was bound into the address."""
    values = _values()
    st.session_state[_WRITTEN] = values
    if values != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(values)


def current() -> str:
    """The query string of what is looked at."""
    return query(_values())


def query(values: Mapping[str, list[str]]) -> str:
    """A query string of these values."""
    return urlencode(values, doseq=True)


def _values() -> Values:
    kept: dict[str, tuple[Form, Any, bool]] = st.session_state[_KEPT]
    return {
        key: form.write(value)
        for key, (form, usual, always) in kept.items()
        for value in [st.session_state.get(key, usual)]
        if value is not None and (always or value != usual)
    }
