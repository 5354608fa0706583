"""Weeks of the invented company's calls, late and out of order, by a recorder that keeps dying."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from zlib import crc32

import polars as pl
import pytest

from pipeline.callfile.read import read_call_file
from pipeline.callfile.spool import Spool
from pipeline.recorder.recorder import Recorder
from pipeline.simulator.company import make_company
from pipeline.simulator.instants import DAY, HOUR, MINUTE, SECOND, millis
from pipeline.simulator.model import CallTruth, Row, SimulatedCall
from pipeline.simulator.traffic import calls_of_day
from pipeline.simulator.writer import CallDatabase
from pipeline.sources.lync import embedded
from pipeline.sources.lync.driver import AT_ANY_PACE, LyncSource
from tests.pipeline.recorder.mortal import Died, Fate, mortal_recorders
from warehouse.errors import Unavailable

FIRST = date(2026, 3, 2)
FACTS = ("direction", "outcome", "answered_by", "charged_user", "charge_reason", "talk_s")
LATEST = DAY


def delay(row: Row) -> int:
    """How late the database gets each state of a row: mostly at once, up to a day at times.

    The tables of one session are late by themselves.
    """
    number = crc32(repr((row.table, row.values[:2])).encode())
    match number % 100:
        case 0:
            return number % LATEST
        case 1 | 2 | 3:
            return number % HOUR
        case _:
            return number % (5 * SECOND)


@dataclass
class Company:
    """Its calls, day by day, and the database that hears of them late."""

    path: Path
    days: int

    def __post_init__(self) -> None:
        embedded.create(self.path)
        company = make_company(1, FIRST)
        with CallDatabase(self.path) as database:
            database.build_fast()
            database.write_names(company)
        self._calls: dict[date, list[SimulatedCall]] = {
            day: calls_of_day(company, 1, day)
            for day in (FIRST + timedelta(days=n) for n in range(self.days))
        }
        self._at = millis(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC))
        self._to_come = sorted(
            (
                (state + late, late, row)
                for calls in self._calls.values()
                for call in calls
                for row in call.rows
                for late in [delay(row)]
                for state in {row.inserted, row.answered, row.ended} - {None}
                if state is not None
            ),
            key=itemgetter(0),
            reverse=True,
        )

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._at / 1000, UTC)

    def go_on(self, span: int) -> None:
        self._at += span
        with CallDatabase(self.path) as database:
            database.build_fast()
            while self._to_come and self._to_come[-1][0] <= self._at:
                seen, late, row = self._to_come.pop()
                database.upsert([row], seen - late)

    def truth(self) -> list[CallTruth]:
        return [call.truth for calls in self._calls.values() for call in calls if call.truth]

    def sessions(self) -> int:
        wanted = ("SessionDetails", "ConferenceSessionDetails")
        return sum(
            row.table in wanted
            for calls in self._calls.values()
            for call in calls
            for row in call.rows
        )


class Office:
    """The recorder of that database, who is killed and finds it away."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self.folder = folder
        self.spool = Spool(folder / "spool")
        self.spool.make()
        self.deaths = 0
        self.pace = replace(AT_ANY_PACE, stride_rows=3000)
        self.restart()

    def restart(self) -> None:
        self.source = LyncSource(f"file:{self.company.path}", self.pace)
        self.recorder = Recorder(
            "rome", self.source, self.spool, self.folder / "state", lambda: self.company.now
        )

    def poll(self, *, away: bool = False) -> None:
        self.source._connection = f"file:{self.company.path}{'.away' if away else ''}"
        try:
            self.recorder.poll()
        except Unavailable:
            assert away
        except Died:
            self.deaths += 1
            self.restart()

    def legs(self) -> pl.DataFrame:
        paths = sorted(self.spool.pending(), key=lambda path: path.name.rpartition("_")[2])
        return pl.concat(
            [read_call_file(path.name, path.read_bytes(), source="x").legs for path in paths]
        )


def live(folder: Path, days: int, every: int, kills: int) -> int:
    """Plays it, holds it to the truth, and gives how many sessions it had."""
    company = Company(folder / "lcscdr.db", days)
    chance, fate = random.Random(7), Fate()
    polls = (days * DAY + 28 * HOUR) // every
    deadly = set(chance.sample(range(polls), kills))
    away_until = 0
    with mortal_recorders(fate):
        office = Office(company, folder)
        for number in range(polls):
            company.go_on(every)
            if number in deadly:
                fate.steps = chance.randint(0, 5)
            elif chance.random() < 0.002:
                away_until = number + 6 * HOUR // every
            office.poll(away=number < away_until)
        fate.steps = None
        for _ in range(3):
            company.go_on(15 * MINUTE)
            office.poll()
    assert office.deaths > kills * 0.6
    assert_truth(company.truth(), office.legs())
    return company.sessions()


def assert_truth(truth: list[CallTruth], legs: pl.DataFrame) -> None:
    """The last word on every leg is what happened, and no revision was used twice."""
    assert 0 == legs.select("leg_id", "revision").is_duplicated().sum()
    final = legs.sort("revision").unique("leg_id", keep="last")
    kinds = {fact: pl.Decimal(12, 3) if fact == "talk_s" else pl.String() for fact in FACTS}
    schema = pl.Schema({"call_id": pl.String(), "leg_id": pl.String(), **kinds})
    expected = pl.DataFrame(
        [
            [call.call_id, leg.leg_id, *(getattr(leg, fact) for fact in FACTS)]
            for call in truth
            for leg in call.legs
        ],
        schema=schema,
        orient="row",
    )
    found = final.select(schema.names()).cast(schema)
    for one, other in ((expected, found), (found, expected)):
        differing = one.join(other, on=schema.names(), how="anti", nulls_equal=True)
        assert [] == differing.head(10).to_dicts()


def test_a_day_of_late_rows_and_deaths_come_out_true(tmp_path: Path) -> None:
    assert live(tmp_path, days=1, every=60 * MINUTE, kills=15) > 1000


@pytest.mark.long
def test_three_months_of_late_rows_and_deaths_come_out_true(tmp_path: Path) -> None:
    assert live(tmp_path, days=95, every=60 * MINUTE, kills=300) > 200_000
