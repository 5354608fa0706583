"""One thing is made while the one before is made use of."""

from __future__ import annotations

from threading import Event

import pytest

from pipeline.miner.ahead import ahead


def test_the_next_is_made_while_the_one_before_is_used() -> None:
    made = {item: Event() for item in range(3)}

    def make(item: int) -> int:
        made[item].set()
        return item * 10

    found = []
    for item, result in ahead(make, made):
        if item + 1 in made:
            assert made[item + 1].wait(10)
        found.append((item, result))
    assert found == [(0, 0), (1, 10), (2, 20)]


def test_no_more_than_one_is_made_ahead() -> None:
    begun: list[int] = []
    coming = ahead(begun.append, range(9))
    for _ in range(3):
        next(coming)
    coming.close()
    assert 3 <= len(begun) <= 4


def test_what_fails_fails_where_it_is_asked_for() -> None:
    coming = ahead(lambda item: 1 // item, (1, 0, 1))
    assert next(coming) == (1, 1)
    with pytest.raises(ZeroDivisionError):
        next(coming)


def test_nothing_comes_of_nothing() -> None:
    assert list(ahead(str, ())) == []
