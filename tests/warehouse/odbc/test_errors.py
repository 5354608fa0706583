"""What SQL Server and its drivers say, and what people are told to do."""

from __future__ import annotations

import pytest
from arrow_odbc.error import Error as ArrowError

from warehouse.odbc.errors import is_refusal, refusal

DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server]"
SERVER = f"{DRIVER}[SQL Server]"
CONNECT = "SQLDriverConnect"
EXECUTE = "SQLExecDirectW"

PASSED_ON = ("[Microsoft]", "[unixODBC]", "(SQLDriver", "(SQLExec", "\n")

SAID = [
    (
        "IM002",
        f"{DRIVER}Data source name not found and no default driver specified (0) ({CONNECT})",
        "Install that ODBC driver",
    ),
    (
        "01000",
        "[unixODBC][Driver Manager]Can't open lib 'FreeTDS' : file not found (0) (SQLDriver)",
        "Install that ODBC driver",
    ),
    ("28000", f"{SERVER}Login failed for user 'reader'. (18456) ({CONNECT})", "Check UID and PWD"),
    (
        "42000",
        f"{SERVER}Login failed for user 'reader'. Reason: locked out. (18486) ({CONNECT})",
        "Check UID and PWD",
    ),
    (
        "28000",
        f"{SERVER}The password of the account has expired. (18487) ({CONNECT})",
        "The password has run out",
    ),
    (
        "42000",
        f'{SERVER}Cannot open database "LcsCDR" requested by the login. The login failed. (4060)'
        f" ({CONNECT}); [28000] {SERVER}Login failed for user 'reader'. (18456); "
        f"[42000] {SERVER}Login failed for user 'reader'. (18456)",
        "Check DATABASE",
    ),
    (
        "28000",
        f"{SERVER}Login failed. The login is from an untrusted domain. (18452) ({CONNECT})",
        "Integrated login needs a Kerberos ticket",
    ),
    (
        "HY000",
        f"{DRIVER}Cannot generate SSPI context (851968) ({CONNECT})",
        "Integrated login needs a Kerberos ticket",
    ),
    (
        "08001",
        f"{DRIVER}SSL Provider: [error:0A000086:SSL routines::certificate verify failed:"
        f"self-signed certificate] (-1) ({CONNECT}); [08001] {DRIVER}Client unable to establish "
        f"connection (-1)",
        "TrustServerCertificate=yes",
    ),
    (
        "08001",
        f"{DRIVER}SSL Provider: The certificate chain was issued by an authority that is not "
        f"trusted. (-2146893019) ({CONNECT})",
        "TrustServerCertificate=yes",
    ),
    (
        "08001",
        f"{DRIVER}SSL Provider: [error:0A000086:SSL routines::certificate verify failed:"
        f"subject name does not match host name] (-1) ({CONNECT})",
        "HostNameInCertificate",
    ),
    (
        "08001",
        f"{DRIVER}SSL Provider: [error:0A000102:SSL routines::unsupported protocol] (-1)"
        f" ({CONNECT})",
        "Encrypt=no",
    ),
    ("HYT00", f"{DRIVER}Login timeout expired (0) ({CONNECT})", "Check SERVER"),
    ("08001", f"{DRIVER}TCP Provider: Error code 0x2AF9 (11001) ({CONNECT})", "Check SERVER"),
    ("08S01", f"{DRIVER}Communication link failure (0) ({EXECUTE})", "Check SERVER"),
    (
        "42000",
        f"{SERVER}The database is acting as a mirror database. (954) ({CONNECT})",
        "Failover_Partner",
    ),
    (
        "42000",
        f"{SERVER}The target database is in an availability group and is accessible only when "
        f"the application intent is set to read only. (978) ({CONNECT})",
        "ApplicationIntent=ReadOnly",
    ),
    (
        "42000",
        f"{SERVER}The SELECT permission was denied on the object 'SessionDetails'. (229)"
        f" ({EXECUTE})",
        "GRANT SELECT ON SCHEMA::dbo",
    ),
    (
        "42000",
        f"{SERVER}The principal is not able to access the database under the current security "
        f"context. (916) ({EXECUTE})",
        "Check DATABASE, and make the login a user",
    ),
    (
        "42S02",
        f"{SERVER}Invalid object name 'dbo.SessionDetails'. (208) ({EXECUTE})",
        "Check that DATABASE names",
    ),
    (
        "42S22",
        f"{SERVER}Invalid column name 'ReplacesDialogIdTime'. (207) ({EXECUTE})",
        "Check that DATABASE names",
    ),
    (
        "42000",
        f"{SERVER}Lock request time out period exceeded. (1222) ({EXECUTE})",
        "locked for too long. It passes",
    ),
    (
        "40001",
        f"{SERVER}Transaction was deadlocked and has been chosen as the victim. (1205) ({EXECUTE})",
        "preferred another user. It passes",
    ),
    (
        "HYT00",
        f"{DRIVER}Query timeout expired (0) ({EXECUTE})",
        "The server took too long. It passes",
    ),
    (
        "42000",
        f"{SERVER}A severe error occurred on the current command. (0) ({EXECUTE})",
        "Check that DATABASE names",
    ),
    ("XX000", f"{SERVER}Something unheard of (99999) ({EXECUTE})", "Check the connection string"),
]


@pytest.mark.parametrize(("state", "words", "mend"), SAID)
@pytest.mark.parametrize("through", ["pyodbc", "arrow"])
def test_a_refusal_comes_with_its_mend(state: str, words: str, mend: str, through: str) -> None:
    error = (
        Exception(state, f"[{state}] {words}") if through == "pyodbc" else as_arrow(state, words)
    )

    refused = refusal(error)

    assert mend in refused.mend
    assert refused.words
    assert [] == [mark for mark in (*PASSED_ON, f"[{state}]") if mark in refused.words]


def as_arrow(state: str, words: str) -> ArrowError:
    """The same as the other library words it."""
    plain = words.split(";", maxsplit=1)[0].rsplit(" (SQL", 1)[0]
    told, _, number = plain.removesuffix(")").rpartition(" (")
    error = ArrowError.__new__(ArrowError)
    error.args = (
        f"ODBC emitted an error calling 'SQLExecDirect':\nState: {state}, "
        f"Native error: {number}, Message: {told}",
    )
    return error


def test_the_first_of_several_messages_is_told() -> None:
    state, words, _ = SAID[5]

    assert 'Cannot open database "LcsCDR" requested by the login. The login failed' == (
        refusal(Exception(state, f"[{state}] {words}")).words
    )


def test_a_limit_of_the_reader_is_no_refusal() -> None:
    error = ArrowError.__new__(ArrowError)
    error.args = ("External error: A value (at least one) is too large",)

    assert not is_refusal(error)
    assert is_refusal(as_arrow(*SAID[2][:2]))
