"""The driver's SQL: one text for every server."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import polars as pl
import pytest
import sqlglot
from sqlglot import exp

from pipeline.sources.lync import queries
from pipeline.sources.lync.catalog import CONDITION
from pipeline.sources.lync.connect import connected
from pipeline.sources.lync.dialects import Dialect, sql, translated
from pipeline.sources.lync.queries import Key, Kind, Name
from pipeline.sources.lync.raw import CONFERENCE_LEGS, KEY, NAMED_SESSIONS, SESSIONS
from tests.pipeline.lync import servers
from tests.pipeline.lync.calls import CallDatabase

QUERIES = {
    "sessions": SESSIONS,
    "sessions_views": NAMED_SESSIONS,
    **dict.fromkeys(("conference_legs", "conference_legs_views"), CONFERENCE_LEGS),
    **dict.fromkeys(("nth", "nth_views"), KEY),
    **{f"named/{name}": name.schema for name in Name},
}
DAY = datetime.fromisoformat("2025-03-03")
NEXT_DAY = datetime.fromisoformat("2025-03-04")


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_one_statement_of_t_sql(name: str) -> None:
    (statement,) = sqlglot.parse(sql(name).replace(CONDITION, "1 = 1"), read="tsql")

    assert isinstance(statement, exp.Query)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_never_reads_uncommitted_rows(name: str) -> None:
    assert "NOLOCK" not in sql(name).upper()
    assert "UNCOMMITTED" not in sql(name).upper()


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gives_the_columns_of_its_frame_in_order(name: str) -> None:
    statement = sqlglot.parse_one(sql(name).replace(CONDITION, "1 = 1"), read="tsql")
    snake = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", one).lower() for one in statement.named_selects]

    assert QUERIES[name].names() == snake


@pytest.mark.parametrize("dialect", [Dialect.SQLITE, Dialect.POSTGRES])
@pytest.mark.parametrize("kind", Kind)
def test_a_translation_keeps_the_order_of_the_parameters(kind: Kind, dialect: Dialect) -> None:
    text = translated(queries.window_query(servers.SKYPE_2015, kind), dialect)

    assert 5 == text.count("?")
    assert text.index("FETCH" if dialect is Dialect.POSTGRES else "LIMIT") < text.rindex("?")
    assert "%s" not in text


def test_a_translation_for_sqlite_compares_whole_texts_of_times() -> None:
    assert "SELECT ? AS t" == translated("SELECT CAST(? AS datetime) AS t", Dialect.SQLITE)


def test_a_translation_for_postgres_keeps_milliseconds() -> None:
    assert "SELECT CAST(? AS TIMESTAMP(3)) AS t" == translated(
        "SELECT CAST(? AS datetime) AS t", Dialect.POSTGRES
    )


def store(calls: CallDatabase, kind: Kind, *times: str, modified: str | None = None) -> list[Key]:
    for at in times:
        if kind is Kind.SESSIONS:
            calls.session(at=at, voip={}, modified=modified)
        else:
            calls.conference_leg(at=at, gateway="gw-rome-1.aurora.example", modified=modified)
    return [Key(datetime.fromisoformat(f"{calls.day} {at}"), 1) for at in times]


def found(frame: pl.DataFrame) -> list[Key]:
    return [Key(*row[:2]) for row in frame.iter_rows()]


@pytest.mark.parametrize("kind", Kind)
def test_sessions_are_read_again_by_their_times(calls: CallDatabase, kind: Kind) -> None:
    keys = store(calls, kind, "08:00:00.003", "08:00:00.007", "09:00:00.000")
    gone = keys[0].time + timedelta(milliseconds=1)

    with connected(calls.connection) as database:
        assert [keys[0], keys[2]] == found(
            queries.of_times(database, kind, [keys[2].time, gone, keys[0].time, keys[2].time])
        )
        assert queries.of_times(database, kind, []).is_empty()
        assert kind.schema(database.catalog) == queries.of_times(database, kind, []).schema


def test_more_times_than_one_statement_asks_for_are_all_read(
    monkeypatch: pytest.MonkeyPatch, calls: CallDatabase
) -> None:
    monkeypatch.setattr(queries, "TIMES_AT_ONCE", 2)
    keys = store(calls, Kind.SESSIONS, *(f"08:00:0{second}.000" for second in range(5)))

    with connected(calls.connection) as database:
        assert keys == found(queries.of_times(database, Kind.SESSIONS, [key.time for key in keys]))


@pytest.mark.parametrize("kind", Kind)
def test_changed_sessions_are_found_in_their_window(calls: CallDatabase, kind: Kind) -> None:
    changed_at = "10:00:00.000"
    changed = store(calls, kind, "08:00:00.003", "08:30:00.000", modified=changed_at)
    store(calls, kind, "08:15:00.000", modified="09:59:59.997")
    store(calls, kind, "08:45:00.000")
    since = datetime.fromisoformat(f"{calls.day} {changed_at}")

    with connected(calls.connection) as database:
        assert queries.notes_changes(database, kind)
        assert changed == found(
            queries.modified(database, kind, since, Key.before(DAY), NEXT_DAY, 10)
        )
        assert changed[1:] == found(
            queries.modified(database, kind, since, changed[0], NEXT_DAY, 10)
        )
        assert changed[:1] == found(
            queries.modified(database, kind, since, Key.before(DAY), NEXT_DAY, 1)
        )


def test_details_that_came_later_change_a_session(calls: CallDatabase) -> None:
    (key,) = store(calls, Kind.SESSIONS, "08:00:00.003", modified="08:01:00.000")
    calls.database.execute(
        "UPDATE dbo.VoipDetails SET LastModifiedTime = '2025-03-03 10:00:00.000'"
    )
    calls.database.commit()

    with connected(calls.connection) as database:
        assert [key] == found(
            queries.modified(
                database,
                Kind.SESSIONS,
                datetime.fromisoformat("2025-03-03 10:00:00"),
                Key.before(DAY),
                NEXT_DAY,
                10,
            )
        )
