"""Weighted choice."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Deck(Generic[Thing]):
    """Things to draw from, each with its weight; what is drawn stays in."""

    __slots__ = ("_edges", "_things")

    def __init__(self, weights: Iterable[tuple[Thing, float]]) -> None:
        pairs = list(weights)
        self._things: list[Thing] = [thing for thing, _ in pairs]
        self._edges = list(accumulate(weight for _, weight in pairs))
        if not self._things or self._edges[-1] <= 0:
            raise ValueError("a deck needs at least one thing with a weight")

    def draw(self, rng: Random) -> Thing:
        edges = self._edges
        return self._things[bisect(edges, rng.random() * edges[-1], 0, len(edges) - 1)]


def often_first(rng: Random, things: Sequence[Thing]) -> Thing:
    """One of the things, the earlier the likelier (about 80 % fall on the first fifth)."""
    return things[int(len(things) * rng.random() ** 7)]
