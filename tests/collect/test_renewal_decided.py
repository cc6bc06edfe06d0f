"""An unknown mailbox asks for the link: what the staff decides, and who is replaced."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.collect.refusals import (
    AlreadySettled,
    NotTheirContact,
)
from app.collect.takeover import promised, take_over
from app.errors import Hidden, NotAllowed
from app.links.opened import ReplacedLink
from app.models.campaigns import Wave
from app.models.chats import Chat, ChatTie
from app.models.contacts import Address, Contact, Link
from app.models.organisations import AuditEntry
from app.models.teams import Assignment, Team
from app.vocabulary.scope import Scope
from tests.cases.staff import scope_of_opsn
from tests.collect.renewals import (
    AJAIN,
    CLAIRE,
    GUERET,
    JULIE,
    MAIRIE,
    accepts,
    asks,
    hands_over,
    mailed_token,
    mails,
    opens,
    refuses,
    requests,
)
from tests.world import World


@pytest.fixture(autouse=True)
def mairie(world: World) -> int:
    known = world.contact(GUERET, MAIRIE, "Anne Martin")
    world.open_wave()
    return known


@pytest.fixture
def bruno(world: World) -> Scope:
    """Of the OPSN that Guéret joined."""
    return scope_of_opsn(world, GUERET)


def test_a_yes_of_the_staff_mails_a_link_to_the_new_mailbox(world: World, bruno: Scope) -> None:
    old = world.answer_link(GUERET)
    asks(world, CLAIRE)

    accepts(world, bruno)
    new = take_over(world.db, world.signer, mailed_token(world, CLAIRE), now=world.now)

    assert requests(world)[0].state == "done"
    assert opens(world, old) != opens(world, new)  # nobody left: both answer
    with world.db.reading() as session:
        claire = session.scalars(select(Contact).join(Address).where(Address.value == CLAIRE)).one()
        assert (claire.role, claire.origin) == ("mairie", "respondent")
    mail = world.sink.to(CLAIRE)[0].get_body(("plain",))
    assert mail is not None
    told = " ".join(mail.get_content().split())
    assert "donnée avec la demande de ce lien" in told


def test_who_left_keeps_the_link_until_the_new_one_is_opened(
    world: World, bruno: Scope, mairie: int
) -> None:
    old = world.answer_link(GUERET)
    julie = hands_over(world)
    asks(world, CLAIRE)
    accepts(world, bruno, replaces=mairie)
    assert opens(world, old)
    token = mailed_token(world, CLAIRE)
    with world.db.reading() as session:
        assert promised(session, world.signer, token).former == (MAIRIE,)

    new = take_over(world.db, world.signer, token, now=world.now)

    with pytest.raises(ReplacedLink):
        opens(world, old)
    assert opens(world, julie)
    with world.db.reading() as session:
        former = session.get_one(Contact, mairie)
        assert (former.stopped_at, former.stopped_because) == (world.now, "left")
        handed = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        assert handed.delegated_by == world.signer.read(new, "answer")
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert [a for a in actions if a != "user_created"][-3:] == [
            "contact_replaced",
            "request_done",
            "link_taken_over",
        ]


def test_the_team_of_who_left_is_the_new_contact_s(world: World, bruno: Scope, mairie: int) -> None:
    link_id, _ = world.link("answer", GUERET)
    territory_id = world.territory(GUERET).id
    with world.db.transaction() as session:
        campaign_id = session.get_one(Wave, world.wave_id).campaign_id
        session.add(
            Team(
                campaign_id=campaign_id,
                territory_id=territory_id,
                coordinator_id=mairie,
                validator_id=mairie,
                changed_at=world.now,
            )
        )
        session.add(
            Assignment(
                campaign_id=campaign_id,
                territory_id=territory_id,
                theme="inclusion",
                contact_id=mairie,
                assigned_by=link_id,
                assigned_at=world.now,
            )
        )
    asks(world, CLAIRE)
    accepts(world, bruno, replaces=mairie)

    new = take_over(world.db, world.signer, mailed_token(world, CLAIRE), now=world.now)

    with world.db.reading() as session:
        claire = session.scalars(
            select(Contact.id).join(Address).where(Address.value == CLAIRE)
        ).one()
        team = session.scalars(select(Team)).one()
        assert (team.coordinator_id, team.validator_id) == (claire, claire)
        assigned = session.scalars(select(Assignment)).one()
        assert assigned.contact_id == claire
        assert assigned.assigned_by == world.signer.read(new, "answer")


def test_a_chat_of_who_left_does_not_follow(world: World, bruno: Scope, mairie: int) -> None:
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        chat = Chat(channel="telegram", external_id="42", created_at=world.now)
        session.add(chat)
        session.flush()
        session.add(ChatTie(chat_id=chat.id, link_id=link_id, tied_at=world.now))
    asks(world, CLAIRE)
    accepts(world, bruno, replaces=mairie)

    take_over(world.db, world.signer, mailed_token(world, CLAIRE), now=world.now)

    with world.db.reading() as session:
        assert session.scalars(select(ChatTie.link_id)).all() == [link_id]


def test_a_colleague_accepted_holds_one_link_for_everything(world: World, bruno: Scope) -> None:
    julie = hands_over(world)
    asks(world, JULIE)
    accepts(world, bruno)

    new = take_over(world.db, world.signer, mailed_token(world, JULIE), now=world.now)

    with pytest.raises(ReplacedLink):
        opens(world, julie)
    assert opens(world, new)


def test_only_who_may_chase_the_authority_decides(world: World) -> None:
    asks(world, CLAIRE)

    with pytest.raises(Hidden):
        accepts(world, scope_of_opsn(world, AJAIN))
    with pytest.raises(NotAllowed):
        accepts(world, scope_of_opsn(world, GUERET, may_chase=False))
    assert mails(world) == 0


def test_who_is_replaced_is_of_the_authority_and_is_somebody_else(
    world: World, bruno: Scope
) -> None:
    elsewhere = world.contact(AJAIN, "mairie@ajain.invalid")
    asks(world, CLAIRE)

    for nobody in (elsewhere, 10**9):
        with pytest.raises(NotTheirContact):
            accepts(world, bruno, replaces=nobody)
    assert requests(world)[0].state == "open"
    assert mails(world) == 0


def test_a_decided_request_is_decided(world: World, bruno: Scope) -> None:
    asks(world, CLAIRE)
    accepts(world, bruno)

    with pytest.raises(AlreadySettled):
        accepts(world, bruno)
    with pytest.raises(AlreadySettled):
        refuses(world, bruno)


def test_a_refused_mailbox_is_forgotten(world: World, bruno: Scope) -> None:
    asks(world, CLAIRE)

    refuses(world, bruno)

    (asked,) = requests(world)
    assert asked.state == "refused"
    with world.db.reading() as session:
        address = session.get_one(Address, asked.address_id)
        assert (address.state, address.value) == ("erased", f"erased:{address.id}")


def test_a_refused_mailbox_that_serves_elsewhere_is_kept(world: World, bruno: Scope) -> None:
    world.contact(AJAIN, CLAIRE)
    asks(world, CLAIRE)

    refuses(world, bruno)

    with world.db.reading() as session:
        assert session.scalar(select(Address.state).where(Address.value == CLAIRE)) == "good"


def test_a_mailbox_that_asks_for_two_communes_is_forgotten_with_the_last(
    world: World, bruno: Scope
) -> None:
    asks(world, CLAIRE, "212300206")  # Ajain's
    asks(world, CLAIRE)
    refuses(world, bruno)
    with world.db.reading() as session:
        assert session.scalar(select(Address.state).where(Address.value == CLAIRE)) == "good"
