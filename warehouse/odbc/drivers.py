"""Which ODBC driver reads a SQL Server, where the settings do not say."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from warehouse.errors import Unavailable

INSTALLED = ("ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server")
"""Microsoft's drivers by the names under which they are installed, the best one first."""

BUNDLE = "mssql_python_odbc"
"""A package that holds Microsoft's driver as a file; it is never imported."""

_NAMED = frozenset({"DRIVER", "DSN", "FILEDSN"})
_ARCHITECTURES = {"amd64": "x86_64", "aarch64": "arm64"}


def with_driver(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings of a connection with a driver for SQL Server, if they name none.

    Raises:
        Unavailable: no such driver is on this machine; the message says where to get one.
    """
    if _NAMED & settings.keys():
        return dict(settings)
    driver = _first(INSTALLED, pyodbc.drivers()) or _bundled()
    if driver is None:
        raise Unavailable(
            "The connection names no DRIVER, and no ODBC driver for SQL Server is on this machine. "
            "Install Microsoft's ODBC Driver 18 for SQL Server (https://aka.ms/downloadmsodbcsql), "
            'or the copy that a package brings: pip install "tollbook[mssql-bundled]".'
        )
    return {"DRIVER": driver, **settings}


def _first(wanted: Sequence[str], present: Sequence[str]) -> str | None:
    return next((name for name in wanted if name in present), None)


def _bundled() -> str | None:
    """The path of the driver in the package; Windows loads only installed drivers."""
    found = find_spec(BUNDLE)
    if found is None or not found.submodule_search_locations or sys.platform == "win32":
        return None
    return driver_in(Path(found.submodule_search_locations[0]) / "libs", _family())


def driver_in(folder: Path, family: str) -> str | None:
    """The newest driver for this machine among a package's `libs`.

    The same Linux has several: `family` comes first, any other may do.
    """
    machine = platform.machine().lower()
    names = {machine, _ARCHITECTURES.get(machine, machine), "universal2"}
    fitting = [
        path
        for pattern in ("libmsodbcsql-18*.so*", "libmsodbcsql*18*.dylib")
        for path in folder.glob(f"{_system()}/**/{pattern}")
        if names & set(path.parts)
    ]
    best = max(fitting, key=lambda path: (family in path.parts, path.name), default=None)
    return None if best is None else str(best)


def _system() -> str:
    return "macos" if sys.platform == "darwin" else "linux"


def _family() -> str:
    """The folder of Linux distributions like this one."""
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        return "debian_ubuntu"
    likes = {about.get("ID", ""), *about.get("ID_LIKE", "").split()}
    if likes & {"rhel", "fedora", "centos"}:
        return "rhel"
    if likes & {"suse", "opensuse", "sles"}:
        return "suse"
    return "alpine" if "alpine" in likes else "debian_ubuntu"
