"""A login that may read only the vendor's views."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

import pytest

from pipeline.sources.lync import queries
from pipeline.sources.lync.connect import connected
from pipeline.sources.lync.dialects import Dialect, statements
from pipeline.sources.lync.driver import LyncSource
from pipeline.sources.lync.queries import Key, Kind
from pipeline.sources.source import Tone
from tests.pipeline.lync.calls import CASES, CallDatabase, legs_in, load_case
from warehouse.errors import Unavailable

pytestmark = pytest.mark.postgres

VIEWS = Path(__file__).with_name("views.sql").read_text(encoding="utf-8")
NAMES = [line.split()[2] for line in VIEWS.splitlines() if line.startswith("CREATE VIEW")]
DAY = datetime.fromisoformat("2025-03-03")
NEXT_DAY = datetime.fromisoformat("2025-03-04")


@pytest.fixture
def views(postgres_calls: CallDatabase) -> Iterator[str]:
    """The connection of a login to whom only the views are granted."""
    database = postgres_calls.database
    for statement in statements(VIEWS, Dialect.POSTGRES):
        database.execute(statement)
    database.execute("CREATE ROLE auditor LOGIN")
    database.execute("GRANT USAGE ON SCHEMA dbo TO auditor")
    database.execute(f"GRANT SELECT ON {', '.join(NAMES)} TO auditor")
    yield postgres_calls.connection.replace("UID=postgres", "UID=auditor")
    database.execute("DROP OWNED BY auditor")
    database.execute("DROP ROLE auditor")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_situation_becomes_the_same_legs(
    postgres_calls: CallDatabase, views: str, path: Path
) -> None:
    case = load_case(path)
    case.store(postgres_calls)

    legs = legs_in(views, datetime.combine(case.day, time.min), None, case.now)

    assert case.legs == legs.to_dicts()


def test_it_is_said_that_only_the_views_are_read(views: str) -> None:
    with connected(views) as database:
        assert database.catalog.by_views
        (advice,) = database.catalog.findings

    assert "only the views" in advice.text


def test_sessions_are_found_by_key_and_by_change(postgres_calls: CallDatabase, views: str) -> None:
    postgres_calls.session(at="08:00:00.003", modified="08:05:00.000", voip={})
    postgres_calls.session(at="08:00:00.007", modified="08:15:00.000", voip={})

    with connected(views) as database:
        assert queries.notes_changes(database, Kind.SESSIONS)
        assert not queries.notes_changes(database, Kind.CONFERENCE_LEGS)
        changed = queries.modified(
            database,
            Kind.SESSIONS,
            datetime.fromisoformat("2025-03-03 08:10:00"),
            Key.before(DAY),
            NEXT_DAY,
            10,
        )
        (key,) = [Key(*row[:2]) for row in changed.iter_rows()]
        assert Key(datetime.fromisoformat("2025-03-03 08:00:00.007"), 1) == key
        assert changed.equals(queries.of_times(database, Kind.SESSIONS, [key.time]))


def test_a_login_that_lacks_a_view_is_told_which(postgres_calls: CallDatabase, views: str) -> None:
    postgres_calls.database.execute("REVOKE SELECT ON dbo.MediaView FROM auditor")

    with pytest.raises(Unavailable, match=r"dbo\.MediaView.*GRANT SELECT"):
        LyncSource(views).probe()


def test_what_only_the_tables_tell_is_said_to_be_unknown(views: str) -> None:
    source = LyncSource(views)

    found = source.discover(NEXT_DAY)

    assert [] == [one for one in found if one.tone is Tone.FAULT]
    (unknown,) = [one for one in found if "Nothing can be said of" in one.text]
    assert "trunks" in unknown.text
    assert "GRANT" in unknown.mend
    assert source.describe().product.startswith("Skype for Business Server 2015 or later on Postg")
