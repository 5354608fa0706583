"""tollbook.toml: every problem at once, with line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli.positions import positions
from app.cli.settings import Settings, load_settings
from app.cli.setup import TEMPLATES
from pipeline.sources.lync.driver import LyncSource
from pipeline.sources.registry import open_source
from warehouse.errors import InvalidInput, Problem

SOURCE = """\
[[sources]]
name = "rome"
kind = "lync"
connection = "file:x"
site = "Rome"
"""
TABLE = """\
table = "cdr"
time_zone = "UTC"
columns = { started_at = "start", talk_s = "talk", to_number = "to" }
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
    assert settings.app.oidc is not None
    models = [
        settings.app.oidc,
        settings.app.masking,
        *settings.app.people,
        settings.mine,
        settings.mirror,
        settings.simulator,
        settings.tariff["carrier"],
        settings.imports["acme"],
        settings.people,
        settings.payer,
    ]
    for table in (settings.people.ldap, settings.people.csv):
        assert table is not None
        models.append(table)
        models.append(getattr(table, "attributes" if table is settings.people.ldap else "columns"))
    for model in [*models, *settings.sources, *settings.retain, *settings.charges]:
        assert model is not None
        assert set(type(model).model_fields) == model.model_fields_set
    # A provider and a proxy shut each other out.
    assert {*type(settings.app).model_fields} - {"proxy"} == settings.app.model_fields_set


def test_a_call_database_knows_whether_another_may_share_its_sessions(tmp_path: Path) -> None:
    milan = SOURCE.replace('"rome"', '"milan"')
    calls = SOURCE.replace("lync", "sql").replace('"rome"', '"pbx"') + TABLE

    def shares(text: str) -> list[bool]:
        opened = [open_source(one, tmp_path) for one in load(tmp_path, text).sources]
        return [one.dialogs for one in opened if isinstance(one, LyncSource)]

    assert [False] == shares(SOURCE)
    assert [False] == shares(SOURCE + calls)
    assert [True, True] == shares(SOURCE + calls + milan)


def test_several_mistakes_are_told_together_each_at_its_place(tmp_path: Path) -> None:
    text = f'company = "X"\ncolour = "red"\n{SOURCE}poll_seconds = 0\n\n[app]\nport = 99999\n'
    found = [(one.line, one.column, one.value) for one in problems(tmp_path, text)]
    assert [(2, 10, "red"), (8, 16, None), (11, 8, "99999")] == sorted(found)


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


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SOURCE.replace("connection", "conection"), id="a misspelt key of a source"),
        pytest.param('sources = "PWD=hunter2"', id="a text for the table"),
        pytest.param('sources = ["PWD=hunter2"]', id="a text for a source"),
        pytest.param('conection = "SERVER=x;Pwd = {hun;ter2}"', id="outside any source"),
        pytest.param('LCSCDR_PASSWORD = "hunter2"', id="a secret in the wrong file"),
        pytest.param('[app]\nport = "UID=me;PASSWORD=hunter2"', id="in the wrong place"),
    ],
)
def test_no_mistake_makes_a_password_visible(tmp_path: Path, text: str) -> None:
    found = problems(tmp_path, text.replace("file:x", "SERVER=x;PWD=hunter2"))
    assert not {"hunter2", "ter2"} & set(re.split(r"\W+", " ".join(map(str, found))))


def secrets(folder: Path, text: str) -> None:
    (folder / "secrets.toml").write_text(text, encoding="utf-8")


def test_a_secret_comes_from_the_secrets_file_unless_the_environment_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets(tmp_path, 'ONE = "from the file"\nTWO = "${ONE}"\n')
    text = SOURCE.replace("file:x", "A=${ONE};B=${TWO}")
    connection = "A=from the file;B=${ONE}"
    assert connection == load(tmp_path, text).sources[0].connection_text()
    monkeypatch.setenv("ONE", "from outside")
    connection = "A=from outside;B=${ONE}"
    assert connection == load(tmp_path, text).sources[0].connection_text()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('A = "x"\nPIN = 12345678\n', 2, id="no text"),
        pytest.param('A = "x"\nPIN = 12345678x\n', 2, id="no TOML"),
    ],
)
def test_a_fault_of_the_secrets_file_is_told_without_the_secret(
    tmp_path: Path, text: str, line: int
) -> None:
    secrets(tmp_path, text)
    (found,) = problems(tmp_path, SOURCE)
    assert ("secrets.toml", line) == (found.file, found.line)
    assert "12345678" not in str(found)


def test_a_connection_is_not_part_of_what_settings_look_like(tmp_path: Path) -> None:
    settings = load(tmp_path, SOURCE.replace("file:x", "PWD=hunter2"))
    assert "hunter2" not in repr(settings) + str(settings.model_dump())


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_APP__PORT", "8600")
    assert 8600 == load(tmp_path, "[app]\nport = 8500\n").app.port


def test_the_environment_adds_to_a_table_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_APP__PORT", "8600")
    page = load(tmp_path, '[app]\naddress = "localhost"\nport = 8500\n').app
    assert ("localhost", 8600) == (page.address, page.port)


def test_a_bad_value_is_blamed_on_the_variable_that_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_APP__PORT", "none")
    app, mine = sorted(
        problems(tmp_path, "[app]\nport = 8500\n[mine]\npoll_seconds = 0\n"),
        key=lambda one: one.file,
    )
    assert ("TOLLBOOK_APP__PORT", None, "none") == (app.file, app.line, app.value)
    assert ("tollbook.toml", 4, "0") == (mine.file, mine.line, mine.value)


def test_a_variable_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_APP", "abc")
    (found,) = problems(tmp_path, "")
    assert "TOLLBOOK_APP" == found.file


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert "X" == load(tmp_path, '\ufeffcompany = "X"\n').company


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_settings(tmp_path)


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


def test_what_stands_inside_a_text_or_an_array_is_no_key() -> None:
    text = (
        'a = """\n[b]\nc = 1\n[not a header]\n"""\n'
        'd = [\n  ["x", "y"],\n  ["z"],\n]  # [e]\n'
        "f = 1\r\n[g]\r\nh = 1\n"
    )
    assert {
        ("a",): (1, 5),
        ("d",): (6, 5),
        ("f",): (10, 5),
        ("g",): (11, 1),
        ("g", "h"): (12, 5),
    } == (positions(text))


def test_a_mistake_in_an_array_of_several_lines_is_told_with_its_line(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, '[app]\naddress = [\n  ["a", 1],\n]\n')
    assert (2, 11) == (found.line, found.column)


def test_charges_that_leave_a_choice_are_told_with_the_line_of_each(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
[[charges]]
department = "Sales"
surcharge = "0.01"

[[charges]]
department = "Sales"
valid_from = 2026-02-01

[[charges]]
site = "Rome"
valid_from = 2026-02-02
valid_to = 2026-02-01
""",
    )
    assert [(9, "after its start")] == [
        (one.line, "after its start") for one in found if "after its start" in one.rule
    ]
    (tied,) = problems(
        tmp_path,
        """\
[[charges]]
department = "Sales"
surcharge = "0.01"

[[charges]]
department = "Sales"
valid_from = 2026-02-01
""",
    )
    assert (5, "Sales") == (tied.line, tied.value)
    assert "holds for the same legs as table 1" in tied.rule


def test_a_reporting_currency_is_one_of_the_world(tmp_path: Path) -> None:
    (fault,) = problems(tmp_path, 'reporting_currency = "EURO"\n')
    assert ("EURO", 1) == (fault.value, fault.line)
