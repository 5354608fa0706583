"""What tollbook.toml says about who sees the pages: `[app.oidc]`, `[app.proxy]` and the like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from app.access.roles import MASKED, Role
from app.access.rules import Grant, Rules, Way, is_loopback
from pipeline.sources.settings import Secret

_SHORTEST_SECRET: Final = 32


class OidcSettings(BaseModel):
    """The `[app.oidc]` table: the OpenID Connect provider that signs people in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    """Its address, under which `/.well-known/openid-configuration` is."""
    url: str
    """Where people open the pages; with /oauth2callback behind it the redirect URI."""
    client_id: str = Field(min_length=1)
    client_secret: Secret
    cookie_secret: Secret
    """Signs who somebody is: a long random text of this installation alone."""
    claim: str = Field(default="email", min_length=1)
    """In which it says the address of users.csv."""
    scopes: str = "openid email profile"
    hours: float = Field(default=12, gt=0, le=720)
    """For so long a sign-in counts."""
    ca_file: Path | None = None
    """Certificates that its own is checked against, relative to the home."""

    @field_validator("issuer", "url")
    @classmethod
    def _is_safe_address(cls, text: str) -> str:
        parts = urlsplit(text)
        is_web = parts.scheme in ("https", "http") and parts.hostname
        if not is_web or parts.query or parts.fragment:
            raise ValueError("not a web address: write https://host or https://host/path")
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("sign-ins over http can be read by others: write https://…")
        return text.rstrip("/")

    @field_validator("url")
    @classmethod
    def _has_no_path(cls, url: str) -> str:
        if urlsplit(url).path:
            raise ValueError("the pages lie at the top of a host: leave the path out")
        return url

    @field_validator("cookie_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(
                f"shorter than {_SHORTEST_SECRET} characters: take what "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` prints"
            )
        return secret

    def handed_over(self) -> dict[str, object]:
        """What the server of the pages needs, with its secrets: never to be logged."""
        return {
            "url": self.url,
            "auth": {
                "redirect_uri": f"{self.url}/oauth2callback",
                "cookie_secret": self.cookie_secret.get_secret_value(),
                "client_id": self.client_id,
                "client_secret": self.client_secret.get_secret_value(),
                "server_metadata_url": f"{self.issuer}/.well-known/openid-configuration",
                "client_kwargs": {"scope": self.scopes},
            },
        }


class ProxySettings(BaseModel):
    """The `[app.proxy]` table: a proxy on this machine that signs people in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    """In which it says who it is; it has to drop what comes from outside under this name."""
    sign_out_url: str = ""
    """Where it ends a session."""


class MaskingSettings(BaseModel):
    """The `[app.masking]` table: how many last digits of outside numbers each role misses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    administrator: int = Field(default=MASKED[Role.ADMINISTRATOR], ge=0, le=15)
    supervisor: int = Field(default=MASKED[Role.SUPERVISOR], ge=0, le=15)
    employee: int = Field(default=MASKED[Role.EMPLOYEE], ge=0, le=15)
    auditor: int = Field(default=MASKED[Role.AUDITOR], ge=0, le=15)


class PersonSettings(BaseModel):
    """An `[[app.people]]` table: what somebody may see, whatever users.csv says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = Field(pattern=r"^[^\s;,]+$")
    """As they sign in, or as users.csv has them."""
    role: Role
    departments: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _gives_what_counts(self) -> PersonSettings:
        if (self.departments or self.sites) and self.role is not Role.SUPERVISOR:
            raise ValueError(
                f"only a supervisor is given departments and sites, and this is an {self.role}"
            )
        return self

    def grant(self) -> Grant:
        return Grant(self.address.lower(), self.role, self.departments, self.sites)


class PageSettings(BaseModel):
    """The `[app]` table: where the pages are served, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = "127.0.0.1"
    """Address to listen on; where nobody signs in, one of this machine alone."""
    port: int = Field(default=8501, ge=1, le=65535)
    oidc: OidcSettings | None = None
    proxy: ProxySettings | None = None
    masking: MaskingSettings = MaskingSettings()
    people: tuple[PersonSettings, ...] = ()

    @field_validator("people")
    @classmethod
    def _stand_once(cls, people: tuple[PersonSettings, ...]) -> tuple[PersonSettings, ...]:
        names = [one.grant().address for one in people]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"{', '.join(doubled)} stands there twice")
        return people

    @model_validator(mode="after")
    def _shows_nothing_to_strangers(self) -> PageSettings:
        faults = []
        if self.oidc is not None and self.proxy is not None:
            rule = "a provider signs people in already: keep [app.oidc] or [app.proxy]"
            faults.append(_fault("proxy", rule, self.proxy.header))
        if not is_loopback(self.address) and self.oidc is None:
            rule = (
                "others reach this address, and could write the header of the proxy themselves: "
                "listen on 127.0.0.1, behind a proxy on this machine"
                if self.proxy is not None
                else "others reach this address, and nobody would have to sign in: listen on "
                "127.0.0.1, or set up [app.oidc] or [app.proxy] (docs/access.md)"
            )
            faults.append(_fault("address", rule, self.address))
        if faults:
            raise ValidationError.from_exception_data("app", faults)
        return self

    @property
    def rules(self) -> Rules:
        """Who is let in."""
        found = Rules(
            masked={role: getattr(self.masking, role.value) for role in Role},
            grants=tuple(one.grant() for one in self.people),
        )
        if self.oidc is not None:
            return replace(found, way=Way.OIDC, claim=self.oidc.claim, hours=self.oidc.hours)
        if self.proxy is not None:
            return replace(found, way=Way.PROXY, sign_out_url=self.proxy.sign_out_url)
        return found


def _fault(key: str, rule: str, value: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("access", rule), loc=(key,), input=value)
