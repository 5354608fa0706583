"""The shape of the code base, held by tests: layers, purity, sizes, locks."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LAYERS = ("app", "pipeline", "warehouse")
MAY_IMPORT = {
    "warehouse": {"warehouse"},
    "pipeline": {"pipeline", "warehouse"},
    "app": {"app", "warehouse", "pipeline.rating"},
    "app.cli": {"app", "pipeline", "warehouse"},
}
"""`app.cli` puts the program together: it alone sees every layer."""

IO_MODULES = {
    "arrow_odbc",
    "duckdb",
    "http",
    "ldap3",
    "os",
    "pathlib",
    "pyodbc",
    "requests",
    "shutil",
    "smtplib",
    "socket",
    "sqlite3",
    "streamlit",
    "subprocess",
    "tempfile",
    "urllib",
    "yagmail",
}
PURE = (
    "pipeline/rating",
    "pipeline/numbers",
    "pipeline/importers/cgrates",
    "pipeline/importers/amounts.py",
    "pipeline/importers/codes.py",
    "pipeline/importers/judge.py",
    "pipeline/importers/mapped_csv.py",
    "pipeline/miner/call_types.py",
    "pipeline/miner/price.py",
    "pipeline/callfile/chars.py",
    "pipeline/callfile/instants.py",
    "pipeline/callfile/values.py",
    "pipeline/directory/dated.py",
    "pipeline/directory/directory.py",
    "pipeline/directory/keys.py",
    "pipeline/directory/managers.py",
    "pipeline/directory/numbers.py",
    "pipeline/directory/patterns.py",
    "pipeline/directory/places.py",
    "pipeline/directory/sites.py",
    "pipeline/directory/trunks.py",
    "pipeline/directory/users.py",
    "pipeline/miner/assign.py",
    "pipeline/miner/clocks.py",
    "pipeline/miner/forms.py",
    "pipeline/money/owners.py",
    "pipeline/people/document.py",
    "pipeline/people/entries.py",
    "pipeline/people/ldap_errors.py",
    "pipeline/people/match.py",
    "pipeline/people/merge.py",
    "pipeline/people/rows.py",
    "pipeline/people/understand.py",
    "pipeline/recorder/changes.py",
    "pipeline/sources/cursor.py",
    "pipeline/sources/known.py",
    "pipeline/sources/settling.py",
    "pipeline/sources/windows.py",
    "pipeline/sources/lync/columns.py",
    "pipeline/sources/lync/legs.py",
    "warehouse/odbc/errors.py",
    "warehouse/odbc/settings.py",
    "pipeline/sources/lync/grouping.py",
    "pipeline/sources/tables/cells.py",
    "pipeline/sources/tables/facts.py",
    "pipeline/sources/tables/gather.py",
    "pipeline/sources/tables/legs.py",
    "pipeline/sources/tables/patterns.py",
    "pipeline/sources/tables/records.py",
    "pipeline/sources/tables/select.py",
    "pipeline/sources/tables/values.py",
    "pipeline/sources/lync/probes/names.py",
    "pipeline/sources/lync/probes/rows.py",
    "pipeline/sources/lync/probes/server.py",
    "pipeline/verifier/compare.py",
    "pipeline/verifier/known.py",
    "warehouse/mirror/bulk.py",
    "warehouse/mirror/dates.py",
    "warehouse/mirror/plan.py",
    "warehouse/mirror/refusals.py",
    "warehouse/mirror/tables.py",
    "warehouse/budgets/budget.py",
    "warehouse/budgets/carry.py",
    "warehouse/budgets/periods.py",
    "app/access/roles.py",
    "app/access/rules.py",
    "app/access/viewers.py",
    "app/alarms/calls.py",
    "app/alarms/counters.py",
    "app/alarms/event.py",
    "app/alarms/facts.py",
    "app/alarms/habits.py",
    "app/alarms/operation.py",
    "app/alarms/unusual.py",
    "app/alarms/watched.py",
    "app/alarms/words.py",
    "app/calls/prices.py",
    "app/calls/story.py",
    "app/charts",
    "app/desks/budget_cells.py",
    "app/figures/kpis.py",
    "app/format.py",
    "app/periods.py",
    "app/reports/cells.py",
    "app/reports/document.py",
    "app/reports/layout.py",
    "app/reports/picture.py",
)
LONGEST = 600
LONGEST_MEDIAN = 200


def sources() -> list[Path]:
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def layer_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return "app.cli" if parts[:2] == ("app", "cli") else parts[0]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_only_downward(path: Path) -> None:
    allowed = MAY_IMPORT[layer_of(path)]
    for name in imports(path):
        if name.split(".")[0] in LAYERS:
            assert any(name == one or name.startswith(f"{one}.") for one in allowed), name


def pure_sources() -> list[Path]:
    found = [
        path
        for place in PURE
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    assert all(path.exists() for path in found)
    return sorted(found)


@pytest.mark.parametrize("path", pure_sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pure_core_imports_no_input_or_output(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & IO_MODULES


@pytest.mark.parametrize(
    "path",
    [*sources(), *sorted((ROOT / "tests").rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_file_is_too_long_to_hold_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_files_are_short_in_the_middle() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in sources())
    assert lengths[len(lengths) // 2] <= LONGEST_MEDIAN


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    asks = re.compile(r"datetime\.now\(|date\.today\(|utcnow\(|time\.time\(")
    guilty = [path for path in sources() if asks.search(path.read_text(encoding="utf-8"))]
    assert guilty == [ROOT / "warehouse" / "clock.py"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lockfiles_hold_what_the_project_asks_for(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"]
    if lock == "requirements-dev.lock":
        groups = project["dependency-groups"]
        wanted = [*wanted, *groups["test"], *groups["lint"]]
    locked = dict(
        re.findall(
            r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)",
            (ROOT / lock).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    for line in wanted:
        asked = Requirement(line)
        name = re.sub(r"[-_.]+", "-", asked.name).lower()
        assert locked[name] in asked.specifier, line
