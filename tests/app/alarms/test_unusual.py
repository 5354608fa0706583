"""Fraud stands out within the hour, and ordinary people hardly ever do."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from app.alarms import unusual
from app.alarms.calls import LOOKED_AT
from app.alarms.habits import Habits, learnt
from app.alarms.watched import Unusual
from tests.app.alarms.conftest import NOW, Office, begun, watching
from tests.app.alarms.frauds import Fraud, frauds
from tests.app.homes import Row, leg
from tests.demonstration import Demonstration
from warehouse.home import Home
from warehouse.legs import LEG_SCHEMA
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import calls, habits
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

EVERYTHING = Scope(everything=True)
FRAUDS, FOUND_AT_LEAST = 20, 18
FALSE_A_DAY = 1
WEEKS = 8


@dataclass(frozen=True)
class Stricken:
    """The invented company, whose telephones were misused."""

    snapshot: Snapshot
    home: Home
    frauds: list[Fraud]
    days: list[date]


@pytest.fixture(scope="module")
def stricken(
    demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stricken]:
    home = Home(tmp_path_factory.mktemp("stricken"))
    shutil.copytree(demonstration.home.warehouse, home.warehouse)
    today = demonstration.now.date()
    days = [today - timedelta(days=back) for back in range(28, 0, -1)]
    before = Snapshots(home.warehouse)
    owners = before.current().query(
        'select "user", any_value(person) as person, any_value(department) as department, '
        "any_value(site) as site, any_value(time_zone) as time_zone, "
        "any_value(gateway) as gateway from calls "
        "where direction = 'outbound' and gateway is not null and person is not null "
        'group by "user" having count(*) > 20 order by "user"'
    )
    before.close()
    found = frauds(owners, days, FRAUDS, seed=20)
    legs = pl.DataFrame([leg for fraud in found for leg in fraud.legs], LEG_SCHEMA)
    with Master.open(home.warehouse) as master:
        load(master, legs, file="aurora_frauds.v1.csv", sha256="f", loaded_at=demonstration.now)
        publish(master, demonstration.now)
    snapshots = Snapshots(home.warehouse)
    yield Stricken(snapshots.current(), home, found, days)
    snapshots.close()


def usual(snapshot: Snapshot, day: date) -> Habits:
    """As `Watch` learns it on a day."""
    last = day - timedelta(days=2)
    past = Filters(last - timedelta(weeks=WEEKS) + timedelta(days=1), last)
    hours = habits.hours(snapshot, EVERYTHING, past, "user")
    return learnt(hours, habits.places(snapshot, EVERYTHING, past, "user"))


@pytest.mark.parametrize("short", [True, pytest.param(False, marks=pytest.mark.long)])
def test_frauds_are_found_within_the_hour_and_false_alarms_are_rare(
    stricken: Stricken, short: bool
) -> None:
    wanted = {fraud.user: fraud for fraud in stricken.frauds}
    stricken_days = {leg["day"] for fraud in stricken.frauds for leg in fraud.legs}
    days = sorted(stricken_days) if short else stricken.days
    found: dict[str, timedelta] = {}
    false = set()
    watched = Unusual()
    for day in days:
        known = usual(stricken.snapshot, day)
        listed = calls.of_day(stricken.snapshot, EVERYTHING, day, LOOKED_AT)
        begun_by = datetime.combine(day, datetime.min.time()) - timedelta(hours=14)
        # A quarter of an hour is what a recorder and the miner take at most.
        for step in range(0, 52 * 4, 1 if not short else 2):
            now = begun_by + timedelta(minutes=15 * step)
            heard = listed.filter(
                pl.col("started_at")
                + pl.duration(milliseconds=pl.col("talk_s").cast(pl.Float64) * 1000)
                <= now
            )
            scored = unusual.points(heard, known, "user")
            for row in unusual.standing_out(scored, known, watched.points).iter_rows(named=True):
                fraud = wanted.get(row["subject"])
                if fraud and any(leg["day"] == day for leg in fraud.legs):
                    found.setdefault(row["subject"], now - fraud.first_ended_at)
                else:
                    false.add((row["subject"], row["day"], row["hour"]))
    within_the_hour = {user for user, after in found.items() if after <= timedelta(hours=1)}
    missed = [fraud.kind for user, fraud in wanted.items() if user not in within_the_hour]
    assert len(within_the_hour) >= FOUND_AT_LEAST, missed
    assert len(false) < FALSE_A_DAY * len(days), false


def working_days(weeks: int) -> list[Row]:
    """Anna's calls to London, three each working hour."""
    rows = []
    for back in range(2, weeks * 7):
        day = NOW.replace(tzinfo=None, hour=0) - timedelta(days=back)
        if day.weekday() < 5:
            rows += [
                leg(f"{day:%m%d}-{hour}-{number}", day + timedelta(hours=hour, minutes=number))
                for hour in range(9, 17)
                for number in range(3)
            ]
    return rows


PREMIUM = {"to_number": "+39899123456", "call_type": "premium", "destination": "Italy premium"}
NIGHT = 14.5 * 60


@pytest.mark.parametrize("per", ["person", "trunk"])
def test_a_night_of_premium_calls_is_told_once_with_its_reasons(office: Office, per: str) -> None:
    office.arrive(*working_days(8))
    office.desk.add(watching(kind="unusual", per=per, weeks=8), NOW)
    office.arrive(*(begun(60 + n, f"usual-{n}") for n in range(4)))
    assert office.tick() == []
    office.clock.pass_by(hours=15)
    night = [begun(NIGHT + n, f"n{n}", **PREMIUM, cost=Decimal("4.5")) for n in range(6)]
    office.arrive(*night[:3])
    who = "Anna Bianchi" if per == "person" else "gw-rome-1.aurora.example"
    assert office.tick() == [f"Alarm: Unusual calls of {who}: 3 calls, €13.50"]
    office.arrive(*night[3:])
    assert office.tick() == []
    (mail,) = office.letterbox.mails
    for reason in (
        "far dearer than such an hour usually is",
        "never called IT before, which nobody here called before",
        "3 calls to premium numbers, never before",
        "hardly ever calls at such a time",
    ):
        assert reason in mail.text.replace("\n", " ")
    assert mail.text.count("+39899123456") == 3


def test_what_is_usual_or_costs_next_to_nothing_is_not_told(office: Office) -> None:
    office.arrive(*working_days(8))
    office.desk.add(watching(kind="unusual"), NOW)
    office.clock.pass_by(hours=15)
    cheap = {"cost": Decimal("0.01"), "to_number": "+5371234567"}
    office.arrive(
        *(begun(NIGHT + n, f"cheap-{n}", **cheap) for n in range(3)),
        *(begun(30 + n, f"at-work-{n}", cost=Decimal("0.08")) for n in range(5)),
    )
    assert office.tick() == []


def test_where_nothing_was_learnt_everything_new_still_has_points(office: Office) -> None:
    office.desk.add(watching(kind="unusual"), NOW)
    office.clock.pass_by(hours=15)
    office.arrive(*(begun(NIGHT + n, f"n{n}", **PREMIUM, cost=Decimal(9)) for n in range(4)))
    assert len(office.tick()) == 1


def test_middles_and_spreads_are_not_moved_by_a_fraud_of_the_past() -> None:
    days = [date(2024, 9, 2) + timedelta(days=n) for n in range(5)]
    rows = [("anna", day, hour, 3, Decimal(3)) for day in days for hour in range(9, 17)]
    rows.append(("anna", days[0], 17, 500, Decimal(9000)))
    schema = {
        "subject": pl.String,
        "day": pl.Date,
        "hour": pl.Int8,
        "calls": pl.Int64,
        "cost": pl.Decimal(18, 6),
    }
    nowhere = pl.DataFrame(
        schema={"subject": pl.String, "country": pl.String, "premium": pl.Boolean}
    )
    (own,) = learnt(pl.DataFrame(rows, schema, orient="row"), nowhere).own.iter_rows(named=True)
    assert own["cost_middle"] == pytest.approx(math.log(4))
    assert own["calls_middle"] == pytest.approx(math.log(4))
    assert own["cost_spread"] == own["calls_spread"] == 0.5
    assert own["known"] == 5
