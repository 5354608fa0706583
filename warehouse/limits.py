"""How long a question may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import duckdb

from warehouse.errors import Unavailable


class TooSlow(Unavailable):
    """A question was broken off because it took too long."""


@contextmanager
def time_limit(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Breaks off what a cursor does within the block after so many seconds, with `TooSlow`.

    The cursor must not be used for anything else.
    """
    timer = Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise TooSlow(
            f"The question took longer than {seconds:g} s and was broken off. Ask for a shorter "
            "period, or for less at a time."
        ) from error
    finally:
        timer.cancel()
