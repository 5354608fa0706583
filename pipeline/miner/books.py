"""The tariffs and the directory that calls are booked by, read again when their files change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import polars as pl
import structlog

from pipeline.directory.dimensions import dimensions
from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from pipeline.miner.assign import SOURCE_PAYERS
from pipeline.miner.payers import PayerSettings
from pipeline.money.exchange_rates import read_exchange
from pipeline.money.fixed_charges import no_fixed_charges, read_fixed_charges
from pipeline.money.owners import owned
from pipeline.rating import (
    Tariffs,
    TariffSettings,
    compile_tariffs,
    parse_tariffs,
    warnings,
)
from pipeline.rating.charges import NO_CHARGES, Charges
from pipeline.rating.exchange import NO_EXCHANGE
from pipeline.rating.listed import listed
from pipeline.rating.store import content_key, from_bytes, to_bytes
from pipeline.tables import parse_table, read_text
from warehouse.dimensions import Dimensions
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.home import Home

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Beside:
    """What the settings of a home say about money and payers beside the rules of its tariffs."""

    payers: PayerSettings = SOURCE_PAYERS
    charges: Charges = NO_CHARGES
    reporting_currency: str | None = None

    def applied(self, tariffs: Tariffs, home: Home) -> Tariffs:
        """The tariffs with it; raises `InvalidInput` where the rates of exchange have faults."""
        exchange = read_exchange(home.exchange_rates, self.reporting_currency)
        return tariffs.charging(self.charges).reporting(exchange)


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Books:
    """What a call is priced and assigned by."""

    tariffs: Tariffs
    directory: Directory
    payers: PayerSettings = SOURCE_PAYERS
    fixed_charges: pl.DataFrame = field(default_factory=no_fixed_charges)
    """As `read_fixed_charges` gives them."""
    prices: pl.DataFrame = field(default_factory=pl.DataFrame)
    """The rows of the tariffs, as `pipeline.rating.listed` gives them."""


def dimensions_of(books: Books) -> Dimensions:
    """What the warehouse keeps of the books beside calls: people, places, charges and prices."""
    fixed = owned(books.fixed_charges, books.directory)
    return dimensions(books.directory, fixed, books.tariffs.exchange, books.prices)


def read_tariffs(
    path: Path, settings: Mapping[str, TariffSettings], cache: Path | None = None
) -> Tariffs:
    """Reads and compiles tariffs.csv; raises `InvalidInput` with every problem.

    With a folder `cache`, compiled tariffs are kept there until the file or the settings change.
    """
    text = read_text(path)
    return _compiled(text, lambda: _price_rows(path.name, text), settings, cache)


def read_price_list(
    path: Path, settings: Mapping[str, TariffSettings], cache: Path | None = None
) -> tuple[Tariffs, pl.DataFrame]:
    """As `read_tariffs`, and the rows of the file as people read them."""
    text = read_text(path)
    rows = _price_rows(path.name, text)
    tariffs = _compiled(text, lambda: rows, settings, cache)
    return tariffs, listed(rows, tariffs)


def _compiled(
    text: str,
    rows: Callable[[], pl.DataFrame],
    settings: Mapping[str, TariffSettings],
    cache: Path | None,
) -> Tariffs:
    kept = None if cache is None else cache / f"{content_key(text.encode(), settings)}.tariffs"
    known = None if kept is None else _kept(kept)
    if known is not None:
        return known
    tariffs = compile_tariffs(rows(), settings)
    if kept is not None:
        _keep(kept, tariffs)
    return tariffs


def price_warnings(path: Path, settings: Mapping[str, TariffSettings]) -> list[Problem]:
    """What someone should look at in a price list that can be used; none where it cannot."""
    try:
        rows = _price_rows(path.name, read_text(path))
    except InvalidInput:
        return []
    return warnings(rows, settings, path.name)


def _price_rows(name: str, text: str) -> pl.DataFrame:
    table = parse_table(name, text, optional=None)
    return parse_tariffs(table.rows, table.file)


def _kept(file: Path) -> Tariffs | None:
    try:
        return from_bytes(file.read_bytes())
    except OSError:
        return None


def _keep(file: Path, tariffs: Tariffs) -> None:
    """Keeps tariffs in place of those kept before; where it cannot, only time is lost."""
    try:
        with replacing(file) as temporary:
            temporary.write_bytes(to_bytes(tariffs))
        for older in file.parent.glob("*.tariffs"):
            if older != file:
                older.unlink(missing_ok=True)
    except OSError as error:
        log.warning("tariffs_not_kept", file=str(file), reason=error.strerror)


def read_books(
    home: Home, settings: Mapping[str, TariffSettings], beside: Beside = NOTHING_BESIDE
) -> Books:
    """Reads everything; raises `InvalidInput` with the problems of all files together."""
    problems: list[Problem] = []
    names: set[str] = set()
    tariffs = directory = prices = None
    try:
        tariffs, prices = read_price_list(home.tariffs, settings, home.path / "cache")
        names = set(tariffs.names)
    except InvalidInput as error:
        problems.extend(error.problems)
        names = _names_in(home.tariffs)
    if names:
        problems.extend(
            Problem(
                home.settings.name,
                f"no price in {home.tariffs.name} is of the tariff in [tariff.{name}]",
                f"Known: {', '.join(sorted(names))}. Correct the name, or remove the table",
                value=name,
            )
            for name in sorted(settings.keys() - names)
        )
    try:
        directory = read_directory(home, names)
    except InvalidInput as error:
        problems.extend(error.problems)
    exchange = NO_EXCHANGE
    fixed = no_fixed_charges()
    try:
        exchange = read_exchange(home.exchange_rates, beside.reporting_currency)
    except InvalidInput as error:
        problems.extend(error.problems)
    try:
        fixed = read_fixed_charges(home.fixed_charges)
    except InvalidInput as error:
        problems.extend(error.problems)
    if problems or tariffs is None or prices is None or directory is None:
        raise InvalidInput(problems)
    priced = tariffs.charging(beside.charges).reporting(exchange)
    return Books(priced, directory, beside.payers, fixed, prices)


def _names_in(path: Path) -> set[str]:
    """Names of tariffs in a file that has faults: gateways are checked against them too."""
    try:
        rows = parse_table(path.name, read_text(path), optional=None).rows
    except InvalidInput:
        return set()
    return set(rows["tariff"].drop_nulls()) if "tariff" in rows.columns else set()


class Shelf:
    """Keeps the last good books while a file is being edited."""

    def __init__(
        self,
        home: Home,
        settings: Mapping[str, TariffSettings],
        beside: Beside = NOTHING_BESIDE,
    ) -> None:
        self._home = home
        self._settings = settings
        self._beside = beside
        self._print = self._fingerprint()
        self.books = read_books(home, settings, beside)
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the files as they are now; the books are then older than they."""

    def refresh(self) -> bool:
        """Reads the files again if they have changed; says whether they had."""
        found = self._fingerprint()
        if found == self._print:
            return False
        self._print = found
        try:
            self.books = read_books(self._home, self._settings, self._beside)
            self.problems = ()
        except InvalidInput as error:
            self.problems = error.problems
        return True

    def _fingerprint(self) -> str:
        digest = sha256()
        for path in (
            self._home.tariffs,
            self._home.users,
            self._home.sites,
            self._home.gateways,
            self._home.private_numbers,
            self._home.exchange_rates,
            self._home.fixed_charges,
        ):
            try:
                stat = path.stat()
                digest.update(f"{path} {stat.st_mtime_ns} {stat.st_size} ".encode())
            except FileNotFoundError:
                digest.update(f"{path} absent ".encode())
        return digest.hexdigest()
