"""Call detail records as Asterisk writes them, and the settings of docs/sources.md for them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[4] / "docs" / "sources.md"

NOON = datetime.fromisoformat("2025-03-03 12:00:00")
"""By the clock of the PBX, which stands in Rome."""


@dataclass(frozen=True, slots=True)
class Cdr:
    """One record; times in seconds after `NOON`."""

    src: str
    dst: str
    channel: str
    dstchannel: str = ""
    begun: int = 0
    ring: int = 0
    talk: int | None = None
    """None: not answered."""
    disposition: str = "ANSWERED"
    dcontext: str = "from-internal"
    lastapp: str = "Dial"
    uniqueid: str = "1741000000.1"
    linkedid: str = "1741000000.1"
    sequence: int = 1
    accountcode: str = ""

    @property
    def times(self) -> tuple[datetime, datetime | None, datetime]:
        start = NOON + timedelta(seconds=self.begun)
        answer = None if self.talk is None else start + timedelta(seconds=self.ring)
        return start, answer, start + timedelta(seconds=self.ring + (self.talk or 0))

    def line(self, columns: int) -> str:
        """A line of Master.csv of so many columns."""
        start, answer, end = self.times
        cells: list[object] = [
            self.accountcode,
            self.src,
            self.dst,
            self.dcontext,
            f'"{self.src}" <{self.src}>',
        ]
        cells += [self.channel, self.dstchannel, self.lastapp, "", start, answer, end]
        cells += [self.ring + (self.talk or 0), self.talk or 0, self.disposition, "DOCUMENTATION"]
        cells += [self.uniqueid, "", "", self.linkedid, self.sequence]
        return ",".join(map(_cell, cells[:columns])) + "\n"

    def row(self) -> tuple[object, ...]:
        """A row of the table `cdr`."""
        return (
            self.times[0],
            *(self.src, self.dst, self.dcontext, self.channel, self.dstchannel, self.lastapp),
            *(self.ring + (self.talk or 0), self.talk or 0, self.disposition),
            *(self.uniqueid, self.linkedid, self.sequence, self.accountcode),
        )


TABLE = """CREATE TABLE cdr (
    calldate timestamp NOT NULL, src varchar(80), dst varchar(80), dcontext varchar(80),
    channel varchar(80), dstchannel varchar(80), lastapp varchar(80), duration integer,
    billsec integer, disposition varchar(45), uniqueid varchar(150), linkedid varchar(150),
    sequence integer, accountcode varchar(80)
)"""

INSERT = f"INSERT INTO cdr VALUES ({', '.join('?' * 14)})"


def _cell(value: object) -> str:
    """As cdr_csv writes it: numbers and missing times without quotes."""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    quoted = str(value).replace('"', '""')
    return f'"{quoted}"'


def documented(kind: str) -> dict[str, Any]:
    """The settings that the documentation gives for a kind."""
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    tables = [tomllib.loads(block) for block in blocks]
    csv, sql = (
        next(
            table["sources"][0]
            for table in tables
            if "sources" in table and table["sources"][0]["kind"] == one
        )
        for one in ("csv", "sql")
    )
    return csv if kind == "csv" else {name: csv[name] for name in ("words", "rules")} | sql


OUTBOUND = Cdr(
    *("201", "00442079460000", "PJSIP/201-00000001", "PJSIP/telecom-00000002"),
    ring=8,
    talk=61,
    accountcode="4711",
)
UNANSWERED = Cdr(
    *("201", "0612345678", "SIP/201-0000000a", "SIP/telecom-0000000b"),
    begun=60,
    ring=20,
    disposition="NO ANSWER",
    uniqueid="1741000060.1",
    linkedid="1741000060.1",
    sequence=2,
)
NO_TRUNK = Cdr(
    *("202", "0612345678", "PJSIP/202-00000003"),
    begun=90,
    disposition="FAILED",
    uniqueid="1741000090.1",
    linkedid="1741000090.1",
    sequence=3,
)
INTERNAL = Cdr(
    *("201", "202", "PJSIP/201-00000004", "PJSIP/202-00000005"),
    begun=100,
    ring=3,
    disposition="BUSY",
    uniqueid="1741000100.1",
    linkedid="1741000100.1",
    sequence=4,
)
_FORK = {"begun": 200, "uniqueid": "1741000200.1", "linkedid": "1741000200.1"}
FORKS = [
    Cdr(
        *("3351234567", "0269990", "PJSIP/telecom-00000010", f"PJSIP/20{number}-0000001{number}"),
        **_FORK,
        dcontext="from-pstn",
        ring=6,
        sequence=10 + number,
        **({"talk": 30} if number == 2 else {"disposition": "NO ANSWER"}),
    )
    for number in (1, 2, 3)
]
TRANSFERRED = Cdr(
    *("3351234567", "204", "PJSIP/telecom-00000010", "PJSIP/204-00000020"),
    dcontext="from-pstn",
    begun=236,
    ring=4,
    talk=90,
    sequence=20,
    uniqueid="1741000200.1",
    linkedid="1741000200.1",
)
QUEUED = Cdr(
    *("3351234567", "600", "PJSIP/telecom-00000030"),
    dcontext="from-pstn",
    begun=400,
    talk=40,
    lastapp="Queue",
    sequence=30,
    uniqueid="1741000400.1",
    linkedid="1741000400.1",
)
ANSWERPHONE = Cdr(
    *("3351234567", "201", "PJSIP/telecom-00000040"),
    dcontext="from-pstn",
    begun=500,
    talk=12,
    lastapp="VoiceMail",
    sequence=40,
    uniqueid="1741000500.1",
    linkedid="1741000500.1",
)
FORWARDED = Cdr(
    *("3351234567", "3497654321", "PJSIP/telecom-00000050", "PJSIP/telecom2-00000051"),
    dcontext="from-pstn",
    begun=600,
    ring=5,
    talk=20,
    sequence=50,
    uniqueid="1741000600.1",
    linkedid="1741000600.1",
)
DAY = [
    *(OUTBOUND, UNANSWERED, NO_TRUNK, INTERNAL, *FORKS, TRANSFERRED),
    *(QUEUED, ANSWERPHONE, FORWARDED),
]
