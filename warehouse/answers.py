"""Answers that several people ask for: worked out once, and kept for as long as there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from threading import Lock
from typing import Any

import polars as pl

_MOST_BYTES = 128 << 20
_LARGEST_SHARE = 16
"""No answer may take more than this part of the room."""


class Answers:
    """Frames by question, for any number of threads.

    Whoever asks what is just being worked out waits for it, and does not work it out again. What
    has been asked for last stays longest. A frame that is handed out is the caller's own.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[pl.DataFrame, int]] = OrderedDict()
        self._coming: dict[Hashable, Future[pl.DataFrame]] = {}
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes of all frames kept."""
        return self._bytes

    def get(self, question: Hashable, work_out: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The answer to a question, which must name all that the answer depends on."""
        while True:
            with self._lock:
                if question in self._kept:
                    self._kept.move_to_end(question)
                    return self._kept[question][0].clone()
                coming = self._coming.get(question)
                mine: Future[pl.DataFrame] = Future()
                if coming is None:
                    self._coming[question] = mine
            if coming is None:
                return self._work_out(question, mine, work_out).clone()
            # An error is that of whoever met it: the next one in line tries for itself.
            if coming.exception() is None:
                return coming.result().clone()

    def _work_out(
        self,
        question: Hashable,
        answer: Future[pl.DataFrame],
        work_out: Callable[[], pl.DataFrame],
    ) -> pl.DataFrame:
        try:
            frame = work_out()
        except BaseException as error:
            with self._lock:
                del self._coming[question]
            answer.set_exception(error)
            raise
        with self._lock:
            del self._coming[question]
            self._keep(question, frame)
        answer.set_result(frame)
        return frame

    def _keep(self, question: Hashable, frame: pl.DataFrame) -> None:
        size = int(frame.estimated_size())
        if size * _LARGEST_SHARE > self._most:
            return
        self._kept[question] = frame, size
        self._bytes += size
        while self._bytes > self._most:
            _, (_, freed) = self._kept.popitem(last=False)
            self._bytes -= freed


def question(sql: str, parameters: Mapping[str, Any] | None) -> Hashable:
    """A query with its parameters as a key. Values that only compare as equal are told apart."""
    return sql, _key(parameters or {})


def _key(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((name, _key(part)) for name, part in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    return type(value), str(value), value
