"""What the server of a call detail database says of itself, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from pipeline.sources.lync.probes.words import lasting
from pipeline.sources.source import Finding, Tone

RELEASES = {
    10: "2008",
    11: "2012",
    12: "2014",
    13: "2016",
    14: "2017",
    15: "2019",
    16: "2022",
    17: "2025",
}
"""Years of SQL Server by major version."""

_CLOCKS_AGREE = timedelta(minutes=1)
_NO_FUTURE = timedelta(minutes=5)
_QUIET = timedelta(days=1)
_TABLES = ("SessionDetails", "VoipDetails", "ConferenceSessionDetails")


def server_name(server: pl.DataFrame) -> str:
    """The name of a SQL Server by its own answer (one row)."""
    version, edition, level, collation = server.row(0)[:4]
    year = RELEASES.get(int(version.split(".")[0]), "")
    return (
        f"SQL Server {year} {version}, {edition}, compatibility level {level}, "
        f"collation {collation}"
    ).replace("  ", " ")


def kept_for(settings: pl.DataFrame) -> timedelta | None:
    """How long calls are kept by the rows of PurgeSettings; None where they are not purged."""
    days = settings.filter(pl.col("enabled") == 1)["keep_days"].drop_nulls()
    return None if days.is_empty() else timedelta(days=min(days))


def retention(settings: pl.DataFrame, oldest: datetime | None, now: datetime) -> Iterator[Finding]:
    """How long the source keeps calls, and what follows for whoever reads them."""
    kept = kept_for(settings)
    if kept is None:
        yield Finding(
            Tone.FACT,
            "The server does not purge its calls by itself; `Invoke-CsCdrDatabasePurge` still can.",
        )
        return
    hour = settings["purge_hour"].drop_nulls()
    when = f" at {hour[0]}:00 by the clock of the server" if len(hour) else ""
    yield Finding(
        Tone.FACT,
        f"The server keeps calls for {lasting(kept)} and deletes older ones each night{when}. "
        f"What is not read by then is lost: `tollbook check` finds fault when Tollbook is more "
        f"than {lasting(kept / 2)} behind. Deletions are never repeated in the warehouse.",
    )
    if kept < timedelta(days=14):
        yield Finding(
            Tone.ADVICE,
            f"Calls are kept for {lasting(kept)} only: a longer outage of Tollbook loses calls.",
            "Raise KeepCallDetailForDays with Set-CsCdrConfiguration; 60 days is usual.",
        )
    if oldest is not None and oldest < now - kept - timedelta(days=3):
        yield Finding(
            Tone.ADVICE,
            f"The oldest session is {lasting(now - oldest)} old, older than the "
            f"{lasting(kept)} for which calls are kept: the purge does not run.",
            "Read the event log of the server, and look at the size of the database.",
        )


def clock(newest: datetime | None, now: datetime, server: pl.DataFrame | None) -> Iterator[Finding]:
    """Whether the clocks agree and session times are UTC, as nothing documents."""
    offset = timedelta()
    if server is not None:
        offset_s, server_now = server.row(0)[4:6]
        offset = timedelta(seconds=offset_s)
        skew = server_now - now
        if abs(skew) > _CLOCKS_AGREE:
            yield Finding(
                Tone.ADVICE,
                f"The clock of the server is {lasting(skew)} "
                f"{'ahead of' if skew > timedelta() else 'behind'} that of this machine.",
                "Let both follow the same time server (NTP).",
            )
    if newest is None:
        yield Finding(
            Tone.ADVICE,
            "The database holds no session at all.",
            "Switch recording on with Set-CsCdrConfiguration -EnableCDR $true, or check that "
            "the connection names the database in use: a company may have several.",
        )
        return
    age = now - newest
    if age < -_NO_FUTURE:
        by = ""
        if abs(newest - (now + offset)) < _NO_FUTURE:
            by = f" They look like the local time of the server, UTC{_hours(offset)} h."
        yield Finding(
            Tone.FAULT,
            f"The newest session began {lasting(age)} in the future: session times are not UTC, "
            f"or the clock of this machine is slow.{by}",
            "Compare the UTC time of a call made now with its SessionIdTime. Rely on no day and "
            "no price before this is settled.",
        )
    elif abs(offset) > 2 * _NO_FUTURE and abs(newest - (now + offset)) < _NO_FUTURE:
        yield Finding(
            Tone.ADVICE,
            f"The newest session began {lasting(age)} ago, which is just now by the local time "
            f"of the server, UTC{_hours(offset)} h: session times may not be UTC.",
            "Check again an hour later: if it says the same, compare the UTC time of a call "
            "made now with its SessionIdTime.",
        )
    elif age > _QUIET:
        yield Finding(
            Tone.ADVICE,
            f"The newest session began {lasting(age)} ago.",
            "Where people do telephone, look whether recording is switched on "
            "(Get-CsCdrConfiguration) and Front Ends reach the database.",
        )
    else:
        yield Finding(Tone.FACT, f"The newest session began {lasting(age)} ago: its time fits UTC.")


def indexes(found: pl.DataFrame) -> Iterator[Finding]:
    """Whether an index serves the polls: by the leading column of each index."""
    leading = {(table.lower(), column.lower()) for table, column in found.iter_rows()}
    missing = [table for table in _TABLES if (table.lower(), "sessionidtime") not in leading]
    if missing:
        yield Finding(
            Tone.ADVICE,
            f"No index of {' and '.join(missing)} begins with SessionIdTime: "
            "every poll reads the whole table.",
            "Raise poll_seconds; add no index, for the database is its maker's.",
        )
    else:
        yield Finding(Tone.FACT, "Polls by SessionIdTime are served by an index on every table.")
    if ("sessiondetails", "lastmodifiedtime") in leading:
        yield Finding(Tone.FACT, "An index on LastModifiedTime serves questions for changed rows.")


def _hours(offset: timedelta) -> str:
    return f"{offset / timedelta(hours=1):+g}"
