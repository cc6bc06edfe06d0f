"""Reading returned mail, as an operator types it or as a mail server runs it."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from tests.cli.test_commands import Typed, type_in
from tests.messages.bounces.returned import MAIRIE, dsn, reads_bounces, reports
from tests.messages.post import GUERET, invited, messages, open_with_contacts, send
from tests.world import World

__all__ = ["type_in"]


@pytest.fixture
def dead(world: World) -> bytes:
    """What Guéret's mail server answered to our invitation."""
    reads_bounces(world)
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    return dsn(world, messages(world)[0].id)


def test_a_maildir_is_read_and_told(
    world: World, dead: bytes, type_in: Typed, tmp_path: Path
) -> None:
    mailbox.Maildir(tmp_path / "retours", create=True).add(dead)

    told = type_in("mail", "returned", "--maildir", str(tmp_path / "retours"))

    assert told.exit_code == 0, told.stderr
    assert told.stdout == "✓ 1 courriel lu.\n  Boîte inexistante\u00a0: 1\n"
    assert world.disposition(GUERET) == "undelivered"


def test_a_mail_server_pipes_one_mail(world: World, dead: bytes, type_in: Typed) -> None:
    told = type_in("mail", "returned", "--pipe", said=dead.decode())
    again = type_in("mail", "returned", "--pipe", said=dead.decode())

    assert told.stdout.startswith("✓ 1 courriel lu.")
    assert again.stdout == "✓ 0 courriel lu, 1 déjà lu auparavant.\n"
    assert len(reports(world)) == 1


def test_the_boxes_of_the_settings_are_read(
    world: World, dead: bytes, type_in: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.Maildir(tmp_path / "retours", create=True).add(dead)
    monkeypatch.setenv("BOUNCE_MAILDIR", str(tmp_path / "retours"))

    assert type_in("mail", "returned").exit_code == 0
    assert len(reports(world)) == 1


def test_without_a_box_one_is_told_what_to_set(type_in: Typed) -> None:
    refused = type_in("mail", "returned")

    assert refused.exit_code == 1
    assert "BOUNCE_IMAP_URL" in refused.stderr


def test_imap_needs_an_account(type_in: Typed) -> None:
    assert type_in("mail", "returned", "--imap").exit_code == 1


def test_a_folder_that_is_no_maildir_is_refused(type_in: Typed, tmp_path: Path) -> None:
    refused = type_in("mail", "returned", "--maildir", str(tmp_path))

    assert refused.exit_code == 1
    assert "Maildir" in refused.stderr
