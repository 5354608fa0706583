"""Work on the next of several things while the one before is made use of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def ahead(make: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[tuple[Item, Made]]:
    """Each item with what is made of it, by a thread that is one item ahead."""
    with ThreadPoolExecutor(1, "ahead") as thread:
        at_hand: tuple[Item, Future[Made]] | None = None
        for item in items:
            following = item, thread.submit(make, item)
            if at_hand is not None:
                yield at_hand[0], at_hand[1].result()
            at_hand = following
        if at_hand is not None:
            yield at_hand[0], at_hand[1].result()
