"""Warehouses that tests begin with: the way to an empty one, of many migrations, is gone once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from warehouse import master


@pytest.fixture(scope="session", autouse=True)
def empty_warehouses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Lets new warehouses begin as copies of an empty one, each with an identity of its own."""
    made = master._connect
    empty = tmp_path_factory.mktemp("empty") / "master.duckdb"
    made(empty, empty.parent, "600MB").close()

    def connect(path: Path, temporary: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
        is_new = not path.exists()
        if is_new:
            shutil.copyfile(empty, path)
        connection = made(path, temporary, memory_limit)
        if is_new:
            connection.execute("update identity set id = uuid()")
            connection.execute("update publication set change = uuid()")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(master, "_connect", connect)
        yield


class Beginnings:
    """Folders by name that are made once and then copied."""

    def __init__(self) -> None:
        self._kept: dict[str, Path] = {}
        self._root = TemporaryDirectory(prefix="tollbook-beginnings-")

    def __call__(self, name: str, folder: Path, make: Callable[[], object]) -> None:
        """Lets an empty `folder` have what `make` puts there, made or copied."""
        if name in self._kept:
            shutil.copytree(self._kept[name], folder, dirs_exist_ok=True)
            return
        make()
        self._kept[name] = Path(self._root.name) / name
        shutil.copytree(folder, self._kept[name])


beginning = Beginnings()
"""One for all tests of a process."""
