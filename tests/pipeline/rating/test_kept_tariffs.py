"""Compiled tariffs are kept on disk, and never believed where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.miner.books import read_tariffs
from pipeline.rating import TariffSettings
from warehouse.errors import InvalidInput

HEADER = "tariff,prefix,destination,call_type,price_per_minute\n"


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    file = tmp_path / "tariffs.csv"
    file.write_text(f"{HEADER}t,39,Italy,national,0.01\n")
    return file


def test_the_second_reading_takes_what_the_first_has_kept(prices: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = read_tariffs(prices, {}, cache)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    assert first.version == read_tariffs(prices, {}, cache).version
    assert written == kept.stat().st_mtime_ns


def test_a_change_of_prices_or_settings_takes_the_place_of_what_was_kept(
    prices: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    versions = {read_tariffs(prices, {}, cache).version}
    versions.add(read_tariffs(prices, {"t": TariffSettings(decimals=2)}, cache).version)
    prices.write_text(f"{HEADER}t,39,Italy,national,0.02\n")
    versions.add(read_tariffs(prices, {}, cache).version)
    assert (3, 1) == (len(versions), len(list(cache.iterdir())))


@pytest.mark.parametrize("damage", [b"", b"x" * 1000])
def test_damaged_files_are_made_again(prices: Path, tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "cache"
    version = read_tariffs(prices, {}, cache).version
    (kept,) = cache.iterdir()
    kept.write_bytes(damage)
    assert version == read_tariffs(prices, {}, cache).version
    assert damage != kept.read_bytes()


def test_where_nothing_can_be_kept_prices_are_read_all_the_same(
    prices: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file, no folder")
    assert ("t",) == read_tariffs(prices, {}, tmp_path / "cache").names


def test_a_faulty_price_list_is_not_kept(prices: Path, tmp_path: Path) -> None:
    prices.write_text(f"{HEADER}t,39,Italy,national,free\n")
    with pytest.raises(InvalidInput):
        read_tariffs(prices, {}, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
