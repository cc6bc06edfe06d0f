"""Waves beside one another: while one may be answered, no other takes its links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.campaigns.batches import BadDay, Wanted, plan_batch
from app.campaigns.beside import AnotherRuns, NextInvites, RealAsked
from app.campaigns.changes import extend_wave, reopen_wave
from app.campaigns.control import invite, open_wave
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import BatchKind
from tests.campaigns.test_moving import dates
from tests.collect.test_respondent import holder
from tests.messages.post import change, rows
from tests.world import World

BY = Author.system()
DAY = timedelta(days=1)


def passes_to(world: World, moment: datetime) -> None:
    world.days_pass((moment - world.now) / DAY)


def opens(world: World, number: int) -> int:
    wave, _, _ = dates(world, number)
    open_wave(world.db, wave, now=world.now)
    return wave


def invites(world: World, wave: int) -> None:
    invite(world.db, wave, "23", world.letterhead, by=BY, now=world.now)


def invites_later(world: World, wave: int, day: datetime) -> None:
    wanted = Wanted(BatchKind.DEPARTEMENT, day, "23")
    plan_batch(world.db, None, BY, wave, wanted, now=world.now)


def extends(world: World, until: datetime) -> None:
    extend_wave(world.db, world.wave_id, until, why="crue", by=BY, now=world.now)


def test_the_next_wave_opened_early_for_its_prenotices_closes_nothing(world: World) -> None:
    world.open_wave()
    invites(world, world.wave_id)
    _, _, ends = dates(world, 1)
    passes_to(world, ends - 7 * DAY)

    following = opens(world, 2)

    assert "inclusion" in holder(world).themes
    passes_to(world, ends)
    assert "inclusion" in holder(world).themes, "its link still tells that it has ended"
    invites(world, following)
    assert "inclusion" not in holder(world).themes


def test_nobody_is_invited_to_a_wave_while_the_one_before_answers(world: World) -> None:
    world.open_wave()
    invites(world, world.wave_id)
    _, _, ends = dates(world, 1)
    following = opens(world, 2)

    with pytest.raises(AnotherRuns) as refused:
        invites(world, following)

    assert "«\u00a0Vague d’automne 2026\u00a0» court jusqu’au" in str(refused.value)
    assert "inclusion" in holder(world).themes
    extends(world, ends + 7 * DAY)
    passes_to(world, ends + DAY)
    with pytest.raises(AnotherRuns):
        invites(world, following)


def test_a_batch_is_planned_after_the_end_of_the_wave_before(world: World) -> None:
    world.open_wave()
    invites(world, world.wave_id)
    wave, opens_at, _ = dates(world, 2)
    extends(world, opens_at + 7 * DAY)

    with pytest.raises(BadDay) as refused:
        invites_later(world, wave, opens_at + 6 * DAY)

    assert "entre le 22\u00a0décembre" in str(refused.value)
    invites_later(world, wave, opens_at + 8 * DAY)


@pytest.mark.parametrize("change_end", [extend_wave, reopen_wave])
def test_a_wave_is_not_lengthened_over_the_next_one_s_invitations(
    world: World, change_end: Callable[..., None]
) -> None:
    world.open_wave()
    _, opens_at, _ = dates(world, 2)
    invites_later(world, opens(world, 2), opens_at + DAY)
    passes_to(world, opens_at)

    with pytest.raises(NextInvites) as refused:
        change_end(world.db, world.wave_id, opens_at + 2 * DAY, why="crue", by=BY, now=world.now)

    assert "«\u00a0Vague d’hiver 2027\u00a0» partent le 16\u00a0décembre 2026" in str(refused.value)
    assert rows(world, "SELECT FROM wave_changes") == []
    change_end(world.db, world.wave_id, opens_at + DAY / 2, why="crue", by=BY, now=world.now)


def test_a_trial_run_holds_no_real_wave_back(world: World) -> None:
    world.open_wave()
    invites(world, world.wave_id)
    world.days_pass(1)
    wave = world.create_campaign("Une véritable", simulated=False)
    change(world, "UPDATE questionnaires SET state = 'issued', simulated = false")

    open_wave(world.db, wave, now=world.now)
    invites(world, wave)


def test_a_trial_run_takes_no_link_of_a_real_wave(world: World) -> None:
    real = world.create_campaign("Une véritable", simulated=False)
    change(world, "UPDATE questionnaires SET state = 'issued', simulated = false")
    open_wave(world.db, real, now=world.now)
    trial = world.create_campaign("Un essai", simulated=True)

    with pytest.raises(RealAsked, match="Menez-le dans une autre base"):
        open_wave(world.db, trial, now=world.now)
