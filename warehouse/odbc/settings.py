"""What stands in an ODBC connection string."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SETTING = re.compile(r"\s*([^=;]+?)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]*)\s*(?:;|$)")
_NEEDS_BRACES = re.compile(r"[;{}]|^\s|\s$")
_SECRETS = frozenset({"PWD", "PASSWORD", "ACCESSTOKEN"})


def settings_of(connection: str) -> dict[str, str]:
    """The settings of a connection string: keys in capitals, values without their braces.

    Where a key stands twice the first one holds, as drivers have it.
    """
    settings: dict[str, str] = {}
    for key, value in _SETTING.findall(connection):
        bare = value[1:-1].replace("}}", "}") if value.startswith("{") else value.rstrip()
        settings.setdefault(key.upper(), bare)
    return settings


def connection_of(settings: Mapping[str, str]) -> str:
    """The connection string of these settings."""
    return ";".join(f"{key}={_braced(key, value)}" for key, value in settings.items())


def without_secrets(text: str, settings: Mapping[str, str]) -> str:
    """A text of a server or a driver, in which no secret of the settings is left."""
    for key in _SECRETS & settings.keys():
        text = text.replace(settings[key] or "\0", "…")
    return text


def _braced(key: str, value: str) -> str:
    if key == "DRIVER" or _NEEDS_BRACES.search(value):
        return f"{{{value.replace('}', '}}')}}}"
    return value
