"""What other processes ask of the miner, the only one that may change the warehouse."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from warehouse.files import write_text


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
class Begun:
    """How far a request has come whose miner may end before it does."""

    version: str
    """Of all that prices come of, see `Tariffs.basis`: another one begins again."""
    following: date
    """The day to go on with."""
    found: str
    """The differences of the days before, see `pipeline.miner.rerate.to_text`."""


@dataclass(frozen=True, slots=True)
class Requests:
    """A folder with one file per request, and beside it one per request begun or answered."""

    folder: Path

    def place(self, request: RerateRequest) -> str:
        """Hands a request in; gives the name under which its answer will be found."""
        name = uuid4().hex
        write_text(self.folder / f"{name}.request.json", json.dumps(asdict(request), default=str))
        return name

    def waiting(self) -> list[tuple[str, RerateRequest]]:
        """Requests without an answer, by name."""
        found = []
        for path in sorted(self.folder.glob("*.request.json")):
            name = path.name.split(".")[0]
            try:
                fields = json.loads(path.read_text(encoding="utf-8"))
                fields |= {key: date.fromisoformat(fields[key]) for key in ("first", "last")}
                found.append((name, RerateRequest(**fields)))
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
