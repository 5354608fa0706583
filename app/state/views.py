"""Views that people saved: a page and the query string of its link, under a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.state.outbox import stamp
from warehouse.errors import InvalidInput, Problem
from warehouse.state.state import State

_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view by its name; whoever opens a shared one sees what they themselves may see."""

    number: int
    owner: str
    name: str
    page: str
    query: str
    is_shared: bool


def visible(state: State, owner: str) -> list[SavedView]:
    """Somebody's own views and those that others share, their own first, by name."""
    found = state.rows(
        "select id, owner, name, page, query, is_shared from saved_views "
        "where owner = ? or is_shared order by owner <> ?, name collate nocase, owner",
        owner,
        owner,
    )
    return [
        SavedView(
            row["id"],
            row["owner"],
            row["name"],
            row["page"],
            row["query"],
            is_shared=bool(row["is_shared"]),
        )
        for row in found
    ]


def save(state: State, view: SavedView, at: datetime) -> None:
    """Keeps a view in place of the owner's one of that name; its number means nothing.

    Raises `InvalidInput` for a name that cannot be.
    """
    name = view.name.strip()
    if not name or len(name) > _LONGEST:
        rule = f"longer than {_LONGEST} characters" if name else "empty"
        raise InvalidInput([Problem("name", rule, "Choose another", value=name[:_LONGEST])])
    with state.transaction() as connection:
        connection.execute(
            "insert into saved_views (owner, name, page, query, is_shared, saved_at) "
            "values (?, ?, ?, ?, ?, ?) on conflict (owner, name) do update set "
            "page = excluded.page, query = excluded.query, is_shared = excluded.is_shared, "
            "saved_at = excluded.saved_at",
            (view.owner, name, view.page, view.query, int(view.is_shared), stamp(at)),
        )


def forget(state: State, owner: str, number: int) -> None:
    """Removes a view of the owner's; of nobody else's."""
    with state.transaction() as connection:
        connection.execute("delete from saved_views where id = ? and owner = ?", (number, owner))
