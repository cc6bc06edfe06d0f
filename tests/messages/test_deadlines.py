"""An authority gave itself a day for a theme: its colleague is reminded of it."""

from __future__ import annotations

import pytest

from app.campaigns.apply import plan_due
from app.collect.delegate import delegate
from tests.collect.teams import GUERET, JULIE, MARC, plans
from tests.messages.post import invited, send
from tests.world import World

MAIRIE = "mairie@gueret.invalid"


@pytest.fixture(autouse=True)
def _shared_out(world: World) -> None:
    """Julie has two themes, one of them by a day; Marc has the third, without any."""
    world.contact(GUERET, MAIRIE)
    world.open_wave()
    plans(
        world,
        inclusion=JULIE,
        communication=JULIE,
        cybersecurite=MARC,
        due={"inclusion": "2026-10-02"},
    )
    invited(world)
    send(world)


def reminded(world: World, mailbox: str, part: str = "plain") -> str:
    """What the last mail of this mailbox says."""
    mail = world.smtp.to(mailbox)[-1].get_body((part,))
    assert mail is not None
    return " ".join(str(mail.get_content()).split())


def a_reminder_leaves(world: World, after: float) -> None:
    world.days_pass(after)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)


@pytest.mark.parametrize("part", ["plain", "html"])
def test_a_reminder_says_by_when_the_authority_wants_it(world: World, part: str) -> None:
    a_reminder_leaves(world, 16)  # the first of October

    told = reminded(world, JULIE, part)
    assert told.count("votre collectivité l’attend pour le 2 octobre 2026") == 1
    assert "Inclusion numérique" in told.split("votre collectivité")[0]
    assert "votre collectivité" not in reminded(world, MARC, part)


def test_on_its_very_day_it_is_still_awaited_and_on_the_next_no_more(world: World) -> None:
    a_reminder_leaves(world, 17)
    assert "l’attend pour le 2 octobre 2026" in reminded(world, JULIE)

    a_reminder_leaves(world, 14)
    assert "l’attendait pour le 2 octobre 2026" in reminded(world, JULIE)


def test_a_day_that_was_changed_since_is_the_new_one(world: World) -> None:
    world.days_pass(1)
    plans(
        world,
        inclusion=JULIE,
        communication=JULIE,
        cybersecurite=MARC,
        due={"inclusion": "2026-11-05"},
    )

    a_reminder_leaves(world, 15)

    assert "l’attend pour le 5 novembre 2026" in reminded(world, JULIE)


def test_nobody_else_is_told_of_a_colleague_s_day(world: World) -> None:
    """Marc was handed Julie's theme by hand: the day that was agreed with her is not his."""
    who = world.respondent(GUERET)
    delegate(world.db, who, "inclusion", MARC, world.letterhead, name=None, now=world.now)
    send(world)

    a_reminder_leaves(world, 16)

    assert "l’attend" in reminded(world, JULIE)
    bodies = [mail.get_body(("plain",)) for mail in world.smtp.to(MARC)]
    told = "".join(str(body.get_content()) for body in bodies if body is not None)
    assert "Inclusion numérique" in told
    assert "l’attend" not in told
