"""Work on the next of several things while the one before is made use of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

_AHEAD = 2
Item = TypeVar("Item")
Made = TypeVar("Made")
Done = TypeVar("Done")


def ahead(
    items: Iterable[Item], make: Callable[[Item], Made], finish: Callable[[Made], Done]
) -> Iterator[Done]:
    """What comes of each item, in order: one thread makes, another finishes what is made.

    They are at most two items ahead.
    """
    with ExitStack() as threads:
        maker, finisher = (threads.enter_context(ThreadPoolExecutor(1, "ahead")) for _ in range(2))
        coming: deque[Future[Done]] = deque()
        for item in items:
            coming.append(finisher.submit(partial(_finish, finish, maker.submit(make, item))))
            if len(coming) > _AHEAD:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _finish(finish: Callable[[Made], Done], made: Future[Made]) -> Done:
    return finish(made.result())
