"""What the rows of a call detail database are like, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from pipeline.sources.lync.probes.words import counted, lasting, share, total
from pipeline.sources.source import Finding, Tone

_SHIFTED_S = 1800
"""A smallest lateness of so many seconds is another clock, not a slow server."""
_ENOUGH = 50
"""Rows from which a rule is seen."""
_LONGEST_USUAL = timedelta(hours=48)


def open_rows(found: pl.DataFrame) -> Iterator[Finding]:
    """How many calls have no end, by age and answer."""
    young = total(found.filter(pl.col("age") == "hour"), "open_sessions")
    older = found.filter(pl.col("age") == "older")
    answered = older.filter(pl.col("answer") == "answered")
    never, calls = total(answered, "open_sessions"), total(answered, "sessions")
    if young:
        yield Finding(
            Tone.FACT,
            f"{counted(young, 'call')} of the last hour {'has' if young == 1 else 'have'} no end "
            "yet: rows are written while calls are up, and read again until they end.",
        )
    if never:
        yield Finding(
            Tone.ADVICE if 100 * never > calls else Tone.FACT,
            f"{never:,} of {counted(calls, 'answered call')} of the last week older than a day "
            f"({share(never, calls)}) never got an end: each is given up after 24 hours as "
            "`unknown_end`, without talk time and price.",
            "Compare them with the carrier's bill. Much of it tells of Front Ends that crash or "
            "cannot reach the database.",
        )
    refused = older.filter(pl.col("answer") == "refused")
    endless = total(refused, "open_sessions")
    if endless:
        yield Finding(
            Tone.FACT,
            f"{share(endless, total(refused, 'sessions'))} of refused calls have no end: "
            "they count as ended when they were refused.",
        )
    unanswered = total(older.filter(pl.col("answer") == "none"), "open_sessions")
    if unanswered:
        yield Finding(
            Tone.FACT,
            f"{counted(unanswered, 'call')} of the last week older than a day "
            f"{'has' if unanswered == 1 else 'have'} neither answer nor end.",
        )


def lateness(found: pl.DataFrame) -> Iterator[Finding]:
    """How long after their end rows were written last."""
    sessions, late, least, most = found.row(0)
    if not sessions:
        return
    if sessions >= _ENOUGH and (least > _SHIFTED_S or least < -_SHIFTED_S):
        yield Finding(
            Tone.ADVICE,
            f"LastModifiedTime is at least {lasting(timedelta(seconds=least))} "
            f"{'after' if least > 0 else 'before'} the end of every session: "
            "it runs by another clock than session times.",
            "Compare both with the UTC time of a call made now.",
        )
        return
    latest = timedelta(seconds=most)
    needs_longer = latest > _LONGEST_USUAL
    yield Finding(
        Tone.ADVICE if needs_longer else Tone.FACT,
        f"Of {counted(sessions, 'session')} that ended in the last week, {late:,} "
        f"({share(late, sessions)}) were written more than an hour after their end, "
        f"the latest {lasting(latest)} after.",
        f"Set overlap_hours to {latest // timedelta(hours=1) + 24} or more: "
        "polls look back that far for late rows."
        if needs_longer
        else "",
    )


def parties(found: pl.DataFrame) -> Iterator[Finding]:
    """Which side of a session is the PSTN, and which sessions do not say who called."""
    for way, side, other in (("from", "from_trunk", "to_trunk"), ("to", "to_trunk", "from_trunk")):
        rows = found.filter((pl.col(side) == 1) & (pl.col(other) == 0))
        calls = total(rows, "sessions")
        if not calls:
            continue
        guises = [
            f"{name} is {_GUISES[guise]} in {share(number, calls)}"
            for name, column in (("User1", "user1"), ("User2", "user2"))
            for guise in ("nobody", "phone")
            if (number := total(rows.filter(pl.col(column) == guise), "sessions"))
        ]
        yield Finding(
            Tone.FACT,
            f"Of {counted(calls, 'session')} {way} the PSTN, "
            f"{'; '.join(guises) or 'both parties are users'}. Both guises are understood.",
        )
        both = rows.filter((pl.col("user1") == "user") & (pl.col("user2") == "user"))
        if (number := total(both, "sessions")) and guises:
            many = 10 * number > calls
            yield Finding(
                Tone.ADVICE if many else Tone.FACT,
                f"{counted(number, 'session')} {way} the PSTN ({share(number, calls)}) "
                "name two users, as those do that a response group hands over.",
                "Look at some of them on the page Calls: is the right person the owner?"
                if many
                else "",
            )
    yield from _unclear(found)


_GUISES = {"nobody": "nobody (NULL)", "phone": "a phone URI"}


def _unclear(found: pl.DataFrame) -> Iterator[Finding]:
    inside = (pl.col("from_trunk") == 0) & (pl.col("to_trunk") == 0)
    unstarted = total(
        found.filter(
            inside & (pl.col("starter").is_in(["nobody", "another"])) & (pl.col("user1") == "user")
        ),
        "sessions",
    )
    if unstarted:
        yield Finding(
            Tone.ADVICE,
            f"{counted(unstarted, 'internal session')} do not say which of their parties "
            "began: User1 is taken for the caller.",
            "They cost nothing; read statistics of internal callers with care.",
        )
    without_gateway = total(found, "without_gateway")
    trunk_calls = total(found.filter(~inside), "sessions")
    if without_gateway:
        yield Finding(
            Tone.FACT,
            f"{without_gateway:,} of {counted(trunk_calls, 'session')} with the PSTN "
            f"({share(without_gateway, trunk_calls)}) name a mediation server and no gateway: "
            "gateways.csv must have a row for each such server too.",
        )
    without_number = total(found, "without_number")
    if without_number:
        yield Finding(
            Tone.ADVICE,
            f"{counted(without_number, 'session')} to the PSTN have no connected number: the "
            "number wanted is priced in its place, if it is known.",
            "Compare some of them with the carrier's bill.",
        )


def orphans(found: pl.DataFrame) -> Iterator[Finding]:
    """Rows whose other half is missing."""
    voip, alone, silent = found.row(0)
    if alone:
        yield Finding(
            Tone.ADVICE,
            f"{alone:,} of {counted(voip, 'row')} of VoipDetails of the last week "
            f"({share(alone, voip)}) have no SessionDetails: nothing says when they were answered "
            "or ended, so they are not counted.",
            "Compare those days with the carrier's bill.",
        )
    if silent:
        yield Finding(
            Tone.FACT,
            f"{counted(silent, 'session')} of the last week with audio have no VoipDetails: they "
            "are read all the same, as calls that met no trunk.",
        )


def forks(found: pl.DataFrame) -> Iterator[Finding]:
    """How many rows one ringing from the PSTN makes."""
    ringings = total(found, "ringings")
    forked = found.filter(pl.col("rows_of_ringing") > 1)
    if ringings:
        most = max(found["rows_of_ringing"])
        yield Finding(
            Tone.FACT,
            f"{share(total(forked, 'ringings'), ringings)} of calls from the PSTN ring in several "
            f"rows, up to {most}: they are counted as one call."
            if len(forked)
            else "Every call from the PSTN rings in one row.",
        )


def conferences(found: pl.DataFrame) -> Iterator[Finding]:
    """Sessions between conferences and the PSTN, which cost money where they were dialled out."""
    legs = {out: (number, doubled) for out, number, doubled in found.iter_rows()}
    into, doubled_in = legs.get(0, (0, 0))
    out, doubled_out = legs.get(1, (0, 0))
    if into or out:
        yield Finding(
            Tone.FACT,
            f"Conferences of the last week took {counted(into, 'call')} from the PSTN and made "
            f"{out:,}; the latter cost money.",
        )
    if doubled_in or doubled_out:
        yield Finding(
            Tone.FAULT,
            f"{counted(doubled_in + doubled_out, 'conference session')} with the PSTN "
            "are calls in SessionDetails too, under the same key: they are counted and priced "
            "twice.",
            "Compare one with the carrier's bill, and report it to the makers of Tollbook.",
        )
