"""Somebody says whom to write to instead."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.collect.contact_change import Changed, change_contact
from app.collect.decline import decline
from app.collect.delegate import delegate
from app.collect.floods import MOST_TO_ONE_PERSON, MOST_WRITTEN_TO
from app.collect.refusals import (
    AddressNotReachable,
    ChangedTooOften,
    HandedOverTooOften,
    MayNotChangeContact,
    WaveEnded,
)
from app.collect.requests import say_not_ours
from app.collect.respondent import respondent_of
from app.collect.submit import submit
from app.links.make import Wanted, ensure_links
from app.messages.carriers import Carriers
from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier
from app.messages.suppressions import stop
from app.models.contacts import Address, Contact, Link
from app.models.messages import Message
from app.panel.mailboxes import BadMailbox
from app.vocabulary.scope import Channel, Respondent
from app.vocabulary.stops import StopReason
from tests.collect.answers import answers_all, says
from tests.world import FIRST_THEMES, World

GUERET, AJAIN = "23096", "23002"
MAIRIE = "mairie@gueret.invalid"
NEW = "nouvelle@gueret.invalid"
DGS = "dgs@gueret.invalid"


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, MAIRIE, "Anne Martin")
    world.open_wave()


def changes(
    world: World,
    email: str = NEW,
    *,
    replaces: bool = True,
    name: str = "",
    who: Respondent | None = None,
) -> Changed:
    return change_contact(
        world.db,
        who or world.respondent(GUERET),
        email,
        world.letterhead,
        name=name,
        replaces=replaces,
        now=world.now,
    )


def stopped(world: World) -> dict[str, bool]:
    with world.db.reading() as session:
        return {
            one.address.value: one.stopped_at is not None
            for one in session.scalars(select(Contact))
        }


def reasons(world: World) -> dict[str, str | None]:
    with world.db.reading() as session:
        return {one.address.value: one.stopped_because for one in session.scalars(select(Contact))}


def holder_of(world: World, mailbox: str) -> Respondent:
    """Whoever opens the link that this mailbox was sent."""
    with world.db.reading() as session:
        return respondent_of(session, link_of(world, mailbox), Channel.WEB)


def sends(world: World) -> None:
    carriers: Carriers = {Channel.EMAIL: SmtpCarrier.of(world.settings)}
    drain(world.db, carriers, world.letterhead, "wide", now=world.now)


def mailed(world: World) -> str:
    """The text of the one mail that the new contact received."""
    (mail,) = world.sink.to(NEW)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_of(world: World, mailbox: str) -> Link:
    with world.db.reading() as session:
        return session.scalars(
            select(Link)
            .join(Contact, Contact.id == Link.contact_id)
            .join(Address, Address.id == Contact.address_id)
            .where(Link.purpose == "answer", Address.value == mailbox)
        ).one()


def test_the_new_contact_receives_their_own_link_and_the_old_one_still_opens(world: World) -> None:
    old = world.respondent(GUERET)

    assert changes(world, who=old) == Changed(NEW, mailed=True, replaced=True)
    sends(world)

    new = link_of(world, NEW)
    assert world.signer.token(new.id, "answer", new.key_id) in mailed(world)
    assert stopped(world) == {MAIRIE: True, NEW: False}
    with world.db.reading() as session:
        assert session.get_one(Link, old.link_id).revoked_at is None
    assert world.disposition(GUERET) == "invited"


def test_a_contact_may_be_added_beside_the_former_one(world: World) -> None:
    assert not changes(world, replaces=False).replaced

    assert stopped(world) == {MAIRIE: False, NEW: False}


def test_the_message_speaks_of_what_is_begun_or_refused_but_not_of_what_is_sent(
    world: World,
) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who)
    submit(world.db, who, "inclusion", world.letterhead, now=world.now)
    says(world, who, {"felt_exposure": "much"}, theme="cybersecurite", source="form:one")
    decline(world.db, who, ("communication",), "not_me", now=world.now)

    changes(world)
    sends(world)

    told = mailed(world)
    assert "- Cybersécurité" in told
    assert "- Communication" in told
    assert "- Inclusion" not in told
    assert world.disposition(GUERET, "cybersecurite") == "started"
    assert world.disposition(GUERET, "communication") == "refused_by_person"


def test_when_all_is_sent_nothing_leaves(world: World) -> None:
    who = world.respondent(GUERET)
    for theme in FIRST_THEMES:
        answers_all(world, who, theme)
        submit(world.db, who, theme, world.letterhead, now=world.now)

    assert not changes(world).mailed
    assert NEW in stopped(world)


def test_the_same_address_again_writes_once(world: World) -> None:
    changes(world)

    assert not changes(world).mailed
    with world.db.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 1


def test_ones_own_address_is_written_to_again(world: World) -> None:
    changes(world)

    told = changes(world, MAIRIE.upper())

    assert (told.resumed, told.mailed) == (True, False)
    assert stopped(world) == {MAIRIE: False, NEW: False}


def test_why_a_mailbox_is_written_to_no_more_is_kept_and_forgotten(world: World) -> None:
    changes(world)
    assert reasons(world) == {MAIRIE: "replaced", NEW: None}

    changes(world, MAIRIE)
    assert reasons(world) == {MAIRIE: None, NEW: None}

    stop(world.db, world.link("stop", GUERET)[0], now=world.now)
    assert reasons(world) == {MAIRIE: "asked", NEW: None}


def test_a_replaced_mailbox_comes_back_even_when_no_message_had_left(world: World) -> None:
    """The message's time was all we had: with every theme sent there was no message."""
    who = world.respondent(GUERET)
    for theme in FIRST_THEMES:
        answers_all(world, who, theme)
        submit(world.db, who, theme, world.letterhead, now=world.now)
    assert not changes(world, who=who).mailed

    world.days_pass(1)

    assert changes(world, MAIRIE, who=who).resumed
    assert stopped(world) == {MAIRIE: False, NEW: False}


def test_a_replaced_mailbox_that_named_two_others_comes_back(world: World) -> None:
    changes(world)
    world.days_pass(1)
    changes(world, "autre@gueret.invalid")

    assert changes(world, MAIRIE).resumed


def test_who_took_the_place_gives_it_back_and_the_former_mailbox_is_written_to(
    world: World,
) -> None:
    changes(world)
    world.days_pass(1)

    told = changes(world, MAIRIE, who=holder_of(world, NEW))

    assert told == Changed(MAIRIE, mailed=True, replaced=True)
    assert reasons(world) == {MAIRIE: None, NEW: "replaced"}


def test_somebody_whom_it_never_named_does_not_bring_a_replaced_mailbox_back(
    world: World,
) -> None:
    changes(world)
    dgs = Wanted("answer", world.territory(GUERET).id, world.contact(GUERET, DGS))
    with world.db.transaction() as session:
        ensure_links(session, [dgs], key_id=world.signer.key_id, now=world.now)

    with pytest.raises(AddressNotReachable):
        changes(world, MAIRIE, who=holder_of(world, DGS))

    assert reasons(world)[MAIRIE] == "replaced"


def test_a_replaced_mailbox_that_then_asks_for_no_more_mail_stays_so_for_every_link(
    world: World,
) -> None:
    """Its stop kept the hour of the replacement: by the hour alone, the link took it back."""
    changes(world)
    world.days_pass(1)
    stop(world.db, world.link("stop", GUERET)[0], now=world.now)

    for who in (world.respondent(GUERET), holder_of(world, NEW)):
        with pytest.raises(AddressNotReachable):
            changes(world, MAIRIE, who=who)

    assert reasons(world) == {MAIRIE: "asked", NEW: None}


def test_asking_for_no_more_mail_at_the_hour_of_the_replacement_is_still_asking(
    world: World,
) -> None:
    changes(world, replaces=False)
    stop(world.db, world.link("stop", GUERET)[0], now=world.now)

    with pytest.raises(AddressNotReachable):
        changes(world, MAIRIE)


def test_a_mailbox_that_is_not_the_authority_s_is_not_named_again(world: World) -> None:
    changes(world)
    say_not_ours(world.db, world.respondent(GUERET), now=world.now)

    with pytest.raises(AddressNotReachable):
        changes(world, MAIRIE, who=holder_of(world, NEW))

    assert reasons(world) == {MAIRIE: "asked", NEW: None}


def test_a_mailbox_stopped_before_we_kept_the_reason_is_left_alone(world: World) -> None:
    with world.db.transaction() as session:
        session.scalars(select(Contact)).one().stopped_at = world.now

    with pytest.raises(AddressNotReachable):
        changes(world, MAIRIE)


def test_whoever_asked_to_be_left_alone_stays_so(world: World) -> None:
    changes(world, replaces=False)
    with world.db.transaction() as session:
        contact = session.scalars(
            select(Contact).join(Contact.address).where(Address.value == NEW)
        ).one()
        contact.stopped_at, contact.stopped_because = world.now, StopReason.ASKED

    with pytest.raises(AddressNotReachable):
        changes(world)

    assert stopped(world) == {MAIRIE: False, NEW: True}


def test_a_link_that_asked_for_no_more_mail_may_still_name_somebody(world: World) -> None:
    stop(world.db, world.link("stop", GUERET)[0], now=world.now)

    assert changes(world).mailed


def test_a_forwarded_link_does_not_take_back_a_stop_asked_for_in_a_mail(world: World) -> None:
    changes(world, replaces=False)
    world.days_pass(1)
    stop(world.db, world.link("stop", GUERET)[0], now=world.now)

    with pytest.raises(AddressNotReachable, match="demandez de l’aide"):
        changes(world, MAIRIE)

    assert stopped(world) == {MAIRIE: True, NEW: False}


def test_a_contact_named_by_a_link_does_not_start_the_count_afresh(world: World) -> None:
    changes(world, replaces=False)
    new = link_of(world, NEW)
    with world.db.reading() as session:
        their_own = respondent_of(session, new, Channel.WEB)
    for number in range(MOST_WRITTEN_TO - 1):
        changes(world, f"p{number}@gueret.invalid", replaces=False, who=their_own)

    with pytest.raises(ChangedTooOften):
        changes(world, "encore@gueret.invalid")


def test_the_next_commune_has_its_own_count(world: World) -> None:
    for number in range(MOST_WRITTEN_TO):
        changes(world, f"p{number}@gueret.invalid", replaces=False)
    world.contact(AJAIN, "mairie@ajain.invalid")

    assert changes(world, "neuf@ajain.invalid", who=world.respondent(AJAIN)).mailed


def test_an_address_that_is_none_is_told_and_nothing_is_written(world: World) -> None:
    for wrong in ("", "julie", "julie@", "a b@c.fr", "a\0b@c.fr", f"{NEW}\r\nBcc: x@y.fr"):
        with pytest.raises(BadMailbox):
            changes(world, wrong)

    assert stopped(world) == {MAIRIE: False}


def test_a_name_that_we_know_is_not_changed_from_a_link(world: World) -> None:
    world.contact("23008", "dgs@aubusson.invalid", "Madame Connue")

    changes(world, "dgs@aubusson.invalid", name="Monsieur Autre")
    changes(world, NEW, name="  Julie\n Lamy\0 ")

    with world.db.reading() as session:
        names = dict(session.execute(select(Address.value, Address.holder_name)).all())
    assert names["dgs@aubusson.invalid"] == "Madame Connue"
    assert names[NEW] == "Julie Lamy"


def test_a_colleague_does_not_speak_for_the_authority(world: World) -> None:
    who = world.respondent(GUERET)
    delegate(world.db, who, "inclusion", "j@g.invalid", world.letterhead, name=None, now=world.now)
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        colleague = respondent_of(session, link, Channel.WEB)

    with pytest.raises(MayNotChangeContact):
        changes(world, who=colleague)


def test_after_the_wave_nobody_is_written_to(world: World) -> None:
    world.days_pass(200)

    with pytest.raises(WaveEnded):
        changes(world)


def test_contacts_and_hand_overs_share_one_limit(world: World) -> None:
    who = world.respondent(GUERET)
    for number in range(MOST_WRITTEN_TO - 1):
        changes(world, f"p{number}@gueret.invalid", replaces=False)
    delegate(world.db, who, "inclusion", "j@g.invalid", world.letterhead, name=None, now=world.now)

    with pytest.raises(ChangedTooOften):
        changes(world, "encore@gueret.invalid")
    with pytest.raises(HandedOverTooOften):
        delegate(
            world.db, who, "inclusion", "k@g.invalid", world.letterhead, name=None, now=world.now
        )

    world.days_pass(31)
    assert changes(world, "encore@gueret.invalid").mailed
    assert MOST_TO_ONE_PERSON < MOST_WRITTEN_TO
