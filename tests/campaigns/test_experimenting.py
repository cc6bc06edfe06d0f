"""An experiment on a wave's reminder: stated, drawn, sent each as drawn, settled by its rule."""

from __future__ import annotations

from collections import Counter

import pytest

from app.campaigns.apply import plan_due
from app.campaigns.experiment_design import (
    AlreadyTried,
    BadDesign,
    Design,
    NoReminder,
    NothingTried,
    SameWords,
    TooFewMailboxes,
    UnknownExperiment,
    Unnamed,
    WaveOver,
)
from app.campaigns.experimenting import (
    begin_experiment,
    foresee,
    settle_experiments,
    verdict_of,
)
from app.campaigns.experiments import Rule
from app.campaigns.experiments_told import rule_told
from app.campaigns.scheduling import StepTried, set_steps
from app.campaigns.steps import Step
from app.errors import NotAllowed
from app.messages.template_edit import TextTried, go_back, save
from app.messages.wordings import packaged, wording_of
from app.vocabulary.experiments import Arm, Finding
from app.vocabulary.scope import Author, Role, Scope
from app.vocabulary.wave_steps import Anchor, StepKind
from tests.messages.post import change, invited, open_with_contacts, rows, send
from tests.world import World

TRIED = Design("Un texte plus court", words="last_call", effect=0.5)
AICHA = Scope(user_id=1, role=Role.NATIONAL, organisation_id=None)
BRUNO = Scope(user_id=2, role=Role.OPSN, organisation_id=1)
SEED = 7


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Twelve communes of the Creuse were invited; a rule that asks for few."""
    monkeypatch.setattr(Rule, "n_per_arm", 4)
    change(
        world,
        "INSERT INTO users (id, email, name, role, password_hash, active, session_stamp,"
        " created_at) OVERRIDING SYSTEM VALUE"
        " VALUES (1, 'aicha@dinum.invalid', 'Aïcha', 'national', '', true, 0, :now)",
        now=world.now,
    )
    open_with_contacts(world, *((code, f"mairie{code}@mairie.invalid") for code in codes(world)))
    invited(world)
    send(world)
    return world


def codes(world: World) -> list[str]:
    found = rows(
        world,
        "SELECT code FROM territories WHERE asked AND kind = 'commune'"
        " AND departement_code = '23' ORDER BY code LIMIT 12",
    )
    return [row.code for row in found]


def first_reminder(world: World) -> int:
    (row,) = rows(
        world,
        "SELECT id FROM wave_steps WHERE wave_id = :wave AND kind = 'reminder'"
        " ORDER BY position LIMIT 1",
        wave=world.wave_id,
    )
    return int(row.id)


def begun(world: World, design: Design = TRIED, scope: Scope = AICHA, seed: int = SEED) -> int:
    step = first_reminder(world)
    by = Author.user(scope.user_id)
    return begin_experiment(world.db, scope, by, step, design, seed=seed, now=world.now)


def reminded(world: World) -> dict[int, str]:
    """The text that each mailbox was reminded with."""
    found = rows(
        world,
        "SELECT address_id, message_templates.name FROM messages"
        " JOIN message_templates ON message_templates.id = template_id WHERE step = 'reminder'",
    )
    return {row.address_id: row.name for row in found}


def drawn(world: World) -> dict[int, Arm]:
    found = rows(world, "SELECT address_id, arm FROM experiment_mailboxes")
    return {row.address_id: Arm(row.arm) for row in found}


def sends_reminders(world: World) -> None:
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)


def answers(world: World, arm: Arm) -> None:
    """All the mailboxes of this arm answer a day after their reminder."""
    world.days_pass(1)
    change(
        world,
        "UPDATE responses SET submitted_at = :at FROM message_cases, messages,"
        " experiment_mailboxes AS drawn"
        " WHERE responses.case_id = message_cases.case_id AND messages.id = message_id"
        " AND messages.step = 'reminder' AND drawn.address_id = messages.address_id"
        " AND drawn.arm = :arm",
        at=world.now,
        arm=arm,
    )


def finding(world: World, experiment: int) -> Finding:
    with world.db.reading() as session:
        return verdict_of(session, experiment, now=world.now).finding


def test_each_mailbox_gets_the_words_that_it_was_drawn_for(asked: World) -> None:
    begun(asked)
    sends_reminders(asked)

    arms = drawn(asked)
    assert len(arms) == 12
    assert Counter(arms.values()) == {Arm.USUAL: 6, Arm.TRIED: 6}
    words = {Arm.USUAL: "reminder", Arm.TRIED: "last_call"}
    assert reminded(asked) == {mailbox: words[arm] for mailbox, arm in arms.items()}


def test_the_hour_that_is_tried_is_the_authority_s_own(asked: World) -> None:
    begun(asked, Design("À quatorze heures", hour=14, effect=0.5))
    asked.days_pass(15)
    plan_due(asked.db, asked.letterhead, now=asked.now)

    arms = drawn(asked)
    found = rows(
        asked,
        "SELECT address_id, next_try_at AT TIME ZONE 'Europe/Paris' AS at FROM messages"
        " WHERE step = 'reminder'",
    )
    assert {row.at.hour for row in found if arms[row.address_id] is Arm.TRIED} == {14}
    assert all(row.at.minute == 0 for row in found if arms[row.address_id] is Arm.TRIED)
    assert {row.at.hour for row in found if arms[row.address_id] is Arm.USUAL} != {14}


def test_it_is_settled_once_enough_had_their_days_to_answer(asked: World) -> None:
    experiment = begun(asked)
    sends_reminders(asked)
    answers(asked, Arm.TRIED)

    assert finding(asked, experiment) is Finding.TOO_EARLY
    assert settle_experiments(asked.db, now=asked.now) == 0
    asked.days_pass(7)
    assert finding(asked, experiment) is Finding.TRIED_BETTER
    assert settle_experiments(asked.db, now=asked.now) == 1
    assert settle_experiments(asked.db, now=asked.now) == 0

    (kept,) = rows(asked, "SELECT finding, difference, seed, n_per_arm FROM experiments")
    assert tuple(kept) == (Finding.TRIED_BETTER, 1.0, SEED, 4)


def test_what_settled_it_stays_whatever_comes_later(asked: World) -> None:
    experiment = begun(asked)
    sends_reminders(asked)
    answers(asked, Arm.USUAL)
    asked.days_pass(7)
    settle_experiments(asked.db, now=asked.now)

    change(asked, "UPDATE responses SET submitted_at = NULL")

    assert finding(asked, experiment) is Finding.USUAL_BETTER


def test_an_answer_after_its_days_does_not_count(asked: World) -> None:
    experiment = begun(asked)
    sends_reminders(asked)
    asked.days_pass(8)
    answers(asked, Arm.TRIED)

    assert finding(asked, experiment) is Finding.NO_DIFFERENCE


def test_the_wave_over_it_is_closed_whatever_it_shows(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = begun(asked)
    sends_reminders(asked)
    monkeypatch.setattr(Rule, "n_per_arm", 400)
    asked.days_pass(120)

    assert settle_experiments(asked.db, now=asked.now) == 1
    assert finding(asked, experiment) is Finding.TOO_FEW


def test_closed_it_leaves_the_next_reminders_alone(asked: World) -> None:
    begun(asked)
    change(asked, "UPDATE experiments SET closed_at = :now, finding = 'too_few'", now=asked.now)
    sends_reminders(asked)

    assert set(reminded(asked).values()) == {"reminder"}


def test_the_same_seed_draws_the_same(asked: World) -> None:
    begun(asked)
    first = drawn(asked)
    change(asked, "DELETE FROM experiment_mailboxes")
    change(asked, "DELETE FROM experiments")
    begun(asked)

    assert drawn(asked) == first


def test_one_at_a_time(asked: World) -> None:
    begun(asked)
    with pytest.raises(AlreadyTried):
        begun(asked)


def test_a_wave_too_small_is_told_so_beforehand(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rule, "n_per_arm", 900)
    with pytest.raises(TooFewMailboxes, match="1800 boîtes"):
        begun(asked)
    assert drawn(asked) == {}


@pytest.mark.parametrize(
    "design",
    [
        Design("rien"),
        Design("les deux", words="last_call", hour=10),
        Design("un texte inconnu", words="receipt"),
        Design("la nuit", hour=3),
    ],
    ids=["nothing", "both", "not_a_reminder", "at_night"],
)
def test_one_thing_is_tried(asked: World, design: Design) -> None:
    with pytest.raises(NothingTried):
        begun(asked, design)


def test_shares_that_cannot_be_are_refused(asked: World) -> None:
    for bad in (
        Design("x", words="last_call", baseline=0),
        Design("x", words="last_call", baseline=0.9, effect=0.2),
        Design("x", words="last_call", days=0),
        Design("x", words="last_call", days=91),
    ):
        with pytest.raises(BadDesign):
            begun(asked, bad)


def test_the_words_that_leave_anyway_are_not_tried(asked: World) -> None:
    with pytest.raises(SameWords):
        begun(asked, Design("le même texte", words="reminder", effect=0.5))


def test_an_experiment_has_a_name(asked: World) -> None:
    with pytest.raises(Unnamed):
        begun(asked, Design("  ", words="last_call", effect=0.5))


def test_what_it_asks_is_told_before_anything_is_drawn(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = first_reminder(asked)
    with asked.db.reading() as session:
        told = foresee(session, AICHA, step, TRIED, now=asked.now)
        with pytest.raises(NotAllowed):
            foresee(session, BRUNO, step, TRIED, now=asked.now)
    assert (told.rule.n_per_arm, told.n_mailboxes) == (4, 12)
    assert drawn(asked) == {}

    begun(asked)
    with asked.db.reading() as session, pytest.raises(AlreadyTried):
        foresee(session, AICHA, step, TRIED, now=asked.now)
    monkeypatch.setattr(Rule, "n_per_arm", 900)
    change(asked, "UPDATE experiments SET closed_at = :now, finding = 'too_few'", now=asked.now)
    with asked.db.reading() as session, pytest.raises(TooFewMailboxes):
        foresee(session, AICHA, step, TRIED, now=asked.now)


def test_an_operator_of_one_departement_begins_none(asked: World) -> None:
    with pytest.raises(NotAllowed):
        begun(asked, scope=BRUNO)


def test_only_a_reminder_is_tried(asked: World) -> None:
    with pytest.raises(NoReminder):
        begin_experiment(asked.db, AICHA, Author.user(1), 0, TRIED, seed=SEED, now=asked.now)
    with asked.db.reading() as session, pytest.raises(UnknownExperiment):
        verdict_of(session, 404, now=asked.now)


def test_the_draw_is_audited_with_its_seed(asked: World) -> None:
    experiment = begun(asked)
    (entry,) = rows(asked, "SELECT subject, details FROM audit_entries WHERE action LIKE 'exper%'")
    assert entry.subject == f"experiment:{experiment}"
    assert (entry.details["seed"], entry.details["n"]) == (SEED, 12)


def test_its_step_is_not_taken_out_of_the_calendar(asked: World) -> None:
    begun(asked)
    another = [Step(StepKind.REMINDER, Anchor.INVITATION, 20, "reminder")]
    with pytest.raises(StepTried):
        set_steps(
            asked.db,
            None,
            Author.system(),
            asked.wave_id,
            another,
            office_hours=False,
            now=asked.now,
        )


def test_the_text_that_it_sends_is_not_changed_under_way(asked: World) -> None:
    """Neither the usual words nor those that are tried; others may be, and these once it ends."""
    begun(asked)
    for name in ("reminder", "last_call"):
        with pytest.raises(TextTried, match="Un texte plus court"):
            rewrites(asked, name)
    assert rewrites(asked, "reminder_2") == 2
    with pytest.raises(TextTried):
        goes_back(asked, "last_call")

    change(asked, "UPDATE experiments SET closed_at = :now, finding = 'too_few'", now=asked.now)
    assert [rewrites(asked, name) for name in ("reminder", "last_call")] == [2, 2]


def rewrites(world: World, name: str) -> int:
    """Aïcha gives this text another subject; its version."""
    ours = next(one for one in packaged() if one.name == name)
    changed = wording_of(name, f"{ours.subject.strip()} !", ours.body_text, ours.body_html)
    return save(
        world.db,
        AICHA,
        changed,
        seen=ours.digest,
        letterhead=world.letterhead,
        by=Author.user(AICHA.user_id),
        now=world.now,
    )


def goes_back(world: World, name: str) -> int:
    ours = next(one for one in packaged() if one.name == name)
    return go_back(
        world.db,
        AICHA,
        name,
        1,
        seen=ours.digest,
        letterhead=world.letterhead,
        by=Author.user(AICHA.user_id),
        now=world.now,
    )


def test_a_wave_that_is_over_is_not_tried(asked: World) -> None:
    asked.days_pass(120)

    with pytest.raises(WaveOver):
        begun(asked)
    with asked.db.reading() as session, pytest.raises(WaveOver):
        foresee(session, AICHA, first_reminder(asked), TRIED, now=asked.now)


def test_a_step_for_some_is_told_to_be_and_tried_on_those_it_reaches(asked: World) -> None:
    """All are drawn, since nobody knows who will have begun; who gets it gets it as drawn."""
    change(asked, "UPDATE wave_steps SET audience = 'started' WHERE id = :id",
           id=first_reminder(asked))  # fmt: skip
    with asked.db.reading() as session:
        told = foresee(session, AICHA, first_reminder(asked), TRIED, now=asked.now)
    assert "celles qui auront commencé" in rule_told(told, 7)[-1]
    begun(asked)
    arms = drawn(asked)
    change(
        asked,
        "UPDATE cases SET disposition = 'started', moved_at = :now WHERE id IN ("
        " SELECT min(case_id) FROM message_cases JOIN messages ON id = message_id"
        " WHERE address_id = ANY(:some) GROUP BY address_id)",
        some=sorted(arms)[::2],
        now=asked.now,
    )

    sends_reminders(asked)

    words = {Arm.USUAL: "reminder", Arm.TRIED: "last_call"}
    assert reminded(asked) == {one: words[arms[one]] for one in sorted(arms)[::2]}
