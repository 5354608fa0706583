"""People from a directory service: Active Directory, OpenLDAP and their like."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import RESULT_SUCCESS

from pipeline.people.entries import Entry
from pipeline.people.ldap_errors import refusal
from pipeline.people.settings import Encryption, LdapSettings
from warehouse.errors import InvalidInput, Problem, Unavailable

_PAGES = "1.2.840.113556.1.4.319"
"""Control of simple paged results (RFC 2696)."""
_PORTS = {Encryption.LDAPS: 636, Encryption.STARTTLS: 389, Encryption.NONE: 389}


def read_ldap(
    settings: LdapSettings, home: Path, progress: Callable[[int], None] = lambda _: None
) -> list[Entry]:
    """One entry per person, all of them; raises `Unavailable` where they cannot be had whole.

    Relative paths start at `home`. `progress` is told how many there are so far.
    """
    port = settings.port or _PORTS[settings.encryption]
    with _in_words(f"{settings.server}:{port}"):
        server = ldap3.Server(
            settings.server,
            port=port,
            use_ssl=settings.encryption is Encryption.LDAPS,
            tls=_Tls(settings, home),
            get_info=ldap3.NONE,
            connect_timeout=settings.timeout_s,
        )
        connection = ldap3.Connection(
            server,
            user=settings.user,
            password=settings.secret(),
            read_only=True,
            raise_exceptions=True,
            check_names=False,
            auto_referrals=False,
            receive_timeout=settings.timeout_s,
        )
        try:
            connection.open()
            if settings.encryption is Encryption.STARTTLS:
                connection.start_tls()
            connection.bind()
            return _search(connection, settings, progress)
        finally:
            _close(connection)


def _close(connection: ldap3.Connection) -> None:
    """Says goodbye, if there is still someone to say it to."""
    opened = connection.socket
    with suppress(LDAPException, OSError):
        connection.unbind()
    if opened is not None:
        # After a handshake that failed, the library leaves it open.
        opened.close()


def _search(
    connection: ldap3.Connection, settings: LdapSettings, progress: Callable[[int], None]
) -> list[Entry]:
    """Page by page; a result that is not a success raises, also where it came with entries."""
    named = [name for names in settings.attributes.model_dump().values() for name in names]
    found: list[Entry] = []
    cookie: bytes | None = None
    while cookie is None or cookie:
        connection.search(
            settings.base,
            settings.filter,
            search_scope=ldap3.SUBTREE,
            attributes=list(dict.fromkeys(named)),
            paged_size=settings.page_size,
            paged_criticality=True,
            paged_cookie=cookie,
        )
        result = connection.result
        if result["result"] != RESULT_SUCCESS:
            # An answer that the server cut is no exception to the library.
            raise LDAPException(f"{result['description']} {result['message']}")
        found += [
            _entry(answer["dn"], answer["raw_attributes"])
            for answer in connection.response or ()
            if answer["type"] == "searchResEntry"
        ]
        progress(len(found))
        cookie = result.get("controls", {}).get(_PAGES, {}).get("value", {}).get("cookie") or b""
    return found


def _entry(name: str, attributes: dict[str, list[bytes]]) -> Entry:
    texts = {
        attribute.lower(): [text for value in values if (text := _text(value))]
        for attribute, values in attributes.items()
    }
    return Entry(name, None, {attribute: values for attribute, values in texts.items() if values})


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace").strip()


class _Tls(ldap3.Tls):
    """The standard library checks the certificate and its name in the handshake itself."""

    def __init__(self, settings: LdapSettings, home: Path) -> None:
        super().__init__()
        self._host = settings.server.strip("[]")
        self._context = ssl.create_default_context()
        if settings.ca_file is not None:
            self._context = _trusting(home / settings.ca_file)
        if not settings.verify:
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        """Puts encryption around the socket of a connection."""
        connection.socket = self._context.wrap_socket(
            connection.socket, server_hostname=self._host, do_handshake_on_connect=do_handshake
        )


def _trusting(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        rule = f"no certificates can be read from it ({error.strerror or error})"
        mend = "Set ca_file in [people.ldap] to a file of certificates in PEM form"
        raise InvalidInput([Problem(str(ca_file), rule, mend)]) from None


@contextmanager
def _in_words(server: str) -> Iterator[None]:
    try:
        yield
    except (LDAPException, OSError) as error:
        rule, mend = refusal(error)
        raise Unavailable(f"{server}: {rule}. {mend}") from None
