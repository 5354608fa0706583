"""The same prices in PostgreSQL with its prefix_range type, for comparison.

It is given its best: prices in one row per prefix, prefixes in a partition per tariff, loaded in
their order, numbers read beforehand, plain index scans, and no time for reading or writing files.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import polars as pl

from tests.bench.deck import SETTINGS, TARIFFS, calls_of, price_table
from tests.postgres import _programs, _server_user

CALLS = 20_000
_INSTALL = "For the comparison with PostgreSQL: apt-get install postgresql-15 postgresql-15-prefix"
_SPENT = re.compile(r"^!\t([0-9.]+) s user, ([0-9.]+) s system", re.MULTILINE)
_RATE = Path(__file__).with_name("prefix_range.sql")


def microseconds_per_call(prefixes: list[str]) -> float | str:
    """CPU time per call of the one backend, or what to install."""
    programs = _programs()
    if programs is None or not _extension(programs).exists():
        return _INSTALL
    # Another user than ours runs the server and may not enter our folders.
    folder, user = Path(tempfile.mkdtemp(prefix="tollbook-bench-")), _server_user()
    try:
        if user is not None:
            shutil.chown(folder, user)
        return _measured(programs, folder, user, prefixes)
    finally:
        shutil.rmtree(folder)


def _extension(programs: Path) -> Path:
    return Path("/usr/share/postgresql") / programs.parent.name / "extension/prefix.control"


def _measured(programs: Path, folder: Path, user: str | None, prefixes: list[str]) -> float:
    def run(*command: str | Path) -> None:
        with (folder / "output").open("ab") as output:
            subprocess.run(command, user=user, cwd=folder, stdout=output, stderr=output, check=True)

    of_prefix = ("tariff", "prefix", "connect_fee", "first_increment_s", "next_increment_s")
    prices = price_table(prefixes, TARIFFS).pivot(
        on="weight", on_columns=["0", "1"], index=of_prefix, values="price_per_minute"
    )
    prices.sort("tariff", "prefix").write_csv(folder / "prices.csv", include_header=False)
    calls = calls_of(CALLS, prefixes).select(
        pl.col("number").str.strip_prefix("+"), "tariff", "answered_at", "talk_s"
    )
    calls.write_csv(folder / "calls.csv", include_header=False)
    zones = "\n".join(f"{name},{each.time_zone}" for name, each in SETTINGS.items())
    (folder / "zones.csv").write_text(zones)
    for name in ("prices.csv", "calls.csv", "zones.csv"):
        (folder / name).chmod(0o644)
    data = folder / "data"
    run(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
    options = (
        f"-c listen_addresses= -k {folder} -c fsync=off -c shared_buffers=1GB -c jit=off "
        "-c work_mem=256MB -c max_parallel_workers_per_gather=0 -c enable_bitmapscan=off"
    )
    run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        psql = (programs / "psql", "-h", folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q")
        prepare, rate = _RATE.read_text().split("-- rate\n")
        run(*psql, "-c", prepare)
        told = subprocess.run(
            (*psql, "-c", "set client_min_messages = log", "-c", "set log_statement_stats = on")
            + 3 * ("-c", rate),
            user=user,
            cwd=folder,
            capture_output=True,
            check=True,
            text=True,
        ).stderr
        spent = sorted(float(user) + float(system) for user, system in _SPENT.findall(told))
        # Each round tells of dropping the table, which takes no time, and of rating.
        return spent[-3] / CALLS * 1e6
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
