from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipeline.simulator.company import Company, make_company
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.traffic import calls_of_day

SEED = 7
TUESDAY = date(2026, 6, 9)
REFERENCE = date(2026, 6, 30)


@pytest.fixture(scope="session")
def company() -> Company:
    return make_company(1, REFERENCE)


@pytest.fixture(scope="session")
def working_day(company: Company) -> list[SimulatedCall]:
    return calls_of_day(company, SEED, TUESDAY)


@pytest.fixture(scope="session")
def fortnight(company: Company) -> list[list[SimulatedCall]]:
    return [calls_of_day(company, SEED, TUESDAY + timedelta(days=number)) for number in range(14)]
