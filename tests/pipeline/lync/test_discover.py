"""What a call detail database tells of itself, each defect by the sentence that it is told in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.sources.lync.driver import LyncSource
from pipeline.sources.source import Finding, Tone, Trunk
from tests.pipeline.lync.calls import CallDatabase

NOW = datetime.fromisoformat("2025-03-03 12:00:00")
USER, OTHER = "ugo@aurora.example", "olga@aurora.example"
GATEWAY = "gw-rome-1.aurora.example"
OUTSIDE = "+393350000201"
OUT = {"to_gateway": GATEWAY, "connected_number": OUTSIDE, "from_number": "+390699990001"}
IN = {"from_gateway": GATEWAY, "from_number": OUTSIDE, "connected_number": "+390699990001"}


def store(calls: CallDatabase, at: str = "10:00:00.000", **facts: Any) -> None:
    """An answered outbound call of a minute, unless the facts say otherwise."""
    minute = at[:-9] + f"{int(at[-9:-7]) + 1:02}" + at[-7:] if len(at) == 12 else at
    call = {
        "invite": at,
        "response": at,
        "end": minute,
        "code": 200,
        "user1": USER,
        "starter": USER,
        "voip": OUT,
    }
    calls.session(at=at, **call | facts)


def findings(calls: CallDatabase, now: datetime = NOW) -> list[Finding]:
    return LyncSource(calls.connection).discover(now)


def told(calls: CallDatabase, part: str, now: datetime = NOW) -> Finding:
    """The only finding that says `part`."""
    found = findings(calls, now)
    (one,) = [finding for finding in found if part in finding.text]
    return one


def execute(calls: CallDatabase, statement: str) -> None:
    calls.database.execute(statement)
    calls.database.commit()


def test_a_sound_database_has_no_advice_and_no_fault(calls: CallDatabase) -> None:
    store(calls)
    store(calls, "11:55:00.000", voip=IN, user1=None, user2=USER, starter=None)

    assert [] == [one for one in findings(calls) if one.tone is not Tone.FACT]


def test_facts_have_no_mend_and_everything_else_has_one(calls: CallDatabase) -> None:
    execute(calls, "UPDATE dbo.PurgeSettings SET KeepCallDetailForDays = 5")
    execute(calls, "DELETE FROM dbo.UriTypes")

    found = findings(calls)

    assert {Tone.FACT, Tone.ADVICE, Tone.FAULT} == {one.tone for one in found}
    assert [] == [one for one in found if bool(one.mend) == (one.tone is Tone.FACT)]


def test_the_product_is_known_by_its_columns(calls: CallDatabase) -> None:
    source = LyncSource(calls.connection)
    assert "Skype for Business Server 2015 or later on" in source.describe().product

    for table in ("SessionDetails", "VoipDetails"):
        execute(calls, f"ALTER TABLE dbo.{table} DROP COLUMN LastModifiedTime")
    assert "Lync Server 2013 on" in source.describe().product
    assert [] == [one for one in source.discover(NOW) if one.tone is Tone.FAULT]

    execute(calls, "ALTER TABLE dbo.ClientVersions DROP COLUMN ClientType")
    assert "Lync Server 2010 on" in source.describe().product
    assert Tone.FAULT is told(calls, "dbo.ClientVersions has no ClientType").tone


def test_retention_is_told_with_the_day_from_which_it_is_a_fault(calls: CallDatabase) -> None:
    assert timedelta(days=60) == LyncSource(calls.connection).describe().retention
    text = told(calls, "keeps calls for 60 days").text
    assert "at 2:00" in text
    assert "more than 30 days behind" in text


def test_without_a_purge_there_is_no_retention(calls: CallDatabase) -> None:
    execute(calls, "UPDATE dbo.PurgeSettings SET EnablePurge = 0")

    assert LyncSource(calls.connection).describe().retention is None
    assert Tone.FACT is told(calls, "does not purge").tone


def test_a_short_retention_and_a_purge_that_does_not_run_are_told(calls: CallDatabase) -> None:
    execute(calls, "UPDATE dbo.PurgeSettings SET KeepCallDetailForDays = 5")
    store(calls, "2025-02-01 10:00:00.000")

    assert Tone.ADVICE is told(calls, "for 5 days only").tone
    assert "30 days old" in told(calls, "the purge does not run").text


def test_sessions_in_the_future_are_no_utc(calls: CallDatabase) -> None:
    store(calls, "13:00:00.000")

    found = told(calls, "1 hour in the future")

    assert Tone.FAULT is found.tone
    assert "not UTC" in found.text


def test_silence_is_told_and_an_empty_database_too(calls: CallDatabase) -> None:
    assert Tone.ADVICE is told(calls, "no session at all").tone

    store(calls, "2025-02-27 10:00:00.000")
    assert Tone.ADVICE is told(calls, "began 4 days ago").tone


def test_calls_that_never_end_are_counted_by_age_and_answer(calls: CallDatabase) -> None:
    store(calls, "11:30:00.000", end=None)
    for second in range(10):
        store(calls, f"2025-03-01 10:00:{second:02}.000")
    store(calls, "2025-03-01 11:00:00.000", end=None)
    store(calls, "2025-03-01 11:00:01.000", end=None, code=486)
    store(calls, "2025-03-01 11:00:02.000", end=None, code=None, response=None)

    assert Tone.FACT is told(calls, "1 call of the last hour has no end yet").tone
    never = told(calls, "1 of 11 answered calls")
    assert (Tone.ADVICE, True) == (never.tone, "(9.1 %)" in never.text)
    assert "100.0 % of refused calls" in told(calls, "of refused calls").text
    assert Tone.FACT is told(calls, "neither answer nor end").tone


def test_late_rows_are_told_with_the_overlap_that_finds_them(calls: CallDatabase) -> None:
    store(calls, modified="10:01:02.000")
    assert "0 (0.0 %)" in told(calls, "written more than an hour").text

    store(calls, "2025-02-28 10:00:00.000", modified="2025-03-03 11:00:00.000")
    late = told(calls, "written more than an hour")
    assert "1 (50.0 %)" in late.text
    assert (Tone.ADVICE, True) == (late.tone, "overlap_hours to 97" in late.mend)


def test_a_second_clock_is_recognised(calls: CallDatabase) -> None:
    for second in range(60):
        store(calls, f"10:00:{second:02}.000", modified=f"11:11:{second:02}.000")

    assert Tone.ADVICE is told(calls, "at least 1 hour after").tone


def test_both_guises_of_the_party_outside_are_counted(calls: CallDatabase) -> None:
    inbound = {"voip": IN, "user2": USER, "starter": None}
    store(calls, "10:00:00.000", **inbound, user1=None)
    store(calls, "10:00:01.000", **inbound, user1="+393350000201@aurora.example;user=phone")
    store(calls, "10:00:02.000", **inbound, user1=OTHER)

    guises = told(calls, "sessions from the PSTN, ").text
    assert "User1 is nobody (NULL) in 33.3 %; User1 is a phone URI in 33.3 %" in guises
    assert Tone.ADVICE is told(calls, "name two users").tone


def test_sessions_that_leave_something_open_are_told(calls: CallDatabase) -> None:
    store(calls, "10:00:00.000", voip={"to_mediation": "med-rome", "connected_number": OUTSIDE})
    store(calls, "10:00:01.000", voip={"to_gateway": GATEWAY})
    store(calls, "10:00:02.000", voip={}, user2=OTHER, starter=None)

    assert "1 of 2 sessions" in told(calls, "no gateway").text
    assert Tone.ADVICE is told(calls, "1 session to the PSTN have no connected number").tone
    assert Tone.ADVICE is told(calls, "1 internal session do not say").tone


def test_trunks_are_named_with_their_calls(calls: CallDatabase) -> None:
    store(calls, "10:00:00.000")
    store(calls, "10:00:01.000", voip=IN, user1=None, user2=USER)
    store(calls, "10:00:02.000", voip={"to_mediation": "med-rome", "connected_number": OUTSIDE})
    calls.conference_leg(at="10:30:00.000", code=200, gateway=GATEWAY, dial_out=True)
    store(calls, "2025-02-01 10:00:00.000", voip=OUT | {"to_gateway": "gw-old"})

    found = told(calls, "Trunks of the last week")

    assert (Trunk(GATEWAY, 1, 2), Trunk("med-rome", 0, 1)) == found.trunks


def test_numbers_are_given_for_judgement_and_never_shown(calls: CallDatabase) -> None:
    store(calls)

    (numbers,) = [one.numbers for one in findings(calls) if one.numbers]
    assert {OUTSIDE, "+390699990001"} == set(numbers)
    assert [] == [one for one in findings(calls) if "393350000201" in one.text or USER in one.text]


def test_orphans_of_both_tables_are_counted_once_they_are_old_enough(calls: CallDatabase) -> None:
    for at in ("10:00:00.000", "11:59:00.000"):
        calls.insert("VoipDetails", {"SessionIdTime": calls.at(at), "SessionIdSeq": 9})
    calls.session(at="10:00:01.000", user1=USER, user2=OTHER, code=200)

    assert "1 of 1 row of VoipDetails" in told(calls, "have no SessionDetails").text
    assert "1 session" in told(calls, "have no VoipDetails").text


def test_forks_are_told_as_the_rows_of_one_ringing(calls: CallDatabase) -> None:
    for seq in (1, 2, 3):
        store(calls, "10:00:00.003", seq=seq, voip=IN, user1=None, user2=USER)
    store(calls, "10:10:00.000", voip=IN, user1=None, user2=USER)

    assert "50.0 % of calls" in told(calls, "up to 3").text


def test_conference_legs_that_another_table_has_too_are_a_fault(calls: CallDatabase) -> None:
    calls.conference_leg(at="10:00:00.000", code=200, gateway=GATEWAY)
    calls.conference_leg(at="10:10:00.000", code=200, gateway=GATEWAY, dial_out=True)
    assert "took 1 call from the PSTN and made 1" in told(calls, "Conferences").text

    store(calls, "10:10:00.000")
    assert Tone.FAULT is told(calls, "priced twice").tone


def test_other_lists_of_types_than_documented_are_told(calls: CallDatabase) -> None:
    execute(calls, "UPDATE dbo.UriTypes SET UriType = 'conf:chat' WHERE UriTypeId = 0")
    execute(calls, "DELETE FROM dbo.UriTypes WHERE UriTypeId = 1")
    execute(calls, "DELETE FROM dbo.UserAgentDef WHERE UAType IN (1024, 512)")
    calls.insert("UserAgentDef", {"UAType": 1024, "UAName": "Kiosk", "UACategory": "K"})

    assert Tone.FAULT is told(calls, "UriTypes has 'conf:chat' for 0").tone
    assert Tone.FAULT is told(calls, "UriTypes has no row for 1").tone
    assert Tone.ADVICE is told(calls, "calls client type 1024 'kiosk k'").tone
    assert Tone.FACT is told(calls, "does not list 512").tone


def test_a_question_that_fails_keeps_no_other_back(calls: CallDatabase) -> None:
    execute(calls, "DROP TABLE dbo.PurgeSettings")
    store(calls)

    assert Tone.ADVICE is told(calls, "Nothing can be said of retention:").tone
    assert told(calls, "Trunks of the last week").trunks
    assert LyncSource(calls.connection).describe().retention is None


@pytest.mark.postgres
def test_tables_that_the_login_may_not_read_are_named_one_by_one(
    postgres_calls: CallDatabase,
) -> None:
    database = postgres_calls.database
    database.execute("DROP ROLE IF EXISTS clerk")
    database.execute("CREATE ROLE clerk LOGIN")
    database.execute("GRANT USAGE ON SCHEMA dbo TO clerk")
    database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA dbo TO clerk")
    database.execute("REVOKE SELECT ON dbo.Users, dbo.Phones FROM clerk")
    source = LyncSource(postgres_calls.connection.replace("UID=postgres", "UID=clerk"))

    faults = [one for one in source.discover(NOW) if one.tone is Tone.FAULT]

    assert ["dbo.Phones", "dbo.Users"] == [one.text.split("no ")[1].split(":")[0] for one in faults]
    assert all("GRANT SELECT ON dbo." in one.mend for one in faults)


def test_it_is_advised_where_calls_of_several_databases_cannot_be_told(calls: CallDatabase) -> None:
    source = LyncSource(calls.connection, dialogs=True)
    assert [] == [one for one in source.discover(NOW) if "dbo.Dialogs" in one.text]

    execute(calls, "DROP TABLE dbo.Dialogs")

    (advice,) = [one for one in source.discover(NOW) if "dbo.Dialogs" in one.text]
    assert Tone.ADVICE is advice.tone
    assert [] == [one for one in findings(calls) if "dbo.Dialogs" in one.text]
