"""The real server: what only it can get wrong, such as imports, configuration and sessions."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.app.homes import make_home, plausible_legs
from tests.app.serving import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("home")
    home = make_home(folder, plausible_legs(datetime.now(UTC).date(), 65, 40))
    home.settings.write_text('company = "Aurora Instruments"\n')
    with serving(home, folder / "server.out") as running:
        yield running


def elements(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", []):
        yield from elements(child)


def test_the_server_is_healthy(server: Server) -> None:
    assert server.healthy()


@pytest.mark.parametrize("page", ["", "calls"])
@pytest.mark.parametrize("period", ["Last 30 days", "Today", "This year"])
def test_no_page_raises(server: Server, page: str, period: str) -> None:
    answer = server.run_page(page, period=[period])
    assert "ready" == answer["status"]
    kinds = {element["type"] for element in elements(answer["tree"])}
    assert "exception" not in kinds
    assert {"title", "caption"} <= kinds


@pytest.mark.parametrize("place", ["overview", "overview/"])
def test_the_first_page_is_found_by_its_name_too(server: Server, place: str) -> None:
    with urllib.request.urlopen(f"{server.url}/{place}?department=R%26D", timeout=30) as answer:
        assert f"{server.url}/?department=R%26D" == answer.url
        assert 200 == answer.status


def test_the_pages_bear_the_name_of_the_company(server: Server) -> None:
    shown = [
        element["props"]["body"]
        for element in elements(server.run_page("")["tree"])
        if element["type"] == "markdown"
    ]
    assert any(text.startswith("**Aurora Instruments**") for text in shown)


def test_the_server_has_nothing_to_complain_about(server: Server) -> None:
    for page in ("", "calls"):
        server.run_page(page)
    output = Path(server.output).read_text()
    assert "Traceback" not in output
    assert "warning" not in output.lower()
