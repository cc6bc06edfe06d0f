"""Letters: to the silent only, once in a while, and never to whoever spoke meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.campaigns.changes import pause_wave
from app.campaigns.control import invite
from app.campaigns.letters import (
    AlreadyPosted,
    BadPostingDay,
    NobodyToWriteTo,
    PileChanged,
    Posted,
    TooManyLetters,
    WaveNotRunning,
    mark_posted,
    print_letters,
    take_out,
)
from app.campaigns.letters_read import LetterFilter, Selection, whom_to_write
from app.campaigns.letters_runs import Pile, letters_to, pile_of, runs_of, to_take_out
from app.cases.follow_ups import note_follow_up
from app.cases.read import calls_due
from app.collect.decline import decline
from app.collect.requests import say_not_ours
from app.collect.submit import submit
from app.errors import Hidden, NotAllowed
from app.messages.carriers import Carriers
from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier
from app.messages.suppressions import stop
from app.models.cases import FollowUp
from app.models.contacts import Contact
from app.models.letters import PostalAddress
from app.models.organisations import AuditEntry
from app.models.territories import Territory
from app.vocabulary.letters import LetterReason, NoLetter
from app.vocabulary.scope import Author, Channel, Role, Scope
from tests.cases.staff import scope_of_opsn
from tests.collect.answers import answers_all
from tests.world import FIRST_THEMES, World

GUERET, AUBUSSON, AUZANCES, AJAIN = "23096", "23008", "23013", "23002"
MEMBERS = (GUERET, AUBUSSON, AUZANCES)


@pytest.fixture
def bruno(world: World) -> Scope:
    """An OPSN of three communes; Guéret and Aubusson have a mailbox, and the Creuse is invited."""
    world.open_wave()
    for code in (GUERET, AUBUSSON, AJAIN):
        world.contact(code, f"mairie{code}@creuse.invalid")
    invite(world.db, world.wave_id, "23", world.letterhead, by=Author.system(), now=world.now)
    carriers: Carriers = {Channel.EMAIL: SmtpCarrier.of(world.settings)}
    drain(world.db, carriers, world.letterhead, "wide", now=world.now)
    return scope_of_opsn(world, *MEMBERS)


def chosen(world: World, scope: Scope, **wanted: object) -> Selection:
    with world.db.reading() as session:
        return whom_to_write(
            session,
            scope,
            world.wave_id,
            LetterFilter(**wanted),  # type: ignore[arg-type]
            now=world.now,
        )


def names(selection: Selection) -> list[str]:
    return [one.name for one in selection.ready]


def prints(world: World, scope: Scope, **wanted: object) -> int:
    return print_letters(
        world.db,
        scope,
        Author.user(scope.user_id),
        world.wave_id,
        LetterFilter(**wanted),  # type: ignore[arg-type]
        now=world.now,
    )


def posts(world: World, scope: Scope, run_id: int, *shown: str, on: date | None = None) -> Posted:
    """The pile is posted, after the letters to these were taken out of it."""
    return mark_posted(
        world.db,
        scope,
        Author.user(scope.user_id),
        run_id,
        on=on or world.now.date(),
        shown=[world.territory(code).id for code in shown],
        now=world.now,
    )


def pile(world: World, scope: Scope, run_id: int) -> Pile:
    with world.db.reading() as session:
        return pile_of(session, scope, run_id)


def hands_in(world: World, code: str) -> None:
    for theme in FIRST_THEMES:
        answers_all(world, world.respondent(code), theme)
        submit(world.db, world.respondent(code), theme, world.letterhead, now=world.now)


def test_the_dry_run_is_in_the_order_of_the_pile_and_says_why(world: World, bruno: Scope) -> None:
    found = chosen(world, bruno)

    assert [(one.name, one.postal_code, one.reason) for one in found.ready] == [
        ("Guéret", "23000", LetterReason.SILENT),
        ("Aubusson", "23200", LetterReason.SILENT),
        ("Auzances", "23700", LetterReason.UNREACHED),
    ]
    assert names(chosen(world, bruno, reasons={LetterReason.UNREACHED})) == ["Auzances"]
    assert names(chosen(world, bruno, departement="87")) == []


def test_what_was_begun_is_a_reason_of_its_own(world: World, bruno: Scope) -> None:
    answers_all(world, world.respondent(GUERET))

    assert names(chosen(world, bruno)) == ["Aubusson", "Auzances"]
    assert names(chosen(world, bruno, reasons={LetterReason.STARTED})) == ["Guéret"]


def test_whoever_answered_or_refused_gets_none(world: World, bruno: Scope) -> None:
    hands_in(world, GUERET)
    decline(world.db, world.respondent(AUBUSSON), ("inclusion",), "decided", now=world.now)

    found = chosen(world, bruno, reasons=set(LetterReason))

    assert names(found) == ["Auzances"]
    assert found.left_out == {NoLetter.ANSWERED: 1, NoLetter.DECLINED: 1}


def test_whoever_asked_for_silence_gets_none_unless_another_mailbox_serves(
    world: World, bruno: Scope
) -> None:
    stop(world.db, world.link("stop", GUERET)[0], now=world.now)
    assert chosen(world, bruno).left_out == {NoLetter.STOPPED: 1}

    world.contact(GUERET, "dgs@gueret.invalid")
    assert "Guéret" in names(chosen(world, bruno))


def test_a_mailbox_that_was_not_theirs_is_a_reason_to_write(world: World, bruno: Scope) -> None:
    say_not_ours(world.db, world.respondent(GUERET), now=world.now)

    with world.db.reading() as session:
        assert session.scalars(
            select(Contact.stopped_because).where(
                Contact.territory_id == world.territory(GUERET).id
            )
        ).all() == ["asked"]
    assert "Guéret" in names(chosen(world, bruno))


def test_nobody_is_written_to_before_their_batch_is_invited(world: World, bruno: Scope) -> None:
    limousin = scope_of_opsn(world, "87085")
    assert names(chosen(world, limousin)) == []

    invite(world.db, world.wave_id, "87", world.letterhead, by=Author.system(), now=world.now)

    assert names(chosen(world, limousin)) == ["Limoges"]


def test_an_authority_without_postal_address_is_listed_apart(world: World, bruno: Scope) -> None:
    with world.db.transaction() as session:
        session.delete(session.get_one(PostalAddress, world.territory(GUERET).id))

    found = chosen(world, bruno)

    assert [one.name for one in found.without_address] == ["Guéret"]
    assert names(found) == ["Aubusson", "Auzances"]


def test_not_twice_in_four_weeks_unless_asked(world: World, bruno: Scope) -> None:
    run_id = prints(world, bruno)
    assert chosen(world, bruno).left_out == {NoLetter.RECENT: 3}
    with pytest.raises(NobodyToWriteTo):
        prints(world, bruno)
    take_out(
        world.db,
        bruno,
        Author.user(bruno.user_id),
        run_id,
        [world.territory(GUERET).id],
        now=world.now,
    )
    posts(world, bruno, run_id)

    assert names(chosen(world, bruno)) == ["Guéret"], "taken out, so never written to"
    assert len(names(chosen(world, bruno, weeks_apart=0))) == 3
    world.days_pass(28)
    assert len(names(chosen(world, bruno))) == 3


def test_a_pile_that_is_printed_is_posted_without_those_who_answered_since(
    world: World, bruno: Scope
) -> None:
    run_id = prints(world, bruno)
    world.days_pass(1)
    hands_in(world, AUBUSSON)
    with world.db.reading() as session:
        gone = to_take_out(session, pile_of(session, bruno, run_id))
    assert gone == {world.territory(AUBUSSON).id: NoLetter.ANSWERED}

    with pytest.raises(PileChanged):
        posts(world, bruno, run_id)
    assert pile(world, bruno, run_id).run.posted_at is None

    assert posts(world, bruno, run_id, AUBUSSON) == Posted(n_posted=2, n_left_out=1)
    done = pile(world, bruno, run_id)
    assert [(one.rank, one.name, one.left_out_because) for one in done.sheets] == [
        (1, "Guéret", None),
        (2, "Aubusson", NoLetter.ANSWERED),
        (3, "Auzances", None),
    ]
    with world.db.reading() as session:
        written = letters_to(session, [one.territory_id for one in done.sheets], world.wave_id)
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == f"print_run:{run_id}")
        ).all()
    assert written == {
        world.territory(GUERET).id: world.now,
        world.territory(AUZANCES).id: world.now,
    }
    assert sorted(actions) == ["letters_posted", "letters_printed"]
    with pytest.raises(AlreadyPosted):
        posts(world, bruno, run_id, AUBUSSON)


def test_letters_taken_out_are_exactly_those_ticked(world: World, bruno: Scope) -> None:
    run_id = prints(world, bruno)

    def ticks(*codes: str) -> list[str]:
        ids = [world.territory(code).id for code in codes]
        take_out(world.db, bruno, Author.user(bruno.user_id), run_id, ids, now=world.now)
        sheets = pile(world, bruno, run_id).sheets
        return [one.name for one in sheets if one.left_out_because is NoLetter.BY_HAND]

    assert ticks(GUERET, AUBUSSON, AJAIN) == ["Guéret", "Aubusson"]
    assert ticks(AUZANCES) == ["Auzances"]
    assert ticks() == []


def test_a_posted_letter_is_noted_and_a_promised_call_stays_promised(
    world: World, bruno: Scope
) -> None:
    gueret = world.territory(GUERET).id
    note_follow_up(
        world.db,
        bruno,
        Author.user(bruno.user_id),
        gueret,
        world.wave_id,
        "Voir avec la DGS.",
        call_again_on=world.now.date(),
        now=world.now,
    )

    posts(world, bruno, prints(world, bruno))

    with world.db.reading() as session:
        notes = dict(
            session.execute(
                select(FollowUp.territory_id, FollowUp.note).order_by(FollowUp.id)
            ).all()
        )
        due = calls_due(session, bruno, world.wave_id, until=world.now + timedelta(days=1))
        promised = session.scalars(select(FollowUp).where(FollowUp.id.in_(due))).one()
    day = "15\u00a0septembre 2026"
    assert promised.note == (f"Courrier posté le {day}. Appel déjà promis\u00a0: Voir avec la DGS.")
    assert promised.territory_id == gueret
    assert notes[world.territory(AUBUSSON).id] == f"Courrier posté le {day}."


def test_the_day_of_posting_is_between_the_printing_and_today(world: World, bruno: Scope) -> None:
    run_id = prints(world, bruno)
    printed_on = world.now.date()
    world.days_pass(3)

    for day in (printed_on - timedelta(days=1), world.now.date() + timedelta(days=1)):
        with pytest.raises(BadPostingDay):
            posts(world, bruno, run_id, on=day)
    posts(world, bruno, run_id, on=printed_on + timedelta(days=1))

    posted_at = pile(world, bruno, run_id).run.posted_at
    assert posted_at is not None
    assert posted_at.date() == printed_on + timedelta(days=1)


def test_no_letter_is_prepared_in_a_pause_nor_after_the_end(world: World, bruno: Scope) -> None:
    pause_wave(world.db, world.wave_id, why="panne", by=Author.system(), now=world.now)
    with pytest.raises(WaveNotRunning):
        prints(world, bruno)
    world.days_pass(120)
    with pytest.raises(WaveNotRunning):
        prints(world, bruno)


def test_a_pile_that_is_too_high_is_refused(
    world: World, bruno: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.campaigns.letters.MOST", 2)
    with pytest.raises(TooManyLetters):
        prints(world, bruno)


def test_a_pile_belongs_to_whoever_may_chase_all_of_it(world: World, bruno: Scope) -> None:
    run_id = prints(world, bruno)
    neighbour = scope_of_opsn(world, GUERET, AUBUSSON, AJAIN)
    reader = Scope(bruno.user_id, Role.READER, bruno.organisation_id)

    for person, refusal in ((neighbour, Hidden), (reader, NotAllowed)):
        with pytest.raises(refusal):
            posts(world, person, run_id)
        with pytest.raises(refusal):
            take_out(world.db, person, Author.system(), run_id, [], now=world.now)
        with world.db.reading() as session:
            assert runs_of(session, person, world.wave_id) == []
    with pytest.raises(NotAllowed):
        prints(world, reader, weeks_apart=0)
    with world.db.reading() as session:
        mine = runs_of(session, bruno, world.wave_id)
    assert [(run.id, run.n_letters, run.n_to_post) for run in mine] == [(run_id, 3, 3)]
    assert mine[0].label.startswith("Tous les départements\u00a0: sans réponse")


def test_seen_but_not_theirs_to_chase_is_not_theirs_to_print(world: World, bruno: Scope) -> None:
    onlooker = scope_of_opsn(world, GUERET, may_chase=False)
    assert names(chosen(world, onlooker)) == []


def test_who_left_the_survey_since_is_taken_out(world: World, bruno: Scope) -> None:
    run_id = prints(world, bruno)
    with world.db.transaction() as session:
        session.execute(
            update(Territory)
            .where(Territory.code == GUERET)
            .values(asked=False, not_asked_because="fusionnée")
        )

    assert posts(world, bruno, run_id, GUERET).n_left_out == 1
    assert pile(world, bruno, run_id).sheets[0].left_out_because is NoLetter.NOT_ASKED
