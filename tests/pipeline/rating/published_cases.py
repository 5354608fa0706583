"""Prices that others have published, as far as a tariff can say what they are about.

A source is the page where the figures stand. Where it names only some of the facts (a price and a
duration), the others are the usual ones.
"""

from __future__ import annotations

from decimal import Decimal

from tests.pipeline.rating.cases import Case

CGRATES = "https://github.com/cgrates/cgrates/issues"
MAGNUS = "https://github.com/magnussolution/magnusbilling/wiki/EN--price_calculation"
CONNEXO = "https://github.com/connexo/docs/wiki/LCR"
CISCO = "http://www.cisco.com/en/US/docs/voice_ip_comm/cucm/service/9_0/car (rating engine)"
CALLMETER = "https://github.com/felixb/callmeter/issues"
ASTPP = "ASTPP issue 273"
IVOZ = "https://github.com/irontec/ivozprovider/issues/692"
APLISAY = "https://github.com/aplisay/llm-agent/pull/185"
GO360 = "https://www.go360host.com/knowledgebase.php?action=displayarticle&id=6"
EXPERTS = "https://experts123.com/q/what-is-a-billing-increment.html"
VAAS = "http://vaasconsumer.com/call-billing-increment/"
VOIPESSENTIAL = "http://voipessential.com/node/30"
WARMCONNECT = "https://warmconnect02.cc.shopshastra.com/blog/tag/billing/"
INFOCHOICE = "https://www.infochoice.com.au/glossary-terms/billing-increment/"
ASTERISELL = "https://github.com/massimo-zaniboni/asterisell-v5 (rate specification language)"
A2BILLING = "https://github.com/Star2Billing/a2billing Class.RateEngine.php"
CGRATES_CODE = "https://github.com/cgrates/cgrates (rating logic)"
LAGO = "https://github.com/getlago/lago-api package_service_spec.rb"
LAGO_GRADUATED = "https://github.com/getlago/lago-api graduated_service_spec.rb"
LAGO_VOLUME = "https://github.com/getlago/lago-api volume_service_spec.rb"
TRI_LINE = "http://secure.tri-line.net/pages/diffpagesbyversion.action?pageId=7241965"
UCGEEK = "https://github.com/ucgeek/SfB-Call-Accounting"


def stepped(per_minute: str, first: int, following: int) -> dict[str, str]:
    return {
        "price_per_minute": per_minute,
        "first_increment_s": str(first),
        "next_increment_s": str(following),
    }


def priced(
    source: str, per_minute: str, steps: tuple[int, int], costs: dict[str, str]
) -> list[Case]:
    return [
        Case(
            name=f"{steps[0]}/{steps[1]} at {per_minute}, {talk_s} s",
            rows=[stepped(per_minute, *steps)],
            talk_s=talk_s,
            cost=cost,
            source=source,
        )
        for talk_s, cost in costs.items()
    ]


def billed(source: str, steps: tuple[int, int], rule: str, seconds: dict[int, int]) -> list[Case]:
    """Tables of billed time name no price; at 0.60 a minute a second costs 0.01."""
    return [
        Case(
            name=f"{steps[0]}/{steps[1]} {rule}, {talk_s} s billed as {expected} s",
            rows=[stepped("0.60", *steps)],
            talk_s=str(talk_s),
            cost=str(Decimal(expected) / 100),
            settings={} if rule == "tier" else {"increment_rule": rule},
            others={"billed_seconds": expected},
            source=source,
        )
        for talk_s, expected in seconds.items()
    ]


REPORTED = [
    *priced(f"{CGRATES}/118", "0.006", (30, 6), {"32": "0.0036", "57": "0.006", "75": "0.0078"}),
    *priced(MAGNUS, "0.05", (30, 6), {"45": "0.04"}),
    Case(
        name="15 s at 0.015, then 15 s units at 0.017",
        rows=[stepped("0.015", 15, 15), {**stepped("0.017", 15, 15), "from_second": "15"}],
        talk_s="45",
        cost="0.01225",
        settings={"decimals": 5},
        source=CONNEXO,
    ),
    *priced(CISCO, "0.06", (6, 6), {"7": "0.012"}),
    *priced(CISCO, "0.06", (10, 10), {"10": "0.01", "11": "0.02"}),
    *priced(f"{CALLMETER}/97", "0.03", (60, 60), {"1": "0.03", "60": "0.03", "61": "0.06"}),
    *priced(f"{CALLMETER}/97", "0.03", (60, 60), {"59": "0.03", "126": "0.09"}),
    Case(
        name="the longer of 1 and 1234",
        rows=[
            {"prefix": "1", "price_per_minute": "0.01"},
            {"prefix": "1234", "price_per_minute": "0.20"},
        ],
        talk_s="60",
        cost="0.20",
        number="+1234567890123",
        others={"prefix": "1234"},
        source=ASTPP,
    ),
    Case(
        name="fee and three spans each rounded up",
        rows=[{**stepped("0.05", 10, 10), "connect_fee": "0.15"}],
        talk_s="30",
        cost="0.18",
        settings={"decimals": 2, "rounding": "up", "rounding_unit": "increment"},
        source=f"{CGRATES}/260",
    ),
    *priced(IVOZ, "0.05", (1, 1), {"600": "0.50"}),
    *(
        Case(
            name=f"{talk_s} s at {per_minute}, each second rounded to five decimals",
            rows=[stepped(per_minute, 1, 1)],
            talk_s=talk_s,
            cost=cost,
            settings={"rounding_unit": "increment", "decimals": 5},
            source=source,
        )
        for source, per_minute, talk_s, cost in (
            (IVOZ, "0.05", "600", "0.498"),
            (CGRATES_CODE, "0.02", "60", "0.0198"),
            (CGRATES_CODE, "0.01", "60", "0.0102"),
        )
    ),
    *priced(GO360, "0.0100", (60, 60), {"5": "0.0100", "50": "0.0100"}),
    *priced(GO360, "0.0100", (6, 6), {"5": "0.0010"}),
]

MINUTES = {18: 60, 30: 60, 42: 60, 60: 60, 66: 120, 72: 120, 90: 120, 126: 180, 186: 240}
SIXES = {second: second for second in MINUTES}
BILLED_TIME = [
    *billed(EXPERTS, (60, 60), "tier", MINUTES),
    *billed(EXPERTS, (6, 6), "tier", SIXES),
    *billed(APLISAY, (6, 6), "tier", {61: 66}),
    *billed(VAAS, (30, 6), "tier", {10: 30, 31: 36}),
    *billed(VOIPESSENTIAL, (6, 6), "tier", {10: 12, 15: 18}),
    *billed(WARMCONNECT, (6, 6), "tier", {5: 6, 8: 12}),
    *billed(INFOCHOICE, (30, 30), "tier", {31: 60}),
]

BOTH_AGREE = {
    (30, 6): {1: 30, 6: 30, 30: 30, 31: 36, 45: 48, 60: 60, 61: 66, 91: 96, 151: 156},
    (60, 60): {1: 60, 6: 60, 30: 60, 31: 60, 45: 60, 60: 60, 61: 120, 91: 120, 151: 180},
    (6, 6): {1: 6, 6: 6, 30: 30, 31: 36, 45: 48, 60: 60, 61: 66, 91: 96, 151: 156},
    (18, 6): {1: 18, 6: 18, 30: 30, 31: 36, 45: 48, 60: 60, 61: 66, 91: 96, 151: 156},
}
INCREMENT_MODELS = [
    *billed(A2BILLING, (90, 60), "multiple", {91: 120, 151: 180}),
    *billed(CGRATES_CODE, (90, 60), "tier", {91: 150, 151: 210}),
    *billed(f"{CALLMETER}/72", (90, 60), "tier", {91: 150}),
    *billed(A2BILLING, (60, 45), "multiple", {61: 90}),
    *billed(CGRATES_CODE, (60, 45), "tier", {61: 105}),
    *billed(A2BILLING, (30, 60), "multiple", {31: 60, 61: 120}),
    *billed(CGRATES_CODE, (30, 60), "tier", {31: 90, 61: 90}),
    *billed(A2BILLING, (20, 6), "multiple", {31: 36, 45: 48, 60: 60}),
    *billed(CGRATES_CODE, (20, 6), "tier", {31: 32, 45: 50, 60: 62}),
    *(
        case
        for steps, seconds in BOTH_AGREE.items()
        for rule, source in (("multiple", A2BILLING), ("tier", CGRATES_CODE))
        for case in billed(source, steps, rule, seconds)
    ),
]

ROUNDED = {
    "half_up": {"2.41": "2.4", "2.44": "2.4", "2.45": "2.5", "2.48": "2.5"},
    "up": {"2.41": "2.5", "2.44": "2.5", "2.48": "2.5"},
    "down": {"2.41": "2.4", "2.44": "2.4", "2.48": "2.4"},
}
ROUNDING = [
    Case(
        name=f"{amount} rounded {rule} to one decimal",
        rows=[{"connect_fee": amount, "price_per_minute": "0"}],
        talk_s="60",
        cost=cost,
        settings={"rounding": rule, "decimals": 1},
        source=ASTERISELL,
    )
    for rule, costs in ROUNDED.items()
    for amount, cost in costs.items()
]

PACKAGE = stepped("600", 10, 10)
"""100 for every 10 units begun; a unit is a second."""


def units(source: str, price: str, flat: str, costs: dict[str, str]) -> list[Case]:
    """Units of a price and a flat fee; a unit is a second. A fee of a later tier is no tariff's."""
    per_minute = str(Decimal(price) * 60)
    return [
        Case(
            name=f"{talk_s} units at {price} and {flat} flat",
            rows=[{**stepped(per_minute, 1, 1), "connect_fee": flat}],
            talk_s=talk_s,
            cost=cost,
            source=source,
        )
        for talk_s, cost in costs.items()
    ]


AGGREGATES = [
    *units(LAGO_GRADUATED, "10", "2", {"1": "12", "10": "102"}),
    *units(LAGO_VOLUME, "2", "10", {"1": "12", "100": "210"}),
    Case(
        name="121 units in packages of 10", rows=[PACKAGE], talk_s="121", cost="1300", source=LAGO
    ),
    Case(
        name="121 units in packages of 10, the first 10 free",
        rows=[stepped("0", 10, 10), {**PACKAGE, "from_second": "10"}],
        talk_s="121",
        cost="1200",
        source=LAGO,
    ),
    Case(
        name="121 units in packages of 10, the first 200 free",
        rows=[stepped("0", 10, 10), {**PACKAGE, "from_second": "200"}],
        talk_s="121",
        cost="0",
        status="free",
        source=LAGO,
    ),
    Case(
        name="a surcharge is not marked up",
        rows=[{"price_per_minute": "1"}],
        talk_s="60",
        cost="1.00",
        settings={"markup_percent": 10, "surcharge": "0.05"},
        others={"charge": Decimal("1.15")},
        source=TRI_LINE,
    ),
    *priced(UCGEEK, "0.24", (60, 1), {"30": "0.24", "90": "0.36"}),
]

PUBLISHED = [*REPORTED, *BILLED_TIME, *INCREMENT_MODELS, *ROUNDING, *AGGREGATES]
