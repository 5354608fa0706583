"""Fixtures of the whole test suite, and how its tests are shared out among several processes."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("tollbook", deadline=None)
settings.load_profile("tollbook")

pytest_plugins = ["tests.browser", "tests.demonstration", "tests.openldap", "tests.postgres"]

DEAR = ("demonstration", "browser", "postgres", "openldap")
"""Fixtures of the session that are worth waiting for: made by one process, and once."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps tests that share something dear in one process, all others in one for each file."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        shared = next((name for name in DEAR if name in names), None)
        item.add_marker(pytest.mark.xdist_group(shared or item.nodeid.split("::")[0]))
