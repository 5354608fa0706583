"""What the refusal of a directory service means, and what to do about it. Pure."""

from __future__ import annotations

import re

_MENDS = (
    # Active Directory says why a login failed in a code of its own.
    (r"data 525", "no such user", "Correct user in [people.ldap]"),
    (r"data 52e", "user or password is wrong", "Correct user and password in [people.ldap]"),
    (r"data 53[01]", "the user may not log in here or now", "Let the account log in"),
    (r"data (532|773)", "the password has expired", "Set a new password, without an end"),
    (r"data 533", "the account is disabled", "Enable the account, or name another user"),
    (r"data 701", "the account has expired", "Extend the account, or name another user"),
    (r"data 775", "the account is locked", "Unlock the account, then correct the password"),
    (
        r"invalidCredentials",
        "user or password is wrong",
        "Correct user and password in [people.ldap]",
    ),
    (
        r"strongerAuthRequired|confidentialityRequired",
        "the server wants encryption before a login",
        'Set encryption = "ldaps" or "starttls" in [people.ldap]',
    ),
    (
        r"successful bind must be completed|inappropriateAuthentication|insufficientAccessRights"
        r"|anonymous|authMethodNotSupported",
        "this login may not read people",
        "Give user and password of an account that may read them",
    ),
    (r"noSuchObject", "there is no such base", "Correct base in [people.ldap]"),
    (
        r"invalidDNSyntax|invalid distinguished|dn syntax|LDAPInvalidDnError",
        "base or user is no distinguished name",
        "Write it as OU=Staff,DC=example,DC=com",
    ),
    (
        r"LDAPInvalidFilterError|malformed filter|filterError|inappropriateMatching",
        "the filter cannot be read",
        "Correct filter in [people.ldap]: every ( needs its )",
    ),
    (
        r"sizeLimitExceeded|adminLimitExceeded",
        "the server cut the answer: it may not give this login so many entries",
        "Set page_size below its limit, or lift the limit for this user",
    ),
    (r"timeLimitExceeded", "the server's time was up", "Narrow base or filter"),
    (
        r"hostname mismatch|IP address mismatch|not valid for",
        "its certificate names another host",
        "Set server to the name in the certificate",
    ),
    (
        r"certificate has expired|not yet valid",
        "its certificate is not valid today",
        "Renew the certificate of the server, or set the clock of this machine right",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "its certificate is signed by nobody who is trusted here",
        "Set ca_file in [people.ldap] to the certificate of who signed it",
    ),
    (
        r"startTLS failed|unsupported extended|protocolError",
        "it does not offer StartTLS",
        'Set encryption = "ldaps" in [people.ldap], or give the server a certificate',
    ),
    (
        r"WRONG_VERSION_NUMBER|wrong version number|EOF occurred|UNEXPECTED_EOF|record layer",
        "it does not speak TLS at this port",
        'Correct port, or set encryption = "starttls" in [people.ldap]',
    ),
    (
        r"name or service not known|nodename nor servname|invalid server address|getaddrinfo"
        r"|name resolution",
        "its name is not known here",
        "Correct server in [people.ldap], or the name service of this machine",
    ),
    (r"refused", "nothing listens there", "Correct server and port, or start the server"),
    (
        r"timed out|timeout|LDAPSocketReceiveError|LDAPResponseTimeoutError",
        "it does not answer in time",
        "Look at the network and the firewall between, or raise timeout_s",
    ),
    (
        r"terminated by server|LDAPSessionTerminated|reset by peer|socket",
        "it broke the connection off",
        "Look at the network and the firewall between, then run this again",
    ),
    (r"unwillingToPerform|busy|unavailable", "it does not want to now", "Run this again later"),
)


def refusal(error: Exception) -> tuple[str, str]:
    """What is the matter, and the mend; `error` is what ldap3 raised."""
    words = f"{type(error).__name__} {error}"
    for pattern, rule, mend in _MENDS:
        if re.search(pattern, words, re.IGNORECASE):
            return rule, mend
    plain = " ".join(words.split())
    return f"it refused ({plain})", "Look into the log of the server"
