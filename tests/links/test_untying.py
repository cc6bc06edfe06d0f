"""A tie is taken back: by the person, by the staff, by the right to be forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.errors import Hidden, NotAllowed
from app.links.chats import Untied, untie
from app.links.tying import untie_by_staff
from app.models.chats import Chat, ChatTie
from app.models.organisations import AuditEntry, Organisation, OrganisationTerritory
from app.vocabulary.scope import Author, Role, Scope
from tests.links.chats import (
    AJAIN,
    CHAT,
    GUERET,
    digits,
    link_of,
    opens,
    tied,
    token,
    writes,
)
from tests.world import World


def test_what_is_untied_opens_nothing_until_it_is_tied_anew(world: World) -> None:
    link_id = link_of(world)
    chat_id = tied(world, link_id)
    with world.db.transaction() as session:
        assert untie(session, chat_id, because=Untied.CHAT, now=world.now) == 1
        assert untie(session, chat_id, because=Untied.CHAT, now=world.now) == 0

    assert opens(world, chat_id) == []
    writes(world, token(world, link_id))
    assert opens(world, chat_id) == [link_id]


def scope_of(world: World, role: Role, *codes: str) -> Scope:
    """A member of staff whose organisation has these communes."""
    with world.db.transaction() as session:
        organisation = Organisation(name=f"{role} {codes}", national=False)
        session.add(organisation)
        session.flush()
        for code in codes:
            session.add(
                OrganisationTerritory(
                    organisation_id=organisation.id,
                    territory_id=world.territory(code).id,
                    may_chase=True,
                )
            )
        return Scope(7, role, organisation.id)


def test_the_staff_unties_what_is_theirs_and_it_is_written_down(world: World) -> None:
    chat_id = tied(world, link_of(world))
    territory = world.territory(GUERET).id
    by = Author.user(7)

    for scope, refusal in (
        (scope_of(world, Role.OPSN, AJAIN), Hidden),
        (scope_of(world, Role.READER, GUERET), NotAllowed),
    ):
        with pytest.raises(refusal):
            untie_by_staff(world.db, scope, by, territory, chat_id, now=world.now)
    assert opens(world, chat_id) == [link_of(world)]

    bruno = scope_of(world, Role.OPSN, GUERET)
    assert untie_by_staff(world.db, bruno, by, territory, chat_id, now=world.now) == 1
    assert untie_by_staff(world.db, bruno, by, territory, chat_id, now=world.now) == 0
    assert opens(world, chat_id) == []
    with world.db.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "chat_untied")).one()
        tie = session.scalars(select(ChatTie)).one()
    assert (entry.actor_id, entry.subject) == ("7", f"chat:{chat_id}")
    assert entry.details == {"territory": territory, "ties": 1}
    assert tie.untied_because == "console"


def test_the_staff_unties_one_authority_and_not_the_others_of_a_chat(world: World) -> None:
    chat_id = tied(world, link_of(world))
    tied(world, link_of(world, AJAIN))
    bruno = scope_of(world, Role.OPSN, GUERET)

    untie_by_staff(
        *(world.db, bruno, Author.user(7), world.territory(GUERET).id, chat_id), now=world.now
    )

    assert opens(world, chat_id) == [link_of(world, AJAIN)]


def test_a_chat_that_is_forgotten_is_tied_to_nothing(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    link_id = link_of(world)
    chat_id = tied(world, link_id)
    digits(world, link_id)
    with world.db.transaction() as session:
        session.execute(
            text(
                "SELECT forget(address_id, :now) FROM contacts JOIN links"
                " ON links.contact_id = contacts.id WHERE links.id = :link"
            ),
            {"now": world.now, "link": link_id},
        )

    assert opens(world, chat_id) == []
    with world.db.reading() as session:
        assert CHAT not in str(session.execute(text("SELECT chats::text FROM chats")).all())
        assert session.scalars(select(Chat)).one().external_id.startswith("erased:")
    assert world.counts()["chat_codes"][0] == 0
