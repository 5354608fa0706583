"""`demo`: a company that telephones, and everything that Tollbook makes of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import app
from app.administration.signs import show_life
from app.cli.common import (
    HomeOption,
    NowOption,
    Stop,
    clock_of,
    home_of,
    progress_bar,
    say,
)
from app.cli.logs import start_logs
from app.cli.mining import mine_once
from app.cli.processes import PortOption, sole_run, supervise
from app.cli.recording import record_once
from app.cli.settings import SimulatorSettings, load_settings
from app.cli.setup import TEMPLATES
from pipeline.simulator.company import Company, make_company
from pipeline.simulator.directory import write_directory
from pipeline.simulator.history import DAYS, company_of, make
from pipeline.simulator.live import advance
from warehouse.clock import Clock, system_clock
from warehouse.errors import InvalidInput, Problem
from warehouse.files import write_text
from warehouse.home import Home

TRUTH = "truth.sqlite"

BEGUN = ".demonstration-begun"
"""Lies in a home from the first file of a demonstration to its last: what is there is ours."""

TICK_S = 1.0
"""How often the simulated company's telephone system writes."""


def demo(
    home: HomeOption = None,
    port: PortOption = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same calls.")] = 1,
    days: Annotated[int, typer.Option(help="Days of history.", min=1, max=366)] = DAYS,
    once: Annotated[bool, typer.Option("--once", help="Make it and end.")] = False,
    now: NowOption = None,
) -> None:
    """Make a company with months of calls, run everything on it and print the URL."""
    place, clock = home_of(home), clock_of(now)
    _refuse_what_is_not_ours(place)
    with sole_run(place):
        make_demo(place, clock, seed, days)
        settings = load_settings(place.settings)
        start_logs(place, "demo")
        record_once(place, settings, clock)
        mine_once(place, settings, clock)
        if not once:
            supervise(place, settings, port)


def make_demo(place: Home, clock: Clock, seed: int, days: int) -> None:
    """Writes the home of a demonstration, or brings an existing one up to now.

    Raises `InvalidInput`, and touches nothing, where the home is somebody's own.
    """
    _refuse_what_is_not_ours(place)
    if place.settings.exists():
        settings = load_settings(place.settings)
        if settings.simulator is not None:
            _advance(place, settings.simulator, _company(place, settings.simulator), clock)
        return
    database, truth = place.path / "lcscdr.sqlite", place.path / TRUTH
    write_text(place.path / BEGUN, "Remove this file only together with the files beside it.\n")
    # People join, leave and move within the history, wherever that lies.
    company = company_of(truth) if truth.exists() else make_company(seed, clock().date())
    write_directory(company, place.path)
    if not _is_shipped(place.tariffs):
        shutil.copyfile(shipped_tariffs(), place.tariffs)
    if not truth.exists():
        with progress_bar() as bar:
            task = bar.add_task("Inventing calls", total=days)
            make(
                database,
                truth,
                company,
                seed,
                clock(),
                days=days,
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )
    # The settings come last: without them the next start begins afresh.
    template = TEMPLATES / "demo.toml"
    write_text(place.settings, template.read_text(encoding="utf-8").format(seed=seed))
    (place.path / BEGUN).unlink()
    say(f"A demonstration is in {place.path}")


def _refuse_what_is_not_ours(place: Home) -> None:
    if place.settings.exists():
        if load_settings(place.settings).simulator is not None:
            return
        rule = "this home is not a demonstration"
    else:
        if any((place.path / name).exists() for name in (BEGUN, TRUTH)):
            return
        tables = (place.users, place.sites, place.gateways, place.tariffs)
        found = [path.name for path in tables if path.exists() and not _is_shipped(path)]
        if not found:
            return
        rule = f"this folder is not a demonstration's: it has {', '.join(found)}"
    mend = "Choose another folder with --home; nothing here was touched"
    raise InvalidInput([Problem(str(place.path), rule, mend)])


def _is_shipped(path: Path) -> bool:
    """Whether this is the very price list that comes with Tollbook, as in a checkout of it."""
    return path.exists() and path.samefile(shipped_tariffs())


def simulate(home: HomeOption = None) -> None:
    """Let the company of a demonstration telephone on."""
    place = home_of(home)
    settings = load_settings(place.settings)
    start_logs(place, "simulate")
    stop = Stop()
    if settings.simulator is None:
        raise InvalidInput(
            [Problem(place.settings.name, "no [simulator] table", "Only a demonstration has one")]
        )
    company = _company(place, settings.simulator)
    while not stop.asked:
        _advance(place, settings.simulator, company, system_clock)
        stop.wait(TICK_S)


def _company(place: Home, settings: SimulatorSettings) -> Company:
    return company_of(place.path / settings.truth)


def _advance(place: Home, settings: SimulatorSettings, company: Company, clock: Clock) -> None:
    changed = advance(
        place.path / settings.database,
        place.path / settings.truth,
        company,
        settings.seed,
        clock(),
    )
    show_life(place, "simulate", clock, rows=changed)


def shipped_tariffs() -> Path:
    """The price list that comes with Tollbook: beside the package, or inside it when installed."""
    root = Path(app.__file__).parents[1]
    inside = root / "pipeline" / "data" / "tariffs.csv"
    return inside if inside.exists() else root / "tariffs.csv"
