"""Fixed charges and rates of exchange in the mirror: by day and owner what the reports say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.warehouse.company import PEOPLE, directory_of
from tests.warehouse.conftest import Put
from tests.warehouse.mirror.conftest import NOW
from warehouse.dimensions import note_dimensions
from warehouse.master import Master
from warehouse.mirror.mirror import Mirror
from warehouse.mirror.server import Server
from warehouse.mirror.verify import compare
from warehouse.publish import publish
from warehouse.queries import fixed
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots

pytestmark = pytest.mark.postgres

Ask = Callable[..., list[tuple[Any, ...]]]

FIRST, LAST = date(2024, 9, 1), date(2024, 10, 31)
ALL = Scope(everything=True)
ANNA = str(PEOPLE[0].facts["charged_user"])
OWNED = {"user": ANNA, "person": "Anna", "department": "Sales", "site": "Rome"}


def charge(name: str, **facts: Any) -> dict[str, Any]:
    amount = Decimal(facts.pop("amount", "10"))
    given = {
        "what": "gateway",
        "id": "gw-1",
        "name": name,
        "currency": "EUR",
        "proration": "days",
        **dict.fromkeys(("user", "person", "department", "cost_centre", "site")),
        **dict.fromkeys(("valid_from", "valid_to", "charged_from", "charged_to")),
        **facts,
    }
    return given | {"amount": amount, "units": int(amount * 10**6)}


CHARGES = [
    charge("ever since and still", amount="0.000001"),
    charge("thirds of a month", amount="99999999.999999", **OWNED),
    charge("until the 11th", valid_to=date(2024, 10, 11), charged_to=date(2024, 10, 11)),
    charge("Kyiv, у Києві", currency="UAH", amount="1234.5", valid_from=date(2024, 9, 17)),
    charge("in a currency without a rate", currency="JPY"),
    charge("of a department nobody is in", department="Nobody's", site="Nowhere"),
    *(
        charge(
            f"whole, in parts: {part}",
            amount="7.77",
            proration="whole",
            charged_from=date(2024, 9, 20),
            charged_to=date(2024, 10, 6),
            valid_from=begin,
            valid_to=end,
            user=user,
        )
        for part, begin, end, user in (
            (1, date(2024, 9, 20), date(2024, 9, 25), ANNA),
            (2, date(2024, 9, 25), date(2024, 10, 6), None),
        )
    ),
]
RATES = [
    ("EUR", "EUR", Decimal(1), None),
    ("UAH", "EUR", Decimal("0.0219999999"), None),
    ("UAH", "EUR", Decimal("0.0223333333"), date(2024, 10, 1)),
    ("UAH", "EUR", Decimal("9.9999999999"), date(2024, 10, 2)),
]


@pytest.fixture
def money(leg: Callable[..., dict[str, Any]], put: Put, master: Master, mirror: Mirror) -> Mirror:
    put(*(leg(f"{day}", f"{FIRST + timedelta(days=day)} 08:00:00") for day in range(61)))
    found = replace(
        directory_of(PEOPLE[:-2]),
        fixed_charges=pl.DataFrame(CHARGES, infer_schema_length=None),
        exchange_rates=pl.DataFrame(
            RATES, ["currency", "reporting_currency", "rate", "valid_from"], orient="row"
        ),
    )
    note_dimensions(master, found, NOW)
    publish(master, NOW)
    mirror.cycle()
    return mirror


VIEW = """
select "Date", "Charge for", "Department key", "{0}urrency", sum("{1}ixed charge")
from $"Fact Fixed charges"
where "{1}ixed charge" is not null and "Date" between '2024-09-01' and '2024-10-31'
group by 1, 2, 3, 4 order by 1, 2, 3
"""


@pytest.mark.parametrize(
    ("asked", "currency", "fixed_charge"),
    [("own", "C", "F"), ("reporting", "Reporting c", "Reporting f")],
)
def test_each_day_bears_what_the_reports_say(
    money: Mirror,
    snapshots: Snapshots,
    there: Ask,
    asked: fixed.Money,
    currency: str,
    fixed_charge: str,
) -> None:
    here = fixed.by(
        snapshots.current(), ALL, Filters(FIRST, LAST), ("name", "department"), "day", asked
    )
    wanted = here.filter(pl.col("currency").is_not_null()).select(
        "period", "name", pl.col("department").fill_null("(none)"), "currency", "fixed"
    )

    found = there(VIEW.format(currency, fixed_charge))

    assert wanted.sort("period", "name", "department").rows() == sorted(found)
    assert len(found) > 250


def test_months_of_a_whole_charge_add_up_to_it(money: Mirror, there: Ask) -> None:
    sums = there(
        """select extract(month from "Date"), sum("Fixed charge") from $"Fact Fixed charges"
        where "Charge for" like 'whole%' group by 1 order by 1"""
    )

    assert [(9, Decimal("7.77")), (10, Decimal("7.77"))] == sums


def test_every_key_of_a_charge_is_once_in_its_dimension(money: Mirror, there: Ask) -> None:
    for name in ("Person", "Department", "Site", "Date"):
        key = "Date" if name == "Date" else f"{name} key"
        found = there(
            f'select f."{key}" from (select distinct "{key}" from $"Fact Fixed charges") f '
            f'left join $"Dim {name}" d on d."{key}" = f."{key}" '
            f'group by f."{key}" having count(d."{key}") <> 1'
        )
        assert [] == found, name
    assert [("Nobody's",)] == there(
        """select "Department" from $"Dim Department" where "Department key" like 'Nobody%'"""
    )


def test_a_rate_holds_until_the_next_one(money: Mirror, there: Ask) -> None:
    found = there(
        'select "Rate", "Valid from", "Valid to" from $"Exchange rates" '
        "where \"Currency\" = 'UAH' order by 1"
    )

    assert [
        (Decimal("0.0219999999"), None, date(2024, 10, 1)),
        (Decimal("0.0223333333"), date(2024, 10, 1), date(2024, 10, 2)),
        (Decimal("9.9999999999"), date(2024, 10, 2), None),
    ] == found


def test_what_somebody_changed_is_found_and_put_right(
    money: Mirror, server: Server, snapshots: Snapshots, admin: Any, schema: str
) -> None:
    admin.execute(f"update {schema}.fixed_charges set amount = amount + 0.000001 where what <> 'x'")
    admin.execute(f"delete from {schema}.exchange_rates where currency = 'UAH'")
    found = compare(server, snapshots.current())
    assert ("fixed_charges", "exchange_rates") == found.tables

    money.cycle(anew=found.tables)

    assert compare(server, snapshots.current()).is_sound


def test_they_are_written_again_only_when_they_changed(
    money: Mirror, master: Master, leg: Callable[..., dict[str, Any]], put: Put, there: Ask
) -> None:
    asked = "select name, version from $mirror_tables where name in {} order by 1"
    tables = "('fixed_charges', 'exchange_rates')"
    before = there(asked.format(tables))
    put(leg("more", f"{LAST} 09:00:00"))
    publish(master, NOW)
    money.cycle()
    assert before == there(asked.format(tables))

    note_dimensions(master, directory_of(PEOPLE[:-2]), NOW)
    publish(master, NOW)
    money.cycle()

    after = there(asked.format(tables))
    assert all(new > old for (_, old), (_, new) in zip(before, after, strict=True))
    assert [(0,)] == there("select count(*) from $exchange_rates")
