"""Fixtures of the whole test suite."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("tollbook", deadline=None)
settings.load_profile("tollbook")

pytest_plugins = [
    "tests.browser",
    "tests.demonstration",
    "tests.openldap",
    "tests.postgres",
    "tests.warehouses",
]
