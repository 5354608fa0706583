"""Published calls that every report has something to say of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.access.audit import Action, Deed, note
from app.reports.catalogue import REPORTS
from app.reports.document import Document
from tests.app.homes import leg, make_home, plausible_legs, unpriced
from warehouse.budgets.budget import Budget
from warehouse.budgets.evaluate import evaluate
from warehouse.budgets.store import put
from warehouse.home import Home
from warehouse.master import Master
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.state.state import State

OCTOBER = Filters(date(2024, 10, 1), date(2024, 10, 31))
MADE_AT = datetime(2024, 11, 1, 6, tzinfo=UTC)
EVERYTHING = Scope(everything=True)
FORMULA = "=cmd|' /C calc'!A0"
MARKUP = "<b>Bold</b> & #[sum]"
IN_DOLLARS = Decimal("12.34")


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Two months of five people's calls, and a few odd ones. Not to be changed."""
    rows = [
        *plausible_legs(date(2024, 10, 31), days=61, per_day=40),
        leg("formula", datetime(2024, 10, 30, 9), destination=FORMULA, person=MARKUP),
        leg(
            "dollars", datetime(2024, 10, 29, 9), currency="USD", cost=IN_DOLLARS, charge=IN_DOLLARS
        ),
        leg("unpriced", datetime(2024, 10, 28, 9), **unpriced("no_prefix")),
        leg("emergency", datetime(2024, 10, 27, 3), emergency=True, to_number="+39112"),
        leg("endless", datetime(2024, 10, 26, 9), talk_s=Decimal(9000), site="München"),
    ]
    home: Home = make_home(tmp_path_factory.mktemp("reported"), rows)
    _kept(home)
    snapshots = Snapshots(home.warehouse)
    yield snapshots.current()
    snapshots.close()
    _STATES.pop().close()


_STATES: list[State] = []
"""What people edited and did, beside the calls that are reported."""


def _kept(home: Home) -> None:
    """Two budgets, summed up, and three deeds."""
    state = State.open(home.state)
    _STATES.append(state)
    since = date(2024, 1, 1)
    made = [
        Budget("Telephone of Sales", "department", "Sales", "month", Decimal(40), "EUR", since),
        Budget("Bruno's own", "person", "bruno@aurora.example", "month", Decimal(10), "EUR", since),
    ]
    put(state, made, MADE_AT, "root")
    with Master.open(home.warehouse) as master:
        evaluate(master, state, MADE_AT)
    october = datetime(2024, 10, 20, 9, tzinfo=UTC)
    for address, action, details in (
        ("anna@aurora.example", Action.SIGN_IN, {}),
        ("anna@aurora.example", Action.DOWNLOAD, {"text": "+4420", "rows": 12}),
        ("bruno@aurora.example", Action.CHANGE, {"name": "Telephone of Sales"}),
    ):
        note(state, Deed(october, address, "supervisor", action, "calls", details))


def written(
    snapshot: Snapshot,
    name: str,
    scope: Scope = EVERYTHING,
    filters: Filters = OCTOBER,
    **options: int,
) -> Document:
    return REPORTS[name].write(
        snapshot, scope, filters, "Aurora Instruments", MADE_AT, options, _STATES[-1]
    )
