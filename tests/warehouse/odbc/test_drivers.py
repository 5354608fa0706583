"""Which driver reads a SQL Server."""

from __future__ import annotations

import sys
from pathlib import Path

import pyodbc
import pytest

from warehouse.errors import Unavailable
from warehouse.odbc import drivers

SETTINGS = {"SERVER": "sql.aurora.example", "DATABASE": "LcsCDR"}


def installed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(pyodbc, "drivers", lambda: list(names))


def bundle(folder: Path, *files: str) -> None:
    for file in files:
        path = folder / "libs" / file
        path.parent.mkdir(parents=True)
        path.touch()
    (folder / "__init__.py").write_text("raise RuntimeError('never imported')")


@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        (["SQLite3", "ODBC Driver 17 for SQL Server", "ODBC Driver 18 for SQL Server"], "18"),
        (["FreeTDS", "ODBC Driver 17 for SQL Server"], "17"),
    ],
)
def test_the_newest_installed_driver_is_chosen(
    monkeypatch: pytest.MonkeyPatch, present: list[str], chosen: str
) -> None:
    installed(monkeypatch, *present)

    assert {"DRIVER": f"ODBC Driver {chosen} for SQL Server", **SETTINGS} == drivers.with_driver(
        SETTINGS
    )


@pytest.mark.parametrize("key", ["DRIVER", "DSN", "FILEDSN"])
def test_a_driver_that_is_named_stays(key: str) -> None:
    assert {key: "FreeTDS", **SETTINGS} == drivers.with_driver({key: "FreeTDS", **SETTINGS})


@pytest.mark.skipif(sys.platform != "linux", reason="the layout of Linux is laid out")
def test_else_the_file_in_the_package_is_taken_without_importing_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed(monkeypatch, "PostgreSQL Unicode")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(drivers.platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(
        drivers.platform,
        "freedesktop_os_release",
        lambda: {"ID": "rocky", "ID_LIKE": "rhel fedora"},
    )
    file = "lib/libmsodbcsql-18.6.so.2.1"
    bundle(
        tmp_path / drivers.BUNDLE,
        f"linux/debian_ubuntu/arm64/{file}",
        f"linux/rhel/arm64/{file}",
        f"linux/rhel/x86_64/{file}",
    )

    found = Path(drivers.with_driver(SETTINGS)["DRIVER"])

    assert tmp_path / drivers.BUNDLE / "libs/linux/rhel/arm64" / file == found


def test_a_distribution_without_a_folder_takes_the_file_of_another(tmp_path: Path) -> None:
    machine = drivers.platform.machine()
    bundle(tmp_path, f"{drivers._system()}/suse/{machine}/lib/libmsodbcsql-18.9.so.1")

    assert f"suse/{machine}" in str(drivers.driver_in(tmp_path / "libs", "debian_ubuntu"))


def test_no_driver_at_all_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "SQLite3")
    monkeypatch.setattr(drivers, "BUNDLE", "no_such_package")

    with pytest.raises(Unavailable, match=r"aka\.ms/downloadmsodbcsql.*tollbook\[mssql-bundled\]"):
        drivers.with_driver(SETTINGS)
