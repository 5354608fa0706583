"""The command line as its user meets it: what it prints, and its exit code."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from app.cli.common import console, messages
from app.cli.main import run


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def tollbook(*arguments: str, home: Path) -> Done:
    """Runs a command to its end within this process, at a terminal of 200 columns."""
    out, err = io.StringIO(), io.StringIO()
    words = ["tollbook", arguments[0], "--home", str(home), *arguments[1:]]
    with (
        mock.patch.object(sys, "argv", words),
        mock.patch.object(console, "_width", 200),
        mock.patch.object(messages, "_width", 200),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as end:
            code = end.code or 0
    return Done(int(code), out.getvalue(), err.getvalue())
