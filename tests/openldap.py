"""A private OpenLDAP server for tests, with a certificate of its own authority."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_INSTALL = "apt-get install slapd ldap-utils openssl"
_SLAPD = Path("/usr/sbin/slapd")

BASE = "ou=staff,dc=aurora,dc=example"
PASSWORD = "correct horse"
READER = "cn=reader,dc=aurora,dc=example"
"""May read all in pages of at most 1,000."""
LIMITED = "cn=limited,dc=aurora,dc=example"
"""May read 100 entries and no more."""
PEOPLE = 5_000

_SCHEMA = """\
attributetype ( 1.3.6.1.4.1.99999.1.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.99999.1.2 NAME 'msRTCSIP-PrimaryUserAddress' EQUALITY caseIgnoreMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.3 NAME 'msRTCSIP-Line' EQUALITY caseIgnoreMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.4 NAME 'userAccountControl' EQUALITY integerMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.5 NAME 'department' EQUALITY caseIgnoreMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'lyncUser' SUP top AUXILIARY
    MAY ( proxyAddresses $ msRTCSIP-PrimaryUserAddress $ msRTCSIP-Line $ userAccountControl $
    department ) )
"""
_CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {folder}/lync.schema
pidfile {folder}/pid
argsfile {folder}/args
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix "dc=aurora,dc=example"
directory {folder}/data
maxsize 268435456
limits dn.exact="{reader}" size.hard=1000 size.prtotal=unlimited
limits dn.exact="{limited}" size.hard=100 size.prtotal=100
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="{base}" by dn.exact="{reader}" read by dn.exact="{limited}" read by * none
access to * by anonymous auth by users search
"""


@dataclass(frozen=True, slots=True)
class OpenLdap:
    """Where a server is to be found."""

    port: int
    tls_port: int
    ca_file: Path
    other_ca_file: Path
    """Of someone who did not sign its certificate, which is that of 127.0.0.1."""


@pytest.fixture(scope="session")
def openldap() -> Iterator[OpenLdap]:
    """A server with 5,000 people that lives for this session.

    Skips where OpenLDAP or openssl is missing; fails instead where `CI` is `true`.
    """
    missing = what_is_missing()
    if missing:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(missing)
    with serving() as server:
        yield server


def what_is_missing() -> str:
    """What there is to install before a server can be had; empty where nothing is."""
    programs = {"OpenLDAP server": _SLAPD.exists(), "openssl": shutil.which("openssl") is not None}
    missing = next((name for name, is_there in programs.items() if not is_there), "")
    return missing and f"The {missing} is missing: {_INSTALL}"


@contextmanager
def serving() -> Iterator[OpenLdap]:
    """A server that lives in this context."""
    folder = Path(tempfile.mkdtemp(prefix="tollbook-ldap-"))
    try:
        # Where AppArmor guards the installed program, it may not read our folder; a copy may.
        program = shutil.copy2(_SLAPD, folder / "server")
        _make_certificates(folder)
        (folder / "data").mkdir()
        (folder / "lync.schema").write_text(_SCHEMA, encoding="ascii")
        (folder / "people.ldif").write_text(_people(), encoding="utf-8")
        config = _CONFIG.format(folder=folder, reader=READER, limited=LIMITED, base=BASE)
        (folder / "slapd.conf").write_text(config, encoding="ascii")
        conf = ("-f", folder / "slapd.conf")
        _run(folder, program, "-T", "add", "-q", *conf, "-l", folder / "people.ldif")
        port, tls_port = _free_ports()
        urls = f"ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen([program, "-d", "0", *conf, "-h", urls], stderr=log)
        try:
            _wait_until_it_listens(process, tls_port, folder / "log")
            yield OpenLdap(port, tls_port, folder / "ca.pem", folder / "other.pem")
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder)


def distinguished_name(number: int) -> str:
    """Of the person with that number."""
    return f"uid=p{number},{BASE}"


def _people() -> str:
    """Everyone reports to the first of their hundred, those to number 0; a lot of odd cases."""
    entries = [
        "dn: dc=aurora,dc=example\nobjectClass: domain\ndc: aurora\n",
        f"dn: {BASE}\nobjectClass: organizationalUnit\nou: staff\n",
        *(
            f"dn: {name}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
            f"userPassword: {PASSWORD}\n"
            for name in (READER, LIMITED)
        ),
    ]
    for number in range(PEOPLE):
        address = f"p{number}@aurora.example"
        manager = number - number % 100 if number % 100 else 0
        entries.append(
            f"dn: {distinguished_name(number)}\n"
            "objectClass: inetOrgPerson\nobjectClass: lyncUser\n"
            f"uid: p{number}\nsn: Person\ncn: Person {number}\ndisplayName: Person {number}\n"
            f"mail: {address}\nmsRTCSIP-PrimaryUserAddress: sip:{address}\n"
            f"proxyAddresses: SMTP:{address}\nproxyAddresses: SIP:{address}\n"
            f"proxyAddresses: sip:person.{number}@aurora.example\n"
            f"msRTCSIP-Line: tel:+3906{50000000 + number};ext={10000 + number}\n"
            f"telephoneNumber: +39 06 {50000000 + number}\n"
            f"department: Department {number % 40}\n"
            f"physicalDeliveryOfficeName: {'Roma EUR' if number % 2 else 'Milan'}\n"
            f"manager: {distinguished_name(manager)}\n"
            f"userAccountControl: {514 if number % 1000 == 999 else 512}\n"
        )
    return "\n".join(entries)


def _make_certificates(folder: Path) -> None:
    new = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    for name in ("ca", "other"):
        files = ("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
        _run(folder, *new, "-nodes", "-days", "2", "-subj", f"/CN=Test {name}", *files)
    _run(
        folder,
        *(*new, "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
        *("-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"),
        *("-CA", folder / "ca.pem", "-CAkey", folder / "ca.key"),
        *("-keyout", folder / "server.key", "-out", folder / "server.pem"),
    )


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"slapd does not listen: {log.read_text()}")


def _run(folder: Path, *command: str | Path) -> None:
    with (folder / "output").open("ab") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False)
    if done.returncode:
        pytest.fail(f"{command[0]} failed: {(folder / 'output').read_text()}")
