"""The person who had the link has left: a colleague takes over, and nothing is lost."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update

from app.collect.overview import overview
from app.collect.refusals import (
    RenewalUsed,
)
from app.collect.respondent import respondent_behind
from app.collect.takeover import promised, take_over
from app.links.make import Wanted, ensure_links
from app.links.opened import ReplacedLink, RevokedLink
from app.links.signed import BadLink
from app.models.chats import Chat, ChatTie
from app.models.contacts import Address, Contact, Link
from app.models.organisations import AuditEntry
from app.vocabulary.scope import Channel
from bot.channels.terminal import TerminalChat
from tests.collect.answers import says
from tests.collect.renewals import (
    GUERET,
    JULIE,
    MAIRIE,
    asks,
    hands_over,
    mailed_token,
    mails,
    opens,
    opens_id,
    renews,
    requests,
)
from tests.world import World


@pytest.fixture(autouse=True)
def mairie(world: World) -> int:
    known = world.contact(GUERET, MAIRIE, "Anne Martin")
    world.open_wave()
    return known


def test_a_known_mailbox_gets_a_new_link_and_the_old_one_stops(world: World) -> None:
    old = world.answer_link(GUERET)

    new = renews(world)

    assert opens(world, new) != opens_id(world, old)
    with pytest.raises(ReplacedLink):
        opens(world, old)
    with world.db.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "link_taken_over")
        ).one()
        assert entry.details == {
            "territory": world.territory(GUERET).id,
            "revoked": 1,
        }


def test_whoever_used_it_and_lost_it_again_gets_another_the_same_day(world: World) -> None:
    first = renews(world)
    second = renews(world)

    assert mails(world) == 2
    with pytest.raises(ReplacedLink):
        opens(world, first)
    assert opens(world, second)


def test_a_colleague_who_coordinates_gets_a_new_link(world: World) -> None:
    hands_over(world)
    with world.db.transaction() as session:
        julie = session.scalars(
            select(Contact.id).join(Address).where(Address.value == JULIE)
        ).one()
        wanted = Wanted("answer", world.territory(GUERET).id, julie)
        ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)

    asks(world, JULIE)

    assert mails(world) == 1
    assert requests(world) == []


def test_drafts_and_hand_overs_go_on_under_the_new_link(world: World) -> None:
    julie = hands_over(world)
    says(world, world.respondent(GUERET), {"mediation_place": "no"}, source="form:before")

    new = renews(world)

    assert opens(world, julie)
    with world.db.reading() as session:
        respondent = respondent_behind(session, world.signer, new, Channel.WEB)
        told = overview(session, respondent, now=world.now).of("inclusion")
    assert [(one.name, one.mine) for one in told.delegates] == [(JULIE, True)]
    assert told.answered == 1
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_a_hand_over_that_waits_to_leave_still_leaves(world: World) -> None:
    hands_over(world)

    renews(world)

    assert len(world.sink.to(JULIE)) == 1


def test_a_chat_of_the_same_mailbox_goes_on(world: World) -> None:
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        chat = Chat(channel="telegram", external_id="42", created_at=world.now)
        session.add(chat)
        session.flush()
        session.add(ChatTie(chat_id=chat.id, link_id=link_id, tied_at=world.now))

    new = opens(world, renews(world))

    with world.db.reading() as session:
        assert session.scalars(select(ChatTie.link_id)).all() == [new]


def test_a_question_that_waits_in_a_chat_is_answered_with_the_new_link(world: World) -> None:
    chat = TerminalChat(world.db, world.letterhead, world.link("answer", GUERET)[0])
    chat.begin(world.now)
    chat.say("inclusion", world.now)
    assert chat.asked is not None
    question = chat.asked.question
    with world.db.transaction() as session:
        session.execute(update(ChatTie).values(preferred_at=world.now))

    new = opens(world, renews(world))
    chat.say("non", world.now)

    assert question is not None
    assert world.response(GUERET, "inclusion").answers[question]["value"] == "no"
    with world.db.reading() as session:
        tie = session.scalars(select(ChatTie)).one()
    assert (tie.link_id, tie.preferred_at is not None) == (new, True)


def test_a_card_and_the_page_of_several_are_made_anew(world: World) -> None:
    held = {purpose: world.link(purpose, GUERET)[0] for purpose in ("card", "several", "stop")}

    renews(world)

    live = {link.purpose: link.id for link in world.links(GUERET) if link.revoked_at is None}
    assert live["card"] != held["card"]
    assert live["several"] != held["several"]
    assert live["stop"] == held["stop"]


def test_opening_the_page_changes_nothing_and_says_for_whom(world: World) -> None:
    asks(world)
    token = mailed_token(world)
    before = world.counts()

    with world.db.reading() as session:
        told = promised(session, world.signer, token)

    assert (told.authority.name, told.mailbox, told.former) == ("Guéret", MAIRIE, ())
    assert told.simulated
    assert world.counts() == before


def test_the_button_pressed_twice_says_so_kindly(world: World) -> None:
    asks(world)
    token = mailed_token(world)
    new = take_over(world.db, world.signer, token, now=world.now)
    before = world.counts()

    with pytest.raises(RenewalUsed, match="a déjà servi"):
        take_over(world.db, world.signer, token, now=world.now)

    assert world.counts() == before
    assert opens(world, new)


def test_the_button_pressed_twice_at_once_makes_one_link(world: World) -> None:
    asks(world)
    token = mailed_token(world)
    opened: list[str] = []
    refused: list[RenewalUsed] = []

    def press() -> None:
        try:
            opened.append(take_over(world.db, world.signer, token, now=world.now))
        except RenewalUsed as used:
            refused.append(used)

    hands = [threading.Thread(target=press) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert (len(opened), len(refused)) == (1, 3)
    assert opens(world, opened[0])


def test_a_link_opens_only_what_it_is_for(world: World) -> None:
    asks(world)
    token = mailed_token(world)
    answer = world.answer_link(GUERET)

    with pytest.raises(BadLink):
        opens(world, token)
    for other in (answer, world.link("stop", GUERET)[1], world.link("card", GUERET)[1]):
        with pytest.raises(BadLink):
            take_over(world.db, world.signer, other, now=world.now)


def test_a_link_withdrawn_by_the_staff_is_no_replaced_one(world: World) -> None:
    link_id, token = world.link("answer", GUERET)
    with world.db.transaction() as session:
        link = session.get_one(Link, link_id)
        link.revoked_at, link.revoked_because = world.now, "staff"

    with pytest.raises(RevokedLink) as refused:
        opens(world, token)
    assert not isinstance(refused.value, ReplacedLink)
