"""Two clicks, two batches, a bad wave: nobody is told twice, nor waits for another's fault."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.campaigns.apply import plan_due
from app.campaigns.control import Reminded, open_wave, remind_these
from app.collect.contact_change import change_contact
from app.collect.delegate import delegate
from app.collect.takeover import take_over
from app.messages.holds.lifting import resume_sending, stop_sending
from app.models.cases import Case
from app.vocabulary.scope import Author, Role, Scope
from app.vocabulary.wave_steps import BatchKind
from tests.campaigns.chasing import NADIA
from tests.campaigns.quarter import foreseen, keeps_office_hours, planned
from tests.collect.renewals import CLAIRE, accepts, asks, mailed_token
from tests.collect.teams import JULIE, plans
from tests.messages.post import (
    AJAIN,
    GUERET,
    change,
    invited,
    messages,
    open_with_contacts,
    rows,
    send,
)
from tests.world import World

AICHA = Scope(user_id=1, role=Role.NATIONAL, organisation_id=None)
MAIRIE = "mairie@gueret.invalid"


def asks_to_remind(world: World) -> Reminded:
    """Staff press "Relancer" on all the cases of Guéret."""
    with world.db.reading() as session:
        territory = world.territory(GUERET).id
        cases = session.scalars(select(Case.id).where(Case.territory_id == territory)).all()
    return remind_these(world.db, AICHA, Author.user(1), cases, world.letterhead, now=world.now)


def reminders(world: World) -> int:
    return sum(row.step == "reminder" for row in messages(world))


def test_pressed_twice_it_reminds_once(world: World) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    world.days_pass(9)

    assert asks_to_remind(world).n_messages == 1
    world.now += timedelta(seconds=1)
    second = asks_to_remind(world)

    assert (second.n_messages, second.n_left_out) == (0, 3)
    assert reminders(world) == 1
    world.days_pass(1)
    assert asks_to_remind(world).n_messages == 0  # the first has not left yet
    send(world)
    world.days_pass(1)
    assert asks_to_remind(world).n_messages == 1
    send(world)
    world.days_pass(1)
    assert asks_to_remind(world).n_messages == 0  # two of ours in one week are enough


def test_whoever_the_clock_has_just_reminded_is_left_in_peace(world: World) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)

    assert asks_to_remind(world).n_messages == 0
    assert reminders(world) == 1


def test_one_mailbox_is_told_in_advance_once_whatever_the_batches(world: World) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    keeps_office_hours(world)
    planned(world, BatchKind.DEPARTEMENT, 8, departement_code="23")
    planned(world, BatchKind.SHARE, 9, share=1.0)
    for _ in range(10):
        world.days_pass(1)
        plan_due(world.db, world.letterhead, now=world.now)
        send(world)

    assert [row.step for row in messages(world)] == ["prenotice", "invitation"]


def test_a_prenotice_that_was_held_past_its_day_does_not_leave_beside_the_invitation(
    world: World,
) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    keeps_office_hours(world)
    planned(world, BatchKind.DEPARTEMENT, 8, departement_code="23")
    world.days_pass(2)
    plan_due(world.db, world.letterhead, now=world.now)
    stop_sending(world.db, by=Author.system(), now=world.now)
    send(world)
    world.days_pass(7)
    plan_due(world.db, world.letterhead, now=world.now)

    resume_sending(world.db, by=Author.system(), now=world.now)
    send(world)

    states = {row.step: row.state for row in messages(world)}
    assert states == {"prenotice": "cancelled", "invitation": "sent"}


def test_a_reminder_that_was_held_for_days_is_not_followed_by_the_next_at_once(
    world: World,
) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)
    stop_sending(world.db, by=Author.system(), now=world.now)
    world.days_pass(16)  # the day of the second has come
    plan_due(world.db, world.letterhead, now=world.now)
    resume_sending(world.db, by=Author.system(), now=world.now)
    send(world)

    left = []
    for _ in range(8):
        world.days_pass(1)
        plan_due(world.db, world.letterhead, now=world.now)
        send(world)
        left.append(reminders(world))

    assert left == [1, 1, 1, 1, 1, 1, 2, 2]


def test_after_an_invitation_that_was_held_the_dry_run_counts_from_its_leaving(
    world: World,
) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    stop_sending(world.db, by=Author.system(), now=world.now)
    world.days_pass(20)
    resume_sending(world.db, by=Author.system(), now=world.now)

    told = foreseen(world, until=world.now + timedelta(days=15))

    assert [(one.message_step, one.leaves_at) for one in told.sendings] == [
        ("invitation", world.now),
        ("reminder", world.now + timedelta(days=15)),
    ]


def test_what_was_asked_of_a_mailbox_twice_is_reminded_once(world: World) -> None:
    """Julie has a theme by the team's plan, then by hand; a colleague names who was invited."""
    elu = "elu@gueret.invalid"
    open_with_contacts(world, (GUERET, MAIRIE), (GUERET, elu))
    invited(world)
    send(world)
    world.days_pass(1)
    town_hall, head = world.respondent(GUERET), world.letterhead
    plans(world, town_hall, inclusion=JULIE)
    delegate(world.db, town_hall, "inclusion", JULIE, head, name=None, now=world.now)
    change_contact(world.db, town_hall, elu, head, name=None, replaces=False, now=world.now)
    send(world)

    world.days_pass(16)
    told = foreseen(world, until=world.now)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)

    spoken = rows(
        world,
        "SELECT value, count(*) AS n FROM messages JOIN addresses ON addresses.id = address_id "
        "WHERE step = 'reminder' GROUP BY value ORDER BY value",
    )
    assert [(row.value, row.n) for row in spoken] == [(elu, 1), (JULIE, 1), (MAIRIE, 1)]
    assert len(told.sendings) == 3


def test_a_wave_that_may_not_send_holds_up_no_other(world: World) -> None:
    """An address of the real world came into the demonstration; another campaign goes on."""
    open_with_contacts(world, (GUERET, MAIRIE), (AJAIN, "mairie@ajain.invalid"))
    first = world.wave_id
    invited(world)
    send(world)
    world.create_campaign("Une autre", simulated=False)
    change(world, "UPDATE questionnaires SET state = 'issued', simulated = false")
    open_wave(world.db, world.wave_id, now=world.now)
    world.days_pass(8)
    invited(world)
    send(world)
    change(world, "UPDATE addresses SET value = 'quelqu.un@example.org' WHERE value = :v", v=MAIRIE)
    world.days_pass(16)

    told = plan_due(world.db, world.letterhead, now=world.now)

    planned_of = rows(
        world, "SELECT DISTINCT wave_id FROM messages WHERE step = 'reminder' ORDER BY wave_id"
    )
    assert [row.wave_id for row in planned_of] == [world.wave_id]
    assert world.wave_id != first
    assert told.n_messages == 2


def test_whoever_takes_over_from_who_left_is_reminded_in_their_place(world: World) -> None:
    change(world, NADIA, now=world.now)
    left = world.contact(GUERET, MAIRIE)
    world.open_wave()
    invited(world)
    send(world)
    world.days_pass(1)
    asks(world, CLAIRE)
    accepts(world, AICHA, replaces=left)
    token = mailed_token(world, CLAIRE)
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    assert reminders(world) == 0  # she has not taken over yet

    take_over(world.db, world.signer, token, now=world.now)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)

    assert [row.value for row in messages(world) if row.step == "reminder"] == [CLAIRE]
    assert len(world.sink.to(CLAIRE)) == 2
