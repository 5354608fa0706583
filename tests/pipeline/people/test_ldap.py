"""People from a real OpenLDAP server: in pages, encrypted, and every refusal in one line."""

from __future__ import annotations

import socket
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.people.from_ldap import read_ldap
from pipeline.people.merged import Step
from pipeline.people.service import carry_out, plan
from pipeline.people.settings import LdapSettings, PeopleSettings
from pipeline.sources.settings import VARIABLES
from tests.openldap import BASE, LIMITED, PASSWORD, PEOPLE, READER, OpenLdap, distinguished_name
from tests.pipeline.people.homes import NOW, home_with, users_of
from warehouse.errors import InvalidInput, Unavailable

pytestmark = pytest.mark.ldap


def settings_for(openldap: OpenLdap, /, **more: Any) -> LdapSettings:
    values = {
        "server": "127.0.0.1",
        "port": openldap.tls_port,
        "ca_file": openldap.ca_file,
        "user": READER,
        "password": "${LDAP_PASSWORD}",
        "base": BASE,
        "filter": "(objectClass=inetOrgPerson)",
    }
    known = {VARIABLES: {"LDAP_PASSWORD": PASSWORD}}
    return LdapSettings.model_validate(values | more, context=known)


@pytest.mark.parametrize("encryption", ["ldaps", "starttls", "none"])
def test_everyone_is_read_though_the_server_gives_a_thousand_at_once(
    openldap: OpenLdap, tmp_path: Path, encryption: str
) -> None:
    port = openldap.tls_port if encryption == "ldaps" else openldap.port
    told: list[int] = []
    found = read_ldap(
        settings_for(openldap, encryption=encryption, port=port, page_size=700),
        tmp_path,
        told.append,
    )
    assert {distinguished_name(number) for number in range(PEOPLE)} == {one.file for one in found}
    assert PEOPLE == len(found) == told[-1]


def test_5000_people_become_rows_and_nothing_changes_the_second_time(
    openldap: OpenLdap, tmp_path: Path
) -> None:
    home = home_with(tmp_path, "user,name,department\ngone@aurora.example,Gone,IT\n")
    ldap = settings_for(openldap)
    # All of the company as it was leaves, which has to be allowed.
    settings = PeopleSettings(sites={"roma eur": "Rome"}, max_leavers_percent=100)
    entries = read_ldap(ldap, tmp_path)
    first = plan(home, entries, ldap.attributes, settings, lambda _: date(2026, 3, 1))
    assert () == first.problems
    carry_out(first, home, NOW)
    disabled = PEOPLE // 1000
    assert PEOPLE - disabled == len(first.merged.of(Step.ADDED))
    assert ["gone@aurora.example"] == [one.user for one in first.merged.of(Step.LEFT)]
    row = users_of(home)["p101@aurora.example"][0]
    assert {
        "name": "Person 101",
        "aliases": "person.101@aurora.example",
        "email": "p101@aurora.example",
        "numbers": "+390650000101;10101",
        "department": "Department 21",
        "site": "Rome",
        "manager": "p100@aurora.example",
    }.items() <= row.items()
    assert "" == users_of(home)["p0@aurora.example"][0]["manager"]
    again = plan(home, entries, ldap.attributes, settings, lambda _: date(2026, 3, 2))
    assert ([], PEOPLE - disabled) == (again.merged.changes, again.merged.unchanged)
    assert not again.changes_anything


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({"password": "wrong"}, "user or password is wrong", id="wrong password"),
        pytest.param({"user": "cn=x,dc=aurora,dc=example"}, "user or password", id="no such user"),
        pytest.param({"port": 0}, "nothing listens there", id="dead server"),
        pytest.param({"server": "no-such-host.invalid"}, "name is not known", id="unknown host"),
        pytest.param({"ca_file": "other"}, "nobody who is trusted", id="untrusted certificate"),
        pytest.param({"ca_file": None}, "nobody who is trusted", id="an authority of its own"),
        pytest.param({"server": "localhost"}, "names another host", id="certificate of another"),
        pytest.param({"base": "ou=x,dc=aurora,dc=example"}, "no such base", id="wrong base"),
        pytest.param({"base": "staff"}, "no distinguished name", id="base that is no name"),
        pytest.param({"filter": "(objectClass="}, "filter cannot be read", id="broken filter"),
        pytest.param({"user": LIMITED}, "cut the answer", id="size limit"),
        pytest.param(
            {"user": LIMITED, "page_size": 50}, "cut the answer", id="size limit of all pages"
        ),
        pytest.param(
            {"user": None, "password": None}, "there is no such base|may not read", id="anonymous"
        ),
        pytest.param({"encryption": "starttls"}, "does not|broke", id="StartTLS at the TLS port"),
        pytest.param({"port": 1}, "does not speak TLS|broke", id="TLS at the plain port"),
    ],
)
def test_a_refusal_is_one_line_with_its_mend(
    openldap: OpenLdap, tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    if more.get("ca_file") == "other":
        more = {"ca_file": openldap.other_ca_file}
    if "port" in more:
        more = {"port": free_port() if more["port"] == 0 else openldap.port}
    with pytest.raises(Unavailable, match=words) as caught:
        read_ldap(settings_for(openldap, timeout_s=5, **more), tmp_path)
    told = str(caught.value)
    assert told.count("\n") == 0
    assert told.startswith(more.get("server", "127.0.0.1"))
    assert PASSWORD not in told


def test_a_certificate_may_be_left_unchecked(openldap: OpenLdap, tmp_path: Path) -> None:
    found = read_ldap(settings_for(openldap, ca_file=None, verify=False), tmp_path)
    assert PEOPLE == len(found)


def test_a_server_that_falls_silent_is_told(openldap: OpenLdap, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        settings = settings_for(openldap, encryption="none", port=port, timeout_s=1)
        with pytest.raises(Unavailable, match="does not answer in time"):
            read_ldap(settings, tmp_path)


def test_a_file_without_certificates_is_told(openldap: OpenLdap, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name in ("ca.pem", "absent.pem"):
        with pytest.raises(InvalidInput, match="no certificates can be read"):
            read_ldap(settings_for(openldap, ca_file=name), tmp_path)
