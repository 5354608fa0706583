"""What changes a home: the `tollbook` command, run beside the pages as anybody else runs it.

Pages themselves write nothing of a home. So its checks and locks are the same for all, and a page
that ends in the middle leaves what the command leaves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.environment import SUPERVISED_VARIABLE
from warehouse.errors import InvalidInput, Problem, Unavailable

LIMIT_S: Final = 300.0
"""Longer than that nobody waits before a page."""

_MARK: Final = "✗ "


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs the command for one home."""

    home: Path
    limit_s: float = LIMIT_S

    def run(self, *words: str, operands: Sequence[str] = ()) -> Any:
        """The answer of a command to `--json`.

        `words` are the command and its options; `operands` are taken for nothing else, whatever
        they begin with. Raises `InvalidInput` with all that the command refuses, and `Unavailable`
        where it failed or did not end in time.
        """
        given = [*words, f"--home={self.home}", "--json", "--", *operands]
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "app.cli", *given],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                timeout=self.limit_s,
                check=False,
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(
                f"`tollbook {words[0]}` did not end within {self.limit_s:g} seconds. What it has "
                "begun goes on with the next miner; `tollbook status` says who runs"
            ) from None
        return _answer(words[0], done)


def _environment() -> dict[str, str]:
    """That of this process, but for what would bind the command to a supervisor's life."""
    return {name: value for name, value in os.environ.items() if name != SUPERVISED_VARIABLE}


def _answer(command: str, done: subprocess.CompletedProcess[str]) -> Any:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Unavailable(_complaint(command, done)) from None
    if isinstance(answer, dict) and set(answer) == {"problems"}:
        raise InvalidInput(Problem(**fields) for fields in answer["problems"])
    return answer


def _complaint(command: str, done: subprocess.CompletedProcess[str]) -> str:
    """What the command said to a person, who sees no traceback."""
    lines = done.stderr.splitlines()
    told = [line.removeprefix(_MARK) for line in lines if line.startswith(_MARK)]
    return "\n".join(told) or (
        f"`tollbook {command}` ended with code {done.returncode}. Run it at a terminal to see why"
    )
