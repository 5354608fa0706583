"""Mails to real servers, well-behaved and other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest

from app.mail.mailer import Mailer, NotSent, PerhapsSent, Security, Server
from app.mail.message import Attachment, Mail, message
from tests.smtp import LOGIN, PASSWORD, Inbox, free_port, make_certificate, rude_server, smtp_server
from warehouse.clock import fixed_clock

NOW = datetime(2026, 11, 2, 5, 30, tzinfo=UTC)
SENDER = Address("Tollbook – Günther's “calls”", "calls", "aurora.example")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9
TEXT = "Grüße\n.\n..two dots\nProfit: 100 €\n" + "long " * 500 + "\nFrom here\n日本語"
MAIL = Mail(
    key="monthly-7-2026-10-a1b2",
    to="anna@aurora.example",
    subject="Costs of October – Köln",
    text=TEXT,
    html='<p>Grüße</p><img src="cid:chart-1.png">',
    pictures=(("chart-1.png", PICTURE),),
    attachments=(
        Attachment("Kosten Köln.pdf", b"%PDF-1.7 \x00\xff"),
        Attachment("calls.csv", b"a,b\r\n1,2\r\n"),
    ),
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    folder = tmp_path_factory.mktemp("certificates")
    return {name: make_certificate(folder, name) for name in ("own", "strange")}


def server_of(inbox: Inbox | int, **facts: Any) -> Server:
    port = inbox if isinstance(inbox, int) else inbox.port
    usual: dict[str, Any] = {"security": Security.NONE, "sender": SENDER, "timeout_s": 3}
    return Server(host="localhost", port=port, **(usual | facts))


def send(server: Server, *mails: Mail) -> None:
    with Mailer(server, fixed_clock(NOW)) as mailer:
        for mail in mails or (MAIL,):
            mailer.send(mail)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as found:
        yield found


def test_what_arrives_is_what_was_sent_part_by_part(inbox: Inbox) -> None:
    send(server_of(inbox))
    ((sender, recipients, _),) = inbox.raw
    assert (sender, recipients) == ("calls@aurora.example", ["anna@aurora.example"])
    (mail,) = inbox.mails
    assert mail["Subject"] == MAIL.subject
    assert mail["From"].addresses == (SENDER,)
    assert mail["To"] == "anna@aurora.example"
    assert mail["Message-ID"] == "<monthly-7-2026-10-a1b2@aurora.example>"
    assert mail["Date"].datetime == NOW
    alternatives, *files = mail.iter_parts()
    plain, page = alternatives.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == TEXT
    html, picture = page.iter_parts()
    assert html.get_content().rstrip() == MAIL.html
    assert picture["Content-ID"] == "<chart-1.png>"
    assert picture.get_content() == PICTURE
    assert [(one.get_filename(), one.get_content_type()) for one in files] == [
        ("Kosten Köln.pdf", "application/pdf"),
        ("calls.csv", "text/csv"),
    ]
    assert files[0].get_content() == MAIL.attachments[0].content


def test_many_mails_go_over_one_connection(inbox: Inbox) -> None:
    send(server_of(inbox), *[MAIL] * 20)
    assert (len(inbox.raw), inbox.connections) == (20, 1)


def test_starttls_is_checked_against_the_named_authority(
    certificates: dict[str, tuple[Path, Path]],
) -> None:
    with smtp_server(certificate=certificates["own"], asks_for_login=True) as inbox:
        trusting = {"security": Security.STARTTLS, "ca_file": certificates["own"][0]}
        send(server_of(inbox, login=LOGIN, password=PASSWORD, **trusting))
        assert len(inbox.raw) == 1
        assert inbox.mails[0]["From"].addresses == (SENDER,)
        with pytest.raises(NotSent, match="refuses the login") as wrong:
            send(server_of(inbox, login=LOGIN, password="wr0ng", **trusting))
        assert "wr0ng" not in str(wrong.value)
        assert not wrong.value.for_good
        strange = trusting | {"ca_file": certificates["strange"][0]}
        for options in (strange, {"security": Security.STARTTLS}):
            with pytest.raises(NotSent, match="is not trusted") as refused:
                send(server_of(inbox, login=LOGIN, password=PASSWORD, **options))
            assert "ca_file" in str(refused.value)
        assert len(inbox.raw) == 1


def test_a_password_that_smtp_cannot_carry_is_told(
    certificates: dict[str, tuple[Path, Path]],
) -> None:
    with smtp_server(certificate=certificates["own"], asks_for_login=True) as inbox:
        trusting = {"security": Security.STARTTLS, "ca_file": certificates["own"][0]}
        with pytest.raises(NotSent, match="ASCII only"):
            send(server_of(inbox, login="calls", password="straße", **trusting))


def test_smtps_is_checked_too(certificates: dict[str, tuple[Path, Path]]) -> None:
    with smtp_server(certificate=certificates["own"], tls=True) as inbox:
        send(server_of(inbox, security=Security.TLS, ca_file=certificates["own"][0]))
        with pytest.raises(NotSent, match="is not trusted"):
            send(server_of(inbox, security=Security.TLS))
        assert len(inbox.raw) == 1


def test_a_server_without_tls_is_not_sent_to_in_the_clear(inbox: Inbox) -> None:
    with pytest.raises(NotSent, match="does not offer what is asked for"):
        send(server_of(inbox, security=Security.STARTTLS))
    with pytest.raises(NotSent, match="speaks no TLS"):
        send(server_of(inbox, security=Security.TLS))
    assert not inbox.raw


def test_a_refused_recipient_is_refused_for_good_and_the_others_get_theirs(inbox: Inbox) -> None:
    inbox.refuses = {"gone@aurora.example": "550 no such user", "full@aurora.example": "452 full"}
    with Mailer(server_of(inbox), fixed_clock(NOW)) as mailer:
        for name, is_for_good in (("gone", True), ("full", False)):
            with pytest.raises(NotSent, match="the server refuses it") as refused:
                mailer.send(Mail(name, f"{name}@aurora.example", "Hello", "Hello"))
            assert refused.value.for_good is is_for_good
        mailer.send(MAIL)
    assert [recipients for _, recipients, _ in inbox.raw] == [["anna@aurora.example"]]


@pytest.mark.parametrize(("answer", "is_for_good"), [("421 later", False), ("554 spam", True)])
def test_a_refused_mail_is_tried_again_only_where_that_may_help(
    inbox: Inbox, answer: str, is_for_good: bool
) -> None:
    inbox.answer = answer
    with pytest.raises(NotSent, match=answer) as refused:
        send(server_of(inbox))
    assert refused.value.for_good is is_for_good


def test_a_server_that_breaks_off_after_the_mail_may_have_it(inbox: Inbox) -> None:
    inbox.drops_after_content = True
    with Mailer(server_of(inbox), fixed_clock(NOW)) as mailer:
        with pytest.raises(PerhapsSent, match="broke off before it said so"):
            mailer.send(MAIL)
        inbox.drops_after_content = False
        mailer.send(MAIL)
    assert len(inbox.raw) == 2


def test_a_server_that_is_slow_is_not_waited_for_without_end(inbox: Inbox) -> None:
    inbox.delay_s = 1.5
    with pytest.raises(PerhapsSent):
        send(server_of(inbox, timeout_s=0.5))


@pytest.mark.parametrize(
    "words",
    [
        [],
        [b"220 hello\r\n"],
        [b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n"],
        [b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n"],
    ],
)
def test_a_server_that_breaks_off_before_the_mail_has_none_of_it(words: list[bytes]) -> None:
    with rude_server(words) as port, pytest.raises(NotSent) as refused:
        send(server_of(port))
    assert not refused.value.for_good


def test_a_server_that_is_not_there_is_named() -> None:
    port = free_port()
    with pytest.raises(NotSent, match=f"localhost:{port} cannot be reached"):
        send(server_of(port))


@pytest.mark.parametrize("to", ["anna", "a@b@c d.example", "x@y.example, z@y.example", "@b.c"])
def test_what_is_no_address_is_never_tried(inbox: Inbox, to: str) -> None:
    with pytest.raises(NotSent, match="is no mail address") as refused:
        send(server_of(inbox), Mail("k", to, "Hello", "Hello"))
    assert refused.value.for_good
    assert not inbox.connections


def test_a_subject_cannot_bring_headers_of_its_own() -> None:
    odd = Mail("k", "a@b.example", "Hello\r\nBcc: everyone@b.example", "Hello")
    made = message(odd, SENDER, NOW)
    assert made["Bcc"] is None
    assert made["Subject"] == "Hello  Bcc: everyone@b.example"
