"""Who is told that a budget is nearly spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from warehouse.budgets.budget import MANAGER, PERSON, Budget
from warehouse.frames import fetch

_HEAD = "head"


@dataclass(frozen=True, slots=True)
class People:
    """Who is there on a day, by address, and the heads of each department."""

    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    heads: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def on(cls, connection: duckdb.DuckDBPyConnection, day: date) -> People:
        found = fetch(
            connection,
            'select "user", name, email, manager, department, role from people '
            "where (valid_from is null or valid_from <= $on) "
            "and (valid_to is null or valid_to > $on)",
            {"on": day},
        )
        rows = {row["user"]: row for row in found.iter_rows(named=True)}
        heads: dict[str, list[str]] = {}
        for row in rows.values():
            if row["role"] == _HEAD:
                heads.setdefault(row["department"], []).append(row["user"])
        return cls(rows, heads)

    def told(self, budget: Budget, subject: str) -> tuple[list[str], list[str]]:
        """The addresses to write to, and the words of `tell` for which there is none."""
        addresses: dict[str, None] = {}
        not_found: list[str] = []
        for one in budget.tell:
            meant = self._meant(budget, subject, one)
            addresses |= dict.fromkeys(meant)
            if not meant:
                not_found.append(one)
        return list(addresses), not_found

    def _meant(self, budget: Budget, subject: str, word: str) -> list[str]:
        if word not in (PERSON, MANAGER):
            return [word]
        if budget.kind == "department":
            return self._emails(self.heads.get(subject, ()))
        person = self.rows.get(subject, {})
        return self._emails([subject if word == PERSON else person.get("manager")])

    def _emails(self, users: Iterable[str | None]) -> list[str]:
        found = (self.rows.get(user, {}).get("email") for user in users if user)
        return [email for email in found if email]
