"""tollbook.toml: every problem at once, with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.positions import positions
from app.cli.settings import Settings, load_settings
from app.cli.setup import TEMPLATES
from warehouse.errors import InvalidInput, Problem

SOURCE = """\
[[sources]]
name = "rome"
kind = "lync"
connection = "file:x"
site = "Rome"
"""
COMPLETE = Path(__file__).parents[2] / "data" / "complete.toml"


def load(folder: Path, text: str) -> Settings:
    path = folder / "tollbook.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        load(folder, text)
    return caught.value.problems


def test_the_template_of_a_new_home_is_valid() -> None:
    assert "Our company" == load_settings(TEMPLATES / "tollbook.toml").company


def test_the_complete_example_sets_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_PASSWORD", "s3cret")
    settings = load_settings(COMPLETE)
    assert set(Settings.model_fields) == settings.model_fields_set
    models = [
        settings.app,
        settings.mine,
        settings.simulator,
        settings.tariff["carrier"],
        settings.imports["acme"],
    ]
    for model in [*models, settings.sources[0]]:
        assert model is not None
        assert set(type(model).model_fields) == model.model_fields_set


def test_several_mistakes_are_told_together_each_at_its_place(tmp_path: Path) -> None:
    text = f'company = "X"\ncolour = "red"\n{SOURCE}poll_seconds = 0\n\n[app]\nport = 99999\n'
    found = [(one.line, one.column, one.value) for one in problems(tmp_path, text)]
    assert [(2, 10, "red"), (8, 16, "0"), (11, 8, "99999")] == sorted(found)


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        pytest.param('company = "X\n', 1, "not TOML", id="an open quote"),
        pytest.param("[app]\n[app]\n", 2, "not TOML", id="a table twice"),
        pytest.param(SOURCE.replace("lync", "cisco"), 3, "sources.0.kind", id="unknown kind"),
        pytest.param(SOURCE.replace('site = "Rome"', ""), 1, "site is missing", id="no site"),
        pytest.param(SOURCE.replace("rome", "Rome 1"), 2, "sources.0.name", id="a bad name"),
        pytest.param(SOURCE * 2, 1, "two sources are named rome", id="a name twice"),
        pytest.param(
            '[tariff.x]\ntime_zone = "Mars"\n', 2, "tariff.x.time_zone", id="an unknown zone"
        ),
        pytest.param("[tariff.x]\ndecimals = 7\n", 2, "tariff.x.decimals", id="too exact"),
        pytest.param('[tariff.x]\nfeasts = "no"\n', 2, "unknown key", id="an unknown key"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, rule: str) -> None:
    (found,) = problems(tmp_path, text)
    assert (line, True) == (found.line, rule in found.rule)


def test_a_missing_variable_is_told_and_a_password_is_never_shown(tmp_path: Path) -> None:
    text = SOURCE.replace("file:x", "SERVER=x;UID=me;PWD=hunter2;APP=${NO_SUCH_VARIABLE}")
    (found,) = problems(tmp_path, text)
    assert "NO_SUCH_VARIABLE" in str(found)
    assert "hunter2" not in str(found)


def test_a_connection_is_not_part_of_what_settings_look_like(tmp_path: Path) -> None:
    settings = load(tmp_path, SOURCE.replace("file:x", "PWD=hunter2"))
    assert "hunter2" not in repr(settings)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_APP__PORT", "8600")
    assert 8600 == load(tmp_path, "[app]\nport = 8500\n").app.port


def test_a_missing_file_says_which_command_makes_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="tollbook init"):
        load_settings(tmp_path / "tollbook.toml")


def test_places_of_keys_follow_tables_arrays_dots_and_quotes() -> None:
    text = 'a = 1\n[b."c d"]\n  e.f = 2\n[[g]]\nh = 3\n[[g]]\n# no = 1\nh = 4\n'
    assert {
        ("a",): (1, 5),
        ("b", "c d"): (2, 1),
        ("b", "c d", "e", "f"): (3, 9),
        ("g",): (4, 1),
        ("g", 0): (4, 1),
        ("g", 0, "h"): (5, 5),
        ("g", 1): (6, 1),
        ("g", 1, "h"): (8, 5),
    } == positions(text)
