"""Batches planned ahead: a trial, then more and more; the clock invites each on its day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.campaigns import batches, changes
from app.campaigns.apply import plan_due
from app.campaigns.batches import Wanted, cancel_batch, plan_batch
from app.campaigns.members import planned_batches, would_join
from app.campaigns.scheduling import DatesLocked, move_wave, set_steps
from app.campaigns.senders import BadSender, SenderExists, Signature, add_sender
from app.campaigns.steps import USUAL_STEPS, BadCalendar, Step, StepLocked
from app.errors import NotAllowed
from app.panel.organisations import UnknownDepartement
from app.vocabulary.scope import Author, Role, Scope
from app.vocabulary.wave_steps import Anchor, BatchKind, StepKind
from tests.campaigns.quarter import foreseen, keeps_office_hours, planned, the_end
from tests.messages.post import AJAIN, GUERET, answered, invited, messages, rows, send
from tests.world import START, World

STAFF = Author.user(1)
OPSN = Scope(user_id=2, role=Role.OPSN, organisation_id=1)


def ticks(world: World) -> None:
    """The clock plans, a worker sends."""
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)


def members_of(world: World, batch: int) -> set[int]:
    found = rows(
        world,
        "SELECT territory_id FROM batch_members WHERE batch_id = :b AND invited_at IS NOT NULL",
        b=batch,
    )
    return {row.territory_id for row in found}


def test_a_batch_is_invited_on_its_day_and_once(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    batch = planned(world, BatchKind.DEPARTEMENT, 5, departement_code="23")

    ticks(world)
    assert world.disposition(GUERET) == "not_invited"
    world.days_pass(5)
    ticks(world)
    ticks(world)

    assert [row.step for row in messages(world)] == ["invitation"]
    assert world.disposition(GUERET) == "invited"
    assert world.territory(GUERET).id in members_of(world, batch)


def test_a_trial_asks_the_chosen_few_and_their_departement_the_others(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.contact(AJAIN, "mairie@ajain.invalid")
    world.open_wave()
    trial = planned(world, BatchKind.TRIAL, 10, codes=(GUERET,))

    told = invited(world)  # the whole département, before the trial's day

    assert told.n_already == 1
    assert [row.value for row in messages(world)] == ["mairie@ajain.invalid"]
    world.days_pass(10)
    ticks(world)
    assert members_of(world, trial) == {world.territory(GUERET).id}
    assert world.disposition(GUERET) == "invited"


def test_a_larger_share_holds_the_smaller_one_of_each_stratum(world: World) -> None:
    world.open_wave()
    small = planned(world, BatchKind.SHARE, 1, share=0.2)
    large = planned(world, BatchKind.SHARE, 2, share=0.6)
    world.days_pass(2)
    ticks(world)

    seeds = {row.seed for row in rows(world, "SELECT seed FROM batches")}
    assert len(seeds) == 1
    first, then = members_of(world, small), members_of(world, small) | members_of(world, large)
    for share, drawn in ((0.2, first), (0.6, then)):
        for row in rows(
            world,
            "SELECT count(*) AS n, count(*) FILTER (WHERE id = ANY(:drawn)) AS n_drawn "
            "FROM territories WHERE asked GROUP BY kind, stratum",
            drawn=sorted(drawn),
        ):
            assert row.n * share <= row.n_drawn < row.n * share + 1


def test_another_seed_draws_others(world: World) -> None:
    world.create_campaign()
    drawn = []
    for seed in (1, 2):
        batch = planned(world, BatchKind.SHARE, 1, share=0.3, seed=seed)
        with world.db.reading() as session:
            (found,) = [one for one in planned_batches(session, [world.wave_id]) if one.id == batch]
            drawn.append(would_join(session, found))
    assert drawn[0] != drawn[1]
    assert len(drawn[0]) == len(drawn[1])


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"kind": BatchKind.SHARE, "share": 0.0}, batches.BadShare),
        ({"kind": BatchKind.SHARE, "share": 1.5}, batches.BadShare),
        ({"kind": BatchKind.TRIAL, "codes": ("99999",)}, batches.NobodyChosen),
        ({"kind": BatchKind.DEPARTEMENT, "departement_code": "20"}, UnknownDepartement),
        ({"kind": BatchKind.REGIONS, "in_days": -1}, batches.BadDay),
        ({"kind": BatchKind.REGIONS, "in_days": 100}, batches.BadDay),
    ],
    ids=["nothing", "more than all", "nobody", "nowhere", "yesterday", "after the end"],
)
def test_a_batch_that_cannot_be_is_refused(
    world: World, wanted: dict[str, object], refusal: type[Exception]
) -> None:
    world.open_wave()
    with pytest.raises(refusal):
        planned(world, **{"in_days": 3, **wanted})  # type: ignore[arg-type]


def test_a_departement_has_one_batch_until_it_is_taken_out(world: World) -> None:
    world.open_wave()
    batch = planned(world, BatchKind.DEPARTEMENT, 3, departement_code="23")
    with pytest.raises(batches.AlreadyPlanned):
        planned(world, BatchKind.DEPARTEMENT, 4, departement_code="23")

    cancel_batch(world.db, None, STAFF, batch, now=world.now)
    again = planned(world, BatchKind.DEPARTEMENT, 4, departement_code="23")

    world.days_pass(4)
    ticks(world)
    with pytest.raises(batches.AlreadyInvited):
        cancel_batch(world.db, None, STAFF, again, now=world.now)


def test_only_the_national_team_decides(world: World) -> None:
    world.open_wave()
    day = world.now + timedelta(days=3)
    with pytest.raises(NotAllowed):
        plan_batch(
            world.db, OPSN, STAFF, world.wave_id, Wanted(BatchKind.REGIONS, day), now=world.now
        )
    with pytest.raises(NotAllowed):
        set_steps(world.db, OPSN, STAFF, world.wave_id, [], office_hours=True, now=world.now)


def test_nothing_fires_while_the_frame_is_not_whole(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    planned(world, BatchKind.DEPARTEMENT, 1, departement_code="23")
    with world.db.transaction() as session:
        session.execute(text("UPDATE waves SET frame_size = frame_size + 1"))

    world.days_pass(1)
    ticks(world)

    assert messages(world) == []


def test_a_paused_wave_invites_once_it_goes_on(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    planned(world, BatchKind.DEPARTEMENT, 1, departement_code="23")
    changes.pause_wave(world.db, world.wave_id, why="crue", by=STAFF, now=world.now)
    world.days_pass(3)
    ticks(world)
    assert messages(world) == []
    assert foreseen(world).held is not None

    changes.resume_wave(world.db, world.wave_id, why="finie", by=STAFF, now=world.now)
    ticks(world)

    assert len(world.smtp.messages) == 1


def test_a_prenotice_is_signed_and_comes_before(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    keeps_office_hours(world)
    signer = add_sender(
        world.db,
        None,
        STAFF,
        Signature("Creuse numérique", "contact@creuse.invalid", "Nous vous y aiderons."),
        now=world.now,
    )
    planned(world, BatchKind.DEPARTEMENT, 8, departement_code="23", sender_id=signer)
    world.days_pass(0.9)
    ticks(world)
    assert world.smtp.messages == []

    world.days_pass(0.1)
    ticks(world)
    ticks(world)

    (mail,) = world.smtp.messages
    body = mail.get_body(("plain",))
    assert body is not None
    said = str(body.get_content())
    assert "Creuse numérique" in str(mail["From"])
    assert "barometre@barometre.invalid" in str(mail["From"])  # another's domain never
    assert "contact@creuse.invalid" in str(mail["Reply-To"])
    assert "Le mercredi 23\u00a0septembre 2026" in " ".join(said.split(" "))
    assert "Nous vous y aiderons." in said
    assert "/r/" not in said
    assert world.disposition(GUERET) == "not_invited"

    world.days_pass(7)
    ticks(world)
    assert [row.step for row in messages(world)] == ["prenotice", "invitation"]
    assert world.disposition(GUERET) == "invited"


def test_a_prenotice_is_not_sent_to_who_answered_nor_on_the_eve(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.contact(AJAIN, "mairie@ajain.invalid")
    world.open_wave()
    keeps_office_hours(world)
    planned(world, BatchKind.TRIAL, 8, codes=(GUERET,))
    planned(world, BatchKind.TRIAL, 0.5, codes=(AJAIN,))
    answered(world, GUERET)
    world.days_pass(1)
    ticks(world)

    assert [(row.value, row.step) for row in messages(world)] == [
        ("mairie@ajain.invalid", "invitation")
    ]


@pytest.mark.parametrize(
    ("name", "reply_to", "words"),
    [("", "a@b.fr", ""), ("x" * 90, "a@b.fr", ""), ("X", "a.fr", ""), ("X", "a@b.fr", "x" * 700)],
    ids=["no name", "long name", "no address", "long words"],
)
def test_a_signature_that_a_mail_cannot_carry_is_refused(
    world: World, name: str, reply_to: str, words: str
) -> None:
    with pytest.raises(BadSender):
        add_sender(world.db, None, STAFF, Signature(name, reply_to, words), now=world.now)


def test_two_signatures_do_not_share_a_name(world: World) -> None:
    for again in (False, True):
        given = Signature("AMF 23", "contact@amf.invalid", "")
        if again:
            with pytest.raises(SenderExists):
                add_sender(world.db, None, STAFF, given, now=world.now)
        else:
            add_sender(world.db, None, STAFF, given, now=world.now)


def test_steps_that_have_begun_stay_and_the_others_move(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    invited(world)
    send(world)
    world.days_pass(16)
    ticks(world)
    last = Step(StepKind.LAST_CALL, Anchor.END, -7, "last_call")

    with pytest.raises(StepLocked):
        keeps_office_hours(world, [USUAL_STEPS[1], last])
    keeps_office_hours(world, [USUAL_STEPS[0], last])

    for _ in range(70):
        world.days_pass(1)
        ticks(world)
    subjects = [str(mail["Subject"]) for mail in world.smtp.to("mairie@gueret.invalid")]
    assert len(subjects) == 3
    assert "dernier rappel" in subjects[2]


def test_a_wave_is_moved_before_it_opens_and_not_after(world: World) -> None:
    world.create_campaign()
    opens, ends = START + timedelta(days=10), START + timedelta(days=60)
    move_wave(world.db, None, STAFF, world.wave_id, opens_at=opens, ends_at=ends, now=world.now)
    assert the_end(world) == ends
    for bad_end in (opens - timedelta(days=1), opens + timedelta(days=20)):  # second reminder: 30
        with pytest.raises(BadCalendar):
            move_wave(
                world.db, None, STAFF, world.wave_id, opens_at=opens, ends_at=bad_end, now=START
            )


def test_an_open_wave_keeps_its_dates(world: World) -> None:
    world.open_wave()
    with pytest.raises(DatesLocked):
        move_wave(
            world.db,
            None,
            STAFF,
            world.wave_id,
            opens_at=START,
            ends_at=START + timedelta(days=50),
            now=START,
        )


def test_a_wave_that_has_ended_is_reopened_and_reminds_again(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    invited(world)
    send(world)
    with pytest.raises(changes.NotEnded):
        changes.reopen_wave(
            world.db,
            world.wave_id,
            world.now + timedelta(days=300),
            why="crue",
            by=STAFF,
            now=world.now,
        )
    world.days_pass(120)
    assert foreseen(world, until=world.now).held is not None

    changes.reopen_wave(
        world.db,
        world.wave_id,
        world.now + timedelta(days=30),
        why="crue",
        by=STAFF,
        now=world.now,
    )
    ticks(world)

    assert [row.step for row in messages(world)] == ["invitation", "reminder"]


def test_messages_wait_until_the_town_hall_is_open(world: World) -> None:
    """Guadeloupe opens at noon in universal time, and Paris has closed when it closes."""
    world.contact(GUERET, "mairie@gueret.invalid")
    world.contact("97105", "mairie@basse-terre.invalid")
    world.open_wave()
    keeps_office_hours(world, USUAL_STEPS)
    for code in (GUERET, "97105"):
        planned(world, BatchKind.TRIAL, 1, codes=(code,))
    world.days_pass(1)  # ten in the morning in Paris
    ticks(world)
    assert [row.state for row in messages(world)] == ["sent", "queued"]

    world.days_pass(4 / 24)
    send(world)

    assert [row.state for row in messages(world)] == ["sent", "sent"]


def test_a_worker_that_comes_late_leaves_it_for_the_morning(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    keeps_office_hours(world, USUAL_STEPS)
    invited(world)
    world.days_pass(0.5)  # ten in the evening

    send(world)

    (row,) = messages(world)
    assert (row.state, row.last_reason) == ("queued", "La mairie est fermée à cette heure.")
    assert row.next_try_at == START.replace(day=16, hour=6)
    world.days_pass(0.5)
    send(world)
    assert len(world.smtp.messages) == 1
