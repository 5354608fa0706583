"""Logs: events in words on a terminal, JSON lines in rotating files for supervised processes."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys

import structlog

from app.environment import SUPERVISED_VARIABLE
from warehouse.home import Home


def start_logs(home: Home, process: str) -> None:
    """Directs the log of this process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not os.environ.get(SUPERVISED_VARIABLE):
        structlog.configure(
            processors=[*shared, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())],
            logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        )
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
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    structlog.contextvars.bind_contextvars(process=process)
