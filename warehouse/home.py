"""Where everything of one installation lives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds settings, spool, warehouse and logs."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "tollbook.toml"

    @property
    def tariffs(self) -> Path:
        return self.path / "tariffs.csv"

    @property
    def users(self) -> Path:
        return self.path / "users.csv"

    @property
    def sites(self) -> Path:
        return self.path / "sites.csv"

    @property
    def gateways(self) -> Path:
        return self.path / "gateways.csv"

    @property
    def private_numbers(self) -> Path:
        """Need not be there."""
        return self.path / "private_numbers.csv"

    @property
    def exchange_rates(self) -> Path:
        return self.path / "exchange_rates.csv"

    @property
    def fixed_charges(self) -> Path:
        return self.path / "fixed_charges.csv"

    @property
    def spool(self) -> Path:
        return self.path / "spool"

    @property
    def recorder(self) -> Path:
        """What recorders remember, and the lock of each."""
        return self.spool / "recorder"

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse"

    @property
    def state(self) -> Path:
        """What people edit while everything runs: schedules and what became of their mails."""
        return self.path / "state.db"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def status(self) -> Path:
        """One small file per process: its last sign of life."""
        return self.path / "status"
