"""A company in which everybody is somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.access.roles import Role
from app.access.rules import PROXY_KEY, Grant, Rules, Way, to_text
from app.environment import ACCESS_VARIABLE
from tests.app.conftest import NOW, make_small
from tests.app.homes import note_people
from tests.app.test_pages import MAIN
from tests.warehouses import beginning
from warehouse.home import Home

ANNA, BRUNO, CAROL = (f"{name}@aurora.example" for name in ("anna", "bruno", "carol"))
DEV, ZOE, ROOM = (f"{name}@aurora.example" for name in ("dev", "zoe", "lobby"))

PEOPLE: tuple[dict[str, Any], ...] = (
    {"user": ANNA, "name": "Anna Bianchi", "department": "Sales", "role": "head"},
    {"user": BRUNO, "name": "Bruno Conti", "department": "Service"},
    {"user": CAROL, "name": "Carol O'Neill", "department": "Sales", "manager": ANNA},
    {"user": DEV, "name": "Dev", "department": "Engineering", "role": "auditor"},
    {"user": ZOE, "name": "Zoe", "department": "Telephony", "role": "administrator"},
    {"user": ROOM, "name": "Lobby", "department": "Service", "kind": "common_area"},
)
OIDC = Rules(Way.OIDC)
GIVEN = replace(
    OIDC, grants=(Grant("eve@partner.example", Role.SUPERVISOR, departments=("Service",)),)
)

Opening = Callable[..., AppTest]


@pytest.fixture
def company(empty_home: Home) -> Home:
    """The small home, with a directory: Anna leads Sales, Dev audits, Zoe looks after it all."""

    def make() -> None:
        make_small(empty_home.path)
        note_people(empty_home, PEOPLE, NOW)

    beginning("company", empty_home.path, make)
    return empty_home


@pytest.fixture
def opening(company: Home, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens a page as somebody who has signed in, by whichever way the rules say."""

    def opened(
        address: str | None,
        page: str = "overview",
        rules: Rules = OIDC,
        claims: dict[str, Any] | None = None,
        /,
        **query: str | list[str],
    ) -> AppTest:
        monkeypatch.setenv(ACCESS_VARIABLE, to_text(rules))
        app = AppTest.from_file(str(MAIN), default_timeout=20)
        if rules.way is Way.PROXY:
            app.user = {PROXY_KEY: address}
        elif address is None:
            app.user = {"is_logged_in": False}
        else:
            app.user = {"is_logged_in": True, "email": address, "iat": NOW.timestamp() - 60}
        app.user |= claims or {}
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app if page == "overview" else app.switch_page(f"views/{page}.py").run()

    return opened
