"""What tests of returned mail do again and again: mails as servers write them. No assertion."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.messages.bounces.applying import Taken, take
from app.messages.bounces.verp import return_path
from tests.messages.bounces.table import CORPUS, MESSAGE
from tests.messages.post import rows
from tests.world import World

BOX = "rebonds@barometre.example"
MAIRIE = "mairie@gueret.invalid"


def reads_bounces(world: World) -> None:
    """From now on, mail comes back to a mailbox of its own."""
    world.letterhead = replace(world.letterhead, bounce_address=BOX)


def comes_back(world: World, raw: bytes) -> Taken:
    """A mail is read from the box, at the world's present moment."""
    return take(world.db, world.letterhead, raw, now=world.now)


def dsn(
    world: World,
    message_id: UUID,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 User unknown",
    action: str = "failed",
    mailbox: str = MAIRIE,
    signed: bool = True,
    quoted: bool = True,
) -> bytes:
    """A delivery report about one message, as Postfix writes them."""
    to = return_path(BOX, message_id, world.signer) if signed else BOX
    ours = f"Message-ID: <{message_id}@barometre.invalid>\n" if quoted else "Subject: x\n"
    return f"""Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {world.now:%d %b %Y %H:%M:%S +0000}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {mailbox}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

{ours}
--b--
""".encode()


def about(world: World, name: str, message_id: UUID, mailbox: str) -> bytes:
    """A mail of the corpus, as if it spoke of this message and of this mailbox."""
    raw = (CORPUS / f"{name}.eml").read_bytes()
    token = return_path(BOX, message_id, world.signer).partition("+")[2].partition("@")[0]
    changes = {
        str(MESSAGE): str(message_id),
        "0b2fc3a0111142228333444455556666-00112233aabbccdd": token,
        MAIRIE: mailbox,
    }
    for former, new in changes.items():
        raw = raw.replace(former.encode(), new.encode())
    return raw


def reports(world: World) -> list[Row[Any]]:
    return list(rows(world, "SELECT * FROM mail_reports ORDER BY id"))


def requests(world: World) -> list[Row[Any]]:
    """What the staff are asked, oldest first, with the commune's code."""
    return list(
        rows(
            world,
            "SELECT requests.*, territories.code FROM requests JOIN territories "
            "ON territories.id = territory_id ORDER BY requests.id",
        )
    )


def state_of(world: World, mailbox: str) -> str:
    return str(rows(world, "SELECT state FROM addresses WHERE value = :v", v=mailbox)[0].state)
