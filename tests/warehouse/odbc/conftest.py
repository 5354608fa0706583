"""Skips where ODBC itself is missing."""

from __future__ import annotations

import pytest

pytest.importorskip(
    "pyodbc",
    reason="The ODBC driver manager is missing: apt-get install unixodbc",
    exc_type=ImportError,
)
