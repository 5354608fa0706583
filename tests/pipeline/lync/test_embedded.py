"""The embedded call detail database."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from pipeline.sources.lync import embedded


def test_making_it_twice_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "calls of röm.db"
    embedded.create(path)
    with closing(embedded.connect(path)) as database, database:
        database.execute("INSERT INTO dbo.Gateways VALUES (1, 'gw-rome-1.aurora.example')")

    embedded.create(path)

    with closing(embedded.connect(path)) as database:
        assert [(1,)] == database.execute("SELECT COUNT(*) FROM dbo.Gateways").fetchall()


def test_it_starts_with_the_lookup_rows(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    embedded.create(path)

    with closing(embedded.connect(path)) as database:
        for table in (
            "Tenants",
            "UriTypes",
            "CallPriorities",
            "MediaList",
            "UserAgentDef",
            "SIPResponseMetaData",
            "PurgeSettings",
        ):
            assert database.execute(f"SELECT 1 FROM dbo.{table}").fetchone(), table


def test_another_process_reads_while_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    embedded.create(path)
    reader = (
        "import sys; from pathlib import Path; from pipeline.sources.lync import embedded\n"
        "database = embedded.connect(Path(sys.argv[1]))\n"
        "print(database.execute('SELECT COUNT(*) FROM dbo.Gateways').fetchone()[0])\n"
    )
    with closing(embedded.connect(path)) as writer:
        writer.execute("INSERT INTO dbo.Gateways VALUES (1, 'gw-rome-1.aurora.example')")
        writer.commit()
        writer.execute("INSERT INTO dbo.Gateways VALUES (2, 'not committed yet')")
        done = subprocess.run(
            [sys.executable, "-c", reader, str(path)], capture_output=True, text=True, check=True
        )

    assert "1\n" == done.stdout
