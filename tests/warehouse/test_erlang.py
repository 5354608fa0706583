"""Erlang B against published tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.erlang import blocking, channels_needed

# Offered erlangs for a given number of channels and blocking, as traffic tables print them.
TABLE = [
    (1, 0.01, 0.0101), (2, 0.01, 0.153), (3, 0.01, 0.455), (4, 0.01, 0.869), (5, 0.01, 1.36),
    (6, 0.01, 1.91), (10, 0.01, 4.46), (15, 0.01, 8.11), (20, 0.01, 12.0), (30, 0.01, 20.3),
    (50, 0.01, 37.9), (100, 0.01, 84.1), (2, 0.02, 0.223), (5, 0.02, 1.66), (10, 0.02, 5.08),
    (30, 0.02, 21.9), (10, 0.05, 6.22), (10, 0.001, 3.09), (30, 0.001, 16.7),
]  # fmt: skip


@pytest.mark.parametrize(("channels", "share", "erlangs"), TABLE)
def test_blocking_is_that_of_the_tables(channels: int, share: float, erlangs: float) -> None:
    assert share == pytest.approx(blocking(erlangs, channels), rel=0.03)


@pytest.mark.parametrize(("channels", "share", "erlangs"), TABLE)
def test_as_many_channels_are_needed_as_the_tables_say(
    channels: int, share: float, erlangs: float
) -> None:
    assert channels == channels_needed(erlangs * 0.99, share)
    assert channels < channels_needed(erlangs * 1.015, share) <= channels + 2


@given(st.floats(0, 500), st.floats(0.0001, 1))
def test_the_channels_needed_are_the_least_that_suffice(erlangs: float, at_most: float) -> None:
    channels = channels_needed(erlangs, at_most)
    assert blocking(erlangs, channels) <= at_most
    assert not channels or blocking(erlangs, channels - 1) > at_most


def test_the_ends_of_the_formula() -> None:
    assert (1.0, 0.0, 0.5) == (blocking(0, 0), blocking(0, 1), blocking(1, 1))
    assert (0, 1) == (channels_needed(5, 1), channels_needed(0))


def test_what_cannot_be_is_refused() -> None:
    for wrong in ((-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="cannot be"):
            blocking(*wrong)
    with pytest.raises(ValueError, match="cannot be"):
        channels_needed(-1)
    for share in (0, 1.5):
        with pytest.raises(ValueError, match="share"):
            channels_needed(1, share)
