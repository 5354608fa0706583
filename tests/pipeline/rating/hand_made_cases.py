"""Bands, tiers, clocks, increments and limits, each worked out by hand in a comment.

0.60 a minute is 0.01 a second, 0.06 a minute is 0.001 a second. Rome is UTC+1, in summer UTC+2;
1 June 2026 is a Monday.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.pipeline.rating.cases import Case

ROME = {"time_zone": "Europe/Rome"}
DEAR = {"price_per_minute": "0.60"}
CHEAP = {"price_per_minute": "0.06"}
BY_MINUTE = {"first_increment_s": "60", "next_increment_s": "60"}
THIRTY_SIX = {"first_increment_s": "30", "next_increment_s": "6"}

NIGHT = {**CHEAP, "from_time": "22:00", "to_time": "08:00"}
DAY = {**DEAR, "from_time": "08:00", "to_time": "22:00"}
NIGHT_AND_DAY = [NIGHT, DAY]
WORK_AND_HOLIDAY = [DEAR, {**CHEAP, "days": "holiday", "weight": "10"}]
WEEKDAYS = {**DEAR, "days": "mon-fri"}


def rows_with(rows: list[dict[str, str]], **cells: str) -> list[dict[str, str]]:
    return [{**row, **cells} for row in rows]


BAND_EDGES = [
    # From 07:59:30, a minute: 30 × 0.001 + 30 × 0.01.
    Case("over the end of a cheap band", NIGHT_AND_DAY, "60", "0.33", ROME, "2026-06-01T05:59:30"),
    # 60 × 0.001.
    Case(
        "the band of the start prices all",
        NIGHT_AND_DAY,
        "60",
        "0.06",
        {**ROME, "band_rule": "start"},
        "2026-06-01T05:59:30",
    ),
    # From 07:59:00, a minute: until 08:00 exactly.
    Case("a call that ends on the edge", NIGHT_AND_DAY, "60", "0.06", ROME, "2026-06-01T05:59:00"),
    # From 08:00:00.
    Case("a call that starts on the edge", NIGHT_AND_DAY, "60", "0.6", ROME, "2026-06-01T06:00:00"),
    # 07:59:59.999: the first second begins in the night, the other in the day: 0.001 + 0.01.
    Case(
        "a millisecond before the edge",
        NIGHT_AND_DAY,
        "2",
        "0.011",
        ROME,
        "2026-06-01T05:59:59.999",
    ),
    # 61 s from 07:59:30: a minute begun at night, 60 × 0.001, and one begun at 08:00:30, 60 × 0.01.
    Case(
        "an increment is of the band in which it starts",
        rows_with(NIGHT_AND_DAY, **BY_MINUTE),
        "61",
        "0.66",
        ROME,
        "2026-06-01T05:59:30",
        others={"billed_seconds": 120},
    ),
    # From 07:59:50 at 30/6: one block of 30 × 0.001, then 5 steps of 6 × 0.01.
    Case(
        "a change of band does not restart the first block",
        rows_with(NIGHT_AND_DAY, **THIRTY_SIX),
        "60",
        "0.33",
        ROME,
        "2026-06-01T05:59:50",
        others={"billed_seconds": 60},
    ),
    # 60 s: the block of the night, 30 × 0.001, then one step of the day, 60 × 0.01.
    Case(
        "steps are those of the band in force",
        [{**NIGHT, **THIRTY_SIX}, {**DAY, **BY_MINUTE}],
        "60",
        "0.63",
        ROME,
        "2026-06-01T05:59:50",
        others={"billed_seconds": 90},
    ),
    # Fee 0.05, minimum 0.20 and no cap of the night: 0.05 + 30 × 0.001 + 30 × 0.01 = 0.38.
    Case(
        "fee, minimum and cap come from the first band",
        [
            {**NIGHT, "connect_fee": "0.05", "min_charge": "0.20"},
            {**DAY, "connect_fee": "1", "min_charge": "5", "max_charge": "6"},
        ],
        "60",
        "0.38",
        ROME,
        "2026-06-01T05:59:30",
    ),
    # Friday 5 June 18:00 to Monday 18:00: 2 h of Friday and 10 h of Monday at 0.01, 60 h at 0.001:
    # 43,200 × 0.01 + 216,000 × 0.001 = 432 + 216.
    Case(
        "three days over a weekend",
        [
            CHEAP,
            {**DEAR, "days": "mon-fri", "from_time": "08:00", "to_time": "20:00", "weight": "5"},
        ],
        "259200",
        "648",
        ROME,
        "2026-06-05T16:00:00",
    ),
]

GAPS = [
    # Friday 23:59:30: the 31st second begins on Saturday, which has no price.
    Case(
        "a call into a gap",
        [WEEKDAYS],
        "60",
        None,
        ROME,
        "2026-06-05T21:59:30",
        status="no_band",
    ),
    # 30 s until midnight exactly: 30 × 0.01.
    Case("a call up to a gap", [WEEKDAYS], "30", "0.3", ROME, "2026-06-05T21:59:30"),
    # One increment of a minute, begun on Friday.
    Case(
        "an increment over the begin of a gap",
        rows_with([WEEKDAYS], **BY_MINUTE),
        "60",
        "0.6",
        ROME,
        "2026-06-05T21:59:30",
    ),
    Case(
        "a gap after the start does not matter when the start prices all",
        [WEEKDAYS],
        "60",
        "0.6",
        {**ROME, "band_rule": "start"},
        "2026-06-05T21:59:30",
    ),
    Case(
        "a call in a gap",
        [WEEKDAYS],
        "60",
        None,
        {**ROME, "band_rule": "start"},
        "2026-06-06T12:00:00",
        status="no_band",
    ),
    # 39 has Saturdays, but the longer 3906 is the one that counts.
    Case(
        "a shorter prefix does not fill the gap of a longer one",
        [{}, {**WEEKDAYS, "prefix": "3906"}],
        "60",
        None,
        ROME,
        "2026-06-06T12:00:00",
        status="no_band",
    ),
]

REPUBLIC_DAY = {**ROME, "holidays": [date(2026, 6, 2)]}
EVENING = {**CHEAP, "days": "holiday", "from_time": "20:00", "to_time": "06:00", "weight": "10"}
HOLIDAYS = [
    # Monday 23:59:40, 30 s: 20 × 0.01, then 10 × 0.001 of the holiday.
    Case(
        "over midnight into a holiday",
        WORK_AND_HOLIDAY,
        "30",
        "0.21",
        REPUBLIC_DAY,
        "2026-06-01T21:59:40",
    ),
    # Tuesday 23:59:40: 20 × 0.001, then 10 × 0.01.
    Case(
        "over midnight out of a holiday",
        WORK_AND_HOLIDAY,
        "30",
        "0.12",
        REPUBLIC_DAY,
        "2026-06-02T21:59:40",
    ),
    # Wednesday 05:59:40 is no part of Tuesday, the holiday: 30 × 0.01.
    Case(
        "a holiday's evening ends at midnight",
        [DEAR, EVENING],
        "30",
        "0.3",
        REPUBLIC_DAY,
        "2026-06-03T03:59:40",
    ),
    # Tuesday 01:00 is in the hours before 06:00 of the holiday: 30 × 0.001.
    Case(
        "a band over midnight holds on both ends of its day",
        [DEAR, EVENING],
        "30",
        "0.03",
        REPUBLIC_DAY,
        "2026-06-01T23:00:00",
    ),
    # The weekday, heavier, holds on the holiday too.
    Case(
        "the heavier row wins, whichever it is",
        [{**WEEKDAYS, "weight": "11"}, *WORK_AND_HOLIDAY[1:]],
        "60",
        "0.6",
        REPUBLIC_DAY,
        "2026-06-02T10:00:00",
    ),
]
HOLIDAYS_OF_COUNTRIES = [
    # 2 June is Italy's Republic Day, as above.
    Case(
        "a holiday of a country",
        WORK_AND_HOLIDAY,
        "30",
        "0.21",
        {**ROME, "holidays": "IT"},
        "2026-06-01T21:59:40",
    ),
    # Easter Monday, 6 April 2026, is a holiday in Catalonia and a working day in Madrid.
    Case(
        "a holiday of a subdivision",
        WORK_AND_HOLIDAY,
        "60",
        "0.06",
        {"time_zone": "Europe/Madrid", "holidays": "ES/CT"},
        "2026-04-06T10:00:00",
    ),
    Case(
        "not a holiday of another subdivision",
        WORK_AND_HOLIDAY,
        "60",
        "0.6",
        {"time_zone": "Europe/Madrid", "holidays": "ES/MD"},
        "2026-04-06T10:00:00",
    ),
]

SMALL_HOURS = [{**CHEAP, "to_time": "02:30"}, {**DEAR, "from_time": "02:30"}]
TWO_SIX = [
    {**CHEAP, "from_time": "22:00", "to_time": "06:00"},
    {**DEAR, "from_time": "06:00", "to_time": "22:00"},
]
HALF_HOUR = [CHEAP, {**DEAR, "from_time": "02:00", "to_time": "02:30", "weight": "1"}]
CLOCK_CHANGES = [
    # 29 March, 01:59:30, a minute: 30 s until 02:00, which is 03:00: 30 × 0.001 + 30 × 0.01.
    Case(
        "an edge in the skipped hour comes when the clock is put forward",
        [{**SMALL_HOURS[0], "from_time": "00:00"}, {**SMALL_HOURS[1], "to_time": "24:00"}],
        "60",
        "0.33",
        ROME,
        "2026-03-29T00:59:30",
    ),
    # 21:00 winter time, 12 h: 22:00 to 06:00 are 7 h × 3.60, the other 5 h × 36.
    Case("a night of 23 hours", TWO_SIX, "43200", "205.2", ROME, "2026-03-28T20:00:00"),
    # 21:00 summer time, 12 h: 22:00 to 06:00 are 9 h × 3.60, the other 3 h × 36.
    Case("a night of 25 hours", TWO_SIX, "43200", "140.4", ROME, "2026-10-24T19:00:00"),
    # 01:30 summer time, 2.5 h until 03:00 winter time: 02:00 to 02:30 comes twice:
    # 3,600 × 0.01 + 5,400 × 0.001.
    Case(
        "a band in the repeated hour comes twice",
        HALF_HOUR,
        "9000",
        "41.4",
        ROME,
        "2026-10-24T23:30:00",
    ),
    # 02:30 summer time, 1 h: 30 min cheap, 02:00 to 02:30 again dear: 1,800 × 0.011.
    Case(
        "from between the two into the second",
        HALF_HOUR,
        "3600",
        "19.8",
        ROME,
        "2026-10-25T00:30:00",
    ),
    # Lord Howe puts its clock back by half an hour, 02:00 to 01:30: an hour of dear half-hours.
    Case(
        "a clock put back by half an hour",
        [CHEAP, {**DEAR, "from_time": "01:30", "to_time": "02:00", "weight": "1"}],
        "3601",
        "36.001",
        {"time_zone": "Australia/Lord_Howe"},
        "2026-04-04T14:30:00",
    ),
    # 24 h from 12:00 summer time are until 11:00: nothing is added to or lost from a call.
    Case("a duration is real time", [DEAR], "86400", "864", ROME, "2026-10-24T10:00:00"),
]

SIX = {"first_increment_s": "6", "next_increment_s": "6"}
TWO_TIERS = [{**DEAR, **SIX}, {**CHEAP, **BY_MINUTE, "from_second": "20"}]
TIERS = [
    # 6, 12, 18, 24: the increment begun at 18 s runs over the change at 20 s.
    Case(
        "a tier changes in the middle of an increment",
        TWO_TIERS,
        "24",
        "0.24",
        others={"billed_seconds": 24},
    ),
    # 24 × 0.01, then the first block of the second tier, 60 × 0.001.
    Case(
        "the next tier begins after it, with its own first block",
        TWO_TIERS,
        "25",
        "0.3",
        others={"billed_seconds": 84},
    ),
    # 24 × 0.01 + 120 × 0.001.
    Case(
        "a second step of the second tier", TWO_TIERS, "85", "0.36", others={"billed_seconds": 144}
    ),
    # A free minute: nothing is due for 60 s, 0.01 for the 61st.
    Case(
        "a first tier without a price",
        [{"price_per_minute": "0"}, {**DEAR, "from_second": "60"}],
        "60",
        "0",
        status="free",
    ),
    Case(
        "what comes after it is paid",
        [{"price_per_minute": "0"}, {**DEAR, "from_second": "60"}],
        "61",
        "0.01",
    ),
    # Night to 60 s, then half the price; day the same: from 07:59:30, 90 s:
    # 30 × 0.001 + 30 × 0.01 + 30 × 0.005.
    Case(
        "tiers of two bands",
        [
            NIGHT,
            {**NIGHT, "from_second": "60", "price_per_minute": "0.03"},
            DAY,
            {**DAY, "from_second": "60", "price_per_minute": "0.30"},
        ],
        "90",
        "0.48",
        ROME,
        "2026-06-01T05:59:30",
    ),
    # The band of the start: 60 × 0.001 + 30 × 0.0005.
    Case(
        "tiers of the band of the start",
        [
            NIGHT,
            {**NIGHT, "from_second": "60", "price_per_minute": "0.03"},
            DAY,
            {**DAY, "from_second": "60", "price_per_minute": "0.30"},
        ],
        "90",
        "0.075",
        {**ROME, "band_rule": "start"},
        "2026-06-01T05:59:30",
    ),
    # Block of 30 at night; the day's second tier begins at 40 s with its block of 60:
    # 30 × 0.001 + 2 steps of 6 × 0.01 (to 42 s) + 60 × 0.005.
    Case(
        "a band changes, then a tier",
        [
            {**NIGHT, **THIRTY_SIX},
            {**DAY, **THIRTY_SIX},
            {**DAY, **BY_MINUTE, "from_second": "40", "price_per_minute": "0.30"},
        ],
        "50",
        "0.45",
        ROME,
        "2026-06-01T05:59:40",
        others={"billed_seconds": 102},
    ),
]

MULTIPLE = {"increment_rule": "multiple"}
TWENTY_SIX = {**DEAR, "first_increment_s": "20", "next_increment_s": "6"}
NINETY_SIXTY = {**DEAR, "first_increment_s": "90", "next_increment_s": "60"}
INCREMENT_RULES = [
    # 20 + 5 × 6.
    Case("a block, then steps after it", [TWENTY_SIX], "45", "0.5"),
    # 8 × 6.
    Case("a multiple of the step", [TWENTY_SIX], "45", "0.48", MULTIPLE),
    Case("at least the first block", [TWENTY_SIX], "7", "0.2", MULTIPLE),
    # 18 s are 3 × 6, less than the block; 19 s are 4 × 6.
    Case("less than the first block", [TWENTY_SIX], "18", "0.2", MULTIPLE),
    Case("a multiple above the first block", [TWENTY_SIX], "19", "0.24", MULTIPLE),
    Case("a block longer than a step", [NINETY_SIXTY], "61", "0.9"),
    Case("a multiple longer than the block", [NINETY_SIXTY], "61", "1.2", MULTIPLE),
    Case("a block that is no multiple", [NINETY_SIXTY], "60", "0.9", MULTIPLE),
    # 61 s from 07:59:30 are 120: a minute begun at night, one by day.
    Case(
        "multiples over a band edge",
        rows_with(NIGHT_AND_DAY, **BY_MINUTE),
        "61",
        "0.66",
        {**ROME, **MULTIPLE},
        "2026-06-01T05:59:30",
    ),
    # 100 s are 120: two halves of a minute × 0.01, two × 0.001.
    Case(
        "multiples over a change of tier",
        [
            {**DEAR, "first_increment_s": "30", "next_increment_s": "30"},
            {
                **CHEAP,
                "first_increment_s": "30",
                "next_increment_s": "30",
                "from_second": "60",
            },
        ],
        "100",
        "0.66",
        MULTIPLE,
        others={"billed_seconds": 120},
    ),
]

TENTH = {"price_per_minute": "0.10"}
BY_INCREMENT = {"rounding_unit": "increment"}
ROUNDING = [
    # A second is 0.001666…
    Case("rounded once", [TENTH], "60", "0.1"),
    Case("every second rounded", [TENTH], "60", "0.102", BY_INCREMENT),
    Case("every second rounded up", [TENTH], "60", "0.102", {**BY_INCREMENT, "rounding": "up"}),
    Case("every second rounded down", [TENTH], "60", "0.096", {**BY_INCREMENT, "rounding": "down"}),
    # 0.000333… is 0.00033, × 60; 0.0001666… is 0.00017, × 60.
    Case(
        "five decimals lose",
        [{"price_per_minute": "0.02"}],
        "60",
        "0.0198",
        {**BY_INCREMENT, "decimals": 5},
    ),
    Case(
        "five decimals win",
        [{"price_per_minute": "0.01"}],
        "60",
        "0.0102",
        {**BY_INCREMENT, "decimals": 5},
    ),
    # 30 s are 0.05, each 6 s 0.01: nothing to round.
    Case("increments of whole cents", [{**TENTH, **THIRTY_SIX}], "31", "0.06", BY_INCREMENT),
    # 30 s are 0.005, which is 0.01; 6 s are 0.001, which is nothing.
    Case(
        "block and step are rounded each",
        [{"price_per_minute": "0.01", **THIRTY_SIX}],
        "90",
        "0.01",
        {**BY_INCREMENT, "decimals": 2},
    ),
    # 90 s are 0.015.
    Case("half a cent goes up", [{"price_per_minute": "0.01"}], "90", "0.02", {"decimals": 2}),
    # Rounded to nothing is not free.
    Case(
        "a price rounded to nothing",
        [{"price_per_minute": "0.001"}],
        "1",
        "0",
        {"decimals": 2},
    ),
]

LIMITS = {"connect_fee": "0.05", "min_charge": "0.20", "max_charge": "0.50"}
MONEY = [
    # 0.05 + 10 × 0.01 = 0.15; + 15 × 0.01 = 0.20; + 20 × 0.01 = 0.25; + 60 × 0.01 = 0.65.
    Case("the minimum lifts fee and increments", [LIMITS], "10", "0.2"),
    Case("the minimum met", [LIMITS], "15", "0.2"),
    Case("between the limits", [LIMITS], "20", "0.25"),
    Case("the cap", [LIMITS], "60", "0.5"),
    # Rounding comes last: 0.2049 and 0.4951.
    Case("a minimum is rounded", [{"min_charge": "0.2049"}], "1", "0.2", {"decimals": 2}),
    Case(
        "a cap is rounded",
        [{"max_charge": "0.4951"}],
        "60",
        "0.5",
        {"decimals": 2, "rounding": "up"},
    ),
    # 1 s: 0.01, twice; a tier's fee is not that of the call.
    Case(
        "a later tier has no fee of its own",
        [{}, {"from_second": "1", "connect_fee": "1"}],
        "2",
        "0.02",
    ),
    Case("free below", [{"free_below_s": "5"}], "4.999", "0", status="free"),
    Case("not free below", [{"free_below_s": "5"}], "5", "0.05"),
    # 0.333 is 0.33; × 1.5 + 0.01 = 0.505, which is 0.51; 22 % of it 0.1122, which is 0.11.
    Case(
        "charge of the rounded cost, tax of the rounded charge",
        [{"price_per_minute": "0.333"}],
        "60",
        "0.33",
        {"decimals": 2, "markup_percent": 50, "surcharge": "0.01", "tax_percent": 22},
        others={"charge": Decimal("0.51"), "tax": Decimal("0.11")},
    ),
]

NEW_PRICE = [{**DEAR, "valid_to": "2026-06-02"}, {**CHEAP, "valid_from": "2026-06-02"}]
VALIDITY = [
    # 23:59:30 in Rome: the price of the start for the whole call.
    Case(
        "prices change at local midnight, for calls that start after it",
        NEW_PRICE,
        "60",
        "0.6",
        ROME,
        "2026-06-01T21:59:30",
    ),
    Case("the new price", NEW_PRICE, "60", "0.06", ROME, "2026-06-01T22:00:00"),
    Case(
        "a shorter prefix holds while the longer one does not",
        [CHEAP, {**DEAR, "prefix": "3906", "valid_from": "2026-06-02"}],
        "60",
        "0.06",
        ROME,
        "2026-06-01T21:59:30",
        others={"prefix": "39"},
    ),
]

HAND_MADE = [
    *BAND_EDGES,
    *GAPS,
    *HOLIDAYS,
    *CLOCK_CHANGES,
    *TIERS,
    *INCREMENT_RULES,
    *ROUNDING,
    *MONEY,
    *VALIDITY,
]
