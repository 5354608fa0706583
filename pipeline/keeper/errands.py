"""What the keepers of the warehouse ask of the miner, which alone has the master open."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.keeper.rules import RetainRule
from warehouse.errors import Damaged, Unavailable
from warehouse.files import write_text
from warehouse.home import Home

LOOKED_FOR_EVERY_S = 0.2


class Errand(BaseModel):
    """One thing to do with the master."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["verify", "copy", "retain"]
    by: str
    """Who asks."""
    into: Path | None = None
    """verify: where the ledger is to be written; copy: where the copy is to be written."""
    rules: tuple[RetainRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Errands:
    """A folder with one file per errand: asked, then begun, then answered."""

    folder: Path

    @classmethod
    def of(cls, home: Home) -> Self:
        """Those of a home."""
        return cls(home.spool / "errands")

    @property
    def are_waiting(self) -> bool:
        """Whether there is anything to take."""
        return next(self.folder.glob("*.asked.json"), None) is not None

    def taken(self) -> Iterator[tuple[str, Errand]]:
        """Begins the errands that wait, one by one, each with its name."""
        for path in self.folder.glob("*.begun.json"):
            # Another miner began it and has ended; whoever waits for it asks again.
            path.unlink(missing_ok=True)
        for path in sorted(self.folder.glob("*.asked.json")):
            name = path.name.split(".")[0]
            try:
                begun = path.replace(self._path(name, "begun"))
                yield name, Errand.model_validate_json(begun.read_bytes())
            except FileNotFoundError:
                # Taken back.
                continue
            except ValidationError:
                self.answer(name, {"error": f"{path} is no errand of this version"})

    def answer(self, name: str, answer: dict[str, Any]) -> None:
        """Answers an errand that was taken, if anybody still waits for it."""
        if self._path(name, "begun").exists():
            write_text(self._path(name, "answered"), json.dumps(answer))
            self._path(name, "begun").unlink(missing_ok=True)

    def ask(
        self, errand: Errand, until: float, is_served: Callable[[], bool]
    ) -> dict[str, Any] | None:
        """Hands an errand in and waits for its answer.

        None where nobody has begun it `until` then (monotonic seconds), or nobody is left who
        might end it: then it is taken back. Raises `Unavailable` where it could not be done, and
        `Damaged` where that is because the warehouse is.
        """
        name = uuid4().hex
        write_text(self._path(name, "asked"), errand.model_dump_json())
        try:
            while (answer := self._answer_to(name)) is None:
                if self._is_over(name, until) or not (is_served() or self._is_answered(name)):
                    return None
                time.sleep(LOOKED_FOR_EVERY_S)
        finally:
            for state in ("asked", "begun", "answered"):
                self._path(name, state).unlink(missing_ok=True)
        if "error" in answer:
            raise (Damaged if answer.get("damaged") else Unavailable)(str(answer["error"]))
        return answer

    def _answer_to(self, name: str) -> dict[str, Any] | None:
        try:
            text = self._path(name, "answered").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        answer: dict[str, Any] = json.loads(text)
        return answer

    def _is_over(self, name: str, until: float) -> bool:
        asked = self._path(name, "asked")
        if asked.exists():
            if time.monotonic() < until:
                return False
            asked.unlink(missing_ok=True)
        return not self._path(name, "begun").exists() and not self._is_answered(name)

    def _is_answered(self, name: str) -> bool:
        return self._path(name, "answered").exists()

    def _path(self, name: str, state: str) -> Path:
        return self.folder / f"{name}.{state}.json"
