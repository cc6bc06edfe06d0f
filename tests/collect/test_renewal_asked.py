"""The link is lost: who may ask for another, and who is written to."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.collect.lost_link import MOST_OPEN
from app.collect.refusals import (
    BadReference,
    MailboxLeftAlone,
)
from app.links.codes import code_of, letter_link
from app.links.guesses import ALLOWANCES, TooManyGuesses, What
from app.messages import suppressions
from app.models.contacts import Address, Contact
from app.panel.mailboxes import BadMailbox
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
    mails,
    opens,
    renews,
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


def test_a_colleague_of_one_theme_does_not_get_all_of_them_by_asking(world: World) -> None:
    hands_over(world)

    asks(world, JULIE)

    assert mails(world) == 0
    assert len(requests(world)) == 1


def test_after_the_wave_s_end_one_may_still_ask(world: World) -> None:
    world.days_pass(200)

    new = renews(world)

    assert opens(world, new)
