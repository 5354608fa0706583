"""What was written of the legs of past days: one small file per day."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from pipeline.recorder.state import WRITTEN_SCHEMA
from warehouse.errors import Damaged
from warehouse.files import replacing, require_writable

REMEMBERED = timedelta(days=400)
"""A day's file that nothing has asked for so long is of a day that the source no longer holds."""


class Archive:
    """A folder of files `YYYY-MM-DD.parquet`, by the UTC day of the legs' key time.

    A file's time of modification tells when it was last written or asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_there(self) -> bool:
        """Whether anything was ever prepared here, and not removed since."""
        return self._folder.is_dir()

    def prepare(self) -> None:
        """Raises the `OSError` for which nothing could be kept."""
        require_writable(self._folder)

    def recall(self, days: Iterable[date], now: datetime) -> pl.DataFrame:
        """What was written of the legs of these days, as far as it is here. Raises `Damaged`."""
        found = []
        for day in days:
            path = self._path(day)
            if path.exists():
                found.append(self._read(path))
                _touch(path, now)
        return pl.concat(found) if found else pl.DataFrame(schema=WRITTEN_SCHEMA)

    def keep(self, written: pl.DataFrame, now: datetime) -> None:
        """Adds what was written of legs; of what is known twice, the highest revision stays.

        To repeat it changes nothing.
        """
        if written.is_empty():
            return
        parts = written.with_columns(pl.col("key_time").dt.date().alias("_day"))
        for part in parts.partition_by("_day"):
            path, legs = self._path(part["_day"][0]), part.drop("_day")
            before = self._read(path) if path.exists() else pl.DataFrame(schema=WRITTEN_SCHEMA)
            after = (
                pl.concat([before, legs])
                .sort("leg_id", "revision", maintain_order=True)
                .filter(pl.col("leg_id").ne_missing(pl.col("leg_id").shift(-1)))
            )
            if not after.equals(before):
                with replacing(path) as temporary:
                    after.write_parquet(temporary, statistics=False)
                _touch(path, now)

    def forget(self, now: datetime) -> None:
        """Removes the files of days that have been of no use for `REMEMBERED`."""
        for path in self._folder.glob("*.parquet"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < _aware(now) - REMEMBERED:
                path.unlink()

    def _path(self, day: date) -> Path:
        return self._folder / f"{day}.parquet"

    def _read(self, path: Path) -> pl.DataFrame:
        try:
            return pl.read_parquet(path).select(WRITTEN_SCHEMA.names()).cast(WRITTEN_SCHEMA)
        except (pl.exceptions.PolarsError, OSError) as error:
            state = self._folder.with_suffix(".parquet")
            raise Damaged(
                f"{path} cannot be read ({error}). Remove the folder {self._folder} and the file "
                f"{state}: the recorder then reads the source from its start again, and nothing "
                "is counted twice."
            ) from error


def _aware(now: datetime) -> datetime:
    return now.replace(tzinfo=UTC)


def _touch(path: Path, now: datetime) -> None:
    seconds = _aware(now).timestamp()
    os.utime(path, (seconds, seconds))
