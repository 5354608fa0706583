"""The quick ways of reading give what the careful ones give, whatever they are given."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.callfile import cells, read, values
from pipeline.callfile.format import CALL_FILE_SCHEMA, RULES, Rule
from pipeline.callfile.read import CallFile, RawFile, read_call_file, read_together
from warehouse.errors import InvalidInput, Problem

GOOD = {
    "source": "rome",
    "leg_id": "S1-1",
    "revision": "0",
    "started_at": "2026-01-31T23:59:58.125Z",
    "answered_at": "2026-02-01T00:00:02.000Z",
    "ended_at": "2026-02-28T23:59:59.999Z",
    "talk_s": "61.250",
    "ring_s": "10004.875",
    "direction": "inbound",
    "outcome": "answered",
    "answered_by": "person",
    "to_number": "+390612345678",
    "charge_reason": "caller",
    "emergency": "false",
    "codec": "G.722",
}
USUAL = {rule.column: GOOD[rule.column] for rule in RULES}
ODD = [
    *("", " ", "0", "-0", "+0", "007", "10", "1e3", "5.", ".5", "0.000", "-1.500", "99999999.999"),
    *(
        "123456789.000",
        "1.25",
        "1.2345",
        "TRUE",
        "1",
        "True",
        "Inbound",
        "no_answer",
        "Ä",
        "٣",
        ".",
    ),
    *("2024-02-29T00:00:00.000Z", "2023-02-29T00:00:00.000Z", "2100-01-01T00:00:00.000Z"),
    *("2026-01-31T23:59:60.000Z", "2026-01-31T24:00:00.000Z", "2026-00-10T00:00:00.000Z"),
    *("2026-01-31T23:59:59Z", "2026-01-31 23:59:59.000Z", "2026-01-32T23:59:59.000Z"),
    *("1989-12-31T23:59:59.999Z", "1990-01-01T00:00:00.000Z", "2026-04-31T00:00:00.000Z"),
    *("2026-01-31T23:59:59.123456Z", "2026-1-31T023:59:59.000Z", "2026-01-31T23:5é:59.00Z"),
]
CHARACTERS = '0123456789.:-+TZ ,"\n\r\t\x00\x1d\x85\u00a0\u3000é٣e/;'


@st.composite
def texts(draw: st.DrawFn, usual: str) -> str | None:
    """A cell as it should be, nearly so, or anything at all."""
    kind = draw(st.sampled_from(("usual", "changed", "odd", "any", "none")))
    if kind == "changed":
        at = draw(st.integers(0, len(usual)))
        length = draw(st.integers(0, 2))
        return usual[:at] + draw(st.text(CHARACTERS, max_size=2)) + usual[at + length :]
    if kind == "odd":
        return draw(st.sampled_from(ODD))
    if kind == "any":
        return draw(st.text(max_size=30))
    return usual if kind == "usual" else None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.column)
@given(data=st.data())
def test_each_column_reads_as_its_rule_says(rule: Rule, data: st.DataObject) -> None:
    column = data.draw(st.lists(texts(USUAL[rule.column]), max_size=12))
    text = pl.Series(rule.column, column, dtype=pl.String)
    expected = text.to_frame().select(rule.value).to_series()
    found = rule.read(text)
    assert (expected.dtype, expected.to_list()) == (found.dtype, found.to_list())


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.quick], ids=lambda rule: rule.column
)
def test_what_we_write_ourselves_is_read_the_quick_way(rule: Rule) -> None:
    assert rule.quick is not None
    text = pl.Series([None, USUAL[rule.column], None, USUAL[rule.column]])
    assert 2 == rule.quick(text).null_count()


def test_every_day_is_read_the_quick_way() -> None:
    first, last = datetime(1990, 1, 1, 23, 59, 58, 7000), datetime(2099, 12, 31, 23, 59, 59)
    days = pl.datetime_range(first, last, "1d", time_unit="ms", eager=True)
    (rule,) = [rule for rule in RULES if rule.column == "started_at"]
    assert rule.quick is not None
    written = days.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    assert days.equals(rule.quick(written))


@contextmanager
def careful() -> Iterator[None]:
    """Every row by the module csv, every cell by its rule."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "_split_plain", lambda *_: None)
        slow = {rule.column: replace(rule, quick=None) for rule in RULES}
        patch.setattr(values, "_RULES", slow)
        yield


Told = tuple[list[dict[str, Any]], list[dict[str, Any]], tuple[Problem, ...]] | str


def told(name: str, data: bytes) -> Told:
    try:
        file = read_call_file(name, data, source="other")
    except InvalidInput as error:
        return str(error)
    return file.legs.to_dicts(), file.rejected.to_dicts(), file.problems


def told_carefully(name: str, data: bytes) -> Told:
    with careful():
        return told(name, data)


def spoilt(chance: random.Random, cell: str) -> str:
    way = chance.randrange(6)
    if way == 0:
        return chance.choice(ODD)
    if way == 1:
        return "".join(chance.choices(CHARACTERS, k=chance.randrange(8)))
    at = chance.randrange(len(cell) + 1)
    new = chance.choice(CHARACTERS) if way < 5 else ""
    return cell[:at] + new + cell[at + chance.randrange(2) :]


def file_of(chance: random.Random, rows: int) -> bytes:
    """A file of which every row is spoilt somewhere."""
    header = [*GOOD]
    chance.shuffle(header)
    lines = [",".join(header)]
    for row in range(rows):
        good = GOOD | {"leg_id": f"L{row}"}
        at = chance.choice(header)
        good[at] = spoilt(chance, good[at])
        if chance.random() < 0.3:
            good = {name: f'"{cell}"' for name, cell in good.items()}
        lines.append(",".join(good[name] for name in header))
    return chance.choice(("\n", "\r\n", "\n")).join(lines).encode() + chance.choice((b"", b"\n"))


@pytest.mark.parametrize("rows", [3_000, pytest.param(30_000, marks=pytest.mark.long)])
def test_spoilt_rows_are_told_alike(rows: int) -> None:
    chance = random.Random(rows)
    rejected = 0
    for _ in range(rows // 20):
        data = file_of(chance, 20)
        found = told("rome_1.v1.csv", data)
        assert told_carefully("rome_1.v1.csv", data) == found
        rejected += 0 if isinstance(found, str) else len(found[1])
    assert rejected > rows * 0.4


@pytest.mark.parametrize("files", [150, pytest.param(2_000, marks=pytest.mark.long)])
def test_spoilt_files_are_told_alike(files: int) -> None:
    chance = random.Random(files)
    for _ in range(files):
        data = bytearray(",".join(GOOD) + "\n" + (",".join(GOOD.values()) + "\n") * 3, "utf-8")
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = chance.choice(CHARACTERS).encode()
        assert told_carefully("rome_1.v1.csv", bytes(data)) == told("rome_1.v1.csv", bytes(data))


@pytest.mark.parametrize("times", [150, pytest.param(2_000, marks=pytest.mark.long)])
def test_files_that_are_read_together_read_as_each_by_itself(times: int) -> None:
    chance = random.Random(times)
    together = 0
    for _ in range(times):
        files = [_clean(chance, number) for number in range(chance.randrange(1, 6))]
        alone = [read_call_file(file.name, file.data, source=file.source) for file in files]
        found = read_together(files)
        if found is None:
            continue
        together += 1
        assert not any(file.problems for file in alone)
        assert [file.legs.height for file in alone] == found.heights
        assert pl.concat([file.legs for file in alone]).equals(found.legs)
    assert together > times * 0.6


def _clean(chance: random.Random, number: int) -> RawFile:
    columns = [*GOOD] if chance.random() < 0.98 else ["leg_id", "started_at"]
    lines = [",".join(columns)]
    for row in range(chance.randrange(5)):
        cells = GOOD | {"leg_id": f"{number}-{row}"}
        for name in chance.sample(columns, k=min(3, len(columns))):
            if name not in ("leg_id", "started_at"):
                cells[name] = chance.choice(("", " ", cells[name]))
        if chance.random() < 0.02:
            cells["direction"] = "sideways"
        lines.append(",".join(cells[name] for name in columns))
    end = chance.choice(("\n", "\n", "\r\n"))
    data = end.join(lines).encode() + chance.choice((b"", end.encode()))
    return RawFile(
        f"s{number}_1.v1.csv", chance.choice((b"", b"\xef\xbb\xbf")) + data, f"s{number}"
    )


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(b"leg_id,started_at\nB,2026-01-31T23:00:00Z\n", id="other columns"),
        pytest.param(b"leg_id,started_at,to_number\nB,yesterday,\n", id="a bad cell"),
        pytest.param(b"leg_id,started_at,to_number\n,2026-01-31T23:00:00Z,\n", id="no key"),
        pytest.param(b"leg_id,started_at,to_number\nB,2026-01-31T23:00:00Z\n", id="too short"),
        pytest.param(b'leg_id,started_at,to_number\n"B",2026-01-31T23:00:00Z,\n', id="quotes"),
        pytest.param(b"leg_id,started_at,to_number\n\xff,2026-01-31T23:00:00Z,\n", id="no text"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_files_that_need_care_are_not_read_together(second: bytes) -> None:
    first = b"leg_id,started_at,to_number\nA,2026-01-31T23:00:00Z,+391\n"
    files = [RawFile("a", first, "a"), RawFile("b", second, "b")]
    assert read_together(files[:1]) is not None
    assert read_together(files) is None


def test_all_that_is_read_has_the_types_of_a_call_file() -> None:
    data = ",".join(GOOD) + "\n" + ",".join(GOOD.values()) + "\n"
    file: CallFile = read.read_call_file("a", data.encode(), source="a")
    kinds = {name: file.legs.schema[name] for name in CALL_FILE_SCHEMA}
    assert dict(CALL_FILE_SCHEMA) == kinds
