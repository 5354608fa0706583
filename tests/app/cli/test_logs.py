"""Logs say what went wrong and where, and no values that were at hand there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROCESS = """
import sys
from pathlib import Path
import structlog
from app.cli.logs import start_logs
from warehouse.home import Home

start_logs(Home(Path(sys.argv[1])), "mine")
log = structlog.get_logger()
password = "hush" + "hush"
try:
    {}["nowhere"]
except KeyError:
    log.exception("odd", file="a.call")
"""


def logged(folder: Path, **environment: str) -> str:
    """What a process says that meets a fault."""
    ended = subprocess.run(
        [sys.executable, "-c", PROCESS, str(folder)],
        env={"PATH": "", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    assert not ended.stdout
    return ended.stderr


def test_on_a_terminal(tmp_path: Path) -> None:
    said = logged(tmp_path)
    assert "odd" in said
    assert "file=a.call" in said
    assert "KeyError: 'nowhere'" in said
    assert "hushhush" not in said


def test_in_the_file_of_a_supervised_process(tmp_path: Path) -> None:
    assert not logged(tmp_path, TOLLBOOK_SUPERVISED="1")
    text = (tmp_path / "logs" / "mine.log").read_text(encoding="utf-8")
    (line,) = text.splitlines()
    said = json.loads(line)
    assert said | {"event": "odd", "level": "error", "process": "mine", "file": "a.call"} == said
    assert "KeyError: 'nowhere'" in said["exception"]
    assert "hushhush" not in text
