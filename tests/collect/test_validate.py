"""Before a theme is sent: a colleague asks, the validator returns it or sends it."""

from __future__ import annotations

import pytest

from app.collect.floods import MOST_TO_ONE_PERSON, MOST_VALIDATORS
from app.collect.live import draft_mark
from app.collect.open import opened
from app.collect.overview import overview
from app.collect.refusals import (
    AlreadySubmitted,
    AnswersChanged,
    AwaitsValidation,
    LongWords,
    NobodyValidates,
    NoComment,
    NotAskedToValidate,
    NothingToSubmit,
    NotTheValidator,
    NotYourTheme,
    TeamWritesTooOften,
    ValidationAskedTooOften,
)
from app.collect.reopen import reopen
from app.collect.submit import submit
from app.collect.team_standing import Validating, ValidationStanding
from app.collect.validate import LONGEST_COMMENT, ask_validation, return_theme
from app.vocabulary.scope import Author, Channel, Respondent
from tests.collect.answers import answers_all, says
from tests.collect.teams import CLAIRE, GUERET, JULIE, MAIRE, holder, letters, plans
from tests.messages.post import change, messages, rows, send
from tests.world import FIRST_THEMES, World

COMMENT = "Le nombre d’agents est celui de l’an passé."


@pytest.fixture
def julie(world: World) -> Respondent:
    """Julie, who has a theme in a team where the mayor validates."""
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    plans(world, validator=MAIRE, inclusion=JULIE)
    return holder(world, JULIE, "inclusion")


def asks(world: World, who: Respondent, theme: str = "inclusion") -> bool:
    return ask_validation(world.db, who, theme, world.letterhead, now=world.now).mailed


def returns(world: World, comment: str = COMMENT, who: Respondent | None = None) -> bool:
    validator = who or holder(world, MAIRE)
    return return_theme(
        world.db, validator, "inclusion", comment, world.letterhead, now=world.now
    ).mailed


def sends(world: World, who: Respondent, theme: str = "inclusion") -> None:
    submit(world.db, who, theme, world.letterhead, now=world.now)


def standing(world: World, who: Respondent, theme: str = "inclusion") -> ValidationStanding:
    with world.db.reading() as session:
        seen = overview(session, who, now=world.now).of(theme)
        assert opened(session, who, theme, now=world.now).validation == seen.validation
        return seen.validation


def test_a_colleague_asks_and_only_the_validator_sends(world: World, julie: Respondent) -> None:
    answers_all(world, julie)

    with pytest.raises(AwaitsValidation, match="la personne chargée de valider"):
        sends(world, julie)
    with pytest.raises(AwaitsValidation):
        sends(world, world.respondent(GUERET))
    assert asks(world, julie)
    (letter,) = letters(world, "validation")
    assert (letter.value, letter.themes) == (MAIRE, ["inclusion"])
    sends(world, holder(world, MAIRE))

    assert world.disposition(GUERET) == "complete"
    kinds = rows(world, "SELECT kind FROM validations ORDER BY id")
    assert [row.kind for row in kinds] == ["asked", "approved"]


def test_asked_twice_it_is_asked_once(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)

    assert not asks(world, julie)
    assert not asks(world, world.respondent(GUERET))

    assert len(letters(world, "validation")) == 1


def test_a_theme_comes_back_with_a_comment_until_it_is_asked_again(
    world: World, julie: Respondent
) -> None:
    answers_all(world, julie)
    asks(world, julie)

    assert returns(world)
    told = standing(world, julie)
    assert (told.state, told.comment) == (Validating.RETURNED, COMMENT)
    (letter,) = letters(world, "returned")
    assert letter.value == JULIE
    says(world, julie, {"mediation_place": "no"}, source="form:mended", seen=_seen(world, julie))
    world.days_pass(1)
    assert asks(world, julie)

    assert standing(world, julie).state is Validating.ASKED
    assert len(letters(world, "validation")) == 2


def _seen(world: World, who: Respondent) -> dict[str, int]:
    with world.db.reading() as session:
        answers = opened(session, who, "inclusion", now=world.now).answers
    return {code: answer.event for code, answer in answers.items()}


def test_the_comment_is_on_no_mail(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)
    returns(world)

    world.days_pass(0.01)
    send(world)

    (mail,) = [one for one in world.sink.to(JULIE) if "revoir" in str(one["Subject"])]
    assert "agents" not in mail.as_string()
    assert "agents" not in "".join(f"{row.body} {row.details}" for row in messages(world))
    body = mail.get_body(("plain",))
    assert body is not None
    assert "/inclusion/relire" in body.get_content()


def test_the_same_return_sent_twice_is_one(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)
    returns(world)

    assert not returns(world)

    assert len(letters(world, "returned")) == 1


def test_a_theme_is_returned_with_words_and_not_too_many(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)

    for nothing in ("", "  \n ", "\0"):
        with pytest.raises(NoComment):
            returns(world, nothing)
    with pytest.raises(LongWords):
        returns(world, "a" * (LONGEST_COMMENT + 1))

    assert returns(world, "Un\0 mot.\r\n  Un autre.")
    assert standing(world, julie).comment == "Un  mot.\nUn autre."


def test_only_the_validator_returns_and_only_what_was_asked(
    world: World, julie: Respondent
) -> None:
    answers_all(world, julie)
    with pytest.raises(NotAskedToValidate):
        returns(world)
    asks(world, julie)

    with pytest.raises(NotTheValidator):
        returns(world, who=julie)
    with pytest.raises(NotTheValidator):
        returns(world, who=world.respondent(GUERET))


def test_a_blank_theme_is_not_for_validation(world: World, julie: Respondent) -> None:
    with pytest.raises(NothingToSubmit):
        asks(world, julie)
    with pytest.raises(NotYourTheme):
        asks(world, julie, "communication")


def test_without_a_validator_one_sends_and_nobody_is_asked(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    plans(world, inclusion=JULIE)
    julie = holder(world, JULIE, "inclusion")
    answers_all(world, julie)

    with pytest.raises(NobodyValidates):
        asks(world, julie)
    sends(world, julie)

    assert world.disposition(GUERET) == "complete"
    assert rows(world, "SELECT FROM validations") == []


def test_a_reopened_theme_starts_its_validation_afresh(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)
    sends(world, holder(world, MAIRE))
    world.days_pass(1)

    reopen(world.db, julie, "inclusion", now=world.now)

    assert standing(world, julie).state is Validating.NONE
    with pytest.raises(AwaitsValidation):
        sends(world, julie)
    world.days_pass(1)
    assert asks(world, julie)


def test_what_staff_enter_from_paper_needs_no_validation(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    clerk = Respondent(
        territory_id=julie.territory_id,
        themes=("inclusion",),
        author=Author.user(7),
        channel=Channel.PAPER,
    )

    sends(world, clerk)

    assert world.disposition(GUERET) == "complete"


def test_the_validator_of_cybersecurity_sees_a_draft_and_nothing_after(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    plans(world, validator=MAIRE, cybersecurite=JULIE)
    julie = holder(world, JULIE, "cybersecurite")
    answers_all(world, julie, "cybersecurite")
    asks(world, julie, "cybersecurite")
    maire = holder(world, MAIRE)

    with world.db.reading() as session:
        assert opened(session, maire, "cybersecurite", now=world.now).answers
    sends(world, maire, "cybersecurite")

    with world.db.reading() as session:
        after = opened(session, maire, "cybersecurite", now=world.now)
    assert (after.answers, after.withheld) == ({}, True)
    assert after.validation == ValidationStanding()
    with pytest.raises(AlreadySubmitted):
        asks(world, julie, "cybersecurite")


def test_what_waits_goes_to_the_new_validator(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)

    plans(world, validator=CLAIRE, inclusion=JULIE)

    assert sorted(one.value for one in letters(world, "validation")) == [CLAIRE, MAIRE]
    assert standing(world, holder(world, CLAIRE)).state is Validating.ASKED


def test_without_a_validator_any_more_nothing_waits(world: World, julie: Respondent) -> None:
    answers_all(world, julie)
    asks(world, julie)

    plans(world, validator="", inclusion=JULIE)

    assert standing(world, julie).state is Validating.NONE
    sends(world, julie)
    assert world.disposition(GUERET) == "complete"


def test_a_validator_who_is_left_alone_is_asked_without_a_mail(
    world: World, julie: Respondent
) -> None:
    answers_all(world, julie)
    change(
        world,
        "UPDATE contacts SET stopped_at = now() FROM addresses "
        "WHERE addresses.id = address_id AND value = :maire",
        maire=MAIRE,
    )

    assert not asks(world, julie)
    assert standing(world, julie).state is Validating.ASKED


def test_naming_one_validator_after_another_does_not_write_to_a_crowd(
    world: World, julie: Respondent
) -> None:
    answers_all(world, julie)
    asks(world, julie)
    for number in range(MOST_VALIDATORS - 1):
        plans(world, validator=f"inconnu{number}@ailleurs.invalid", inclusion=JULIE)

    with pytest.raises(TeamWritesTooOften):
        plans(world, validator="encore@ailleurs.invalid", inclusion=JULIE)

    told = {one.value for one in letters(world, "validation")}
    assert len(told) == MOST_VALIDATORS
    assert "encore@ailleurs.invalid" not in told


def test_asking_sending_and_reopening_does_not_write_to_one_stranger_for_ever(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    mairie = world.respondent(GUERET)
    answers_all(world, mairie)
    for _ in range(MOST_TO_ONE_PERSON):
        plans(world, validator="inconnu@ailleurs.invalid")
        assert asks(world, mairie)
        plans(world)
        sends(world, mairie)
        reopen(world.db, mairie, "inclusion", now=world.days_pass(0.001))
        world.days_pass(0.001)
    plans(world, validator="inconnu@ailleurs.invalid")

    with pytest.raises(ValidationAskedTooOften, match="Prévenez vous-même"):
        asks(world, mairie)

    assert len(letters(world, "validation")) == MOST_TO_ONE_PERSON
    world.days_pass(31)
    assert asks(world, mairie)


def test_a_team_whose_every_theme_comes_back_twice_is_never_stopped(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    plans(world, validator=MAIRE)
    mairie, maire = world.respondent(GUERET), holder(world, MAIRE)
    for theme in FIRST_THEMES:
        answers_all(world, mairie, theme)
        for comment in ("Revoir la question 2.", "Revoir la question 3."):
            assert asks(world, mairie, theme)
            told = return_theme(
                world.db, maire, theme, comment, world.letterhead, now=world.days_pass(0.01)
            )
            assert told.mailed
        assert asks(world, mairie, theme)

    assert len(letters(world, "validation")) == 3 * len(FIRST_THEMES)
    assert len(letters(world, "returned")) == 2 * len(FIRST_THEMES)


def test_the_validator_does_not_send_what_they_have_not_read(
    world: World, julie: Respondent
) -> None:
    answers_all(world, julie)
    asks(world, julie)
    maire = holder(world, MAIRE)
    with world.db.reading() as session:
        read = draft_mark(session, maire, "inclusion", now=world.now)
    says(world, julie, {"mediation_place": "no"}, source="form:late", seen=_seen(world, julie))

    with pytest.raises(AnswersChanged, match="Relisez-les, puis envoyez"):
        submit(world.db, maire, "inclusion", world.letterhead, seen=read, now=world.now)
    assert [row.kind for row in rows(world, "SELECT kind FROM validations")] == ["asked"]

    with world.db.reading() as session:
        read = draft_mark(session, maire, "inclusion", now=world.now)
    submit(world.db, maire, "inclusion", world.letterhead, seen=read, now=world.now)
    again = submit(world.db, maire, "inclusion", world.letterhead, seen="old", now=world.now)
    assert again.number
