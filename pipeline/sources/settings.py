"""What `[[sources]]` tables have in common; each kind of source adds keys of its own."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo

from pipeline.sources.source import Source
from pipeline.sources.windows import Pace

VARIABLES = "variables"
"""Name in the context of validation: a mapping from NAME to what `${NAME}` stands for."""

FILE = "file:"
"""Begins the connection of an embedded (SQLite) database; its path follows."""

_LOOK_BACK = timedelta(hours=2)
_SWEEPING_POLL_S = 15
"""A nightly sweep goes on by a stride in this time."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _filled_in(connection: SecretStr, info: ValidationInfo) -> SecretStr:
    known: Mapping[str, str] = (info.context or {}).get(VARIABLES, {})
    text = connection.get_secret_value()
    missing = [name for name in _VARIABLE.findall(text) if name not in known]
    if missing:
        raise ValueError(
            f"the variable {', '.join(missing)} is neither in the environment nor in secrets.toml"
        )
    return SecretStr(_VARIABLE.sub(lambda found: known[found.group(1)], text))


Secret = Annotated[SecretStr, AfterValidator(_filled_in)]
"""A text in settings that may hold `${NAME}`; filled in from the mapping `variables`."""


class SourceSettings(BaseModel, ABC):
    """One `[[sources]]` table of tollbook.toml.

    A driver is a subclass: its fields are the keys that it takes, `open` makes the source. The
    registry finds it by `kind`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    """Becomes `source` in call files and part of their names: small letters, digits, hyphens."""
    kind: str
    """The driver."""
    site: str
    """Site of calls whose gateway and people say nothing."""
    start: date | None = None
    """First day to import; all that the source holds where empty."""
    poll_seconds: float = Field(default=15, gt=0, le=3600)

    def beside(self, _others: Iterable[SourceSettings]) -> Self:
        """The same, as it is to be read while the `others` of the home are read too."""
        return self

    @abstractmethod
    def open(self, home: Path) -> Source:
        """The source; relative paths in the settings start at `home`. Connects to nothing yet."""


class DatabaseSettings(SourceSettings, ABC):
    """A source that is asked for what began in a window of time."""

    connection: Secret
    """An ODBC connection string, or `file:PATH` for an embedded database (relative to the home).
    `${NAME}` stands for an environment variable or an entry of secrets.toml: passwords belong
    there. Validation fills them in from the mapping `variables` of its context."""
    overlap_hours: float = Field(default=48, ge=1, le=24 * 90)
    """How far back is looked again and again, for late and changed rows."""
    overlap_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How often that is; the last two hours of it are looked at with every poll."""
    sweep_hour: int = Field(default=1, ge=0, le=23)
    """Hour of the day (UTC) from which on the last week is read again, and once a week all."""
    settle_minutes: float = Field(default=10, ge=0, le=24 * 60)
    """How long after its end a call may still gather legs before it is written."""

    def pace(self) -> Pace:
        """How often and how far back to read."""
        overlap = timedelta(hours=self.overlap_hours)
        return Pace(
            overlap=overlap,
            settle=timedelta(minutes=self.settle_minutes),
            start=None if self.start is None else datetime.combine(self.start, time.min),
            look_back=min(_LOOK_BACK, overlap),
            overlap_every=timedelta(minutes=self.overlap_minutes),
            sweep_hour=self.sweep_hour,
            strides=math.ceil(self.poll_seconds / _SWEEPING_POLL_S),
        )

    def connection_text(self) -> str:
        """The connection with everything filled in: never log it."""
        return self.connection.get_secret_value()

    def connection_from(self, home: Path) -> str:
        """As `connection_text`, with a relative `file:` path made absolute."""
        connection = self.connection_text()
        if connection.startswith(FILE):
            return f"{FILE}{home / connection.removeprefix(FILE)}"
        return connection
