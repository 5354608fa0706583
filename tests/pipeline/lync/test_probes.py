"""The questions as texts, and what SQL Server alone can answer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
import sqlglot
from sqlglot import exp

from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.discover import SCHEMAS
from pipeline.sources.lync.probes import server as of_server
from pipeline.sources.lync.probes.words import lasting
from pipeline.sources.source import Tone

NOW = datetime.fromisoformat("2025-03-03 12:00:00")


@pytest.mark.parametrize("probe", SCHEMAS)
def test_a_question_is_one_select_with_the_columns_of_its_frame(probe: str) -> None:
    (statement,) = sqlglot.parse(sql(f"probes/{probe}"), read="tsql")
    assert isinstance(statement, exp.Select)
    snake = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", one).lower() for one in statement.named_selects]
    assert SCHEMAS[probe].names() == snake


@pytest.mark.parametrize("probe", SCHEMAS)
def test_a_question_locks_nothing_and_reads_no_uncommitted_row(probe: str) -> None:
    assert not re.search(
        r"NOLOCK|UNCOMMITTED|TABLOCK|UPDLOCK|INTO ", sql(f"probes/{probe}").upper()
    )


@pytest.mark.parametrize("probe", sorted(SCHEMAS.keys() - {"span"}))
def test_a_question_of_a_huge_table_is_bounded_in_time(probe: str) -> None:
    text = sql(f"probes/{probe}")
    huge = re.search(r"dbo\.(SessionDetails|VoipDetails|ConferenceSessionDetails)", text)
    assert huge is None or "SessionIdTime >= CAST(? AS datetime)" in text


def server(**facts: Any) -> pl.DataFrame:
    row = {
        "product_version": "13.0.5026.0",
        "edition": "Standard Edition (64-bit)",
        "compatibility_level": 110,
        "collation_name": "Latin1_General_BIN",
        "offset_s": 0,
        "utc_now": NOW,
    }
    return pl.DataFrame([row | facts], schema=SCHEMAS["server"])


def test_a_server_is_named_by_its_year_and_how_it_compares() -> None:
    assert (
        "SQL Server 2016 13.0.5026.0, Standard Edition (64-bit), compatibility level 110, "
        "collation Latin1_General_BIN"
    ) == of_server.server_name(server())


def test_a_server_of_a_year_to_come_is_named_by_its_version() -> None:
    assert of_server.server_name(server(product_version="99.1")).startswith("SQL Server 99.1,")


@pytest.mark.parametrize(
    ("ahead", "words"), [(90, "1 minute ahead of"), (-7200, "2 hours behind"), (30, None)]
)
def test_clocks_that_differ_are_told(ahead: int, words: str | None) -> None:
    told = list(of_server.clock(NOW, NOW, server(utc_now=NOW + timedelta(seconds=ahead))))
    advice = [one.text for one in told if one.tone is Tone.ADVICE]
    assert [] == advice if words is None else words in advice[0]


def test_local_times_east_of_utc_are_a_fault_that_names_the_offset() -> None:
    (told,) = of_server.clock(NOW + timedelta(hours=2), NOW, server(offset_s=7200))
    assert (Tone.FAULT, True) == (told.tone, "UTC+2 h" in told.text)


def test_local_times_west_of_utc_are_asked_about() -> None:
    (told,) = of_server.clock(NOW - timedelta(hours=5), NOW, server(offset_s=-18000))
    assert (Tone.ADVICE, True) == (told.tone, "UTC-5 h" in told.text)


def test_a_quiet_hour_is_no_local_time() -> None:
    (told,) = of_server.clock(NOW - timedelta(hours=3), NOW, server(offset_s=-18000))
    assert Tone.FACT is told.tone


def test_polls_without_an_index_are_told() -> None:
    schema = SCHEMAS["indexes"]
    rows = [("SessionDetails", "SessionIdTime"), ("voipdetails", "sessionidtime")]
    (told,) = of_server.indexes(pl.DataFrame(rows, schema=schema, orient="row"))
    assert (Tone.ADVICE, True) == (told.tone, "No index of ConferenceSessionDetails" in told.text)

    rows += [("ConferenceSessionDetails", "SessionIdTime"), ("SessionDetails", "LastModifiedTime")]
    served, hinted = of_server.indexes(pl.DataFrame(rows, schema=schema, orient="row"))
    assert {Tone.FACT} == {served.tone, hinted.tone}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (-7199, "1 hour"), (86400 * 3, "3 days")],
)
def test_a_duration_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    assert words == lasting(timedelta(seconds=seconds))
