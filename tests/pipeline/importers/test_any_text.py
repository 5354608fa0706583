"""Importers answer any text with rows and problems, never with a traceback."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.importers import ImportSettings, import_cgrates, import_mapped_csv, tariffs_text

CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            *("39", "44 7700/7701", "1-5", "+39", "*", "=112", "*any", "A", "B", "DR", "RT", "RP"),
            *("0", "1s", "60s", "1m", "9" * 5000, "1e9", "٣", "0.1", "*up", "4", "*free", "call"),
            *("1;2", "08:00:00", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026;2027"),
            *("9999-12-31T23:59:59Z", "mon-fri", "60/6", "mobile", "", "-", "/", "'", '"', "#"),
        ]
    ),
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=8).map(",".join), max_size=8)
ROWS = LINES.map("\n".join)
SETTINGS = ImportSettings.model_validate(
    {
        "country": "IT",
        "columns": {
            "prefix": "A",
            "destination": "B",
            "price": "C",
            "country_code": "D",
            "valid_from": "E",
            "increments": "F",
            "call_type": "G",
            "days": "H",
        },
        "constants": {"tariff": "acme"},
        "holiday_years": [2026],
        "time_zone": "Asia/Tokyo",
    }
)


@settings(max_examples=150)
@given(rows=st.lists(st.lists(CELLS, min_size=8, max_size=8).map(",".join), max_size=6))
def test_any_csv_file_is_answered(rows: list[str]) -> None:
    imported = import_mapped_csv("A,B,C,D,E,F,G,H\n" + "\n".join(rows), "x.csv", SETTINGS)
    assert tariffs_text(imported.rows).startswith("tariff,prefix")
    assert all(problem.mend for problem in imported.problems)


@settings(max_examples=150)
@given(plan=st.fixed_dictionaries(dict.fromkeys(["Rates.csv", "RatingPlans.csv"], ROWS)))
def test_any_tariff_plan_is_answered(plan: dict[str, str]) -> None:
    imported = import_cgrates(plan, SETTINGS)
    assert tariffs_text(imported.rows).startswith("tariff,prefix")
    tomllib.loads(imported.settings)


@settings(max_examples=150)
@given(data=st.data())
def test_any_cell_of_a_tariff_plan_is_answered(data: st.DataObject) -> None:
    def one(column: str, usual: str) -> str:
        return data.draw(st.one_of(st.just(usual), CELLS), label=column)

    plan = {
        "Destinations.csv": f"D,{one('prefix', '39')}\n",
        "Timings.csv": f"T,{one('years', '*any')},{one('months', '*any')},"
        f"{one('days', '*any')},{one('weekdays', '1;2')},{one('time', '08:00:00')}\n",
        "Rates.csv": f"RT,{one('fee', '0')},{one('rate', '0.1')},{one('unit', '1m')},"
        f"{one('increment', '1s')},{one('start', '0')}\n",
        "DestinationRates.csv": f"DR,D,RT,{one('method', '*up')},{one('decimals', '4')},"
        f"{one('cap', '')},{one('strategy', '*free')}\n",
        "RatingPlans.csv": f"RP,DR,T,{one('weight', '10')}\n",
        "RatingProfiles.csv": f"x,call,{one('subject', '*any')},"
        f"{one('activation', '2026-01-01T00:00:00Z')},RP,{one('fallback', '')}\n",
    }
    imported = import_cgrates(plan, SETTINGS)
    assert imported.rows.height > 0 or imported.problems
    tomllib.loads(imported.settings)
