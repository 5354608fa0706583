"""The settings of a home: tollbook.toml, with environment variables over it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.cli.positions import nearest, positions
from pipeline.importers import ImportSettings
from pipeline.rating import TariffSettings
from pipeline.sources.settings import SourceSettings
from warehouse.errors import InvalidInput, Problem


class PageSettings(BaseModel):
    """The `[app]` table: where the pages are served."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = "127.0.0.1"
    """Address to listen on. Whoever reaches it sees all calls: put a proxy with a login in front
    before you open it to a network."""
    port: int = Field(default=8501, ge=1, le=65535)


class MineSettings(BaseModel):
    """The `[mine]` table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_seconds: float = Field(default=1, gt=0, le=3600)
    """How often the spool is looked at."""


class SimulatorSettings(BaseModel):
    """The `[simulator]` table: makes the calls of a demonstration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: Path
    """The embedded call detail database that it writes, relative to the home."""
    truth: Path
    """What really happened in every call, relative to the home."""
    seed: int = 1


class Settings(BaseSettings):
    """Everything that tollbook.toml may say; unknown keys are refused."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="TOLLBOOK_", env_nested_delimiter="__"
    )
    toml_file: ClassVar[Path]

    company: str = "Our company"
    sources: tuple[SourceSettings, ...] = ()
    tariff: dict[str, TariffSettings] = Field(default_factory=dict)
    imports: dict[str, ImportSettings] = Field(default_factory=dict)
    app: PageSettings = PageSettings()
    mine: MineSettings = MineSettings()
    simulator: SimulatorSettings | None = None

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, sources: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        names = [source.name for source in sources]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"two sources are named {', '.join(doubled)}")
        return sources

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, TomlConfigSettingsSource(settings_cls, cls.toml_file)


def load_settings(path: Path) -> Settings:
    """Reads and validates; raises `InvalidInput` with every problem and its place."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidInput(
            [
                Problem(
                    str(path),
                    "file not found",
                    "Run `tollbook init` to write one, `tollbook demo` to try Tollbook out, "
                    "or say where it is with --home",
                )
            ]
        ) from None
    except UnicodeDecodeError:
        raise InvalidInput([Problem(path.name, "not UTF-8 text", "Save it as UTF-8")]) from None
    _check_syntax(path.name, text)

    class FromFile(Settings):
        toml_file = path

    try:
        return FromFile()
    except ValidationError as error:
        raise InvalidInput(_problems(path.name, text, error)) from None


def _check_syntax(name: str, text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(place.group(1)), int(place.group(2))) if place else (None, None)
        rule = re.sub(r" \(at .*\)$", "", str(error))
        raise InvalidInput(
            [
                Problem(
                    name,
                    f"not TOML: {rule[0].lower()}{rule[1:]}",
                    'Texts need quotes, as in name = "rome"; tables look like [app]',
                    line=line,
                    column=column,
                )
            ]
        ) from None


def _problems(name: str, text: str, error: ValidationError) -> list[Problem]:
    places = positions(text)
    found = []
    for fault in error.errors(include_url=False):
        line, column = nearest(places, fault["loc"]) or (None, None)
        dotted = ".".join(map(str, fault["loc"]))
        rule, mend = _in_words(fault, dotted)
        value = fault["input"]
        shown = str(value) if isinstance(value, str | int | float) else None
        if fault["type"] == "missing" or dotted.endswith("connection"):
            shown = None
        found.append(Problem(name, rule, mend, value=shown, line=line, column=column))
    return found


def _in_words(fault: Any, dotted: str) -> tuple[str, str]:
    if fault["type"] == "extra_forbidden":
        return f"unknown key {dotted}", "Remove it, or correct its name"
    if fault["type"] == "missing":
        return f"{dotted} is missing", "Add it"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{dotted}: {message[0].lower()}{message[1:]}", "Correct the value"
