"""Logs: events in words on a terminal, JSON lines in rotating files for supervised processes."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from typing import Final

import structlog

from app.environment import SUPERVISED_VARIABLE
from warehouse.home import Home

_SHARED: Final[tuple[structlog.typing.Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def log_to_terminal() -> None:
    """Directs the log of this process to its terminal, beside what it is asked to print."""
    # Values of variables, which a traceback shows by default, may be people's calls, or passwords.
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[*_SHARED, renderer],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )


def start_logs(home: Home, process: str) -> None:
    """Directs the log of a process that goes on: to its file where it is supervised."""
    if not os.environ.get(SUPERVISED_VARIABLE):
        log_to_terminal()
        return
    home.logs.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        home.logs / f"{process}.log", maxBytes=5_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    structlog.configure(
        processors=[
            *_SHARED,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    structlog.contextvars.bind_contextvars(process=process)
