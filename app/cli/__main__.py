"""Lets a process start another one without relying on the console script's place."""

from __future__ import annotations

from app.cli.main import run

run()
