"""The person who had the link has left: a colleague takes over, and nothing is lost."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.collect.delegate import delegate
from app.collect.lost_link import MOST_OPEN, ask_new_link
from app.collect.overview import overview
from app.collect.refusals import (
    AlreadySettled,
    BadReference,
    MailboxLeftAlone,
    NotTheirContact,
    RenewalUsed,
)
from app.collect.renewal import accept_request, refuse_request
from app.collect.respondent import respondent_behind
from app.collect.takeover import promised, take_over
from app.errors import Hidden, NotAllowed
from app.links.codes import code_of, letter_link
from app.links.guesses import ALLOWANCES, TooManyGuesses, What
from app.links.make import Wanted, ensure_links
from app.links.opened import ReplacedLink, RevokedLink
from app.links.signed import BadLink
from app.messages import suppressions
from app.models.campaigns import Wave
from app.models.chats import Chat, ChatTie
from app.models.contacts import Address, Contact, Link
from app.models.messages import Message
from app.models.organisations import AuditEntry
from app.models.requests import Request
from app.models.teams import Assignment, Team
from app.panel.mailboxes import BadMailbox
from app.vocabulary.scope import Author, Channel, Scope
from tests.cases.staff import scope_of_opsn
from tests.collect.answers import says
from tests.messages.post import send
from tests.world import World

AJAIN, GUERET = "23002", "23096"
SIREN = "212309603"  # Guéret's
MAIRIE, CLAIRE = "mairie@gueret.invalid", "claire.faure@gueret.invalid"
JULIE = "julie.lamy@gueret.invalid"


@pytest.fixture(autouse=True)
def mairie(world: World) -> int:
    known = world.contact(GUERET, MAIRIE, "Anne Martin")
    world.open_wave()
    return known


@pytest.fixture
def bruno(world: World) -> Scope:
    """Of the OPSN that Guéret joined."""
    return scope_of_opsn(world, GUERET)


def asks(world: World, email: str = MAIRIE, reference: str = SIREN, where: str = "a") -> None:
    ask_new_link(
        world.db,
        siren_or_code=reference,
        email=email,
        letterhead=world.letterhead,
        from_hash=where,
        now=world.now,
    )


def mailed_token(world: World, email: str = MAIRIE) -> str:
    """What the mailbox's last mail about a new link holds."""
    while send(world).n_sent:
        pass
    bodies = [mail.get_body(("plain",)) for mail in world.sink.to(email)]
    told = "".join(body.get_content() for body in bodies if body is not None)
    return str(re.findall(r"/nouveau/([A-Za-z0-9_-]{43})", told)[-1])


def renews(world: World, email: str = MAIRIE) -> str:
    """The whole way: asks, reads the mail, presses the button; the new link's token."""
    asks(world, email)
    return take_over(world.db, world.signer, mailed_token(world, email), now=world.now)


def requests(world: World) -> list[Request]:
    with world.db.reading() as session:
        return list(session.scalars(select(Request).order_by(Request.id)))


def mails(world: World, step: str = "renewal") -> int:
    with world.db.reading() as session:
        return session.scalar(select(func.count()).where(Message.step == step)) or 0


def opens(world: World, token: str) -> UUID:
    with world.db.reading() as session:
        link_id = respondent_behind(session, world.signer, token, Channel.WEB).link_id
        assert link_id is not None
        return link_id


def accepts(world: World, by: Scope, *, replaces: int | None = None) -> None:
    accept_request(
        world.db,
        by,
        Author.user(by.user_id),
        requests(world)[-1].id,
        world.letterhead,
        replaces=replaces,
        now=world.now,
    )


def refuses(world: World, by: Scope) -> None:
    refuse_request(world.db, by, Author.user(by.user_id), requests(world)[-1].id, now=world.now)


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


def opens_id(world: World, token: str) -> UUID:
    return world.signer.read(token, "answer")


@pytest.mark.parametrize("reference", ["212 309 603", "212309603 00018", "21230960300018", ""])
def test_a_siren_is_read_as_people_write_it(world: World, reference: str) -> None:
    asks(world, reference=reference)

    assert mails(world) == 1


def test_a_letter_s_code_names_the_authority_too(world: World) -> None:
    with world.db.transaction() as session:
        link_id = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
        code = code_of(session, world.signer, link_id, now=world.now)

    asks(world, reference=code.lower())
    asks(world, CLAIRE, reference=code)

    assert mails(world) == 1
    assert requests(world)[0].words == "La personne a donné le code de la lettre."


def test_what_is_misspelt_is_told_and_keeps_nothing(world: World) -> None:
    before = world.counts()

    for reference in ("12345678", "212309604", "Guéret", "7KQ4-M2XP-D", "²12309603", "\0"):
        with pytest.raises(BadReference):
            asks(world, reference=reference)
    with pytest.raises(BadMailbox):
        asks(world, "claire")

    assert world.counts() == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reference=st.text(max_size=40), email=st.text(max_size=40))
def test_whatever_is_typed_is_answered_or_refused_kindly(
    world: World, reference: str, email: str
) -> None:
    with suppress(BadReference, BadMailbox, TooManyGuesses):
        asks(world, email, reference)


def test_it_is_mailed_once_a_day(world: World) -> None:
    for number in range(5):
        asks(world, where=f"network {number}")
    assert mails(world) == 1

    world.days_pass(1)
    asks(world)
    assert mails(world) == 2


def test_whoever_used_it_and_lost_it_again_gets_another_the_same_day(world: World) -> None:
    first = renews(world)
    second = renews(world)

    assert mails(world) == 2
    with pytest.raises(ReplacedLink):
        opens(world, first)
    assert opens(world, second)


def test_an_unknown_mailbox_is_written_to_by_nobody_and_the_staff_sees_it(world: World) -> None:
    asks(world, CLAIRE)
    asks(world, CLAIRE.upper(), where="b")

    (asked,) = requests(world)
    assert (asked.kind, asked.state, asked.link_id) == ("new_link", "open", None)
    assert asked.territory_id == world.territory(GUERET).id
    assert mails(world) == 0
    with world.db.reading() as session:
        address = session.get_one(Address, asked.address_id)
        assert address.value == CLAIRE
        assert not session.scalar(select(func.count()).where(Contact.address_id == address.id))


def test_an_unknown_mailbox_that_names_nobody_keeps_nothing(world: World) -> None:
    asks(world, CLAIRE, reference="")
    asks(world, CLAIRE, reference="732829320")  # a firm's

    assert requests(world) == []
    assert mails(world) == 0


def test_a_secretary_of_two_communes_may_name_neither(world: World) -> None:
    world.contact(AJAIN, MAIRIE)

    asks(world, reference="")

    assert mails(world) == 2


def test_only_a_few_requests_wait_for_one_authority(world: World) -> None:
    for number in range(MOST_OPEN + 3):
        asks(world, f"personne{number}@ailleurs.invalid", where=f"network {number}")

    assert len(requests(world)) == MOST_OPEN
    with world.db.reading() as session:
        assert (
            session.scalar(select(func.count()).where(Address.value.like("%@ailleurs.invalid")))
            == MOST_OPEN
        )


def test_one_network_asks_a_few_times_an_hour(world: World) -> None:
    allowed = ALLOWANCES[What.RENEWAL]
    for _ in range(allowed.from_one):
        asks(world)
    with pytest.raises(TooManyGuesses):
        asks(world, CLAIRE)
    assert requests(world) == []

    world.now += allowed.within
    asks(world, CLAIRE)
    assert len(requests(world)) == 1


def test_a_mailbox_left_alone_is_not_written_to(world: World, bruno: Scope, mairie: int) -> None:
    suppressions.stop(world.db, world.link("stop", GUERET)[0], now=world.now)
    asks(world)

    assert mails(world) == 0
    with pytest.raises(MailboxLeftAlone):
        accepts(world, bruno)
    assert requests(world)[0].state == "open"


def test_a_suppressed_mailbox_is_not_written_to(world: World, bruno: Scope, mairie: int) -> None:
    with world.db.transaction() as session:
        address = session.get_one(Contact, mairie).address
        suppressions.suppress(
            session,
            address,
            reason="complaint",
            secret=world.letterhead.secret,
            now=world.now,
        )
    asks(world)

    assert mails(world) == 0
    with pytest.raises(MailboxLeftAlone):
        accepts(world, bruno)


def hands_over(world: World) -> str:
    """The town hall hands a theme to Julie; her token."""
    delegate(
        world.db,
        world.respondent(GUERET),
        "inclusion",
        JULIE,
        world.letterhead,
        name=None,
        now=world.now,
    )
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        return world.signer.token(link.id, "delegate", link.key_id)


def test_a_colleague_of_one_theme_does_not_get_all_of_them_by_asking(world: World) -> None:
    hands_over(world)

    asks(world, JULIE)

    assert mails(world) == 0
    assert len(requests(world)) == 1


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
        assert session.get_one(Contact, mairie).stopped_at == world.now
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


def test_after_the_wave_s_end_one_may_still_ask(world: World) -> None:
    world.days_pass(200)

    new = renews(world)

    assert opens(world, new)


def test_a_link_withdrawn_by_the_staff_is_no_replaced_one(world: World) -> None:
    link_id, token = world.link("answer", GUERET)
    with world.db.transaction() as session:
        link = session.get_one(Link, link_id)
        link.revoked_at, link.revoked_because = world.now, "staff"

    with pytest.raises(RevokedLink) as refused:
        opens(world, token)
    assert not isinstance(refused.value, ReplacedLink)
