"""A mail as it goes over the wire."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_LINE_BREAKS = str.maketrans("\r\n\t", "   ")
_POLICY = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """Something to be sent to one recipient.

    One, because what somebody may see is their own: two readers never share a mail.
    """

    key: str
    """Tells mails apart: the same key gives the same Message-ID, whenever it is sent again."""
    to: str
    """An address, without a name."""
    subject: str
    text: str
    """For programs that show no HTML: complete by itself."""
    html: str = ""
    pictures: tuple[tuple[str, bytes], ...] = ()
    """PNG, by the name that the HTML asks for (`cid:`)."""
    attachments: tuple[Attachment, ...] = ()


def message(mail: Mail, sender: Address, at: datetime) -> EmailMessage:
    """The mail with its headers, and its parts in the order that mail programs expect.

    Raises `ValueError` where the recipient is no address.
    """
    made = EmailMessage(policy=_POLICY)
    made["From"] = sender
    made["To"] = address(mail.to)
    made["Subject"] = mail.subject.translate(_LINE_BREAKS).strip()
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{mail.key}@{sender.domain}>"
    # Holiday notices and other machines are not to answer.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        page = made.get_payload()[1]  # type: ignore[index]
        for name, content in mail.pictures:
            page.add_related(  # type: ignore[union-attr]
                content,
                maintype="image",
                subtype="png",
                cid=f"<{name}>",
                filename=name,
                disposition="inline",
            )
    for attachment in mail.attachments:
        kind = mimetypes.guess_type(attachment.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        made.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=attachment.name
        )
    return made


def address(text: str, name: str = "") -> Address:
    """An address that a server can take; raises `ValueError` with what is wrong."""
    plain = text.strip()
    local, at, domain = plain.rpartition("@")
    if not at or not local or "." not in domain or any(sign in plain for sign in ' ,;<>\r\n"'):
        raise ValueError(f"{text!r} is no mail address: write name@example.com")
    return Address(name, local, domain)
