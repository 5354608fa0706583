"""Who is let in, as tollbook.toml says it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.access.roles import Role
from app.access.rules import PROXY_KEY, Grant, Way
from app.cli import web
from app.cli.access_settings import PageSettings
from app.cli.main import cli
from app.cli.settings import load_settings
from app.environment import ACCESS_VARIABLE, OIDC_VARIABLE
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home

SECRET = "s3cret of some forty characters, and a few more"
OIDC = """\
[app.oidc]
issuer = "https://login.example.com/company/v2.0/"
url = "https://calls.example.com"
client_id = "tollbook"
client_secret = "${CLIENT_SECRET}"
cookie_secret = "${COOKIE_SECRET}"
"""


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENT_SECRET", "hush")
    monkeypatch.setenv("COOKIE_SECRET", SECRET)


def pages(folder: Path, text: str) -> PageSettings:
    (folder / "tollbook.toml").write_text(text)
    return load_settings(folder / "tollbook.toml").app


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        pages(folder, text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "value", "rule"),
    [
        ('[app]\naddress = "0.0.0.0"\n', 2, "0.0.0.0", "nobody would have to sign in"),
        ('[app]\naddress = "phones"\n', 2, "phones", "set up [app.oidc] or [app.proxy]"),
        (
            '[app]\naddress = "::"\n[app.proxy]\nheader = "X-User"\n',
            2,
            "::",
            "could write the header of the proxy themselves",
        ),
        (f'{OIDC}[app.proxy]\nheader = "X-User"\n', 7, "X-User", "keep [app.oidc] or [app.proxy]"),
        ('[app.proxy]\nheader = "X: y"\n', 2, "X: y", "match pattern"),
        (OIDC.replace("https://login", "http://login"), 2, None, "can be read by others"),
        (OIDC.replace("https://calls", "calls"), 3, None, "not a web address"),
        (OIDC.replace("calls.example.com", "example.com/calls"), 3, None, "leave the path out"),
        (OIDC.replace("${COOKIE_SECRET}", "short"), 6, None, "shorter than 32 characters"),
        ('[[app.people]]\naddress = "a"\nrole = "boss"\n', 3, "boss", "'administrator', 'super"),
        (
            '[[app.people]]\naddress = "a"\nrole = "auditor"\nsites = ["Rome"]\n',
            1,
            None,
            "only a supervisor is given",
        ),
        (
            '[[app.people]]\naddress = "a"\nrole = "auditor"\n' * 2,
            1,
            None,
            "a stands there twice",
        ),
        ("[app.masking]\nauditor = -1\n", 2, "-1", "greater than or equal to 0"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_way_out(
    tmp_path: Path, text: str, line: int, value: str | None, rule: str
) -> None:
    (found,) = problems(tmp_path, text)
    assert rule in found.rule
    assert line == found.line
    if value is not None:
        assert value == found.value


def test_no_mistake_shows_a_secret(tmp_path: Path) -> None:
    text = OIDC.replace("${COOKIE_SECRET}", "hush-hush").replace("${CLIENT_SECRET}", "hush${NO}")
    told = "\n".join(map(str, problems(tmp_path, text)))
    assert "hush" not in told
    assert "the variable NO is neither" in told


def test_who_signs_in_where(tmp_path: Path) -> None:
    assert Way.OPEN is pages(tmp_path, "").rules.way
    proxy = pages(tmp_path, '[app.proxy]\nheader = "X-User"\nsign_out_url = "/out"\n').rules
    assert (Way.PROXY, "/out") == (proxy.way, proxy.sign_out_url)
    oidc = pages(tmp_path, '[app]\naddress = "0.0.0.0"\n' + OIDC + 'claim = "upn"\nhours = 1\n')
    assert (Way.OIDC, "upn", 1) == (oidc.rules.way, oidc.rules.claim, oidc.rules.hours)


def test_what_is_given_and_masked(tmp_path: Path) -> None:
    text = '[app.masking]\nemployee = 2\n[[app.people]]\naddress = "Eve@X.org"\nrole = "auditor"\n'
    rules = pages(tmp_path, text).rules
    assert (Grant("eve@x.org", Role.AUDITOR),) == rules.grants
    assert {"administrator": 0, "supervisor": 0, "employee": 2, "auditor": 3} == rules.masked


def test_the_server_of_the_pages_knows_the_provider(tmp_path: Path) -> None:
    found = pages(tmp_path, OIDC).oidc
    assert found is not None
    assert SECRET not in repr(found)
    expected = {
        "redirect_uri": "https://calls.example.com/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "tollbook",
        "client_secret": "hush",
        "server_metadata_url": (
            "https://login.example.com/company/v2.0/.well-known/openid-configuration"
        ),
        "client_kwargs": {"scope": "openid email profile"},
    }
    assert {"url": "https://calls.example.com", "auth": expected} == found.handed_over()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Streamlit is started with."""
    told: dict[str, Any] = {}
    for name in (ACCESS_VARIABLE, OIDC_VARIABLE, "TOLLBOOK_HOME", "TOLLBOOK_COMPANY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.setattr(
        "streamlit.web.cli.main", lambda arguments, **_: told.update(arguments=arguments)
    )
    return told


def options(served: dict[str, Any], name: str) -> list[str]:
    mark = f"--server.{name}="
    return [one.removeprefix(mark) for one in served["arguments"] if one.startswith(mark)]


def serve(folder: Path, text: str) -> None:
    settings = pages(folder, text)
    web.serve(Home(folder), settings, web.free_port("127.0.0.1", 18501, search=True), "Us")


def test_without_a_sign_in_only_this_machine_by_its_own_names_is_served(
    tmp_path: Path, served: dict[str, Any]
) -> None:
    serve(tmp_path, "")
    assert ["127.0.0.1"] == options(served, "address")
    assert ["localhost", "127.0.0.1", "::1"] == options(served, "allowedHosts")
    assert ["{}"] == options(served, "trustedUserHeaders")


def test_only_the_header_of_the_proxy_is_trusted(tmp_path: Path, served: dict[str, Any]) -> None:
    serve(tmp_path, '[app.proxy]\nheader = "X-Forwarded-Email"\n')
    (trusted,) = options(served, "trustedUserHeaders")
    assert {"X-Forwarded-Email": PROXY_KEY} == json.loads(trusted)
    assert [] == options(served, "allowedHosts")


def test_with_a_provider_no_header_is_trusted_and_no_secret_is_an_argument(
    tmp_path: Path, served: dict[str, Any]
) -> None:
    serve(tmp_path, OIDC)
    assert ["{}"] == options(served, "trustedUserHeaders")
    assert SECRET not in " ".join(served["arguments"])


def test_check_tells_of_departments_that_nobody_is_in(tmp_path: Path) -> None:
    assert 0 == CliRunner().invoke(cli, ["init", "--home", str(tmp_path)]).exit_code
    with (tmp_path / "tollbook.toml").open("a") as settings:
        settings.write(
            '\n[[app.people]]\naddress = "eve@x.org"\nrole = "supervisor"\n'
            'departments = ["Salse"]\nsites = ["Headquarters", "Atlantis"]\n'
        )
    done = CliRunner().invoke(cli, ["check", "--home", str(tmp_path), "--json"])
    told = [one for one in json.loads(done.stdout)["warnings"] if "eve@x.org" in one["rule"]]
    assert ["Salse", "Atlantis"] == [one["value"] for one in told]
    lines = (tmp_path / "tollbook.toml").read_text().splitlines()
    assert [lines.index('departments = ["Salse"]') + 1] == [one["line"] for one in told[:1]]


def test_check_tells_of_a_role_that_there_is_not(tmp_path: Path) -> None:
    assert 0 == CliRunner().invoke(cli, ["init", "--home", str(tmp_path)]).exit_code
    (tmp_path / "users.csv").write_text("user,name,department,role\na@x.org,A,Sales,boss\n")
    done = CliRunner().invoke(cli, ["check", "--home", str(tmp_path), "--json"])
    (told,) = json.loads(done.stdout or "{}").get("problems", [])
    assert ("users.csv", 2, "role", "boss") == (
        told["file"],
        told["line"],
        told["column"],
        told["value"],
    )
    assert "auditor, administrator" in told["mend"]
