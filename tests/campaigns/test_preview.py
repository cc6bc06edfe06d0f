"""The dry run: what it says is what then leaves, less what was answered meanwhile."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from app.campaigns.steps import Step
from app.vocabulary.wave_steps import Anchor, Audience, BatchKind, StepKind
from tests.campaigns import quarter
from tests.campaigns.quarter import foreseen, keeps_office_hours, lives_on, planned, what_left
from tests.messages.post import AJAIN, GUERET, answered, change, invited, messages, rows, send
from tests.world import World

MINUTE = timedelta(minutes=1)


def a_planned_quarter(world: World, random: Random) -> None:
    """A trial, then a département, then a share, then all; prenotices a week before."""
    quarter.people(world, random)
    world.open_wave()
    keeps_office_hours(world)
    planned(world, BatchKind.TRIAL, 8, codes=(GUERET, "97105"))
    planned(world, BatchKind.DEPARTEMENT, 12, departement_code="23")
    planned(world, BatchKind.SHARE, 20, share=0.5, seed=random.randrange(1000))
    planned(world, BatchKind.SHARE, 35.5, share=1.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_then_leaves_is_what_the_dry_run_said(world: World, seed: int) -> None:
    random = Random(seed)
    a_planned_quarter(world, random)
    told = foreseen(world)

    lives_on(world, [one.leaves_at for one in told.sendings], {})

    said = [
        (one.leaves_at, one.message_step, one.address_id, sorted(one.case_ids))
        for one in told.sendings
    ]
    left = [(one.at, one.step, one.address_id, sorted(one.case_ids)) for one in what_left(world)]
    assert len(left) > 30
    assert sorted(left) == sorted(said)


@pytest.mark.parametrize("seed", [4, 5])
def test_less_what_was_answered_meanwhile(world: World, seed: int) -> None:
    random = Random(seed)
    a_planned_quarter(world, random)
    answers = quarter.answers(world, random, share=0.4)
    told = foreseen(world)

    lives_on(world, [one.leaves_at for one in told.sendings], answers)

    left, touched = what_left(world), quarter.mailboxes_of(told.sendings, answers)
    assert sorted(  # where nobody answered, nothing changes
        (one.at, one.step, one.address_id, sorted(one.case_ids))
        for one in left
        if one.address_id not in touched
    ) == sorted(
        (one.leaves_at, one.message_step, one.address_id, sorted(one.case_ids))
        for one in told.sendings
        if one.address_id not in touched
    )
    said = [(one.message_step, one.address_id, set(one.case_ids)) for one in told.sendings]
    for one in left:  # elsewhere, what leaves was said, and of somebody who had not answered
        assert any(
            (one.step, one.address_id) == (step, address) and one.case_ids <= cases
            for step, address, cases in said
        )
        assert any(case not in answers or answers[case] > one.at for case in one.case_ids)
    assert len(touched) < len({one.address_id for one in told.sendings})
    reasons = {row.last_reason for row in messages(world) if row.state == "cancelled"}
    assert reasons <= {"La réponse est arrivée avant l’envoi."}


FOR_EACH = (
    Step(StepKind.REMINDER, Anchor.INVITATION, 15, "reminder", audience=Audience.UNSTARTED),
    Step(StepKind.REMINDER, Anchor.INVITATION, 18, "reminder_2", audience=Audience.STARTED),
    Step(StepKind.REMINDER, Anchor.INVITATION, 30, "reminder_2"),
    Step(StepKind.TELEPHONE, Anchor.INVITATION, 40, audience=Audience.UNSTARTED),
    Step(StepKind.LAST_CALL, Anchor.END, -12, "last_call", audience=Audience.STARTED),
    Step(StepKind.LAST_CALL, Anchor.END, -10, "last_call", audience=Audience.UNSTARTED),
)


@pytest.mark.parametrize("seed", [7, 8])
def test_it_holds_where_steps_are_for_those_who_began_or_did_not(world: World, seed: int) -> None:
    """Half were reminded when some begin: each goes on with what is theirs, as was said."""
    random = Random(seed)
    quarter.people(world, random)
    world.open_wave()
    keeps_office_hours(world, FOR_EACH)
    planned(world, BatchKind.DEPARTEMENT, 1, departement_code="23")
    planned(world, BatchKind.SHARE, 12, share=1.0)
    first = foreseen(world, until=world.now + timedelta(days=19))
    lives_on(world, [one.leaves_at for one in first.sendings], {})
    begin_at_random(world, random)
    world.days_pass(0.1)
    told = foreseen(world)
    before = len(what_left(world))

    lives_on(world, [one.leaves_at for one in told.sendings], {})

    left = [(one.at, one.step, one.address_id, sorted(one.case_ids)) for one in what_left(world)]
    assert sorted(left[before:]) == sorted(
        (one.leaves_at, one.message_step, one.address_id, sorted(one.case_ids))
        for one in told.sendings
    )
    found = rows(
        world,
        "SELECT case_id, messages.address_id, audience, messages.sent_at, kind, begun_at"
        "  FROM messages JOIN message_cases ON message_id = messages.id"
        "  JOIN wave_steps ON wave_steps.id = (messages.details ->> 'step_id')::bigint"
        "  JOIN messages AS asked ON asked.address_id = messages.address_id"
        "   AND asked.occasion || ':' = split_part(messages.occasion, 'reminder', 1)"
        "   AND asked.step = 'invitation'"
        "  CROSS JOIN LATERAL (SELECT min(cases.moved_at) AS begun_at"
        "    FROM message_cases AS together JOIN cases ON cases.id = together.case_id"
        "   WHERE together.message_id = asked.id AND disposition = 'started') AS begun"
        " ORDER BY case_id, messages.address_id, messages.sent_at",
    )
    assert {row.audience for row in found} == set(Audience)
    for row in found:
        began = row.begun_at is not None and row.begun_at < row.sent_at
        assert row.audience != (Audience.UNSTARTED if began else Audience.STARTED)
    steps = [(row.case_id, row.address_id, row.audience, row.kind) for row in found]
    assert len(steps) == len(set(steps))


def begin_at_random(world: World, random: Random) -> None:
    """A third of the themes that were asked are begun."""
    asked = rows(world, "SELECT id FROM cases WHERE disposition = 'invited' ORDER BY id")
    change(
        world,
        "UPDATE cases SET disposition = 'started', moved_at = :now WHERE id = ANY(:ids)",
        ids=[row.id for row in asked if random.random() < 0.3],
        now=world.now,
    )


def test_it_writes_nothing(world: World) -> None:
    a_planned_quarter(world, Random(6))
    before = world.counts()

    foreseen(world)

    assert world.counts() == before


def test_what_waits_is_judged_as_it_will_be(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.contact(AJAIN, "mairie@ajain.invalid")
    world.open_wave()
    invited(world)
    answered(world, AJAIN)

    told = foreseen(world, until=world.now)

    (invitation,) = told.sendings
    assert (invitation.message_step, invitation.leaves_at) == ("invitation", world.now)
    ajain = world.territory(AJAIN).id
    assert {one.reason for one in told.left_out if one.territory_id == ajain} == {
        "La réponse est arrivée avant l’envoi."
    }


def test_everybody_else_is_left_out_for_a_reason(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    planned(world, BatchKind.DEPARTEMENT, 10, departement_code="23")

    soon, later = foreseen(world, until=world.now + timedelta(days=5)), foreseen(world)

    cases = rows(world, "SELECT id FROM cases")
    for told in (soon, later):
        spoken = {case for one in told.sendings for case in one.case_ids}
        assert spoken.isdisjoint(one.case_id for one in told.left_out)
        assert len(spoken) + len(told.left_out) == len(cases)
    gueret = world.territory(GUERET).id
    assert {one.reason for one in soon.left_out if one.territory_id == gueret} == {
        "Sera invitée le 25\u00a0septembre."
    }
    assert {one.reason for one in later.left_out} == {"Aucune adresse connue."}


@pytest.mark.parametrize(
    ("days", "held"),
    [(0, "La vague n’est pas encore ouverte"), (200, "La vague est terminée")],
    ids=["not open", "ended"],
)
def test_a_wave_that_sends_nothing_says_why(world: World, days: int, held: str) -> None:
    world.create_campaign()
    world.days_pass(days)

    told = foreseen(world, until=world.now + timedelta(days=1))

    assert told.held is not None
    assert held in told.held
    assert told.sendings == ()


def test_calls_are_foreseen_and_asked_for_on_their_day(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    keeps_office_hours(world)
    planned(world, BatchKind.TRIAL, 8, codes=(GUERET, AJAIN))
    told = foreseen(world)

    lives_on(world, [one.leaves_at for one in told.sendings], {})
    asked = rows(world, "SELECT territory_id, call_again_at FROM follow_ups ORDER BY 1")

    assert [(row.territory_id, row.call_again_at) for row in asked] == [
        (one.territory_id, one.at) for one in told.calls
    ]
    assert {row.territory_id for row in asked} == {
        world.territory(GUERET).id,
        world.territory(AJAIN).id,  # nobody to write to: the telephone is all there is
    }


def test_a_mailbox_has_one_count_for_all_waves(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    invited(world)
    send(world)
    first = world.wave_id
    world.open_wave_a_year_later()
    assert world.wave_id != first
    invited(world)
    planned(world, BatchKind.SHARE, 1, share=1.0)
    world.contact(AJAIN, "mairie@gueret.invalid")

    told = foreseen(world)

    moments = sorted(one.leaves_at for one in told.sendings)
    week = timedelta(days=7)
    assert all(later - one >= week for one, later in zip(moments, moments[2:], strict=False))
