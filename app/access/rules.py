"""What the settings say about access, as the command line hands it to the pages."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.access.roles import MASKED, Role

PROXY_KEY: Final = "tollbook_address"
"""Under which Streamlit keeps what the header of a proxy says."""


class Way(StrEnum):
    """How people say who they are."""

    OPEN = "open"
    """Not at all: the pages are for this machine, and whoever sits at it is administrator."""
    OIDC = "oidc"
    """By an OpenID Connect provider."""
    PROXY = "proxy"
    """By a header that a proxy in front of the pages sets."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the settings give to one person, whatever the directory says."""

    address: str
    role: Role
    departments: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """All that decides who is let in, and to what."""

    way: Way = Way.OPEN
    claim: str = "email"
    """In which the provider says the address."""
    hours: float = 12
    """For so long after a sign-in somebody is known."""
    sign_out_url: str = ""
    """Where the proxy ends a session."""
    masked: Mapping[Role, int] = field(default_factory=lambda: dict(MASKED))
    grants: tuple[Grant, ...] = ()

    def grant_of(self, *addresses: str) -> Grant | None:
        """What the settings give to somebody with these addresses."""
        return next((one for one in self.grants if one.address in addresses), None)


def to_text(rules: Rules) -> str:
    """Rules as a text for the environment of another process."""
    return json.dumps(asdict(rules))


def from_text(text: str) -> Rules:
    """The rules of `to_text`."""
    found: dict[str, Any] = json.loads(text)
    found["way"] = Way(found["way"])
    found["masked"] = {Role(role): digits for role, digits in found["masked"].items()}
    found["grants"] = tuple(
        Grant(one["address"], Role(one["role"]), tuple(one["departments"]), tuple(one["sites"]))
        for one in found["grants"]
    )
    return Rules(**found)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
