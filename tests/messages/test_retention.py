"""What became of our messages is forgotten when we said it would be, and names nobody meanwhile."""

from __future__ import annotations

import html
import re
from uuid import UUID

import pytest

from app.links.codes import letter_link
from app.links.forgetting import forget_mailbox
from app.main import create_app
from app.messages.holds.lifting import resume_sending, stop_sending
from app.messages.retention import (
    CHATS_KEPT_YEARS,
    FATES_KEPT_YEARS,
    Purged,
    purge_sending_traces,
)
from app.vocabulary.scope import Author
from tests.links.chats import tied
from tests.messages.bounces.returned import MAIRIE, comes_back, dsn, reads_bounces, reports
from tests.messages.holds.boxes import held
from tests.messages.post import GUERET, invited, messages, open_with_contacts, rows, send
from tests.world import World

SYSTEM = Author.system()
NOTHING = Purged(n_reports=0, n_holds=0, n_chats=0)
THREE_YEARS = 3 * 365


def night(world: World) -> Purged:
    return purge_sending_traces(world.db, now=world.now)


def came_back(world: World) -> UUID:
    """Guéret is invited, and its mail came back for good."""
    reads_bounces(world)
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    message_id = UUID(str(messages(world)[0].id))
    comes_back(world, dsn(world, message_id))
    return message_id


def test_a_returned_mail_is_kept_three_years(world: World) -> None:
    came_back(world)

    world.days_pass(THREE_YEARS)
    assert night(world) == NOTHING
    world.days_pass(1)
    assert night(world) == Purged(n_reports=1, n_holds=0, n_chats=0)

    assert night(world) == NOTHING
    (left,) = reports(world)
    assert (left.kind, left.code, left.message_id, left.address_id) == ("hard", "", None, None)
    assert messages(world)[0].state == "bounced"


def test_a_hold_is_kept_three_years_from_its_lifting(world: World) -> None:
    stop_sending(world.db, by=SYSTEM, now=world.now)
    world.days_pass(THREE_YEARS)
    resume_sending(world.db, by=SYSTEM, now=world.now)
    world.days_pass(THREE_YEARS)
    assert night(world) == NOTHING

    world.days_pass(1)
    assert night(world) == Purged(n_reports=0, n_holds=1, n_chats=0)


def test_a_hold_that_lasts_is_never_forgotten(world: World) -> None:
    stop_sending(world.db, by=SYSTEM, now=world.now)
    world.days_pass(10 * THREE_YEARS)

    assert night(world) == NOTHING
    assert held(world) == ["operator"]


def test_a_silent_conversation_of_a_letter_is_kept_three_years(world: World) -> None:
    with world.db.transaction() as session:
        link_id = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
    tied(world, link_id, "4242")

    world.days_pass(THREE_YEARS)
    assert night(world) == NOTHING
    world.days_pass(1)
    assert night(world) == Purged(n_reports=0, n_holds=0, n_chats=1)


@pytest.mark.parametrize("table", ["mail_reports", "sending_holds"])
def test_they_name_nobody_so_that_forgetting_has_nothing_to_blank(world: World, table: str) -> None:
    came_back(world)
    stop_sending(world.db, by=SYSTEM, now=world.now)
    before = rows(world, f"SELECT CAST(row AS text) FROM {table} AS row")
    assert before
    assert "gueret" not in str(before)

    forget_mailbox(world.db, MAIRIE, by=SYSTEM, now=world.now)

    assert rows(world, f"SELECT CAST(row AS text) FROM {table} AS row") == before
    assert rows(world, "SELECT state FROM addresses") == [("erased",)]


def test_the_page_says_the_same_years(world: World) -> None:
    page = create_app(world.house).test_client().get("/donnees-personnelles")
    told = re.sub(r"<[^>]+>", "\n", html.unescape(page.get_data(as_text=True)))
    lines = [line.strip() for line in told.splitlines() if line.strip()]

    def promised(what: str) -> str:
        return lines[lines.index(what) + 1]

    words = {1: "un an", 2: "deux ans", 3: "trois ans", 5: "cinq ans"}
    assert promised("Messages envoyés et leur sort") == words[FATES_KEPT_YEARS]
    assert promised("Conversation par messagerie") == "comme l’adresse de son contact"
    assert promised("Adresse d’un contact").endswith(
        f"{words[CHATS_KEPT_YEARS]} après le dernier échange au plus"
    )
