"""What a database's refusal means, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\((-?\d+)\)(?= \(SQL|;|$)")
_SOURCE = re.compile(r"^(?:\[[^\]]*\])+")
_CALL = re.compile(r"\s*\((?:-?\d+|SQL\w+)\)$")
_ARROW = re.compile(r"State: (\w{5}), Native error: (-?\d+), Message: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of a driver or a server."""

    state: str
    """SQLSTATE; empty where none was given."""
    numbers: frozenset[int]
    """The server's own numbers of it."""
    words: str
    """What the server said, without the driver's names."""

    @property
    def mend(self) -> str:
        """What to do about it."""
        return next(known.mend for known in _MENDS if known.fits(self))


def is_refusal(error: Exception) -> bool:
    """Whether an error of arrow-odbc is a driver's or server's, not one of its own limits."""
    return _ARROW.search(str(error)) is not None


def refusal(error: Exception) -> Refusal:
    """What pyodbc or arrow-odbc raised."""
    told = _ARROW.search(str(error))
    if told is not None:
        state, number, words = told.groups()
        return Refusal(state, frozenset({int(number)}), _plain(words))
    state, words = (*map(str, error.args), "", "")[:2]
    return Refusal(state, frozenset(map(int, _NUMBER.findall(words))), _plain(words))


def _plain(words: str) -> str:
    """The first message of several, without who passed it on."""
    first = re.split(r";\s+\[", " ".join(words.split()))[0]
    first = first.removeprefix("(").strip()
    while first != (shorter := _CALL.sub("", first)):
        first = shorter
    first = re.sub(r"^\[\w{5}\] ", "", first)
    return _SOURCE.sub("", first).strip(" .;")


@dataclass(frozen=True, slots=True)
class _Mend:
    """Fits a refusal by one of its numbers, by its state or the state's class, or by its words."""

    mend: str
    numbers: frozenset[int] = frozenset()
    states: tuple[str, ...] = ()
    words: str = ""

    def fits(self, refused: Refusal) -> bool:
        return (
            bool(self.numbers & refused.numbers)
            or refused.state.startswith(self.states or ("\0",))
            or (
                bool(self.words) and re.search(self.words, refused.words, re.IGNORECASE) is not None
            )
        )


_PASSING = "It passes; the next poll tries again."

_MENDS = (
    _Mend(
        "Install that ODBC driver, or name an installed one in DRIVER={…}.",
        states=("IM002", "IM003", "01000"),
        words=r"data source name not found|can't open lib",
    ),
    _Mend(
        "Check SERVER, its port, and the network and firewall between.",
        words=r"login timeout expired|could not translate host name|name or service not known",
    ),
    _Mend(
        "The certificate names another host: set SERVER to the name in it, "
        "or HostNameInCertificate to that name.",
        words=r"certificate.*(name does not match|hostname mismatch)",
    ),
    _Mend(
        "The server's certificate is not trusted here: install the certificate of who signed it, "
        "or set TrustServerCertificate=yes (traffic stays encrypted, the server unproven).",
        numbers=frozenset({-2146893019}),
        words=r"certificate",
    ),
    _Mend(
        "The server knows only old encryption: update its TLS, or set Encrypt=no "
        "where the network between is trusted.",
        words=r"unsupported protocol|dh key too small|wrong version number|ssl routines",
    ),
    _Mend(
        "Integrated login needs a Kerberos ticket of the account that runs Tollbook: "
        "get one with kinit (on Windows: run as a domain account), or set UID and PWD.",
        numbers=frozenset({18452}),
        words=r"sspi|gssapi|kerberos",
    ),
    _Mend(
        "Check DATABASE, and make the login a user in that database.",
        numbers=frozenset({911, 916, 4060, 4064}),
        states=("3D000",),
        words=r'database "[^"]*" does not exist',
    ),
    _Mend(
        "This is the copy that waits: name the other server in SERVER, "
        "and this one in Failover_Partner.",
        numbers=frozenset({954}),
    ),
    _Mend(
        "The database is a readable secondary: set ApplicationIntent=ReadOnly, "
        "or name the listener in SERVER.",
        numbers=frozenset({976, 978, 983}),
    ),
    _Mend(
        "The password has run out: give the login a new one, and put it where PWD comes from.",
        numbers=frozenset({18487, 18488}),
    ),
    _Mend(
        "Check UID and PWD, and that the login is neither locked nor disabled.",
        numbers=frozenset({18456, 18470, 18486}),
        states=("28",),
        words=r"password authentication failed|login failed",
    ),
    _Mend(
        "The login may not read it: GRANT SELECT ON SCHEMA::dbo to it.",
        numbers=frozenset({229, 230, 297, 300}),
        states=("42501",),
        words=r"permission denied|permission was denied",
    ),
    _Mend(
        f"Another program held rows locked for too long. {_PASSING}",
        numbers=frozenset({1222}),
        states=("55P03",),
    ),
    _Mend(
        f"The database preferred another user. {_PASSING}",
        numbers=frozenset({1205}),
        states=("40",),
    ),
    _Mend(
        f"The server took too long. {_PASSING} If it stays so, check its load and the network.",
        numbers=frozenset({-2}),
        states=("HYT", "57014"),
    ),
    _Mend(
        "Check that DATABASE names the right database, and that the login may SELECT "
        "from its tables.",
        numbers=frozenset({207, 208}),
        states=("42",),
    ),
    _Mend(
        "Check SERVER, its port, and the network and firewall between.",
        states=("08",),
    ),
    _Mend(
        "Check the connection string and that the server is up; the next poll tries again.",
        states=("",),
    ),
)
"""In order: the first that fits is told; the last fits all."""
