"""Rating profiles → tariffs: who they are for, which plan from which day, and what follows them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pipeline.importers.cgrates.plan import RATING_PLANS, Plan, Record
from pipeline.importers.settings import ImportSettings
from warehouse.errors import Problem

_ANYONE = "*any"
_ALWAYS = frozenset({"", "*asap", "*now"})
_BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
"""What is older, such as the year 1 of an unset Go time, has always been."""
_ENDLESS = 2200
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Activation:
    """A rating plan and the days on which it holds; `valid_to` exclusive, None where open."""

    plan: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(slots=True)
class Tariff:
    name: str
    activations: list[Activation] = field(default_factory=list)
    fallback: str | None = None


@dataclass(slots=True)
class Profiles:
    tariffs: list[Tariff] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_profiles(plan: Plan, settings: ImportSettings) -> Profiles:
    """The tariffs of a tariff plan; without rating profiles, one for each rating plan."""
    found = Profiles()
    if not plan.profiles:
        plans = plan.records[RATING_PLANS]
        names = _names([("", "", name) for name in plans], settings)
        found.tariffs = [Tariff(names["", "", name], [Activation(name)]) for name in plans]
        return found
    groups: dict[_Key, list[Record]] = defaultdict(list)
    others: set[str] = set()
    for record in plan.profiles:
        if record["Category"] in settings.categories:
            groups[record["Tenant"], record["Category"], record["Subject"]].append(record)
        elif record["Category"] not in others:
            others.add(record["Category"])
            rule = "profiles of this category are left aside"
            mend = "If they price calls, name it in categories."
            found.warnings.append(record.problem("Category", rule, mend))
    names = _names(groups, settings)
    for key, records in groups.items():
        tariff = Tariff(names[key], _activations(records, settings, found))
        tariff.fallback = _fallback(key, records, names, found.problems)
        found.tariffs.append(tariff)
    return found


def _names(keys: Iterable[_Key], settings: ImportSettings) -> dict[_Key, str]:
    given = settings.constants.tariff
    plain = {key: "any" if key[2] == _ANYONE else key[2] for key in keys}
    if given is not None and len(plain) == 1:
        return dict.fromkeys(plain, given)
    times = Counter(plain.values())
    full = {
        key: name if times[name] == 1 else "-".join((*key[:2], name)) for key, name in plain.items()
    }
    return full if given is None else {key: f"{given}-{name}" for key, name in full.items()}


def _activations(
    records: list[Record], settings: ImportSettings, found: Profiles
) -> list[Activation]:
    zone = ZoneInfo(settings.time_zone)
    begins: dict[date | None, Record] = {}
    for instant, record in sorted(
        ((_instant(record, found.problems), record) for record in records),
        key=lambda pair: (pair[0] or _BEGINNING, pair[1].line),
    ):
        if instant is None:
            continue
        local = instant.astimezone(zone) if instant > _BEGINNING else None
        day = None if local is None else local.date()
        if local is not None and (local.hour, local.minute, local.second) != (0, 0, 0):
            rule = f"begins at {local:%H:%M} of a day in {settings.time_zone}, a tariff at midnight"
            mend = "Set time_zone to that of the plan, or move the activation to midnight."
            if begins:
                found.problems.append(record.problem("ActivationTime", rule, mend))
                continue
            found.warnings.append(record.problem("ActivationTime", f"{rule}: it was moved", mend))
        if day in begins:
            rule = f"the same tariff begins on that day in line {begins[day].line}"
            mend = "Keep one of them."
            found.problems.append(record.problem("ActivationTime", rule, mend))
            continue
        begins[day] = record
    days = list(begins)
    return [
        Activation(begins[day]["RatingPlanId"], day, following)
        for day, following in zip(days, [*days[1:], None], strict=False)
    ]


def _instant(record: Record, problems: list[Problem]) -> datetime | None:
    text = record["ActivationTime"]
    if text in _ALWAYS:
        return _BEGINNING
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        rule, mend = "must be an instant", "Write 2026-01-01T00:00:00Z."
        problems.append(record.problem("ActivationTime", rule, mend))
        return None
    if instant.year >= _ENDLESS:
        rule, mend = "never comes", "Remove the profile, or give it the day on which it begins."
        problems.append(record.problem("ActivationTime", rule, mend))
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _fallback(
    key: _Key, records: list[Record], names: dict[_Key, str], problems: list[Problem]
) -> str | None:
    first = records[0]["FallbackSubject"]
    for record in records:
        subject = record["FallbackSubject"]
        mend = "Tollbook falls back from one tariff to one other: choose it in its settings."
        if ";" in subject or subject != first:
            rule = "several fallbacks of one tariff"
            problems.append(record.problem("FallbackSubject", rule, mend))
            return None
        if subject and (*key[:2], subject) not in names:
            rule = "no rating profile of the same tenant and category has this subject"
            problems.append(record.problem("FallbackSubject", rule, mend))
            return None
    return names[*key[:2], first] if first else None
