"""What people did, as the page of the audit tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import polars as pl

from app.access.audit import Action, Asked, Deed
from app.format import Style, days, words
from app.frame.facets import FACETS
from app.reports.catalogue import REPORTS

_REPORT: Final = "report "
_WORDS: Final = {
    Action.SIGN_IN: "Signed in",
    Action.SIGN_OUT: "Signed out",
    Action.REFUSED: "Was refused",
    Action.DOWNLOAD: "Took a file",
    Action.CHANGE: "Changed",
}
_NAMES: Final = {
    "calls": "Calls",
    "pages": "Pages",
    "costs": "Costs",
    "traffic": "Traffic",
    "service": "Service",
    "explore": "Explore",
}
"""What else than reports is taken or entered."""
_KINDS: Final = {
    "form": "Format",
    "text": "Search",
    "name": "Name",
    "number": "Number",
    "days": "Days",
    "kept": "Kept as",
    "files": "Files",
    "what": "What",
    "to": "To",
    "rows": "Rows",
    "min_cost": "Cost, from",
    "max_cost": "Cost, up to",
    "min_talk_s": "Seconds, from",
    "max_talk_s": "Seconds, up to",
}
"""Details by what they are called where they are noted."""
_LISTS: Final = {facet.field: facet for facet in FACETS}


def asked_of(
    first: date,
    last: date,
    zone: tzinfo,
    addresses: tuple[str, ...],
    actions: tuple[str, ...],
    subject: str,
    limit: int,
) -> Asked:
    """The entries of whole days by the clock of a zone; empty tuples let everything through."""
    return Asked(
        since=datetime.combine(first, time.min, zone),
        until=datetime.combine(last + timedelta(days=1), time.min, zone),
        addresses=addresses,
        actions=tuple(Action(one) for one in actions),
        subject=subject,
        limit=limit,
    )


def table(found: list[Deed], zone: tzinfo, style: Style) -> pl.DataFrame:
    """A row for each entry, in their order: when, who, as what, what, to what, and details."""
    return pl.DataFrame(
        [
            (
                one.at.astimezone(zone).replace(tzinfo=None),
                whom(one.address, style),
                words(one.role, style),
                act(one.action, style),
                subject_of(one, style),
                " · ".join(_details(one.details, style)),
            )
            for one in found
        ],
        schema={
            style.say("When"): pl.Datetime("ms"),
            style.say("Who"): pl.String,
            style.say("Role"): pl.String,
            style.say("What"): pl.String,
            style.say("Of what"): pl.String,
            style.say("Details"): pl.String,
        },
        orient="row",
    )


def whom(address: str, style: Style) -> str:
    """Who did it; no address is whoever sits at the machine."""
    return address or style.say("This machine")


def act(action: str, style: Style) -> str:
    """What was done, in a word or two."""
    return style.say(_WORDS[Action(action)])


def subject_of(deed: Deed, style: Style) -> str:
    """What was changed, taken or entered."""
    if deed.action is Action.CHANGE:
        told = style.say(deed.subject)
        return told[:1].upper() + told[1:]
    name = deed.subject.removeprefix(_REPORT)
    if name in REPORTS:
        return style.say(REPORTS[name].title)
    return style.say(_NAMES[name]) if name in _NAMES else deed.subject


def _details(found: Mapping[str, Any], style: Style) -> Iterator[str]:
    left = dict(found)
    first, last = left.pop("first", None), left.pop("last", None)
    if first and last:
        yield days(date.fromisoformat(str(first)), date.fromisoformat(str(last)), style)
    for name, value in left.items():
        values = value if isinstance(value, list) else [value]
        if name in _LISTS:
            facet = _LISTS[name]
            label, told = facet.label, [facet.shown(str(one), style) for one in values]
        else:
            label, told = _KINDS.get(name, name), [_written(one) for one in values]
        yield f"{style.say(label) if label != name else name}: {', '.join(told)}"


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)
