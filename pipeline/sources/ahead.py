"""Reads the next piece of a source in a second thread, while the last one is worked on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

Rows = TypeVar("Rows")
Piece = TypeVar("Piece")


class ReadAhead(Generic[Rows, Piece]):
    """At most one piece, over a connection of its own that is closed as soon as it is read.

    Its thread ends with it, whether anybody asks for the piece or not.
    """

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Rows]],
        threads: Callable[[], Executor] = lambda: ThreadPoolExecutor(1, "read-ahead"),
    ) -> None:
        """`opened` connects to the source: it is called, and the rows are used, in the thread."""
        self._opened = opened
        self._threads = threads
        self._wanted: Hashable = None
        self._piece: Future[Piece] | None = None

    def begin(self, wanted: Hashable, read: Callable[[Rows], Piece]) -> None:
        """Begins to `read` what `wanted` names, instead of anything that was begun before."""
        self.take(None)
        threads = self._threads()
        self._wanted, self._piece = wanted, threads.submit(self._read, read)
        threads.shutdown(wait=False)

    def take(self, wanted: Hashable) -> Piece | None:
        """The piece, once it is read, if it is the one that was begun; else it is thrown away.

        Raises whatever reading it raised.
        """
        piece, self._piece = self._piece, None
        if piece is None:
            return None
        # Even where it is of no use: no two pieces are ever read at the same time.
        wait([piece])
        return piece.result() if wanted == self._wanted else None

    def _read(self, read: Callable[[Rows], Piece]) -> Piece:
        with self._opened() as rows:
            return read(rows)
