from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from pipeline.simulator.company import Company, make_company
from pipeline.simulator.instants import HOUR, SECOND, midnight
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.rows import TABLES
from pipeline.simulator.traffic import calls_of_day
from tests.pipeline.simulator.conftest import REFERENCE, SEED, TUESDAY
from warehouse.words import Direction

Days = list[list[SimulatedCall]]

SCENARIOS = {
    *("internal", "internal without telephony row", "internal video", "internal out of a chat"),
    *("internal unanswered", "internal voicemail", "federated", "chat", "health check"),
    *("outbound answered", "outbound cancelled", "outbound no_answer", "outbound busy"),
    *("outbound rejected", "outbound failed", "outbound freephone", "outbound premium"),
    *("heavy spender", "no trunk", "gateway unknown", "retried", "tie line", "emergency"),
    *("delegate", "callback", "agent for group", "inbound answered", "inbound withheld"),
    *("inbound to extension", "inbound cancelled", "inbound busy", "inbound no_answer"),
    *("inbound rejected", "inbound failed", "inbound voicemail", "forwarded"),
    *("simultaneous ring", "attended transfer", "blind transfer", "transfer out"),
    *("response group", "response group, internal", "abandoned in the queue"),
    *("conference", "conference dial-in", "conference dial-in, direct", "conference dial-out"),
    *("attendant only", "never closed"),
}


def phone_calls(calls: list[SimulatedCall]) -> list[SimulatedCall]:
    return [call for call in calls if call.truth is not None]


def test_the_same_seed_and_day_give_the_same_calls(
    company: Company, working_day: list[SimulatedCall]
) -> None:
    assert working_day == calls_of_day(company, SEED, TUESDAY)


def test_a_company_made_again_phones_in_the_same_way(working_day: list[SimulatedCall]) -> None:
    assert working_day == calls_of_day(make_company(1, REFERENCE), SEED, TUESDAY)


def test_another_seed_gives_other_calls(company: Company, working_day: list[SimulatedCall]) -> None:
    assert working_day != calls_of_day(company, SEED + 1, TUESDAY)


def test_calls_stand_in_the_order_of_their_start_and_begin_on_their_day(
    working_day: list[SimulatedCall],
) -> None:
    starts = [call.started for call in working_day]

    assert sorted(starts) == starts
    assert midnight(TUESDAY) <= starts[0]
    assert starts[-1] < midnight(TUESDAY + timedelta(days=1))


def test_a_working_day_has_the_calls_of_a_company_of_400(fortnight: Days) -> None:
    volumes = [len(phone_calls(calls)) for calls in fortnight]
    tuesday_to_thursday = [volumes[number] for number in (0, 1, 2, 7, 8, 9)]

    assert all(2_000 <= volume <= 2_600 for volume in tuesday_to_thursday), volumes
    assert all(480 <= volumes[number] <= 800 for number in (4, 5, 11, 12)), volumes


@pytest.mark.parametrize("day", [TUESDAY, date(2026, 6, 14), date(2026, 8, 15), date(2026, 12, 25)])
def test_the_service_desks_keep_every_hour_of_every_day_busy(company: Company, day: date) -> None:
    per_hour = Counter(call.started // HOUR for call in phone_calls(calls_of_day(company, 3, day)))

    assert len(per_hour) == 24
    assert min(per_hour.values()) >= 20


def test_august_is_quiet_in_rome(company: Company) -> None:
    def of_rome(day: date) -> int:
        rome = company.services["Rome"].orders.line.number[:8]
        phones = {line.phone_id for line in company.lines if line.number.startswith(rome)}
        place = TABLES["VoipDetails"].index("FromNumberId")
        return sum(
            row.values[place] in phones
            for call in calls_of_day(company, SEED, day)
            for row in call.rows
            if row.table == "VoipDetails"
        )

    assert of_rome(date(2026, 8, 11)) < of_rome(TUESDAY) / 2


def test_the_directions_have_plausible_shares(fortnight: Days) -> None:
    calls = [call.truth for day in fortnight for call in day if call.truth is not None]
    shares = Counter(call.direction for call in calls)

    assert 0.3 < shares[Direction.OUTBOUND] / len(calls) < 0.5
    assert 0.3 < shares[Direction.INBOUND] / len(calls) < 0.5
    assert 0.15 < shares[Direction.INTERNAL] / len(calls) < 0.35
    assert 0 < shares[Direction.TRANSIT] / len(calls) < 0.03


def test_every_scenario_occurs(fortnight: Days, company: Company) -> None:
    seen = {call.scenario for day in fortnight for call in day}
    more = (call.scenario for call in calls_of_day(company, SEED, TUESDAY + timedelta(days=20)))

    assert SCENARIOS == seen | set(more)


def test_every_session_has_a_key_of_its_own(fortnight: Days) -> None:
    keys = Counter(
        row.values[:2]
        for day in fortnight
        for call in day
        for row in call.rows
        if row.table == "Dialogs"
    )

    assert keys.most_common(1)[0][1] == 1


def test_legs_of_a_day_begin_on_that_day(fortnight: Days) -> None:
    for number, day in enumerate(fortnight):
        end = midnight(TUESDAY + timedelta(days=number + 1))
        late = [row for call in day for row in call.rows if row.table == "Dialogs"]
        assert max(row.inserted for row in late) < end


def test_correlation_ids_belong_to_one_call_only(fortnight: Days) -> None:
    place = TABLES["SessionDetails"].index("CorrelationId")
    calls_by_id = defaultdict(set)
    for day in fortnight:
        for call in day:
            for row in call.rows:
                if row.table == "SessionDetails" and row.values[place] is not None:
                    calls_by_id[row.values[place]].add(call.rows[0].values[:2])

    assert {1} == {len(calls) for calls in calls_by_id.values()}


def test_the_same_two_parties_never_start_two_calls_within_a_minute(fortnight: Days) -> None:
    columns = TABLES["VoipDetails"]
    parties = columns.index("FromNumberId"), columns.index("ConnectedNumberId")
    starts: dict[tuple[object, ...], int] = {}
    close = []
    for day in fortnight:
        for call in phone_calls(day):
            telephony = [row for row in call.rows if row.table == "VoipDetails"]
            for row in telephony:
                pair = tuple(row.values[place] for place in parties)
                before = starts.get(pair)
                if before is not None and before < call.started < before + 60 * SECOND:
                    close.append((call.scenario, pair))
            for row in telephony:
                starts[tuple(row.values[place] for place in parties)] = call.started

    assert [] == close


def test_nobody_phones_before_joining_or_after_leaving(company: Company) -> None:
    left = [person for person in company.people if person.valid_to is not None]
    place = TABLES["SessionDetails"].index("SessionStartedById")
    person = left[0]
    assert person.valid_to is not None

    def calls_on(day: date) -> int:
        return sum(
            row.values[place] == person.user_id
            for call in calls_of_day(company, SEED, day)
            for row in call.rows
            if row.table == "SessionDetails"
        )

    before = sum(calls_on(person.valid_to - timedelta(days=back)) for back in range(1, 8))
    after = sum(calls_on(person.valid_to + timedelta(days=ahead)) for ahead in range(4))
    assert before > 0
    assert after == 0
