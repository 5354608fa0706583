"""The rating against the slow rater, on random price lists and calls with every feature."""

from __future__ import annotations

from pprint import pformat
from random import Random
from typing import Any

import pytest

from pipeline.rating import rate
from tests.pipeline.rating.engine import compiled, frame_of
from tests.pipeline.rating.random_cases import PROFILES, RandomCase, random_case
from tests.reference_rater import Call, ReferenceRater

COMPARED = ("cost", "charge", "tax", "status", "prefix", "tariff", "billed_seconds")
SHOWN = 3
LONG_RUNS = 100
CALLS_OF_A_LONG_RUN = 10_000


def disagreements(case: RandomCase) -> list[str]:
    """What to know of each call that the two price differently.

    Not compared is what no rule says: the tariff of a leg that meets no price row, and the billed
    seconds of a free one.
    """
    found = rate(frame_of(case.legs), compiled(case.rows, case.settings))
    reference = ReferenceRater(case.rows, case.settings)
    messages = []
    for leg, facts in zip(case.legs, found.iter_rows(named=True), strict=True):
        rated = reference.rate_one(Call(**leg))
        expected = {name: getattr(rated, name) for name in COMPARED}
        if rated.prefix is None:
            facts |= {"tariff": None}
        if rated.status == facts["status"] == "free":
            facts |= {"billed_seconds": rated.billed_seconds}
        if expected != {name: facts[name] for name in COMPARED}:
            messages.append(_message(case, leg, expected, facts))
    return messages


def _message(
    case: RandomCase, leg: dict[str, Any], expected: dict[str, Any], facts: dict[str, Any]
) -> str:
    name = expected["tariff"] or leg["tariff"]
    prefix = expected["prefix"] or facts["prefix"]
    rows = [row for row in case.rows if (row["tariff"], row["prefix"]) == (name, prefix)]
    parts = {
        "call": leg,
        "rows": [{column: cell for column, cell in row.items() if cell} for row in rows],
        "settings": case.settings.get(name),
        "expected": expected,
        "found": {column: facts[column] for column in COMPARED},
        "explained": facts["explanation"],
    }
    return "\n".join(f"{part}: {pformat(value, width=160)}" for part, value in parts.items())


def require_agreement(case: RandomCase) -> None:
    """Fails with the first of the calls that differ, in full (`assert` would shorten it)."""
    messages = disagreements(case)
    if messages:
        shown = "\n\n".join(messages[:SHOWN])
        pytest.fail(f"{len(messages)} of {len(case.legs)} calls differ\n\n{shown}", pytrace=False)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_agrees_with_the_slow_rater_to_the_last_digit(profile: str, seed: int) -> None:
    case = random_case(Random(f"{profile} {seed}"), profile, calls=1000)
    require_agreement(case)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(LONG_RUNS))
def test_a_million_calls_agree_with_the_slow_rater_to_the_last_digit(seed: int) -> None:
    random = Random(seed)
    profile = "everything" if seed % 2 else random.choice(list(PROFILES))
    case = random_case(random, profile, CALLS_OF_A_LONG_RUN, prefixes=200)
    require_agreement(case)


def test_the_random_calls_meet_every_outcome() -> None:
    statuses = []
    for seed in range(5):
        case = random_case(Random(seed), "everything", calls=1000)
        reference = ReferenceRater(case.rows, case.settings)
        statuses += [reference.rate_one(Call(**leg)).status for leg in case.legs]
    assert {
        "rated",
        "free",
        "zero_length",
        "not_answered",
        "not_charged",
        "no_tariff",
        "no_prefix",
        "no_band",
        "not_valid_yet",
        "expired",
        "bad_number",
        "bad_duration",
    } == set(statuses)
    assert len(statuses) / 3 < statuses.count("rated")
