"""What is posted arrives whole, signed, once, and never where nobody meant it to go."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.alarms.event import Event, Told
from app.alarms.webhook import DELIVERY, SIGNATURE, Endpoint, Message, post
from app.mail.mailer import NotSent, PerhapsSent
from app.state.outbox import Stage
from tests.app.alarms.conftest import NOW, Office, begun, receiving, watching
from tests.smtp import free_port, make_certificate

MESSAGE = Message("7-1", b'{"event": 7}')


def test_an_event_is_posted_once_with_its_calls_and_a_signature(office: Office) -> None:
    with receiving() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/hook?token=hidden"
        office.endpoints["chat"] = Endpoint("chat", url, secret="s3cret")
        told = Told(("anna@aurora.example",), ("chat",))
        office.desk.add(watching(kind="call", min_cost="1", told=told), NOW)
        office.arrive(begun(1, "a", cost=Decimal("2.5")))
        assert len(office.tick()) == 1
        office.tick()
        ((headers, body),) = receiver.got
    signed = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"sha256={signed}"
    assert headers[DELIVERY] == "1-2"
    (said,) = receiver.told
    assert said["alarm"] == "watch"
    assert said["company"] == "Aurora Instruments"
    assert said["happened_at"] == "2024-10-21T12:01:00Z"
    assert [call["call_id"] for call in said["calls"]] == ["a"]
    assert Decimal(str(said["calls"][0]["cost"])) == Decimal("2.5")
    link = said["link"]
    day = "2024-10-21"
    asked = {"period": ["custom"], "days": [day, day], "call": [f"{said['calls'][0]['source']}:a"]}
    assert link.startswith("https://calls.aurora.example/calls?")
    assert asked == parse_qs(urlsplit(link).query)
    (mail,) = office.letterbox.mails
    assert f"Open in Tollbook: {link}" in mail.text
    assert {row["state"] for row in office.desk.notices(1)} == {"sent"}


def test_a_program_that_is_down_is_tried_again_and_does_not_keep_the_mails(office: Office) -> None:
    with receiving() as receiver:
        office.endpoints["chat"] = Endpoint("chat", f"http://127.0.0.1:{receiver.port}/")
        told = Told(("anna@aurora.example",), ("chat",))
        office.desk.add(watching(kind="call", min_cost="1", told=told), NOW)
        receiver.status = 503
        office.arrive(begun(1, "a", cost=Decimal(2)), begun(2, "b", cost=Decimal(2)))
        assert len(office.tick()) == 2
        assert len(receiver.got) == 1
        receiver.status = 204
        office.clock.pass_by(minutes=1)
        office.tick()
    assert [said["calls"][0]["call_id"] for said in receiver.told] == ["a", "b", "a"]
    assert receiver.got[0][0][DELIVERY] == receiver.got[2][0][DELIVERY]
    assert office.desk.outbox.counts() == {"sent": 4}


@pytest.mark.parametrize(
    ("status", "for_good"),
    [(400, True), (410, True), (404, False), (429, False), (500, False), (302, False)],
)
def test_refusals_and_redirections_are_told_without_the_address(
    status: int, for_good: bool
) -> None:
    with receiving() as receiver:
        receiver.status = status
        endpoint = Endpoint("chat", f"http://127.0.0.1:{receiver.port}/t0ken", secret="s3cret")
        with pytest.raises(NotSent) as refused:
            post(endpoint, MESSAGE)
    assert refused.value.for_good is for_good
    assert len(receiver.got) == 1
    assert str(refused.value) == f"127.0.0.1 answers {status} to webhook chat"


def test_no_answer_may_be_an_arrival(office: Office) -> None:
    with receiving() as receiver:
        endpoint = Endpoint("chat", f"http://127.0.0.1:{receiver.port}/t0ken", timeout_s=1)
        receiver.delay_s = 2
        with pytest.raises(PerhapsSent) as slow:
            post(endpoint, MESSAGE)
        receiver.delay_s, receiver.breaks_off = 0, True
        with pytest.raises(PerhapsSent) as broken:
            post(endpoint, MESSAGE)
    assert len(receiver.got) == 2
    assert "t0ken" not in f"{slow.value} {broken.value}"
    with pytest.raises(NotSent, match="cannot be reached") as closed:
        post(replace(endpoint, url=f"http://127.0.0.1:{free_port()}/t0ken"), MESSAGE)
    assert "t0ken" not in str(closed.value)
    assert not closed.value.for_good


def test_certificates_are_checked(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "own")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with receiving(context) as receiver:
        stranger = Endpoint("chat", f"https://localhost:{receiver.port}/")
        with pytest.raises(NotSent, match="is not trusted"):
            post(stranger, MESSAGE)
        assert not receiver.got
        post(replace(stranger, ca_file=certificate), MESSAGE)
        misnamed = Endpoint("chat", f"https://127.0.0.1:{receiver.port}/", ca_file=certificate)
        with pytest.raises(NotSent, match="is not trusted"):
            post(misnamed, MESSAGE)
        assert len(receiver.got) == 1


def test_whoever_watches_something_else_can_tell_of_it_the_same_way(office: Office) -> None:
    told = Told(("anna@aurora.example",), quiet_minutes=60)
    event = Event("sales 2024-10 80", "Sales", NOW, "Sales has used 80 %", "It is the 21st.")
    for _ in range(3):
        office.desk.tell("budget 3", told, [event], NOW)
    later = replace(event, key="sales 2024-10 90", title="Sales has used 90 %")
    assert office.tick() == ["Alarm: Sales has used 80 %"]
    office.desk.tell("budget 3", told, [later], NOW + timedelta(hours=1))
    office.clock.pass_by(hours=1)
    assert office.tick() == ["Alarm: Sales has used 90 %"]
    assert "It is the 21st." in office.letterbox.mails[-1].text


def test_a_death_between_doubles_and_loses_nothing(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1"), NOW)
    office.arrive(*(begun(1, f"c{n}", cost=Decimal(2)) for n in range(3)))
    office.watch.look()
    first, second, _ = (row["id"] for row in office.desk.outbox.to_do(NOW, 9))
    assert office.desk.outbox.claim(first, NOW)
    assert office.desk.outbox.claim(second, NOW)
    office.desk.outbox.note(second, Stage.SENDING, NOW)
    office.desk.outbox.recover(NOW)
    assert len(office.tick()) == 2
    assert office.desk.outbox.counts() == {"sent": 2, "perhaps": 1}
