"""A person at the app without a window: speaks Streamlit's protocol and draws nothing.

What the server has to do for it is what it does for a browser; what the browser has to do is left
out, because it is another machine's work.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 120
ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Speaker:
    """One session with the server: what it last drew, as far as a person clicks on it."""

    socket: ClientConnection
    url: str
    query: str
    departments: str = ""
    """The name of the chooser of departments."""
    offered: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    badges: dict[str, str] = field(default_factory=dict)
    """Names of the buttons that take a filter off."""
    looks: dict[str, float] = field(default_factory=dict)
    """Parts of the page that ask anew by themselves, and after how many seconds."""

    def draw(self, clicked: str = "") -> None:
        """Has the page drawn with what is chosen, maybe by a click on a button."""
        self.badges, self.looks = {}, {}
        self._ask(self._message(clicked))

    def look(self, part: str) -> None:
        """What the browser asks by itself, again and again: whether there is news."""
        message = self._message("")
        message.rerun_script.fragment_id = part
        message.rerun_script.is_auto_rerun = True
        self._ask(message)

    def think(self, seconds: float) -> None:
        """Lets time pass, in which the page asks for news as often as it does in a browser."""
        until = time.monotonic() + seconds
        while self.looks and (pause := min(self.looks.values())) < until - time.monotonic():
            time.sleep(pause)
            self.look(min(self.looks, key=self.looks.__getitem__))
        time.sleep(max(0.0, until - time.monotonic()))

    def click(self, chance: random.Random) -> None:
        """Takes the filter by department off if one is set, or sets one."""
        if self.badges:
            self.chosen = []
            self.draw(next(iter(self.badges.values())))
        else:
            self.chosen = [chance.choice(self.offered)]
            self.draw()

    def _message(self, clicked: str) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.context_info.url = self.url
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-GB"
        state.context_info.color_scheme = "light"
        if self.departments:
            widget = WidgetState(id=self.departments)
            widget.string_array_value.data.extend(self.chosen)
            state.widget_states.widgets.append(widget)
        if clicked:
            state.widget_states.widgets.append(WidgetState(id=clicked, trigger_value=True))
        return message

    def _ask(self, message: BackMsg) -> None:
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self.socket.recv(PATIENCE_S, decode=False))
            kind = answer.WhichOneof("type")
            if kind == "script_finished" and answer.script_finished in ENDED:
                return
            if kind == "auto_rerun":
                self.looks[answer.auto_rerun.fragment_id] = answer.auto_rerun.interval
            if kind == "page_info_changed":
                self.query = answer.page_info_changed.query_string
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                self._see(answer.delta.new_element)

    def _see(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"{element.exception.type}: {element.exception.message}")
        if kind == "multiselect" and element.multiselect.id.endswith("-department"):
            self.departments = element.multiselect.id
            self.offered = list(element.multiselect.options)
            if element.multiselect.set_value:
                self.chosen = list(element.multiselect.raw_values)
        if kind == "button" and "-badge_" in element.button.id:
            self.badges[element.button.id.partition("-badge_")[2]] = element.button.id


@contextmanager
def speaking(url: str, query: str) -> Iterator[Speaker]:
    """A new visit; the page is drawn by `draw`."""
    where = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(where, subprotocols=["streamlit"], origin=url, max_size=None) as socket:
        yield Speaker(socket, f"{url}/?{query}", query)
