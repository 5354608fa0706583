from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.simulator.company import Company
from pipeline.simulator.history import company_of, make
from pipeline.simulator.live import advance, place_call
from pipeline.simulator.truth import TruthFile
from tests.pipeline.simulator.conftest import SEED
from warehouse.errors import Unavailable

NOW = datetime(2026, 6, 9, 14, 30, tzinfo=UTC)
REFERENCES = {
    "SessionDetails": {
        "Users": ("User1Id", "User2Id", "TargetUserId", "SessionStartedById", "OnBehalfOfId"),
        "ClientVersions": ("User1ClientVerId", "User2ClientVerId"),
        "Servers": ("ServerId",),
        "Pools": ("PoolId",),
        "EdgeServers": ("User2EdgeServerId",),
        "CallPriorities": ("CallPriority",),
        "SIPResponseMetaData": ("ResponseCode",),
    },
    "VoipDetails": {
        "Phones": ("FromNumberId", "ConnectedNumberId", "DisconnectedbyPhoneId"),
        "Gateways": ("FromGatewayId", "ToGatewayId"),
        "MediationServers": ("FromMediationServerId", "ToMediationServerId"),
        "Users": ("DisconnectedbyURIId",),
    },
    "ConferenceSessionDetails": {
        "ConferenceUris": ("ConferenceUriId", "McuConferenceUriId"),
        "Users": ("UserId", "ReferredById"),
        "Gateways": ("GatewayId",),
        "UriTypes": ("UriTypeId",),
    },
    "McuJoinsAndLeaves": {"Users": ("UserId",), "Mcus": ("McuId",)},
    "Conferences": {"Users": ("OrganizerId",), "ConferenceUris": ("ConferenceUriId",)},
}


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            table: sorted(database.execute(f'SELECT * FROM "{table}"'), key=repr)
            for table in tables
        }


class Simulation:
    """Database and truth in one folder."""

    def __init__(self, folder: Path, company: Company) -> None:
        self.database = folder / "LcsCDR.db"
        self.truth = folder / "truth.db"
        self.company = company

    def make(self, now: datetime, days: int = 1) -> int:
        return make(self.database, self.truth, self.company, SEED, now, days)

    def advance(self, now: datetime) -> int:
        return advance(self.database, self.truth, self.company, SEED, now)

    def one(self, sql: str) -> object:
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(sql).fetchone()[0]


@pytest.fixture
def simulation(tmp_path: Path, company: Company) -> Simulation:
    return Simulation(tmp_path, company)


@pytest.mark.parametrize("steps", [[5_000], [15, 30, 1_200, 40_000]])
def test_advancing_leads_to_the_same_rows_as_making_all_at_once(
    simulation: Simulation, company: Company, tmp_path: Path, steps: list[int]
) -> None:
    simulation.make(NOW)
    later = NOW
    for step in steps:
        later += timedelta(seconds=step)
        simulation.advance(later)
    at_once = Simulation(tmp_path / "at once", company)
    at_once.make(later, days=1 + (later.date() - NOW.date()).days)

    assert content(at_once.database) == content(simulation.database)
    assert content(at_once.truth) == content(simulation.truth)


def test_advancing_again_after_a_crash_changes_nothing(simulation: Simulation) -> None:
    simulation.make(NOW)
    simulation.advance(NOW + timedelta(minutes=10))
    before = content(simulation.database)
    with TruthFile(simulation.truth) as truth:
        truth.state = truth.state._replace(applied_until=NOW)

    simulation.advance(NOW + timedelta(minutes=10))

    assert before == content(simulation.database)


def test_an_instant_in_the_past_does_nothing(simulation: Simulation) -> None:
    simulation.make(NOW)

    assert simulation.advance(NOW - timedelta(hours=1)) == 0


def test_calls_in_progress_are_open_rows_until_they_end(simulation: Simulation) -> None:
    simulation.make(NOW)
    talking = (
        "SELECT count(*) FROM SessionDetails"
        " WHERE ResponseCode = 200 AND SessionEndTime IS NULL"
        " AND SessionIdTime BETWEEN '2026-06-09 12' AND '2026-06-09 14:30'"
    )
    ringing = "SELECT count(*) FROM SessionDetails WHERE InviteTime > '2026-06-09 14:29:50'"
    assert simulation.one(talking) != 0
    assert simulation.one(ringing) != 0

    simulation.advance(NOW + timedelta(hours=20))

    assert simulation.one(talking) == 0


def test_nothing_of_the_future_is_in_the_database(simulation: Simulation) -> None:
    simulation.make(NOW)

    for column in ("SessionIdTime", "ResponseTime", "SessionEndTime", "LastModifiedTime"):
        assert str(simulation.one(f"SELECT max({column}) FROM SessionDetails")) <= (
            "2026-06-09 14:30:00.000"
        )


def test_whatever_a_row_points_at_is_there(simulation: Simulation) -> None:
    simulation.make(NOW)
    with closing(sqlite3.connect(simulation.database)) as database:
        keys = {
            table: {row[0] for row in database.execute(f"SELECT * FROM {table}")}
            for targets in REFERENCES.values()
            for table in targets
        }
        for table, targets in REFERENCES.items():
            for target, columns in targets.items():
                for column in columns:
                    used = {row[0] for row in database.execute(f"SELECT {column} FROM {table}")}
                    assert used - {None} <= keys[target], (table, column)
        replaced = database.execute(
            "SELECT count(*) FROM SessionDetails WHERE ReplacesDialogIdTime IS NOT NULL"
            " AND (ReplacesDialogIdTime, ReplacesDialogIdSeq) NOT IN"
            " (SELECT SessionIdTime, SessionIdSeq FROM Dialogs)"
        ).fetchone()[0]
    assert replaced == 0


def test_every_session_has_its_dialog(simulation: Simulation) -> None:
    simulation.make(NOW)

    for table in ("SessionDetails", "VoipDetails", "ConferenceSessionDetails", "Locations"):
        orphans = simulation.one(
            f"SELECT count(*) FROM {table} WHERE (SessionIdTime, SessionIdSeq) NOT IN"
            " (SELECT SessionIdTime, SessionIdSeq FROM Dialogs)"
        )
        assert orphans == 0, table


def test_the_truth_can_be_read_back(simulation: Simulation) -> None:
    begun = simulation.make(NOW)

    with TruthFile(simulation.truth) as truth:
        finished = truth.calls(NOW)
        everything = truth.calls(NOW + timedelta(days=2))

    assert begun == len(everything)
    assert 0 < begun - len(finished) < 100
    assert all(call.legs for call in everything)


def test_a_history_in_use_is_not_overwritten(simulation: Simulation) -> None:
    simulation.make(NOW)

    with pytest.raises(Unavailable, match="exists already"):
        simulation.make(NOW)


def test_a_history_that_was_never_finished_is_made_anew(simulation: Simulation) -> None:
    simulation.make(NOW)
    whole = content(simulation.database)
    simulation.truth.unlink()

    simulation.make(NOW)

    assert whole == content(simulation.database)


def test_the_truth_knows_its_company(simulation: Simulation, company: Company) -> None:
    simulation.make(NOW)

    found = company_of(simulation.truth)

    assert [each.address for each in company.people] == [each.address for each in found.people]


def test_progress_is_told_by_day(simulation: Simulation, company: Company) -> None:
    told: list[tuple[int, int]] = []

    make(
        *(simulation.database, simulation.truth, company, SEED, NOW),
        days=2,
        progress=lambda done, of: told.append((done, of)),
    )

    assert [(1, 3), (2, 3), (3, 3)] == told


def test_a_call_placed_by_hand_has_just_ended(simulation: Simulation, company: Company) -> None:
    simulation.make(NOW)

    placed = place_call(simulation.database, simulation.truth, company, NOW, number="+390212345678")

    with TruthFile(simulation.truth) as truth:
        assert placed in truth.calls(NOW)
    end = simulation.one(
        "SELECT SessionEndTime FROM SessionDetails JOIN VoipDetails"
        " USING (SessionIdTime, SessionIdSeq) JOIN Phones ON PhoneId = ConnectedNumberId"
        " WHERE PhoneUri = '+390212345678'"
    )
    assert "2026-06-09 14:29:50" < str(end) < "2026-06-09 14:30:00"


def test_several_calls_placed_at_once_are_several_calls(
    simulation: Simulation, company: Company
) -> None:
    simulation.make(NOW)

    placed = [place_call(simulation.database, simulation.truth, company, NOW) for _ in range(5)]

    assert len({call.call_id for call in placed}) == 5


def test_only_the_people_of_the_company_place_calls(
    simulation: Simulation, company: Company
) -> None:
    simulation.make(NOW)

    with pytest.raises(ValueError, match="nobody's address"):
        place_call(
            *(simulation.database, simulation.truth, company, NOW), user="nobody@aurora.example"
        )


def test_without_a_history_nothing_can_advance(simulation: Simulation) -> None:
    with pytest.raises(Unavailable, match="make one first"):
        simulation.advance(NOW)
