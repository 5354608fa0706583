"""The master as another file, while it is open, and as a smaller one."""

from __future__ import annotations

from pathlib import Path

from warehouse.files import replacing
from warehouse.master import Master, copy_within
from warehouse.room import needing_room


def copy_into(master: Master, path: Path) -> None:
    """Writes everything that the master holds into a new file: a state between two transactions.

    To be called while nothing else writes the master. A base that was begun is given up.
    """
    master.base_maker.give_up()
    with needing_room(path.parent), replacing(path) as temporary:
        master.freeze()
        try:
            master.copy_frozen(temporary, lambda: False)
        finally:
            master.thaw()


def compact(master: Master) -> None:
    """Rewrites the master's file: deleted rows leave free room in it that still holds them."""
    fresh = master.folder / "temporary" / "compact.duckdb"
    with needing_room(master.folder), replacing(fresh) as temporary:
        temporary.unlink(missing_ok=True)
        copy_within(master.connection, temporary)
    master.take(fresh)
