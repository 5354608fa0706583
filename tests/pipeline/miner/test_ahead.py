"""Things are made and finished while those before them are made use of."""

from __future__ import annotations

from threading import Event

import pytest

from pipeline.miner.ahead import ahead


def test_the_next_is_made_while_the_one_before_is_finished_or_used() -> None:
    made, finished = ({item: Event() for item in range(4)} for _ in range(2))

    def make(item: int) -> int:
        made[item].set()
        return item

    def finish(item: int) -> int:
        if item + 1 in made:
            assert made[item + 1].wait(10)
        finished[item].set()
        return item * 10

    found = []
    for item, result in enumerate(ahead(made, make, finish)):
        if item + 1 in finished:
            assert finished[item + 1].wait(10)
        found.append(result)
    assert found == [0, 10, 20, 30]


def test_no_more_than_two_are_made_ahead() -> None:
    begun: list[int] = []
    coming = ahead(range(9), begun.append, str)
    for _ in range(3):
        next(coming)
    coming.close()
    assert 3 <= len(begun) <= 5


@pytest.mark.parametrize(
    ("make", "finish"), [(lambda item: 1 // item, int), (int, lambda item: 1 // item)]
)
def test_what_fails_fails_where_it_is_asked_for(make: object, finish: object) -> None:
    coming = ahead((1, 0, 1), make, finish)  # type: ignore[arg-type]
    assert next(coming) == 1
    with pytest.raises(ZeroDivisionError):
        next(coming)


def test_nothing_comes_of_nothing() -> None:
    assert list(ahead((), str, str)) == []
