"""What is known of the operation of a home, for alarms."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl
import structlog

from app.administration.signs import signs_of_life
from app.alarms.desk import Desk
from app.alarms.operation import Facts, Overdue, Source
from app.schedules.book import Book
from pipeline.callfile.spool import Spool
from warehouse.clock import Clock
from warehouse.errors import TollbookError
from warehouse.home import Home
from warehouse.queries import costs
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots
from warehouse.words import Direction

_RECORDER: Final = "record-"
_ONESELF: Final = "schedule"
_MIRROR: Final = "mirror"

log = structlog.get_logger()


class Operation:
    """Looks at signs of life, spool, disk and prices of one home."""

    def __init__(
        self, place: Home, snapshots: Snapshots, desk: Desk, book: Book, clock: Clock
    ) -> None:
        self._place = place
        self._snapshots = snapshots
        self._desk = desk
        self._book = book
        self._clock = clock
        self._ends: tuple[tuple[int, int], tuple[tuple[str, date], ...]] | None = None

    def __call__(self) -> Facts:
        """All that is known now; what cannot be known is left out."""
        now = self._clock()
        signs = {sign["process"]: sign for sign in signs_of_life(self._place)}
        version, newest, calls, unrated = self._published(now)
        behind_since, reason = _mirror(signs.get(_MIRROR), version)
        return Facts(
            sources=_sources(signs, newest),
            stopped=tuple(
                name for name, sign in signs.items() if not sign["running"] and name != _ONESELF
            ),
            rejected_files=len(list(Spool(self._place.spool).rejected.glob("*.csv"))),
            outbound_calls=calls,
            unrated_calls=unrated,
            tariff_ends=self._tariff_ends(),
            free_bytes=shutil.disk_usage(self._place.path).free,
            failed_mails=self._desk.failures(now - timedelta(days=1)),
            mirror_behind_since=behind_since,
            mirror_reason=reason,
            overdue=(*_scheduler(signs.get(_ONESELF)), *self._reports(now)),
        )

    def _reports(self, now: datetime) -> list[Overdue]:
        return [Overdue(name, since, why) for name, since, why in self._book.overdue(now)]

    def _published(self, now: datetime) -> tuple[int | None, dict[str, datetime], int, int]:
        """Version, newest call of each source, and calls and unrated ones of two days."""
        try:
            snapshot = self._snapshots.current()
        except TollbookError as error:
            log.warning("nothing_known_of_calls", reason=str(error))
            return None, {}, 0, 0
        newest = {one.source: one.newest_started_at for one in snapshot.manifest.sources}
        today = now.date()
        recent = Filters(today - timedelta(days=1), today, directions=(Direction.OUTBOUND.value,))
        sums = costs.by(snapshot, Scope(everything=True), recent, ())
        return snapshot.version, newest, int(sums["calls"].sum()), int(sums["unrated"].sum())

    def _tariff_ends(self) -> tuple[tuple[str, date], ...]:
        """Read again only where the price list has changed: it may be long."""
        path = self._place.tariffs
        try:
            found = path.stat()
            mark = (found.st_mtime_ns, found.st_size)
            if self._ends is None or self._ends[0] != mark:
                self._ends = (mark, tariff_ends(path))
        except (OSError, pl.exceptions.PolarsError) as error:
            log.warning("tariffs_cannot_be_read", reason=str(error))
            return ()
        return self._ends[1]


def tariff_ends(path: Path) -> tuple[tuple[str, date], ...]:
    """Tariffs of which every price ends, each with the first day on which none is valid."""
    rows = pl.scan_csv(path, infer_schema=False)
    if "valid_to" not in rows.collect_schema():
        return ()
    # What is no date is told by `tollbook check`, and taken as open here.
    end = pl.col("valid_to").str.to_date("%Y-%m-%d", strict=False)
    ends = rows.group_by("tariff").agg(end.max().alias("end"), end.is_null().any().alias("is_open"))
    found = ends.filter(~pl.col("is_open")).sort("tariff").collect()
    return tuple(found.select("tariff", "end").iter_rows())


def _mirror(sign: dict[str, Any] | None, version: int | None) -> tuple[datetime | None, str]:
    """Since when the mirror lacks something, and why."""
    if sign is None:
        return None, ""
    if not sign["running"]:
        lacks = version is not None and sign.get("version") != version
        return (_instant(sign["at"]) if lacks else None), "Its process has ended."
    since = sign.get("behind_since")
    return (None if since is None else _instant(since)), str(sign.get("down") or "")


def _scheduler(sign: dict[str, Any] | None) -> tuple[Overdue, ...]:
    """Whether this process was away: what it said last is what another one said before it."""
    if sign is None:
        return ()
    return (Overdue("The scheduler", _instant(sign["at"]), "it did not run since then."),)


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)


def _sources(signs: dict[str, dict[str, Any]], newest: dict[str, datetime]) -> tuple[Source, ...]:
    recorded = {
        name.removeprefix(_RECORDER): sign
        for name, sign in signs.items()
        if name.startswith(_RECORDER)
    }
    return tuple(
        _source(name, recorded.get(name, {}), newest.get(name))
        for name in sorted({*recorded, *newest})
    )


def _source(name: str, sign: dict[str, Any], newest: datetime | None) -> Source:
    since = sign.get("since") if sign.get("down") else None
    return Source(
        name=name,
        newest_call=newest,
        down_since=None if since is None else _instant(since),
        reason=str(sign.get("down") or ""),
        is_behind=sign.get("state") == "behind",
    )
