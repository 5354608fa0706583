"""Finds the card of each leg: exact short number, else longest valid prefix, else fallback."""

from __future__ import annotations

import numpy as np

from pipeline.rating.compile import Tariffs
from pipeline.rating.judge import CODES
from pipeline.rating.localtime import Timeline
from pipeline.rating.ranges import Integers
from pipeline.rating.steps import Cells
from pipeline.rating.work import Statuses, Work
from warehouse.words import Status


def match(work: Work, tariffs: Tariffs) -> None:
    """Finds where each leg is priced.

    Prefixes hold for E.164 numbers, which begin with +; other digits meet the exact short numbers
    only; `*` takes everything, also a number that cannot be read. A prefix counts when any of its
    rows is valid at the instant at which the call was answered, and that holds for all of the call.
    """
    work.timeline = Timeline.between(*_span(work), tariffs.changes, tariffs.clocks, tariffs.periods)
    work.moments, work.moment_ends = work.timeline.places(work.own, work.at)
    work.found = work.own
    work.card = _cards(work, slice(None), work.moments, tariffs)
    work.unmatched = np.full(len(work), CODES[Status.NO_PREFIX], dtype=np.int8)
    lacking = np.flatnonzero((work.card == 0) & (work.own > 0))
    if len(lacking):
        _try_fallbacks(work, lacking, tariffs)


def _span(work: Work) -> tuple[int, int]:
    """The first instant of any call and the last."""
    at, talk = work.at, work.talk_ms
    if work.is_timeless.any():
        at, talk = at[~work.is_timeless], talk[~work.is_timeless]
    return (int(at.min()), int((at + np.maximum(talk, 0)).max())) if len(at) else (0, 0)


def _try_fallbacks(work: Work, lacking: Integers, tariffs: Tariffs) -> None:
    """Tries one fallback after the other; the first tariff that knows the number says why not."""
    work.found = work.found.copy()
    no_prefix = CODES[Status.NO_PREFIX]
    tried = work.own[lacking]
    while len(lacking):
        undecided = work.unmatched[lacking] == no_prefix
        work.unmatched[lacking[undecided]] = _reasons(
            work, lacking[undecided], tried[undecided], tariffs
        )
        tried = tariffs.fallbacks[tried]
        lacking, tried = lacking[tried > 0], tried[tried > 0]
        moments, _ = work.timeline.places(tried, work.at[lacking])
        card = _cards(work, lacking, moments, tariffs)
        work.card[lacking] = card
        work.found[lacking[card > 0]] = tried[card > 0]
        work.moments[lacking] = moments
        lacking, tried = lacking[card == 0], tried[card == 0]


def _cards(
    work: Work, which: Integers | slice, moments: Integers, tariffs: Tariffs
) -> Cells | Integers:
    slots = work.timeline.slots.take(moments)
    timeless = work.is_timeless[which]
    if timeless.any():
        slots = np.where(timeless, 0, slots)
    numbers = work.e164 if isinstance(which, slice) else work.e164[which]
    cards = tariffs.prefixes.valid.find(slots, numbers)
    is_short = work.is_short[which]
    if is_short.any():
        at = np.flatnonzero(is_short)
        shorts = work.short if isinstance(which, slice) else work.short[which]
        exact = tariffs.exact.valid.find(slots[at], shorts[at])
        cards[at[exact > 0]] = exact[exact > 0]
    return cards


def _reasons(work: Work, which: Integers, tried: Integers, tariffs: Tariffs) -> Statuses:
    """Expired or not valid yet where the tariff has a price for the number at another time."""
    since = tariffs.prefixes.since.find(tried, work.e164[which])
    short = tariffs.exact.since
    exact = np.where(work.is_short[which], short.find(tried, work.short[which]), short.nothing)
    since = np.minimum(since, exact)
    found = np.full(len(which), CODES[Status.NO_PREFIX], dtype=np.int8)
    is_known = (since < short.nothing) & ~work.is_timeless[which]
    begun = since <= work.at[which]
    found[is_known & begun] = CODES[Status.EXPIRED]
    found[is_known & ~begun] = CODES[Status.NOT_VALID_YET]
    return found
