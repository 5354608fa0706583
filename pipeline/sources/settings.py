"""Settings of one source of calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo

VARIABLES = "variables"
"""Name in the context of validation: a mapping from NAME to what `${NAME}` stands for."""

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


class SourceSettings(BaseModel):
    """One `[[sources]]` table of tollbook.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    """Becomes `source` in call files and part of their names: small letters, digits, hyphens."""
    kind: str = Field(pattern=r"^lync$")
    """The driver: `lync` for Lync Server and Skype for Business Server."""
    connection: Annotated[SecretStr, AfterValidator(_filled_in)]
    """An ODBC connection string, or `file:PATH` for an embedded database (relative to the home).
    `${NAME}` stands for an environment variable or an entry of secrets.toml: passwords belong
    there. Validation fills them in from the mapping `variables` of its context."""
    site: str
    """Site of calls whose gateway and people say nothing."""
    start: date | None = None
    """First day to import; all that the source holds where empty."""
    overlap_hours: float = Field(default=48, ge=1, le=24 * 90)
    """How far back is looked again and again, for late and changed rows."""
    overlap_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How often that is; the last two hours of it are looked at with every poll."""
    sweep_hour: int = Field(default=1, ge=0, le=23)
    """Hour of the day (UTC) from which on the last week is read again, and once a week all."""
    settle_minutes: float = Field(default=10, ge=0, le=24 * 60)
    """How long after its end a call may still gather legs before it is written."""
    poll_seconds: float = Field(default=15, gt=0, le=3600)

    def connection_text(self) -> str:
        """The connection with everything filled in: never log it."""
        return self.connection.get_secret_value()
