"""What other processes ask of the miner, the only one that may change the warehouse."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from warehouse.files import write_text
from warehouse.parties import Parties


@dataclass(frozen=True, slots=True)
class RerateRequest:
    """Price the days `first` to `last` (inclusive) again."""

    first: date
    last: date
    tariffs: str | None
    """Path of the price list; None is the home's own."""
    by: str
    """Who asks."""


@dataclass(frozen=True, slots=True)
class ReassignRequest:
    """Say anew whose legs of the days `first` to `last` (inclusive) are, and price them."""

    first: date
    last: date
    parties: Parties
    """Only legs of these."""
    by: str
    """Who asks."""


Request = RerateRequest | ReassignRequest


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a request has come whose miner may end before it does."""

    version: str
    """Of all that legs are assigned and priced by, see `Tariffs.basis`: another begins again."""
    following: date
    """The day to go on with."""
    found: str
    """What was found on the days before, as `to_text` of `rerate` or `reassign` writes it."""


@dataclass(frozen=True, slots=True)
class Requests:
    """A folder with one file per request, and beside it one per request begun or answered."""

    folder: Path

    def place(self, request: Request) -> str:
        """Hands a request in; gives the name under which its answer will be found."""
        name = uuid4().hex
        write_text(self.folder / f"{name}.request.json", json.dumps(asdict(request), default=str))
        return name

    def waiting(self) -> list[tuple[str, Request]]:
        """Requests without an answer, by name."""
        found: list[tuple[str, Request]] = []
        for path in sorted(self.folder.glob("*.request.json")):
            name = path.name.split(".")[0]
            try:
                fields = json.loads(path.read_text(encoding="utf-8"))
                fields |= {key: date.fromisoformat(fields[key]) for key in ("first", "last")}
                found.append((name, _request(fields)))
            except (ValueError, KeyError, TypeError):
                # Asked again for ever, it would keep the miner from everything else.
                self.answer(name, {"error": f"{path.name} is no request"})
        return found

    def keep(self, name: str, begun: Begun) -> None:
        """Notes how far a request has come."""
        write_text(self.folder / f"{name}.begun.json", json.dumps(asdict(begun), default=str))

    def begun(self, name: str) -> Begun | None:
        """How far a request had come when its miner ended; None where it had not begun."""
        try:
            fields = json.loads((self.folder / f"{name}.begun.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Begun(**fields | {"following": date.fromisoformat(fields["following"])})

    def answer(self, name: str, answer: dict[str, Any]) -> None:
        """Answers a request; it waits no longer."""
        write_text(self.folder / f"{name}.answer.json", json.dumps(answer, default=str))
        for state in ("request", "begun"):
            (self.folder / f"{name}.{state}.json").unlink(missing_ok=True)

    def take_answer(self, name: str) -> dict[str, Any] | None:
        """The answer to a request, once; None as long as there is none."""
        path = self.folder / f"{name}.answer.json"
        try:
            answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        path.unlink()
        return answer


def _request(fields: dict[str, Any]) -> Request:
    if "parties" not in fields:
        return RerateRequest(**fields)
    named = {name: tuple(values) for name, values in fields["parties"].items()}
    return ReassignRequest(**fields | {"parties": Parties(**named)})
