"""The names in a call detail database: trunks, numbers, and its lists of types."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from pipeline.sources.lync.probes.words import counted, total
from pipeline.sources.lync.sessions import ATTENDANT, RESPONSE_GROUP, SYNTHETIC, VOICEMAIL
from pipeline.sources.source import Finding, Tone, Trunk

_URI_TYPES = {0: ("phone", "numbers"), 1: ("user", "people")}
"""A part of the documented text of a type of URI, and what the driver takes it for."""

_CLIENT_TYPES = {
    ATTENDANT: (r"attendant|\bcaa\b", "the conference attendant"),
    RESPONSE_GROUP: (r"response|\brgs\b", "a response group"),
    VOICEMAIL: (r"exchange|\bexum\b", "voice mail"),
    SYNTHETIC: (r"synthetic|\bst\b", "a monitoring probe, which is not counted"),
}
"""What the documented names of a client type have in common, and what the driver takes it for."""


def trunks(found: pl.DataFrame) -> Iterator[Finding]:
    """The trunks of recent calls, with their names for whoever knows gateways.csv."""
    named = found.drop_nulls("trunk").sort("trunk")
    if named.height:
        names = ", ".join(
            f"{name} ({into:,} in, {out:,} out)" for name, into, out in named.iter_rows()
        )
        yield Finding(
            Tone.FACT,
            f"Trunks of the last week: {names}.",
            trunks=tuple(Trunk(*row) for row in named.iter_rows()),
        )
    nameless = found.filter(pl.col("trunk").is_null())
    if nameless.height:
        calls = total(nameless, "inbound") + total(nameless, "outbound")
        yield Finding(
            Tone.ADVICE,
            f"{counted(calls, 'call')} went over gateways that no table names.",
            "They are placed at the site of the source; compare them with the carrier's bill.",
        )


def numbers(found: pl.DataFrame) -> Iterator[Finding]:
    """The numbers of recent calls, for whoever knows the dial plan."""
    if found.height:
        yield Finding(
            Tone.FACT,
            f"{counted(found.height, 'number')} of the last week were looked at.",
            numbers=tuple(found["phone_uri"].drop_nulls()),
        )


def uri_types(found: pl.DataFrame) -> Iterator[Finding]:
    """Whether types of URI are what they are documented to be."""
    texts = dict(found.iter_rows())
    for kind, (part, meant) in _URI_TYPES.items():
        text = texts.get(kind)
        if text is None or part not in text.lower():
            yield Finding(
                Tone.FAULT,
                f"UriTypes has {'no row' if text is None else repr(text)} for {kind}, which is "
                f"documented to contain {part!r} and is taken for {meant}.",
                "Parties may be taken for what they are not: send the rows of dbo.UriTypes to "
                "the makers of Tollbook.",
            )


def client_types(found: pl.DataFrame) -> Iterator[Finding]:
    """Whether the clients that are no persons are those documented."""
    for kind, (known, meant) in _CLIENT_TYPES.items():
        rows = found.filter(pl.col("client_type") == kind)
        words = " ".join(
            str(cell).lower() for row in rows.iter_rows() for cell in row[1:] if cell is not None
        )
        if not rows.height:
            yield Finding(Tone.FACT, f"UserAgentDef does not list {kind}, {meant}.")
        elif not re.search(known, words):
            yield Finding(
                Tone.ADVICE,
                f"UserAgentDef calls client type {kind} {words!r}; it is taken for {meant}.",
                "Look at a call that it answered on the page Calls: is `answered by` right?",
            )
