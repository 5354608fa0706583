"""Prices the calls that meet more than one row, segment by segment.

An increment belongs wholly to the band and the tier in which it starts, at its whole second after
the answer. A tier's first block comes once in a call, where the call first meets that tier; tiers
of different bands are the same when they begin at the same second. So a change of band restarts
nothing, and a call that comes back to a tier goes on with its steps. Under the rule `multiple` all
increments are the steps of the first row, up to a whole number of them or to the end of the first
block, whichever is later; there the last step is cut short. Connect fee, minimum, cap, free time
and rounding are those of the first row too. A call that runs into a time without a band has no
price at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.rating.band import band_at
from pipeline.rating.bands import NEVER
from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.periods import FOREVER_MS
from pipeline.rating.price import bound
from pipeline.rating.prices import TIER_ROOM
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import roomy
from pipeline.rating.work import Flags, Segments, Work


def walk(work: Work, tariffs: Tariffs) -> None:
    """Prices calls that leave their first row again, in place of what `price` has made of them."""
    work.walked = np.flatnonzero(_leaves_its_row(work, tariffs))
    work.segments = segments_of(work, work.walked, tariffs)
    if not len(work.walked):
        return
    prices = tariffs.prices
    segments = work.segments
    work.billed[work.walked] = 0
    np.add.at(work.billed, segments.call, segments.seconds)
    work.amount[work.walked] = 0
    np.add.at(work.amount, segments.call, segments.amount)
    per_minute = pick(prices.terms.price_per_minute, prices.terms_of_row.take(segments.row))
    asks = np.zeros(len(work), dtype=np.bool_)
    asks[segments.call[np.broadcast_to(per_minute > 0, len(segments.call))]] = True
    work.is_costless = np.broadcast_to(work.is_costless, len(work)).copy()
    work.is_costless[work.walked] = ~asks[work.walked]


def _leaves_its_row(work: Work, tariffs: Tariffs) -> Flags:
    """Whether an increment can start in another band or tier, or counts otherwise than usual."""
    rules, next_tier = tariffs.adjustments, tariffs.prices.next_tier
    is_special = rules.is_multiple | rules.is_per_increment
    # Asked of all calls is what costs little: most that end after their band began an increment.
    leaves: Flags = work.band_ends < work.at + work.talk_ms
    if (next_tier < NEVER).any():
        leaves |= pick(next_tier, work.row) < work.talk
    if is_special.any():
        leaves |= pick(is_special, work.found) == 1
    calls = np.flatnonzero(leaves)
    talk, found = work.talk[calls], work.found[calls]
    last_start = work.at[calls] + (talk - 1) * 1000
    surely = (pick(work.band_ends, calls) <= last_start) & (pick(rules.is_split, found) == 1)
    surely |= pick(next_tier, work.row[calls]) < talk
    surely |= pick(is_special, found) == 1
    surely &= (work.verdict[calls] < 0) & (work.card[calls] > 0)
    surely &= pick(work.has_band, calls) & ~pick(work.is_short_talk, calls)
    leaves[calls] = surely
    return leaves


def segments_of(work: Work, calls: Integers, tariffs: Tariffs) -> Segments:
    """The segments of some calls; those that run into a time without a band lose `has_band`."""
    prices, terms = tariffs.prices, tariffs.prices.terms
    rules = tariffs.adjustments
    most = bound(work, tariffs)
    increments = _Increments(work, calls, tariffs)
    now = np.zeros(len(work), dtype=np.int64)
    met = np.zeros(len(work), dtype=np.int64)
    found: list[Segments] = []
    lost: list[Integers] = []
    while len(calls):
        owner, end = work.found[calls], increments.end[calls]
        begin, second = work.at[calls], now[calls]
        line, ends = _line_at(work, calls, begin + second * 1000, tariffs)
        if (line < 0).any():
            lost.append(calls[line < 0])
            calls = calls[line >= 0]
            continue
        row = np.searchsorted(prices.tier_key, line * TIER_ROOM + second, side="right") - 1
        limit = np.minimum(-((begin - ends) // 1000), end)
        limit = np.minimum(limit, pick(prices.next_tier, row))
        bit = prices.tier_bit.take(row)
        head, step = increments.of(calls, row, is_new=(met[calls] & bit) == 0)
        met[calls] |= bit
        steps = (np.maximum(limit - second - head, 0) + step - 1) // step
        each = pick(terms.price_per_minute, prices.terms_of_row.take(row))
        amount = _rounded(roomy(head, most) * each, owner, rules) + steps * _rounded(
            roomy(step, most) * each, owner, rules
        )
        seconds = head + steps * step
        excess = np.where(increments.is_cut[calls], np.maximum(second + seconds - end, 0), 0)
        amount -= _rounded(roomy(step, most) * each, owner, rules)
        amount += _rounded(roomy(step - excess, most) * each, owner, rules)
        seconds -= excess
        found.append(Segments(calls, second, seconds, row, amount))
        now[calls] = second + seconds
        calls = calls[now[calls] < end]
    return _joined(work, found, lost)


class _Increments:
    """The first increment and the steps of a call's next segment.

    `end` is the second, per call, before which increments begin; where `is_cut`, they also end
    there. Both hold for the calls that are walked.
    """

    def __init__(self, work: Work, calls: Integers, tariffs: Tariffs) -> None:
        self._work = work
        self._tariffs = tariffs
        is_multiple = pick(tariffs.adjustments.is_multiple, work.found[calls]) == 1
        self.is_cut: Flags = np.zeros(len(work), dtype=np.bool_)
        self.is_cut[calls] = is_multiple
        terms, talk = tariffs.prices.terms, work.talk[calls]
        step = pick(terms.next_increment_s, work.terms[calls])
        whole = -(-talk // step) * step
        least = np.maximum(whole, pick(terms.first_increment_s, work.terms[calls]))
        self.end: Integers = np.zeros(len(work), dtype=np.int64)
        self.end[calls] = np.where(is_multiple, least, talk)

    def of(self, calls: Integers, row: Integers, is_new: Flags) -> tuple[Integers, Integers]:
        terms = self._tariffs.prices.terms
        here = self._tariffs.prices.terms_of_row.take(row)
        is_cut = self.is_cut[calls]
        used = np.where(is_cut, self._work.terms[calls], here)
        first = np.broadcast_to(pick(terms.first_increment_s, used), len(calls))
        step = np.broadcast_to(pick(terms.next_increment_s, used), len(calls))
        return np.where(is_new & ~is_cut, first, step), step


def _line_at(
    work: Work, calls: Integers, at: Integers, tariffs: Tariffs
) -> tuple[Integers, Integers]:
    """The line of each call at an instant, -1 where no band holds, and when its band ends."""
    is_split = pick(tariffs.adjustments.is_split, work.found[calls]) == 1
    line, ends = work.line[calls], np.full(len(calls), FOREVER_MS)
    if not tariffs.schemes.is_divided or not is_split.any():
        return line, ends
    card = work.card[calls]
    schemes = tariffs.prices.scheme_of_card.take(card)
    owners = work.found[calls]
    moments = work.timeline.places(owners, at)
    place, band_ends = band_at(owners, schemes, at, moments, work.timeline, tariffs)
    here = np.where(place < 0, -1, tariffs.prices.line_of_card.take(card) + place)
    return np.where(is_split, here, line), np.where(is_split, band_ends, ends)


def _rounded(amount: Any, owner: Integers, rules: Any) -> Any:
    """The price of an increment, rounded where the tariff says so."""
    if not rules.is_per_increment.any():
        return amount
    divisor, added = pick(rules.cost_divisor, owner), pick(rules.cost_added, owner)
    whole = (amount + added) // divisor * divisor
    return np.where(pick(rules.is_per_increment, owner) == 1, whole, amount)


def _joined(work: Work, found: list[Segments], lost: list[Integers]) -> Segments:
    """All segments in the order of calls, those that follow each other in one row as one."""
    nothing = np.empty(0, dtype=np.int64)
    if not found:
        return Segments(nothing, nothing, nothing, nothing, nothing)
    call, start, seconds, row, amount = (
        np.concatenate([getattr(each, name) for each in found])
        for name in ("call", "start", "seconds", "row", "amount")
    )
    if lost:
        without = np.concatenate(lost)
        work.has_band = np.broadcast_to(work.has_band, len(work)).copy()
        work.has_band[without] = False
        kept = np.flatnonzero(work.has_band[call])
        call, start, seconds, row, amount = (
            each[kept] for each in (call, start, seconds, row, amount)
        )
    order = np.lexsort((start, call))
    call, start, seconds, row, amount = (
        each[order] for each in (call, start, seconds, row, amount)
    )
    if not len(call):
        return Segments(nothing, nothing, nothing, nothing, nothing)
    begins = np.append(True, (call[1:] != call[:-1]) | (row[1:] != row[:-1]))
    at = np.flatnonzero(begins)
    return Segments(
        call[at], start[at], np.add.reduceat(seconds, at), row[at], np.add.reduceat(amount, at)
    )
