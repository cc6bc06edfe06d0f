"""A real Postfix takes our mails in, and returns to us those that it cannot deliver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier
from app.settings import Settings
from tests.cli.test_commands import Typed, type_in
from tests.messages.bounces.postfix import MAY_RUN, Postfix, running_postfix
from tests.messages.bounces.returned import reads_bounces, reports, requests, state_of
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    by,
    invited,
    messages,
    open_with_contacts,
)
from tests.world import World

__all__ = ["type_in"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MAY_RUN, reason="needs Postfix, started as root"),
]
MAILBOXES = {
    "mairie@gueret.invalid": GUERET,
    "partie@gueret.invalid": GUERET,
    "mairie@ajain.invalid": AJAIN,
    "mairie@aubusson.invalid": AUBUSSON,
}


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    with running_postfix() as running:
        yield running


def leaves_by(world: World, postfix: Postfix) -> None:
    """Four mailboxes are invited; Postfix accepts every mail."""
    reads_bounces(world)
    open_with_contacts(world, *((code, email) for email, code in MAILBOXES.items()))
    invited(world)
    settings = Settings.read({"SMTP_PORT": str(postfix.port)})
    drain(world.db, by(SmtpCarrier.of(settings)), world.letterhead, "wide", now=world.now)


def test_what_postfix_returns_marks_each_mailbox(
    world: World, postfix: Postfix, type_in: Typed
) -> None:
    leaves_by(world, postfix)
    assert {one.state for one in messages(world)} == {"sent"}
    assert len(postfix.delivered("mairie", 1)) == 1
    postfix.delivered("rebonds", 3)

    told = type_in("mail", "returned", "--maildir", str(postfix.returned))
    again = type_in("mail", "returned", "--maildir", str(postfix.returned))

    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("✓ 3 courriels lus.")
    assert again.stdout.startswith("✓ 0 courriel lu.")
    by_message = {one.message_id: (one.kind, one.code) for one in reports(world)}
    found = {
        one.value: by_message.get(one.id) for one in messages(world) if "~" not in one.occasion
    }
    assert found == {
        "mairie@gueret.invalid": None,
        "partie@gueret.invalid": ("hard", "5.1.1"),
        "mairie@ajain.invalid": ("full", "5.2.2"),
        "mairie@aubusson.invalid": ("soft", "5.7.1"),
    }
    assert {email: state_of(world, email) for email in MAILBOXES} == {
        "mairie@gueret.invalid": "good",
        "partie@gueret.invalid": "bouncing",
        "mairie@ajain.invalid": "good",
        "mairie@aubusson.invalid": "good",
    }
    assert requests(world) == []
    waiting = [one.value for one in messages(world) if one.state == "queued"]
    assert sorted(waiting) == ["mairie@ajain.invalid", "mairie@aubusson.invalid"]


def test_the_return_path_survives_postfix(world: World, postfix: Postfix) -> None:
    leaves_by(world, postfix)

    (received,) = postfix.delivered("mairie", 1)

    assert received.startswith(b"Return-Path: <rebonds+")
