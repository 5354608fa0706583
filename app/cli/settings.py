"""The settings of a home: tollbook.toml, with environment variables over it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import EnvSettingsSource, SettingsError

from app.alarms.webhook import Endpoint
from app.cli.access_settings import PageSettings
from app.cli.positions import nearest, positions
from app.mail.mailer import Security, Server
from app.mail.message import address
from pipeline.importers import ImportSettings
from pipeline.keeper.rules import RetainRule
from pipeline.miner.books import Beside
from pipeline.miner.payers import PayerSettings
from pipeline.people.settings import PeopleSettings
from pipeline.rating import ChargeRule, Charges, TariffSettings
from pipeline.rating.charges import ties
from pipeline.rating.currencies import CURRENCIES
from pipeline.sources.registry import AnySource
from pipeline.sources.settings import VARIABLES, Secret, SourceSettings
from warehouse.errors import InvalidInput, Problem

SECRETS = "secrets.toml"
"""Beside tollbook.toml: what `${NAME}` in a connection stands for, unless the environment says."""

_PREFIX, _DELIMITER = "TOLLBOOK_", "__"
_PASSWORD = re.compile(r"(PWD|PASSWORD)\s*=.*", re.IGNORECASE | re.DOTALL)
_WHOLLY_SECRET = (("sources",), ("webhooks",))
_SECRET_KEY = re.compile(r"PWD|PASSWORD|SECRET|TOKEN", re.IGNORECASE)


class MailSettings(BaseModel):
    """The `[mail]` table: the server that takes reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    """Its name, as in its certificate."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """587 for starttls, 465 for tls, 25 for none, where left out."""
    security: Security = Security.STARTTLS
    ca_file: Path | None = None
    """Certificates that its own is checked against, relative to the home; else the system's."""
    sender: str
    """The address that mails come from."""
    sender_name: str = "Tollbook"
    login: str | None = None
    """As the server wants it (`DOMAIN\\account` too); a relay that asks for none needs none."""
    password: Secret | None = None
    timeout_s: float = Field(default=30, gt=0, le=600)
    pages: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    """The address at which readers reach the pages: mails lead there."""
    logo: Path | None = None
    """A PNG picture for the head of mails, relative to the home."""

    @field_validator("sender")
    @classmethod
    def _is_address(cls, sender: str) -> str:
        address(sender)
        return sender

    @model_validator(mode="after")
    def _login_with_password(self) -> MailSettings:
        if (self.login is None) != (self.password is None):
            raise ValueError("login and password go together: give both or none")
        return self

    def server(self, home: Path) -> Server:
        """The server with its password, which is never to be logged."""
        usual = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
        return Server(
            host=self.host,
            port=self.port or usual[self.security],
            security=self.security,
            sender=address(self.sender, self.sender_name),
            login=self.login,
            password=None if self.password is None else self.password.get_secret_value(),
            ca_file=None if self.ca_file is None else home / self.ca_file,
            timeout_s=self.timeout_s,
        )


class WebhookSettings(BaseModel):
    """A `[[webhooks]]` table: a program that alarms are posted to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    """By which alarms name it."""
    url: Secret
    """https, or http within the company; many have a token in it."""
    secret: Secret | None = None
    """Signs what is posted."""
    ca_file: Path | None = None
    """Certificates that the server's is checked against, relative to the home."""
    timeout_s: float = Field(default=10, gt=0, le=120)

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("not a web address: write https://host/path")
        return url

    def endpoint(self, home: Path) -> Endpoint:
        """Where to post, with its secrets, which are never to be logged."""
        return Endpoint(
            name=self.name,
            url=self.url.get_secret_value(),
            secret=None if self.secret is None else self.secret.get_secret_value(),
            ca_file=None if self.ca_file is None else home / self.ca_file,
            timeout_s=self.timeout_s,
        )


class MineSettings(BaseModel):
    """The `[mine]` table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_seconds: float = Field(default=1, gt=0, le=3600)
    """How often the spool is looked at."""


class MirrorSettings(BaseModel):
    """The `[mirror]` table: a database that gets a copy of all calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: Secret
    """An ODBC connection string to SQL Server or PostgreSQL; `${NAME}` as in a source's."""
    schema_name: str = Field(default="tollbook", pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")
    """Where the tables are made; it belongs to the mirror alone."""
    poll_seconds: float = Field(default=10, gt=0, le=3600)
    """How often to look whether something new was published."""
    columnstore: bool = False
    """Whether the calls get an index by columns, where the server has such."""
    silence_seconds: float = Field(default=300, ge=1, le=3600)
    """A server that says nothing for so long is taken for lost."""


class SimulatorSettings(BaseModel):
    """The `[simulator]` table: makes the calls of a demonstration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: Path
    """The embedded call detail database that it writes, relative to the home."""
    truth: Path
    """What really happened in every call, relative to the home."""
    seed: int = 1


class Settings(BaseModel):
    """Everything that tollbook.toml may say; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str = "Our company"
    sources: tuple[AnySource, ...] = ()
    tariff: dict[str, TariffSettings] = Field(default_factory=dict)
    charges: tuple[ChargeRule, ...] = ()
    reporting_currency: str | None = None
    """In which all money is reported beside its own; exchange_rates.csv has the rates into it."""
    imports: dict[str, ImportSettings] = Field(default_factory=dict)
    people: PeopleSettings = PeopleSettings()
    payer: PayerSettings = PayerSettings()
    app: PageSettings = PageSettings()
    mail: MailSettings | None = None
    webhooks: tuple[WebhookSettings, ...] = ()
    mine: MineSettings = MineSettings()
    mirror: MirrorSettings | None = None
    retain: tuple[RetainRule, ...] = ()
    simulator: SimulatorSettings | None = None

    @property
    def source_sites(self) -> dict[str, str]:
        """The default site of each source."""
        return {source.name: source.site for source in self.sources}

    @property
    def beside(self) -> Beside:
        """What the books take from here beside the rules of tariffs."""
        return Beside(self.payer, Charges.of(self.charges), self.reporting_currency)

    @field_validator("reporting_currency")
    @classmethod
    def _is_in_use(cls, currency: str | None) -> str | None:
        if currency is not None and currency not in CURRENCIES:
            raise ValueError(f"{currency!r} is no currency of ISO 4217 such as EUR")
        return currency

    @field_validator("charges")
    @classmethod
    def _leave_no_choice(cls, rules: tuple[ChargeRule, ...]) -> tuple[ChargeRule, ...]:
        faults = [
            InitErrorDetails(
                type=PydanticCustomError(
                    "tie",
                    "holds for the same legs as table {before} of them: "
                    "give them days that do not overlap, or remove one",
                    {"before": before + 1},
                ),
                loc=(at,),
                input=rules[at].department or rules[at].site,
            )
            for at, before in ties(rules)
        ]
        if faults:
            raise ValidationError.from_exception_data("charges", faults)
        return rules

    @field_validator("webhooks")
    @classmethod
    def _have_names_of_their_own(
        cls, webhooks: tuple[WebhookSettings, ...]
    ) -> tuple[WebhookSettings, ...]:
        names = [webhook.name for webhook in webhooks]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"two webhooks are named {', '.join(doubled)}")
        return webhooks

    @field_validator("sources")
    @classmethod
    def _stand_side_by_side(cls, sources: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        names = [source.name for source in sources]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"two sources are named {', '.join(doubled)}")
        return tuple(
            source.beside(other for other in sources if other is not source) for source in sources
        )


def load_settings(path: Path) -> Settings:
    """Reads and validates; raises `InvalidInput` with every problem and its place.

    Values in the environment win over those of the file.
    """
    text = _text_of(
        path,
        "Run `tollbook init` to write one, `tollbook demo` to try Tollbook out, "
        "or say where it is with --home",
    )
    written = _parsed(path.name, text)
    overriding = _environment()
    variables = _secrets(path.with_name(SECRETS)) | dict(os.environ)
    try:
        return Settings.model_validate(_over(written, overriding), context={VARIABLES: variables})
    except ValidationError as error:
        raise InvalidInput(_problems(path.name, text, overriding, error)) from None


def without_password(text: str) -> str:
    """The text up to the first password of a connection string in it."""
    return _PASSWORD.sub(r"\1=…", text)


def _text_of(path: Path, way_out: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        fault = Problem(str(path), "file not found", way_out)
    except UnicodeDecodeError:
        fault = Problem(path.name, "not UTF-8 text", "Save it as UTF-8")
    except OSError as error:
        fault = Problem(
            str(path), f"cannot be read ({error.strerror})", "Put a file there that you may read"
        )
    raise InvalidInput([fault])


def _environment() -> dict[str, Any]:
    """What the environment sets, in the form of the file."""
    try:
        # Asks the class for its fields only, and so takes any model.
        fields: Any = Settings
        return EnvSettingsSource(fields, env_prefix=_PREFIX, env_nested_delimiter=_DELIMITER)()
    except SettingsError as error:
        field = re.search(r'"(\w+)"', str(error))
        name = _variable((field.group(1),) if field else ())
        raise InvalidInput(
            [
                Problem(
                    name or f"{_PREFIX}…",
                    "this environment variable stands for a whole table, and is not JSON",
                    f"Set single values, as {_PREFIX}APP{_DELIMITER}PORT=8600 does",
                )
            ]
        ) from None


def _variable(key: tuple[str | int, ...]) -> str | None:
    """The environment variable that sets `key` or a table around it."""
    names = {name.upper(): name for name in os.environ}
    for length in range(len(key), 0, -1):
        wanted = _PREFIX + _DELIMITER.join(map(str, key[:length])).upper()
        if wanted in names:
            return names[wanted]
    return None


def _over(written: dict[str, Any], overriding: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(written)
    for key, value in overriding.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _over(below, value)
        else:
            merged[key] = value
    return merged


def _secrets(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    text = _text_of(path, "Put it back")
    entries = _parsed(path.name, text)
    places = positions(text)
    problems = []
    for name, value in entries.items():
        if not isinstance(value, str):
            line, column = places.get((name,), (None, None))
            rule, mend = f"{name} is not a text", f'Write it as {name} = "…"'
            problems.append(Problem(path.name, rule, mend, line=line, column=column))
    if problems:
        raise InvalidInput(problems)
    return entries


def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
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


def _problems(
    name: str, text: str, overriding: Mapping[str, Any], error: ValidationError
) -> list[Problem]:
    places = positions(text)
    found = []
    for fault in error.errors(include_url=False):
        key = fault["loc"]
        rule, mend = (without_password(words) for words in _in_words(fault))
        variable = _variable(key) if _sets(overriding, key) else None
        line, column = (None, None) if variable else nearest(places, key) or (None, None)
        found.append(Problem(variable or name, rule, mend, _shown(fault), line, column))
    return found


def _sets(overriding: Any, key: tuple[str | int, ...]) -> bool:
    """Whether the environment is where the value of `key` comes from."""
    for part in key:
        if not isinstance(overriding, dict):
            return True
        if part not in overriding:
            return False
        overriding = overriding[part]
    return bool(key)


def _shown(fault: Any) -> str | None:
    """The faulty value; none of a connection's or webhook's table: any text may hold a password."""
    key, value = fault["loc"], fault["input"]
    secret = key[:1] in (("sources",), ("mirror",), ("webhooks",)) or any(
        _SECRET_KEY.search(str(part)) for part in key
    )
    if secret or fault["type"] == "missing" or not isinstance(value, str | int | float):
        return None
    return without_password(str(value))


def _in_words(fault: Any) -> tuple[str, str]:
    dotted = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        return f"unknown key {dotted}", "Remove it, or correct its name"
    if fault["type"] == "missing":
        return f"{dotted} is missing", "Add it"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{dotted}: {message[0].lower()}{message[1:]}", "Correct the value"
