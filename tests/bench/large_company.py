"""A company of many people, each with several dated rows, and calls that are theirs.

Of those who call, some are in no directory; half of the others are known by their number alone, as
where a PBX records. One destination has no price, one gateway no row.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from pipeline.directory.read import read_directory
from pipeline.miner.books import Books, dimensions_of, read_tariffs
from pipeline.miner.reassign import reassigned
from tests.bench.legs import LAST, legs_of
from tests.bench.stored import NOW, PATTERN_DAYS, Legs, fill
from warehouse.dimensions import note_dimensions
from warehouse.home import Home
from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master

PEOPLE = 50_000
ROWS_EACH = 4
STRANGERS = 500
"""One in so many is in no directory by address, and as many are not by number."""
DEPARTMENTS = 400
SITES = ("Reykjavik", "Akureyri", "Hella")
"""In one zone whose clocks never change: a call laid down again on another day keeps its hour."""
GATEWAYS = 40
DESTINATIONS = 100
_DAYS_EACH = PATTERN_DAYS * 18
DAYS = ROWS_EACH * _DAYS_EACH


def begins(days: int = DAYS) -> list[date]:
    """On which days everybody begins in another department."""
    each = days // ROWS_EACH
    return [LAST - timedelta(days=each * part) for part in range(ROWS_EACH, 0, -1)]


def user(person: int) -> str:
    return f"user{person}@aurora.example"


def number(person: int) -> str:
    return f"+4420{10_000_000 + person}"


def write_home(home: Home, people: int = PEOPLE, days: int = DAYS) -> None:
    """All that `read_directory` and `read_tariffs` read."""
    home.path.mkdir(parents=True, exist_ok=True)
    home.settings.write_text("", "utf-8")
    home.tariffs.write_text(
        "tariff,prefix,destination,call_type,price_per_minute\n"
        + "".join(
            f"aurelia,441{place:02},Place {place},international,0.{place + 10}\n"
            for place in range(DESTINATIONS - 1)
        ),
        "utf-8",
    )
    home.sites.write_text(
        "site,country,time_zone\n" + "".join(f"{site},IS,Atlantic/Reykjavik\n" for site in SITES)
    )
    home.gateways.write_text(
        "gateway,site,tariff\n"
        + "".join(f"gw-{gw},{SITES[gw % len(SITES)]},aurelia\n" for gw in range(1, GATEWAYS))
    )
    edges = ["", *(str(day) for day in begins(days)[1:]), ""]
    lines = ["user,name,numbers,department,cost_centre,site,valid_from,valid_to"]
    lines += [
        f"{user(person)},Person {person},{number(person)},"
        f"Department {(person + 7 * row) % DEPARTMENTS},{person % 99},"
        f"{SITES[person % len(SITES)]},{edges[row]},{edges[row + 1]}"
        for person in range(people)
        if person % STRANGERS > 1
        for row in range(ROWS_EACH)
    ]
    home.users.write_text("\n".join(lines) + "\n")


def books_of(home: Home) -> Books:
    tariffs = read_tariffs(home.tariffs, {})
    return Books(tariffs, read_directory(home, tariffs.names))


def store(master: Master, home: Home, calls: int, people: int = PEOPLE, days: int = DAYS) -> None:
    """About so many calls on so many days, as a miner stores them, and whose they may be."""
    books = books_of(home)
    fill(master, calls, days, company_legs(books, people), ROWS_EACH)
    note_dimensions(master, dimensions_of(books), NOW)


def company_legs(books: Books, people: int = PEOPLE) -> Legs:
    """What makes the assigned and rated legs of so many people."""

    def legs(first: datetime, last: datetime, calls: int, serial: int) -> pl.DataFrame:
        made = legs_of(first, last, calls, serial, people).filter(pl.col("started_at") < last)
        return reassigned(_recorded(made), books, {}).select(LEG_SCHEMA.names())

    return legs


def _recorded(legs: pl.DataFrame) -> pl.DataFrame:
    """Legs as their source tells of them: of every other person only the number."""
    person = legs["charged_user"].str.extract(r"(\d+)").cast(pl.Int64)
    own = pl.format("+4420{}", person + 10_000_000)
    is_outbound = pl.col("direction") == "outbound"
    is_named = person % 2 == 0
    gateway = pl.format("gw-{}", person % GATEWAYS)
    return legs.with_columns(
        pl.when(is_named).then("charged_user").alias("charged_user"),
        pl.when(is_named).then("from_user").alias("from_user"),
        pl.when(is_outbound).then(own).otherwise("from_number").alias("from_number"),
        pl.when(is_outbound).then("to_number").otherwise(own).alias("to_number"),
        pl.when(is_outbound).then(gateway).alias("gateway_out"),
        pl.when(is_outbound).then(None).otherwise(gateway).alias("gateway_in"),
        pl.lit(None, pl.String).alias("named_payer"),
    )
