"""Tells people and programs of events, each of each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from sqlite3 import Row
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import polars as pl
import structlog

from app.alarms.desk import Desk, calls_of
from app.alarms.event import CallKey
from app.alarms.rule import Rule
from app.alarms.webhook import Endpoint, Message, post
from app.mail.letterhead import Letterhead
from app.mail.message import Mail
from app.reports.document import About, Column, Document, Kind, Reader, Table
from app.reports.writers.html import letter
from app.reports.writers.text import text
from app.state.outbox import send_one
from warehouse.clock import Clock
from warehouse.errors import TollbookError, Unavailable
from warehouse.queries import calls
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot

_AT_ONCE: Final = 100
_MOST_CALLS: Final = 50
"""Of an event, listed in a mail."""
_COLUMNS: Final = (
    Column("started_local", "Begun", Kind.LOCAL_TIME),
    Column("person", "Person"),
    Column("department", "Department"),
    Column("from_number", "From"),
    Column("to_number", "To"),
    Column("destination", "Destination"),
    Column("talk_s", "Talk", Kind.DURATION, summed=True),
    Column("cost", "Cost", Kind.FINE_MONEY, summed=True),
    Column("status", "Rating", Kind.WORD),
)
_LISTED: Final = ("source", "call_id", "day")

log = structlog.get_logger()


class Sends(Protocol):
    """Sends a mail, or says why not; as `Mailer` does."""

    def send(self, mail: Mail) -> None: ...


class Teller:
    """Sends the notices of one desk."""

    def __init__(
        self,
        desk: Desk,
        snapshot: Callable[[], Snapshot],
        mailer: Callable[[], AbstractContextManager[Sends]],
        endpoints: Mapping[str, Endpoint],
        clock: Clock,
        head: Letterhead,
        is_to_end: Callable[[], bool] = lambda: False,
    ) -> None:
        self._desk = desk
        self._snapshot = snapshot
        self._mailer = mailer
        self._endpoints = endpoints
        self._clock = clock
        self._head = head
        self._is_to_end = is_to_end

    def send_what_waits(self) -> None:
        """Sends until nothing is left. A way that is blocked does not keep the others."""
        blocked: set[tuple[str, str]] = set()
        with ExitStack() as stack:
            mailer: Sends | None = None
            for row in self._waiting():
                if self._is_to_end():
                    return
                # All mails go one way; each webhook is a way of its own.
                way = (row["way"], row["recipient"] if row["way"] == "webhook" else "")
                if way in blocked:
                    continue
                if row["way"] == "mail":
                    try:
                        mailer = mailer or stack.enter_context(self._mailer())
                    except TollbookError as error:
                        log.warning("alarms_cannot_be_mailed", reason=str(error))
                        blocked.add(way)
                        continue
                    is_free = self._mail(row, mailer)
                else:
                    is_free = self._post(row)
                if not is_free:
                    blocked.add(way)

    def _waiting(self) -> Iterator[Row]:
        done: set[int] = set()
        while True:
            found = self._desk.outbox.to_do(self._clock(), _AT_ONCE + len(done))
            fresh = [row for row in found if row["id"] not in done]
            if not fresh:
                return
            done.update(row["id"] for row in fresh)
            yield from fresh

    def _mail(self, row: Row, mailer: Sends) -> bool:
        def make() -> Mail:
            document, reader = self._document(row["event"])
            link = self._link(row["event"])
            page = letter(document, reader, _MOST_CALLS, link, self._head.logo_source)
            return Mail(
                key=f"tollbook.alarm.{row['event']}.{row['id']}",
                to=row["recipient"],
                subject=f"Alarm: {document.title}",
                text=text(document, reader, _MOST_CALLS, link),
                html=page.html,
                pictures=self._head.pictures,
            )

        return send_one(self._desk.outbox, row["id"], self._clock, make, mailer.send)

    def _post(self, row: Row) -> bool:
        endpoint = self._endpoints.get(row["recipient"])

        def make() -> Message:
            if endpoint is None:
                raise Unavailable(f"tollbook.toml has no webhook {row['recipient']} any more")
            body = json.dumps(self._told(row["event"]), ensure_ascii=False).encode()
            return Message(f"{row['event']}-{row['id']}", body)

        def send(message: Message) -> None:
            if endpoint is not None:
                post(endpoint, message)

        return send_one(self._desk.outbox, row["id"], self._clock, make, send)

    def _told(self, number: int) -> dict[str, Any]:
        """What a program is told of an event."""
        event, rule = self._asked(number)
        together = self._desk.told_with(number)
        listed = self._calls(rule, together)
        return {
            "event": number,
            "alarm": event["name"] or event["origin"],
            "company": self._head.company,
            "title": event["title"],
            "words": [row["words"] for row in together],
            "subject": event["subject"],
            "link": self._link(number),
            "happened_at": event["happened_at"],
            "found_at": event["found_at"],
            "calls": json.loads(listed.head(_MOST_CALLS).write_json()),
            "calls_in_all": listed.height,
        }

    def _document(self, number: int) -> tuple[Document, Reader]:
        event, rule = self._asked(number)
        together = self._desk.told_with(number)
        listed = self._calls(rule, together)
        days = [one.day for row in together for one in calls_of(row)]
        happened = datetime.fromisoformat(event["happened_at"]).date()
        published_at, version = self._as_of()
        parts = (_more(together), *_listed(listed), _way_out(number))
        document = Document(
            name="alarm",
            title=event["title"],
            purpose=event["words"],
            parts=tuple(part for part in parts if part is not None),
            about=About(
                company=self._head.company,
                first=min(days, default=happened),
                last=max(days, default=happened),
                made_at=self._clock(),
                published_at=published_at,
                version=version,
                filters=(("alarm", event["name"] or event["origin"]),),
                mask_digits=rule.scope.mask_digits if rule else 0,
            ),
        )
        return document, Reader(
            rule.locale if rule else "en", ZoneInfo(rule.zone if rule else "UTC")
        )

    def _link(self, number: int) -> str:
        """To the calls of an event: to the one, or to all of its days."""
        found = [one for row in self._desk.told_with(number) for one in calls_of(row)]
        if not found:
            return self._head.link("overview", {})
        days = sorted({one.day for one in found})
        query = {"period": "custom", "days": [days[0], days[-1]]}
        if len(found) == 1:
            query["call"] = f"{found[0].source}:{found[0].call_id}"
        return self._head.link("calls", query)

    def _as_of(self) -> tuple[datetime, str]:
        """When the calls were last added to, and their version; trouble is told without any."""
        try:
            manifest = self._snapshot().manifest
        except TollbookError:
            return self._clock(), "none"
        return manifest.published_at, str(manifest.version)

    def _asked(self, number: int) -> tuple[Row, Rule | None]:
        event = self._desk.event(number)
        if event is None:
            raise Unavailable(f"event {number} is not known any more")
        return event, self._desk.rules().get(event["alarm"])

    def _calls(self, rule: Rule | None, together: list[Row]) -> pl.DataFrame:
        """The calls as the readers of the alarm may see them."""
        keys: list[CallKey] = [one for row in together for one in calls_of(row)]
        if not keys:
            return pl.DataFrame()
        scope = rule.scope if rule else Scope()
        wanted = {(one.source, one.call_id, one.day) for one in keys}
        found = calls.by_keys(self._snapshot(), scope, wanted)
        names = dict.fromkeys([*_LISTED, *(column.name for column in _COLUMNS), "currency"])
        return found.select(*names)


def _more(together: list[Row]) -> Table | None:
    if len(together) < 2:
        return None
    rows = pl.DataFrame(
        [(datetime.fromisoformat(row["happened_at"]).replace(tzinfo=None), row["title"])
         for row in together],
        schema={"at": pl.Datetime("ms"), "title": pl.String},
        orient="row",
    )  # fmt: skip
    columns = (Column("at", "When", Kind.INSTANT), Column("title", "What"))
    return Table("Told together", columns, rows, "What came within the quiet time is told at once.")


def _listed(found: pl.DataFrame) -> tuple[Table, ...]:
    return () if found.is_empty() else (Table("Calls", _COLUMNS, found),)


def _way_out(number: int) -> Table:
    commands = {
        "See who was told": f"tollbook alarms history --event {number}",
        "See the calls": f"tollbook alarms calls {number}",
        "Say that you see to it": f"tollbook alarms acknowledge {number}",
    }
    rows = pl.DataFrame({"what": list(commands), "command": list(commands.values())})
    return Table("What to do", (Column("what", ""), Column("command", "Command")), rows)
