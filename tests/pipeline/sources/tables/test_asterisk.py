"""The documented settings for Asterisk, over what Asterisk writes."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.sources.tables.csv_source import CsvSource
from pipeline.sources.tables.settings import CsvSettings, SqlSettings
from pipeline.sources.tables.sql_source import SqlSource
from tests.pipeline.sources.tables.asterisk import DAY, FORKS, INSERT, TABLE, documented

NOW = datetime.fromisoformat("2025-03-05")


def from_file(folder: Path, width: int, **told: Any) -> pl.DataFrame:
    (folder / "Master.csv").write_text("".join(record.line(width) for record in DAY))
    settings = CsvSettings.model_validate(documented("csv") | {"files": "Master.csv*"} | told)
    batch = CsvSource(settings, folder).poll(None, NOW)
    assert () == batch.rejected
    return batch.legs


def from_table(connection: str) -> pl.DataFrame:
    import pyodbc

    with closing(pyodbc.connect(connection, autocommit=True)) as database:
        database.execute("DROP TABLE IF EXISTS cdr")
        database.execute(TABLE)
        for record in DAY:
            database.execute(INSERT, record.row())
    settings = SqlSettings.model_validate(documented("sql") | {"connection": connection})
    return SqlSource(settings, connection).poll(None, NOW).legs


@pytest.fixture(params=["Master.csv", pytest.param("cdr", marks=pytest.mark.postgres)])
def legs(request: pytest.FixtureRequest, tmp_path: Path) -> pl.DataFrame:
    """What both hold of the same day, in the order of the records."""
    if request.param == "cdr":
        found = from_table(request.getfixturevalue("postgres"))
    else:
        found = from_file(tmp_path, 21)
    return found.sort(pl.col("leg_id").str.extract("-([0-9]+)$").cast(pl.Int64))


def test_who_called_whom_over_which_trunk(legs: pl.DataFrame) -> None:
    read = legs.select("direction", "from_number", "to_number", "gateway_in", "gateway_out")
    forks = [("inbound", "3351234567", f"20{number}", "telecom", None) for number in (1, 2, 3)]
    assert [
        ("outbound", "201", "00442079460000", None, "telecom"),
        ("outbound", "201", "0612345678", None, "telecom"),
        ("outbound", "202", "0612345678", None, None),
        ("internal", "201", "202", None, None),
        *forks,
        ("inbound", "3351234567", "204", "telecom", None),
        ("inbound", "3351234567", "600", "telecom", None),
        ("inbound", "3351234567", "201", "telecom", None),
        ("transit", "3351234567", "3497654321", "telecom", "telecom2"),
    ] == read.rows()


def test_how_each_leg_ended_and_who_took_it(legs: pl.DataFrame) -> None:
    assert [
        ("answered", "person"),
        ("no_answer", None),
        ("failed", None),
        ("busy", None),
        ("no_answer", None),
        ("answered", "person"),
        ("no_answer", None),
        ("answered", "person"),
        ("answered", "response_group"),
        ("answered", "voicemail"),
        ("answered", "person"),
    ] == legs.select("outcome", "answered_by").rows()


def test_times_are_utc_and_only_answered_legs_have_an_answer(legs: pl.DataFrame) -> None:
    times = [
        tuple(None if one is None else f"{one:%H:%M:%S}" for one in row)
        for row in legs.select("started_at", "answered_at", "ended_at").head(4).iter_rows()
    ]
    assert [
        ("11:00:00", "11:00:08", "11:01:09"),
        ("11:01:00", None, "11:01:20"),
        ("11:01:30", None, "11:01:30"),
        ("11:01:40", None, "11:01:43"),
    ] == times
    lengths = legs.select(pl.col("talk_s", "ring_s").cast(pl.Int64)).head(4).rows()
    assert [(61, 8), (None, 20), (None, 0), (None, 3)] == lengths


def test_account_codes_are_kept(legs: pl.DataFrame) -> None:
    assert ["4711", *[None] * (len(DAY) - 1)] == legs["account_code"].to_list()


def test_forks_and_transfers_are_legs_of_one_call(legs: pl.DataFrame) -> None:
    assert len(DAY) == legs["leg_id"].n_unique()
    call = legs.filter(pl.col("call_id") == FORKS[0].linkedid)
    assert ["201", "202", "203", "204"] == call["to_number"].to_list()


def test_lines_of_18_columns_need_two_changes(tmp_path: Path) -> None:
    settings = documented("csv")
    columns = settings["columns"] | {"call_id": "uniqueid"}
    del columns["leg_id"]
    found = from_file(tmp_path, 18, names=settings["names"][:18], columns=columns)
    whole = from_file(tmp_path, 21)
    others = [name for name in whole.columns if name != "leg_id"]
    assert whole.select(others).equals(found.select(others))
    assert len(DAY) == found["leg_id"].n_unique()
