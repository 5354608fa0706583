"""The master as another file, while it is open, and as a smaller one."""

from __future__ import annotations

from pathlib import Path

from warehouse.files import replacing
from warehouse.master import STORAGE_VERSION, Master


def copy_into(master: Master, path: Path) -> None:
    """Writes everything that the master holds into a new file: a state between two transactions.

    Nothing that was deleted is in it. Nobody can write to the master meanwhile.
    """
    with replacing(path) as temporary:
        # ATTACH takes no parameters.
        quoted = str(temporary).replace("'", "''")
        connection = master.connection
        connection.execute(f"attach '{quoted}' as copied (storage_version '{STORAGE_VERSION}')")
        try:
            connection.execute("copy from database master to copied")
            connection.execute("checkpoint copied")
        finally:
            connection.execute("detach copied")


def compact(master: Master) -> None:
    """Rewrites the master's file: deleted rows leave free room in it that still holds them."""
    fresh = master.folder / "temporary" / "compact.duckdb"
    copy_into(master, fresh)
    master.take(fresh)
