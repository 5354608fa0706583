"""A visitor that speaks to the real server as a browser does, with whatever headers it likes."""

from __future__ import annotations

from collections.abc import Mapping

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PATIENCE_S = 60


def page_of(url: str, page: str, headers: Mapping[str, str], query: str = "") -> str:
    """Everything that the server sends of one run of a page, as text.

    Raises `websockets.exceptions.InvalidStatus` where the server refuses the visitor.
    """
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    told = []
    with connect(
        url.replace("http:", "ws:") + "/_stcore/stream",
        additional_headers=headers,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
        proxy=None,
    ) as line:
        line.send(asked.SerializeToString())
        while True:
            received = line.recv(PATIENCE_S)
            assert isinstance(received, bytes)
            message = ForwardMsg.FromString(received)
            told.append(str(message))
            if message.HasField("script_finished"):
                return "\n".join(told)
