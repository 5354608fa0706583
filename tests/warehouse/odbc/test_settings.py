"""Connection strings."""

from __future__ import annotations

import pytest

from warehouse.odbc.settings import connection_of, settings_of, without_secrets


def test_values_may_stand_in_braces() -> None:
    told = "Driver={ODBC Driver 18 for SQL Server}; Server = tcp:sql,1433 ;PWD={pa;ss}}word};"

    assert {
        "DRIVER": "ODBC Driver 18 for SQL Server",
        "SERVER": "tcp:sql,1433",
        "PWD": "pa;ss}word",
    } == settings_of(told)


def test_the_first_of_two_equal_keys_holds() -> None:
    assert {"UID": "reader"} == settings_of("UID=reader;uid=writer")


@pytest.mark.parametrize(
    "connection",
    [
        "DRIVER={ODBC Driver 18 for SQL Server};SERVER=sql,1433;UID=reader;PWD={pa;ss}}word}",
        "DRIVER={/opt/lib/driver.so};SERVER=sql;TRUSTED_CONNECTION=yes;MULTISUBNETFAILOVER=yes",
    ],
)
def test_settings_make_the_same_connection_again(connection: str) -> None:
    assert connection == connection_of(settings_of(connection))


def test_secrets_are_taken_out_of_a_message() -> None:
    settings = {"UID": "reader", "PWD": "hush", "ACCESSTOKEN": ""}

    assert "reader may not come in with …" == without_secrets(
        "reader may not come in with hush", settings
    )
