"""Who a party is: a user of the company, or a number outside.

The database keeps both in one table of URIs. A party of the PSTN comes in either of two guises:
as no user at all, or as a user whose URI is a phone number.
"""

from __future__ import annotations

import polars as pl

PARTIES = ("user1", "user2", "starter", "target", "behalf", "referrer")
"""Of a session, as columns begin with them."""

_PHONE_URI_TYPE = 0

_PHONE = r"(?i)^(?:tel:|(?:sips?:)?\+\d)|;user=phone|;phone-context="
_WITHHELD = r"(?i)^(?:anonymous|unavailable|restricted|unknown|private|withheld)?(?:$|[@;])"
_SCHEME = r"(?i)^(?:sips?|tel):"


def understood(sessions: pl.DataFrame) -> pl.DataFrame:
    """Sessions of columns `raw.NAMED_SESSIONS`, as `session_facts` takes them.

    Each URI is understood once, however many sessions it takes part in.
    """
    seen = [
        sessions.lazy()
        .select(pl.col(f"{party}_uri").alias("uri"), pl.col(f"{party}_type").alias("type"))
        .filter(pl.col("uri").is_not_null())
        .unique()
        for party in PARTIES
    ]
    known = (
        pl.concat(seen)
        .unique()
        .with_columns(address("uri", "type").alias("user"), phone("uri", "type").alias("phone"))
        .collect()
    )
    for party in PARTIES:
        sessions = sessions.join(
            known.rename({column: f"{party}_{column}" for column in known.columns}),
            on=[f"{party}_uri", f"{party}_type"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
    return sessions.with_columns(pl.col("from_trunk", "to_trunk") == 1)


def address(uri: str, uri_type: str) -> pl.Expr:
    """The SIP address, in small letters and without scheme, of a party that is a user.

    Null for phones, for callers who withhold who they are, and for no party.
    """
    bare = pl.col(uri).str.replace(_SCHEME, "")
    is_user = ~(_is_phone(uri, uri_type) | bare.str.contains(_WITHHELD))
    return pl.when(is_user).then(bare.str.extract(r"^([^;]+)").str.to_lowercase())


def phone(uri: str, uri_type: str) -> pl.Expr:
    """The number, with its parameters, of a party that is a phone; null for everyone else."""
    number = pl.col(uri).str.replace(_SCHEME, "").str.extract(r"^([^@]+)")
    number = number.str.replace(r"(?i);user=phone", "")
    return pl.when(_is_phone(uri, uri_type)).then(unwithheld(number))


def unwithheld(number: pl.Expr) -> pl.Expr:
    """A number as it is; null where it is a word that stands for a withheld one."""
    bare = number.str.replace(_SCHEME, "")
    return pl.when(~bare.str.contains(_WITHHELD)).then(number)


def _is_phone(uri: str, uri_type: str) -> pl.Expr:
    typed = (pl.col(uri_type) == _PHONE_URI_TYPE).fill_null(value=False)
    return typed | pl.col(uri).str.contains(_PHONE)
