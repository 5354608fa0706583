"""How much memory rating takes, beside only reading and writing: each in a process of its own.

Calls are made and rated chunk by chunk, so that there may be any number of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.rating import Tariffs, rate
from pipeline.rating.store import from_bytes, to_bytes
from tests.bench.deck import calls_of, write

_FORGET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Memory:
    peak: int
    """Bytes, of the process that rates."""
    floor: int
    """Bytes, of one that has the same tariffs but only reads and writes."""
    spent: float
    """CPU seconds of rating, reading and writing."""


def measured(tariffs: Tariffs, prefixes: list[str], calls: int, chunk: int) -> Memory:
    """Rates so many calls, `chunk` of them at a time."""
    with tempfile.TemporaryDirectory() as folder:
        kept, source, target = (Path(folder, name) for name in ("tariffs", "in", "out"))
        kept.write_bytes(to_bytes(tariffs))
        told: dict[str, dict[str, float]] = {}
        with _process("rate", kept, told) as rating, _process("floor", kept, told) as floor:
            for part, begin in enumerate(range(0, calls, chunk)):
                legs = calls_of(min(chunk, calls - begin), prefixes, seed=3 + part)
                legs.write_parquet(source, compression="lz4")
                _ask(rating, source, target)
                _ask(floor, source, target)
    return Memory(int(told["rate"]["peak"]), int(told["floor"]["peak"]), told["rate"]["spent"])


@contextmanager
def _process(
    kind: str, kept: Path, told: dict[str, dict[str, float]]
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, __file__, kind, str(kept)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        told[kind] = json.loads(process.communicate()[0])


def _ask(process: subprocess.Popen[str], source: Path, target: Path) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{source}\t{target}\n")
    process.stdin.flush()
    process.stdout.readline()


def _answer(kind: str, kept: Path) -> None:
    tariffs = from_bytes(kept.read_bytes())
    assert tariffs is not None
    Path("/proc/self/clear_refs").write_text(_FORGET_PEAK)
    spent = 0.0
    for line in sys.stdin:
        source, target = map(Path, line.rstrip("\n").split("\t"))
        begin = time.process_time()
        legs = pl.read_parquet(source)
        if kind == "rate":
            rated = rate(legs, tariffs, explained=False, coded=True)
        else:
            rated, target = pl.read_parquet(target), target.with_suffix(".again")
        write(rated, target)
        spent += time.process_time() - begin
        sys.stdout.write("done\n")
        sys.stdout.flush()
    sys.stdout.write(json.dumps({"peak": _peak(), "spent": spent}))


def _peak() -> int:
    """Of this process in bytes; `getrusage` would count what its parent had before it began."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    _answer(sys.argv[1], Path(sys.argv[2]))
