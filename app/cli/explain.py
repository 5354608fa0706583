"""`explain`: why a call costs what it costs, or would cost."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import polars as pl
import typer
from pydantic import BaseModel
from rich.markup import escape
from rich.table import Table

from app.calls.story import converted, story
from app.cli.common import HomeOption, JsonOption, clock_of, console, home_of, show
from app.cli.settings import Settings, load_settings
from app.language import style_of
from pipeline.directory.read import read_directory
from pipeline.miner.books import read_tariffs
from pipeline.miner.call_types import with_call_types
from pipeline.miner.price import asked_again
from pipeline.numbers import normalise
from pipeline.rating import Explanation, Tariffs, explain
from pipeline.rating.exchange import Exchange
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home
from warehouse.legs import INSTANT, MONEY, SECONDS
from warehouse.manifest import Manifest
from warehouse.retention import is_anonymous
from warehouse.snapshot import Snapshots
from warehouse.statements import statement
from warehouse.words import Direction, Outcome


def explain_command(
    to: Annotated[str | None, typer.Option("--to", help="Number to call.")] = None,
    seconds: Annotated[str | None, typer.Option(help="Talk time.")] = None,
    at: Annotated[str | None, typer.Option(help="When it is answered, in UTC; now.")] = None,
    tariff: Annotated[str | None, typer.Option(help="Tariff; the only one there is.")] = None,
    department: Annotated[str | None, typer.Option(help="Who pays, for charges.")] = None,
    site: Annotated[str | None, typer.Option(help="Where they are, for charges.")] = None,
    leg: Annotated[str | None, typer.Option(help="A stored leg, by its leg_id.")] = None,
    locale: Annotated[str, typer.Option(help="Language and figures, as in it-IT.")] = "en",
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Explain the price of a call, imagined or stored, line by line."""
    place = home_of(home)
    imagined = {"--to": to, "--seconds": seconds, "--at": at, "--tariff": tariff}
    _one_call(leg, imagined | {"--department": department, "--site": site})
    settings = load_settings(place.settings)
    tariffs = settings.beside.applied(read_tariffs(place.tariffs, settings.tariff), place)
    if leg is not None:
        frame, stored = _stored(place, leg, tariffs, settings)
    else:
        frame, stored = _imagined(tariffs, to, seconds, at, tariff, department, site), None
    told = _with_call_type(explain(frame, tariffs), frame, tariffs)
    reported = _reported(told, frame, tariffs.exchange)
    style = style_of(locale)
    lines = list(story(told, style))
    if reported is not None and told.cost is not None:
        lines.append(converted(reported, style))
    if json_output:
        found = {"explanation": asdict(told), "reported": reported, "stored": stored}
        sys.stdout.write(json.dumps(found | {"story": lines}, default=_plain))
        sys.stdout.write("\n")
        return
    table = Table(box=None, show_header=False)
    for what, words in lines:
        table.add_row(what, escape(words))
    console.print(table)
    if stored is not None:
        show(_against_stored(told, stored))


def _reported(told: Explanation, frame: pl.DataFrame, exchange: Exchange) -> dict[str, Any] | None:
    """The price in the currency that the company reports in, and the rate; None without one."""
    if not exchange:
        return None
    money = {name: [getattr(told, name)] for name in ("cost", "charge", "tax", "currency")}
    legs = pl.DataFrame(
        money, schema={"cost": MONEY, "charge": MONEY, "tax": MONEY, "currency": pl.String}
    ).with_columns(frame["day"])
    rate = exchange.rate_on(told.currency, frame["day"][0]) if told.currency else None
    return exchange.reported(legs).row(0, named=True) | {
        "rate": None if rate is None else str(rate.rate),
        "rate_since": None if rate is None else str(rate.since),
    }


def _one_call(leg: str | None, imagined: Mapping[str, str | None]) -> None:
    """Refuses to explain a stored leg and an imagined call at once."""
    mend = "Leave it out, or leave --leg out: a stored leg says that itself"
    problems = [
        Problem(option, "not together with --leg", mend, value=value)
        for option, value in imagined.items()
        if leg is not None and value is not None
    ]
    if problems:
        raise InvalidInput(problems)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _imagined(
    tariffs: Tariffs,
    to: str | None,
    seconds: str | None,
    at: str | None,
    tariff: str | None,
    department: str | None,
    site: str | None,
) -> pl.DataFrame:
    problems = [
        Problem(option, "missing", "Say it, or name a stored leg with --leg")
        for option, value in (("--to", to), ("--seconds", seconds))
        if value is None
    ]
    if tariff is None and len(tariffs.names) != 1:
        problems.append(Problem("--tariff", "missing", f"Choose one of {', '.join(tariffs.names)}"))
    if tariff is not None and tariff not in tariffs.names:
        problems.append(
            Problem(
                "--tariff", "no such tariff", f"Known: {', '.join(tariffs.names)}", value=tariff
            )
        )
    talk = None
    if seconds is not None:
        talk = _seconds(seconds)
        if talk is None:
            mend = "Write 61 or 61.5: at most eight digits and three decimals"
            problems.append(Problem("--seconds", "not a number of seconds", mend, value=seconds))
    if problems:
        raise InvalidInput(problems)
    chosen = tariff or tariffs.names[0]
    home = tariffs.settings[tariffs.names.index(chosen)]
    number = normalise(pl.Series([to], dtype=pl.String), home.country, home.area_code)["number"][0]
    instant = clock_of(at, "--at")().astimezone(UTC).replace(tzinfo=None)
    return pl.DataFrame(
        {
            "number": [number],
            "direction": [Direction.OUTBOUND.value],
            "outcome": [Outcome.ANSWERED.value],
            "tariff": [chosen],
            "started_at": [instant],
            "answered_at": [instant],
            "talk_s": [talk],
            "department": [department],
            "site": [site],
            "day": [instant.replace(tzinfo=UTC).astimezone(ZoneInfo(home.time_zone)).date()],
            "country": [None],
            "area_code": [None],
        },
        schema_overrides={
            "number": pl.String(),
            "started_at": INSTANT,
            "answered_at": INSTANT,
            "talk_s": SECONDS,
            "department": pl.String(),
            "site": pl.String(),
            "country": pl.String(),
            "area_code": pl.String(),
        },
    )


def _with_call_type(told: Explanation, frame: pl.DataFrame, tariffs: Tariffs) -> Explanation:
    """The explanation with the call type that the miner would give the leg."""
    leg = frame.with_columns(
        pl.lit(told.call_type, pl.String).alias("call_type"),
        pl.lit(told.tariff, pl.String).alias("tariff"),
    )
    return replace(told, call_type=with_call_types(leg, tariffs)["call_type"][0])


def _seconds(text: str) -> Decimal | None:
    is_number = re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,3})?", text)
    return Decimal(text) if is_number else None


def _stored(
    place: Home, leg_id: str, tariffs: Tariffs, settings: Settings
) -> tuple[pl.DataFrame, dict[str, Any]]:
    snapshot = Snapshots(place.warehouse).current()
    found = snapshot.query(statement("leg_by_id"), {"leg_id": leg_id})
    if found.height != 1:
        rule = "no such leg is stored" if found.is_empty() else "several sources have such a leg"
        raise InvalidInput(
            [Problem("--leg", rule, "The details of a call on the page name its legs", leg_id)]
        )
    if not found.filter(is_anonymous()).is_empty():
        rule = "this leg is anonymised: its number is gone, and only its price is left"
        raise InvalidInput([Problem("--leg", rule, "Its call on the page shows it", leg_id)])
    directory = read_directory(place, tariffs.names)
    stored = found.select("cost", "status", "tariff", "tariff_version", "currency").row(
        0, named=True
    )
    stored |= _noted(snapshot.manifest, stored["tariff"], stored["tariff_version"])
    return asked_again(found, directory, tariffs, settings.source_sites), stored


def _noted(manifest: Manifest, tariff: str | None, version: str | None) -> dict[str, Any]:
    """Since when, and by whom, the version of a tariff has been in use."""
    for one in manifest.tariffs:
        if (one.tariff, one.version) == (tariff, version):
            return {"loaded_at": one.loaded_at, "loaded_by": one.loaded_by}
    return {}


def _against_stored(told: Explanation, stored: dict[str, Any]) -> str:
    version = f"version {stored['tariff_version']} of {stored['tariff']}"
    if "loaded_at" in stored:
        version += f", loaded {stored['loaded_at']:%Y-%m-%d %H:%M:%S} UTC by {stored['loaded_by']}"
    price = stored["status"]
    price += " and without a price" if stored["cost"] is None else f", cost {stored['cost']}"
    if stored["tariff_version"] is None:
        return f"So it is stored: {price}."
    if told.tariff_version == stored["tariff_version"]:
        return f"So it is stored: {price}, by {version}."
    return (
        f"Stored is {price}, by {version}: the price list has changed since. "
        "`tollbook rerate` prices those days again."
    )
