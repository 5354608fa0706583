"""Alarms on the operation of Tollbook itself, judged from what is known of it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app import format as fmt
from app.alarms.event import Event
from app.alarms.watched import Hours, Operation, Trouble

_LEAST_CALLS = 20
"""Of fewer calls, the share without a price says nothing."""
_GIGABYTE = 10**9


@dataclass(frozen=True, slots=True)
class Source:
    """A source of calls."""

    name: str
    newest_call: datetime | None = None
    """The start of its newest call that is published."""
    down_since: datetime | None = None
    reason: str = ""
    """Why it cannot be read."""
    is_behind: bool = False
    """Whether it will soon remove what was not read."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that the scheduler should have done."""

    name: str
    since: datetime
    """When it was due."""
    reason: str
    """What is known of why not."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the operation at an instant."""

    sources: tuple[Source, ...] = ()
    stopped: tuple[str, ...] = ()
    """Processes that have ended, beside those that were told to."""
    rejected_files: int = 0
    outbound_calls: int = 0
    """Of today and yesterday."""
    unrated_calls: int = 0
    tariff_ends: tuple[tuple[str, date], ...] = ()
    """Tariffs of which every price ends, and the first day without."""
    free_bytes: int | None = None
    failed_mails: int = 0
    """Mails and messages that failed in the last day."""
    mirror_behind_since: datetime | None = None
    mirror_reason: str = ""
    """Why it is, as far as it says so itself."""
    overdue: tuple[Overdue, ...] = ()
    """Reports that have not gone out, and the scheduler where it did not run."""


def standing(watched: Operation, facts: Facts, now: datetime, zone: ZoneInfo) -> list[Event]:
    """Everything that is wrong now, one event for each subject."""
    return [
        Event(
            key=f"{subject} {now.isoformat(timespec='seconds')}",
            subject=subject,
            at=now,
            title=title,
            words=words,
        )
        for subject, title, words in _TROUBLES[watched.trouble](watched, facts, now, zone)
    ]


_Found = Iterator[tuple[str, str, str]]
"""Subject, title and words of what is wrong."""


def _silent(watched: Operation, facts: Facts, now: datetime, zone: ZoneInfo) -> _Found:
    """Office hours have to have lasted so long: nobody expects calls of the night."""
    length = timedelta(minutes=float(watched.amount))
    opened = _open_since(watched.hours, now, zone)
    if opened is None or now - opened < length:
        return
    for source in _chosen(watched, facts):
        if source.newest_call is not None and now - source.newest_call >= length:
            newest = fmt.instant(source.newest_call.astimezone(zone))
            yield (
                source.name,
                f"No new calls from {source.name}",
                f"The newest call that is known began on {newest}, more than {watched.amount} "
                "minutes ago, and it is office hours. `tollbook status` says what is read.",
            )


def _source_down(watched: Operation, facts: Facts, now: datetime, zone: ZoneInfo) -> _Found:
    for source in _chosen(watched, facts):
        since = source.down_since
        if since is not None and now - since >= timedelta(minutes=float(watched.amount)):
            yield (
                source.name,
                f"{source.name} cannot be read",
                f"Since {fmt.instant(since.astimezone(zone))}: {source.reason}",
            )


def _behind(watched: Operation, facts: Facts, _now: datetime, _zone: ZoneInfo) -> _Found:
    for source in _chosen(watched, facts):
        if source.is_behind:
            yield (
                source.name,
                f"Calls of {source.name} are in danger",
                "It will soon remove calls that were never read. `tollbook status` says more. "
                + source.reason,
            )


def _stopped(_watched: Operation, facts: Facts, _now: datetime, _zone: ZoneInfo) -> _Found:
    for process in facts.stopped:
        words = "It has ended and was not started again. `tollbook run` keeps all of them running."
        yield process, f"{process} does not run", words


def _rejected(watched: Operation, facts: Facts, _now: datetime, _zone: ZoneInfo) -> _Found:
    if facts.rejected_files >= max(watched.amount, Decimal(1)):
        many = fmt.counted(facts.rejected_files, "call file")
        words = f"Rows of {many} were put aside, each with its reason. `tollbook retry` reads them."
        yield "rejected", f"Rows of {many} were put aside", words


def _unrated(watched: Operation, facts: Facts, _now: datetime, _zone: ZoneInfo) -> _Found:
    calls, unrated = facts.outbound_calls, facts.unrated_calls
    if calls >= _LEAST_CALLS and unrated * 100 > calls * watched.amount:
        share = fmt.percent(unrated, calls)
        words = (
            f"{unrated} of {calls} outbound calls of today and yesterday have no price. "
            "`tollbook report unrated-calls` says why."
        )
        yield "unrated", f"{share} of the calls have no price", words


def _tariff_ends(watched: Operation, facts: Facts, now: datetime, zone: ZoneInfo) -> _Found:
    today = now.astimezone(zone).date()
    for tariff, end in facts.tariff_ends:
        if end - today <= timedelta(days=float(watched.amount)):
            when = "has ended" if end <= today else "ends"
            words = f"From {fmt.day(end)} on, no price of it is valid. Add new ones to tariffs.csv."
            yield tariff, f"Tariff {tariff} {when} on {fmt.day(end)}", words


def _disk_low(watched: Operation, facts: Facts, _now: datetime, _zone: ZoneInfo) -> _Found:
    if facts.free_bytes is not None and facts.free_bytes < watched.amount * _GIGABYTE:
        free = fmt.number(Decimal(facts.free_bytes) / _GIGABYTE, places=1)
        words = f"{free} GB are free on the disk of calls and warehouse. Make room in time."
        yield "disk", f"{free} GB of disk are free", words


def _mails_failed(watched: Operation, facts: Facts, _now: datetime, _zone: ZoneInfo) -> _Found:
    if facts.failed_mails >= max(watched.amount, Decimal(1)):
        words = (
            "They failed, or perhaps did, in the last day. `tollbook schedules history` and "
            "`tollbook alarms history` say which and why."
        )
        yield "mails", f"{facts.failed_mails} mails or messages failed", words


def _mirror_behind(watched: Operation, facts: Facts, now: datetime, zone: ZoneInfo) -> _Found:
    since = facts.mirror_behind_since
    if since is not None and now - since >= timedelta(minutes=float(watched.amount)):
        yield (
            "mirror",
            "The mirror is behind",
            f"Since {fmt.instant(since.astimezone(zone))} it lacks calls that are published. "
            f"{facts.mirror_reason or '`tollbook status` says what it does.'}",
        )


def _job_missed(watched: Operation, facts: Facts, now: datetime, zone: ZoneInfo) -> _Found:
    for job in facts.overdue:
        if now - job.since >= timedelta(minutes=float(watched.amount)):
            yield (
                job.name,
                f"{job.name} is overdue",
                f"Due on {fmt.instant(job.since.astimezone(zone))}: {job.reason}",
            )


_TROUBLES = {
    Trouble.SILENT: _silent,
    Trouble.SOURCE_DOWN: _source_down,
    Trouble.BEHIND: _behind,
    Trouble.STOPPED: _stopped,
    Trouble.REJECTED: _rejected,
    Trouble.UNRATED: _unrated,
    Trouble.TARIFF_ENDS: _tariff_ends,
    Trouble.MIRROR_BEHIND: _mirror_behind,
    Trouble.JOB_MISSED: _job_missed,
    Trouble.DISK_LOW: _disk_low,
    Trouble.MAILS_FAILED: _mails_failed,
}


def _chosen(watched: Operation, facts: Facts) -> list[Source]:
    return [one for one in facts.sources if not watched.sources or one.name in watched.sources]


def _open_since(hours: Hours, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the office hours of an instant began; None out of hours."""
    local = now.astimezone(zone)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        if day.isoweekday() not in hours.weekdays:
            continue
        begin = datetime.combine(day, hours.begin, zone)
        over_midnight = hours.end <= hours.begin
        end = datetime.combine(day + timedelta(days=over_midnight), hours.end, zone)
        if begin.astimezone(UTC) <= now < end.astimezone(UTC):
            return begin.astimezone(UTC)
    return None
