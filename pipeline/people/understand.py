"""Entries of a directory service or a file → people in the words of users.csv. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline.directory.users import is_address, is_email
from pipeline.directory.words import KINDS, ROLES
from pipeline.numbers import Kind as NumberKind
from pipeline.numbers import normalise
from pipeline.people.entries import Entry
from pipeline.people.settings import Fields, PeopleSettings
from warehouse.errors import Problem

_TEXTS = ("name", "email", "department", "cost_centre", "site", "kind", "role")
_ACCOUNT_CONTROL = "useraccountcontrol"
_ACCOUNT_DISABLED = 0x2
_PROXIES = "proxyaddresses"


@dataclass(slots=True)
class Person:
    """Someone, as far as the other side could be understood."""

    entry: Entry
    user: str | None
    """In small letters."""
    has_left: bool = False
    cells: dict[str, str] = field(default_factory=dict)
    """Columns of users.csv that are said, but for those below."""
    numbers: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    manager: str | None = None
    """As the other side names them."""
    ids: tuple[str, ...] = ()
    """As `manager` of others may name this one, in small letters."""


def understand(
    entries: Iterable[Entry], fields: Fields, settings: PeopleSettings, sites: pl.DataFrame
) -> tuple[list[Person], list[Problem]]:
    """People, and what could not be understood of them: that is left out, the rest is taken.

    `sites`: `site, country, area_code`.
    """
    problems: list[Problem] = []
    names = {name.casefold(): name for name in sites["site"]}
    people = [_person(entry, fields, settings, names, problems) for entry in entries]
    people = _once_each(people, problems)
    _read_numbers(people, fields, sites, problems)
    return people, problems


def _person(
    entry: Entry,
    fields: Fields,
    settings: PeopleSettings,
    sites: Mapping[str, str],
    problems: list[Problem],
) -> Person:
    user = _user(entry, fields.user, problems)
    person = Person(entry, user, _has_left(entry, fields.left, settings.left_words))
    for column in _TEXTS:
        found = entry.first(getattr(fields, column))
        if found is None:
            continue
        name, value = found
        read = _read(column, value, settings, sites)
        if isinstance(read, str):
            person.cells[column] = read
        else:
            problems.append(entry.problem(name, value, *read))
    for column in ("email", "cost_centre"):
        # What is empty there is empty here; without the others nobody could be booked.
        if getattr(fields, column):
            person.cells.setdefault(column, "")
    if "department" not in person.cells and settings.department is not None:
        person.cells["department"] = settings.department
    addresses = dict.fromkeys(_addresses(entry, fields.aliases))
    person.aliases = [one for one in addresses if one != user and is_address(one)]
    manager = entry.first(fields.manager)
    person.manager = None if manager is None else manager[1]
    ids = [value.casefold() for _, value in entry.all(fields.id)]
    person.ids = tuple(ids if entry.line is not None else [*ids, entry.file.casefold()])
    return person


def _read(
    column: str, value: str, settings: PeopleSettings, sites: Mapping[str, str]
) -> str | tuple[str, str]:
    """The cell, or what is wrong with the value and what to do about it."""
    folded = value.casefold()
    if column == "site":
        wanted = settings.sites.get(folded, value)
        known = sites.get(wanted.casefold())
        mend = f'Add it to sites.csv, or to [people.sites] as "{value}" = "…"'
        return known or ("no such site", mend)
    if column in {"kind", "role"}:
        words = KINDS if column == "kind" else ROLES
        return folded if folded in words else (f"not a {column}", f"Use one of {', '.join(words)}")
    if column == "email" and not is_email(value):
        return "not an e-mail address", "Correct it where it comes from"
    return value


def _user(entry: Entry, names: Sequence[str], problems: list[Problem]) -> str | None:
    for name in names:
        for address in _addresses(entry, (name,)):
            if is_address(address):
                return address
            mend = "Correct it where it comes from"
            problems.append(entry.problem(name, address, "not an address", mend))
    return None


def _addresses(entry: Entry, names: Sequence[str]) -> list[str]:
    """In small letters, without their scheme; of proxy addresses those of SIP, primary first."""
    found: list[tuple[bool, str]] = []
    for name, value in entry.all(names):
        scheme, _, rest = value.partition(":")
        if scheme.lower() == "sip" and rest:
            found.append((scheme != "SIP", rest.strip().lower()))
        elif name.lower() != _PROXIES:
            found.append((True, value.lower()))
    return [address for _, address in sorted(found, key=lambda one: one[0])]


def _has_left(entry: Entry, names: Sequence[str], words: Sequence[str]) -> bool:
    told = {word.casefold() for word in words}
    for name, value in entry.all(names):
        if name.lower() == _ACCOUNT_CONTROL:
            if value.isdecimal() and int(value) & _ACCOUNT_DISABLED:
                return True
        elif value.casefold() in told:
            return True
    return False


def _once_each(people: list[Person], problems: list[Problem]) -> list[Person]:
    """Drops a second entry with the same address; one who has left counts last."""
    seen: dict[str, Person] = {}
    kept = []
    for person in sorted(people, key=lambda one: one.has_left):
        before = seen.get(person.user or "")
        if before is None:
            kept.append(person)
        elif not person.has_left:
            place = before.entry.file if before.entry.line is None else f"line {before.entry.line}"
            mend = "Keep one of them"
            rule = f"stands at {place} too; this one was left out"
            problems.append(person.entry.problem("user", person.user, rule, mend))
        if person.user is not None:
            seen.setdefault(person.user, person)
    return kept


def _read_numbers(
    people: list[Person], fields: Fields, sites: pl.DataFrame, problems: list[Problem]
) -> None:
    written = [
        (at, name, value, person.cells.get("site"))
        for at, person in enumerate(people)
        if not person.has_left
        for name, value in person.entry.all(fields.numbers)
    ]
    schema = {"at": pl.Int64, "name": pl.String, "value": pl.String, "site": pl.String}
    rows = pl.DataFrame(written, schema=schema, orient="row").join(
        sites.select("site", "country", "area_code"), on="site", how="left", maintain_order="left"
    )
    read = normalise(rows["value"], rows["country"], rows["area_code"])
    for (at, name, value, _), (number, extension, kind) in zip(
        written, read.select("number", "extension", "kind").iter_rows(), strict=True
    ):
        person = people[at]
        is_extension = kind == NumberKind.PRIVATE and number.isdecimal() and 2 <= len(number) <= 15
        if kind != NumberKind.E164 and not is_extension:
            rule = "not a phone number; it was left out"
            mend = "Write it with + and country code, or give the person a site"
            problems.append(person.entry.problem(name, value, rule, mend))
            continue
        for one in (number, extension):
            if one is not None and len(one) > 1 and one not in person.numbers:
                person.numbers.append(one)
