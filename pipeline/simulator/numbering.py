"""Where outside numbers come from: patterns of national numbering plans.

In a pattern `x` is any digit and `n` one of 2 to 9.
"""

from __future__ import annotations

from random import Random

from phonenumbers import PhoneNumberType, example_number_for_type

DOMESTIC: dict[str, dict[str, tuple[str, ...]]] = {
    "IT": {
        "local": ("+3906nxxxxxxx", "+39065xxxxxxx", "+39068xxxxxxx"),
        "national": (
            *("+3902nxxxxxxx",) * 3,
            *("+39011nxxxxxx", "+39010nxxxxxx", "+39051nxxxxxx", "+39055nxxxxxx"),
            *("+39041nxxxxxx", "+39080nxxxxxx", "+39081nxxxxxx", "+39091nxxxxxx"),
        ),
        "mobile": tuple(
            f"+39{code}nxxxxxx"
            for code in (320, 328, 329, 333, 335, 338, 340, 345, 347, 348, 349, 366, 380, 388, 391)
        ),
        "freephone": ("+39800nxxxxx",),
        "premium": ("+39899nxxxxx",),
    },
    "US": {
        "local": ("+1212n2xxxxx", "+1646n3xxxxx", "+1718n4xxxxx", "+1347n6xxxxx"),
        "national": tuple(
            f"+1{code}n5xxxxx"
            for code in (201, 203, 213, 214, 215, 303, 305, 312, 404, 415, 503, 512, 617, 702, 713)
        ),
        "freephone": ("+1800n4xxxxx", "+1888n3xxxxx", "+1877n7xxxxx"),
        "premium": ("+1900n4xxxxx",),
    },
    "SG": {
        "local": ("+6562xxxxxx", "+6563xxxxxx", "+6565xxxxxx", "+6567xxxxxx", "+6568xxxxxx"),
        "mobile": ("+6581xxxxxx", "+6590xxxxxx", "+6591xxxxxx", "+6596xxxxxx", "+6597xxxxxx"),
        "freephone": ("+651800nxxxxxx",),
        "premium": ("+651900nxxxxxx",),
    },
}
"""Country of a site → call type → patterns."""

ABROAD: dict[str, str] = {
    "IT": "DE 14, FR 11, ES 8, CH 9, GB 9, US 8, AT 5, NL 4, BE 4, PL 3, RO 4, CZ 2, SI 2, HR 1,"
    " GR 2, PT 2, SE 2, DK 1, TR 2, CN 4, JP 2, IN 2, TN 1, MA 1, EG 1, AL 2, BR 1, IL 1, AE 1,"
    " RS 1, UA 1, CU 0.3, MV 0.3, IE 1",
    "US": "CA 14, GB 11, MX 9, DE 8, IT 7, BR 5, FR 5, IN 5, IE 3, IL 3, JP 3, CN 3, AU 2, AR 2,"
    " CO 2, CL 1, PE 1, DO 2, CH 2, ES 2, NL 2, KR 2, SG 2, ZA 1, NG 1, JM 1, PH 1",
    "SG": "MY 16, ID 10, CN 10, HK 6, JP 7, AU 7, IN 8, TH 5, VN 4, PH 4, KR 4, TW 4, NZ 2, GB 3,"
    " US 3, DE 2, IT 3, AE 2, SA 1, LK 1, PK 1, KE 1, NP 0.5, MM 0.5, FJ 0.2",
}
"""Country of a site → countries called, each with how often."""

DEAR: dict[str, tuple[str, ...]] = {
    "IT": ("CU", "MV", "TN", "AL"),
    "US": ("NG", "JM", "IN", "PH"),
    "SG": ("NP", "MM", "FJ", "PK"),
}
"""Country of a site → countries that heavy spenders ring."""

_VARIED: dict[str, tuple[str, ...]] = {
    "GB": ("+44207nxxxxxx", "+44208nxxxxxx", "+441613nxxxxx", "+441212nxxxxx", "+447400nxxxxx"),
    "DE": ("+4930nxxxxxx", "+4989nxxxxxx", "+4969nxxxxxx", "+49170nxxxxxx", "+49172nxxxxxx"),
    "FR": ("+331nxxxxxxx", "+334nxxxxxxx", "+3361nxxxxxx"),
    "CH": ("+41442nxxxxx", "+41227nxxxxx", "+4179nxxxxxx"),
    "ES": ("+3491nxxxxxx", "+3493nxxxxxx", "+346nxxxxxxx"),
    "US": ("+1212n2xxxxx", "+1312n4xxxxx", "+1415n6xxxxx"),
    "CA": ("+1416n2xxxxx", "+1514n3xxxxx", "+1604n4xxxxx"),
    "CN": ("+8621nxxxxxxx", "+8610nxxxxxxx", "+86138nxxxxxxx"),
    "JP": ("+813nxxxxxxx", "+8190nxxxxxxx"),
    "IT": ("+3902nxxxxxxx", "+3906nxxxxxxx", "+39335nxxxxxx"),
    "SG": ("+6563xxxxxx", "+6591xxxxxx"),
}
_VARIABLE_TAIL = 5


def called_abroad(country: str) -> dict[str, float]:
    """Countries that a site in `country` calls, each with its weight."""
    pairs = (pair.split() for pair in ABROAD[country].split(", "))
    return {called: float(weight) for called, weight in pairs}


def number_like(pattern: str, rng: Random) -> str:
    """A number of a pattern."""
    drawn = f"{rng.getrandbits(60):020}"
    return "".join(
        str(2 + int(digit) % 8) if sign == "n" else digit if sign == "x" else sign
        for sign, digit in zip(pattern, reversed(drawn), strict=False)
    )


def patterns_of(country: str) -> tuple[str, ...]:
    """Patterns of a country's fixed and mobile numbers."""
    if country in _VARIED:
        return _VARIED[country]
    found = []
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        example = example_number_for_type(country, kind)
        if example is None:
            raise ValueError(f"no numbers are known for the country {country!r}")
        national = f"{'0' if example.italian_leading_zero else ''}{example.national_number}"
        tail = min(_VARIABLE_TAIL, len(national) - 3)
        found.append(f"+{example.country_code}{national[:-tail]}{'x' * tail}")
    return tuple(found)
