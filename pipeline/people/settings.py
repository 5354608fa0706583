"""How people are read from elsewhere: `[people]` of tollbook.toml."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from pipeline.directory.words import KINDS, Kind
from pipeline.importers.settings import Names
from pipeline.sources.settings import Secret


class Encryption(StrEnum):
    """How the way to a directory service is kept from listeners."""

    LDAPS = "ldaps"
    STARTTLS = "starttls"
    NONE = "none"


class Fields(BaseModel):
    """Which attributes or columns of the other side hold what; the first that is filled counts.

    Of `numbers` and `aliases` all count. What is left out is not touched in users.csv.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: Names = ("user",)
    """Addresses, with or without `sip:`; of `proxyAddresses` those with it, primary ones first."""
    aliases: Names = ()
    name: Names = ()
    email: Names = ()
    numbers: Names = ()
    """As written there: `tel:+39…;ext=101`, with blanks, or as dialled at the site."""
    department: Names = ()
    cost_centre: Names = ()
    site: Names = ()
    manager: Names = ()
    """An `id` or an address."""
    kind: Names = ()
    role: Names = ()
    id: Names = ()
    """By which `manager` names people; in LDAP the distinguished name does too."""
    left: Names = ()
    """Whoever has one of `left_words` here has left; `userAccountControl` says it by a bit."""


class Attributes(Fields):
    """`[people.ldap.attributes]`: as Active Directory with Lync has them, unless said otherwise."""

    user: Names = ("msRTCSIP-PrimaryUserAddress", "proxyAddresses", "userPrincipalName", "mail")
    aliases: Names = ("proxyAddresses",)
    name: Names = ("displayName", "cn")
    email: Names = ("mail",)
    numbers: Names = ("msRTCSIP-Line", "msRTCSIP-PrivateLine", "telephoneNumber")
    department: Names = ("department",)
    site: Names = ("physicalDeliveryOfficeName",)
    manager: Names = ("manager",)
    left: Names = ("userAccountControl",)


class LdapSettings(BaseModel):
    """The `[people.ldap]` table: a directory service, read with one subtree search in pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: str = Field(pattern=r"^[A-Za-z0-9._-]+$|^\[[0-9A-Fa-f:.]+\]$")
    """Its name, as in its certificate; no scheme, no port."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """636 for ldaps, else 389, where left out."""
    encryption: Encryption = Encryption.LDAPS
    ca_file: Path | None = None
    """Certificates that its own is checked against, relative to the home; else the system's."""
    verify: bool = True
    """Whether its certificate is checked at all."""
    user: str | None = None
    """Who reads: a distinguished name, or `name@domain` for Active Directory; else anonymous."""
    password: Secret | None = None
    base: str = Field(min_length=1)
    """Where the people are."""
    filter: str = "(&(objectCategory=person)(objectClass=user))"
    page_size: int = Field(default=1000, ge=1, le=100_000)
    timeout_s: int = Field(default=30, ge=1, le=3600)
    """For connecting, and for each page."""
    attributes: Attributes = Attributes()

    @model_validator(mode="after")
    def _who_and_how(self) -> LdapSettings:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together: give both, or none to read as anyone")
        return self

    def secret(self) -> str | None:
        """The password: never log it."""
        return None if self.password is None else self.password.get_secret_value()


class CsvSettings(BaseModel):
    """The `[people.csv]` table: an export with columns of its own names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path | None = None
    """Relative to the home; `--file` names another."""
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    columns: Fields = Fields()

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError(f"{encoding!r} is no encoding such as utf-8, windows-1252") from None
        return encoding


def _known_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    strangers = [kind for kind in kinds if kind not in KINDS]
    if strangers:
        raise ValueError(f"{', '.join(strangers)} is not among {', '.join(KINDS)}")
    return kinds


class PeopleSettings(BaseModel):
    """The `[people]` table: where people come from and what may be done to users.csv."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ldap: LdapSettings | None = None
    csv: CsvSettings | None = None
    sites: dict[str, str] = Field(default_factory=dict)
    """The other side's words for places → sites; in any letters."""
    department: str | None = None
    """Of those for whom the other side names none."""
    kinds: Annotated[tuple[str, ...], AfterValidator(_known_kinds)] = (Kind.PERSON.value,)
    """What the other side holds: only rows of these kinds can be said to have left."""
    keep: tuple[str, ...] = ()
    """Patterns of users who never leave, such as `*@partner.example`."""
    left_words: tuple[str, ...] = ("yes", "true", "left", "disabled", "inactive")
    max_leavers_percent: float = Field(default=10, ge=0, le=100)
    """Nothing is written where more than this would leave at once, and more than five."""

    @field_validator("sites")
    @classmethod
    def _words_in_small_letters(cls, words: dict[str, str]) -> dict[str, str]:
        return {word.strip().casefold(): site for word, site in words.items()}
