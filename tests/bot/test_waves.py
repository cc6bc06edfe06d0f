"""A wave is paused, ends, is prolonged, another one opens: seen from a chat that talks on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.campaigns.changes import extend_wave, pause_wave
from app.campaigns.control import open_wave
from app.cases.record import record
from app.interview.definition import from_definition, to_definition
from app.interview.questionnaire import Questionnaire
from app.links.chats import tie
from app.models.campaigns import Wave
from app.models.cases import AnswerEvent, Case
from app.models.chats import Prompt
from app.models.territories import Territory
from app.questionnaires.publish import load_into
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author
from bot.channels.channel import Say, Thing
from bot.phrases_waves import FORMER_WAVE, QUESTION_GONE
from bot.prompts import PromptKind
from tests.bot.beliefs import FORMS
from tests.bot.phone import GUERET, Phone, kept, texts, tied
from tests.collect.answers import says
from tests.world import World

AUBUSSON = "23008"
INCLUSION = FORMS["inclusion"]
QUESTION = "mediation_place"
STAFF = Author.user(7)


def n_answers(world: World) -> int:
    """How many answers were ever given, counted or not."""
    with world.db.reading() as session:
        return len(session.scalars(select(AnswerEvent.id)).all())


def asks_themes(said: list[Say]) -> bool:
    asked = said[-1].asked
    return asked is not None and asked.kind is PromptKind.THEME


def asks(said: list[Say], question: str) -> bool:
    asked = said[-1].asked
    return asked is not None and asked.question == question


def renamed(form: Questionnaire) -> Questionnaire:
    """Its first question has another code: it is another question."""
    definition = json.dumps(to_definition(form))
    return from_definition(json.loads(definition.replace(f'"{QUESTION}"', '"help_place"')))


def reworded(form: Questionnaire) -> Questionnaire:
    """Its first question is asked about other things, under the same code."""
    first, *others = form.sections
    question, *rest = first.questions
    turned = replace(question, text="Vos agents sont-ils formés\u00a0?")
    return replace(form, sections=(replace(first, questions=(turned, *rest)), *others))


def the_same(form: Questionnaire) -> Questionnaire:
    return form


@pytest.mark.parametrize("changed", [renamed, reworded, the_same])
@pytest.mark.parametrize("by", ["typing", "pressing", "replying"])
def test_an_answer_to_last_year_s_question_is_no_answer_to_this_year_s(
    world: World, phone: Phone, changed: Callable[[Questionnaire], Questionnaire], by: str
) -> None:
    phone.hears("inclusion")
    load_into(world.db, [changed(INCLUSION)], now=world.now)
    world.open_wave_a_year_later()

    match by:
        case "typing":
            said = phone.hears("oui")
        case "pressing":
            said = phone.presses("Oui", question=QUESTION)
        case _:
            said = phone.hears("2", reply_to=phone.asking(QUESTION))

    assert FORMER_WAVE in texts(said)
    assert asks_themes(said)
    assert n_answers(world) == 0
    assert "Question 1 sur" in texts(phone.hears("inclusion"))


def test_last_year_s_answer_edited_changes_nothing_then_nor_now(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    edited = f"mine-{phone.n_heard}"
    world.open_wave_a_year_later()

    said = phone.hears("non", edits=edited)

    assert "Noté" not in texts(said)
    assert n_answers(world) == 1


def test_last_year_s_several_choices_are_not_ticked_this_year(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.presses("Oui")
    phone.presses("Un espace public numérique")
    before = n_answers(world)
    world.open_wave_a_year_later()

    said = phone.presses("Un autre lieu", question="mediation_place_kinds")

    assert FORMER_WAVE in texts(said)
    assert n_answers(world) == before


def test_last_year_s_yes_sends_nothing_this_year(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.presses("Oui")
    phone.hears("envoyer")
    name, _ = phone.sent[-1]
    world.open_wave_a_year_later()
    says(world, world.respondent(GUERET), {QUESTION: "no"}, source="form:a-colleague")

    typed = phone.hears("oui")
    pressed = phone.hears("oui", thing=Thing.BUTTON, reply_to=name)

    assert FORMER_WAVE in texts(typed)
    assert FORMER_WAVE in texts(pressed)
    assert world.response(GUERET, "inclusion").submitted_at is None


def test_last_year_s_reason_declines_nothing_this_year(world: World, phone: Phone) -> None:
    phone.hears("refuser")
    world.open_wave_a_year_later()

    said = phone.hears("1")

    assert FORMER_WAVE in texts(said)
    assert world.disposition(GUERET) == "not_invited"
    assert asks_themes(said)


def test_last_year_s_list_of_themes_still_names_a_theme(world: World, phone: Phone) -> None:
    world.open_wave_a_year_later()

    assert "Question 1 sur" in texts(phone.hears("1"))


@pytest.mark.parametrize(
    "order",
    ["pareil", "retour", "passer", "relire", "envoyer", "reprendre", "changer 1", "répéter"],
)
def test_an_order_after_last_year_s_question_is_about_this_year(
    world: World, phone: Phone, order: str
) -> None:
    phone.hears("inclusion")
    world.open_wave_a_year_later()

    said = phone.hears(order)

    assert asks_themes(said)
    assert n_answers(world) == 0
    assert world.response(GUERET, "inclusion").submitted_at is None


def next_wave(world: World) -> None:
    """The second wave of the campaign, on three other themes."""
    world.days_pass(100)
    with world.db.reading() as session:
        second = session.scalars(select(Wave.id).where(Wave.number == 2)).one()
    open_wave(world.db, second, now=world.now)


def test_a_conversation_goes_on_from_a_wave_to_the_next(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    next_wave(world)

    pressed = phone.presses("Non", question=QUESTION)
    typed = phone.hears("infrastructures")
    answered = phone.hears("1")

    assert FORMER_WAVE in texts(pressed)
    assert "Infrastructures" in texts(pressed)
    assert "Question 1 sur" in texts(typed)
    assert "Noté" in texts(answered)
    assert kept(world, QUESTION) == "yes"


def test_while_a_wave_is_paused_one_answers_as_ever(world: World, phone: Phone) -> None:
    pause_wave(world.db, world.wave_id, why="vacances", by=STAFF, now=world.now)

    phone.hears("inclusion")
    said = phone.hears("oui")

    assert texts(said).startswith("Noté")
    assert kept(world, QUESTION) == "yes"


def test_a_wave_that_ended_says_so_and_keeps_what_was_said(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    world.days_pass(200)

    for heard in ("2", "oui", "thèmes", "reprendre", "envoyer", "/start", "relire", "site"):
        said = phone.hears(heard)
        assert "terminée" in texts(said), heard
        assert all(say.asked is None for say in said), heard
    assert "terminée" in texts(phone.presses("Non", question=QUESTION))
    assert phone.hears("", thing=Thing.STICKER)
    assert kept(world, QUESTION) == "yes"


def test_a_wave_that_is_prolonged_goes_on_with_the_question_that_waited(
    world: World, phone: Phone
) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    world.days_pass(200)
    assert "terminée" in texts(phone.hears("1, 3"))
    later = world.now + timedelta(days=10)
    extend_wave(world.db, world.wave_id, later, why="retards", by=STAFF, now=world.now)

    said = phone.hears("1, 3")

    assert texts(said).startswith("Noté")
    assert kept(world, "mediation_place_kinds") == ["france_services", "digital_space"]


def merge(world: World, code: str) -> None:
    """The commune is now a part of another: staff take it out of the wave, and out of the panel."""
    place = world.territory(code).id
    with world.db.transaction() as session:
        for case in session.scalars(select(Case).where(Case.territory_id == place)):
            record(session, case, D.OUT_OF_FRAME, why="merged", by=STAFF, at=world.now)
        session.execute(
            update(Territory)
            .where(Territory.id == place)
            .values(asked=False, not_asked_because="commune nouvelle")
        )


def test_a_commune_that_was_merged_is_told_so_and_its_neighbour_goes_on(
    world: World, phone: Phone
) -> None:
    link_id, _ = world.link("answer", AUBUSSON)
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    phone.hears("commune Guéret")
    phone.hears("inclusion")
    phone.hears("oui")
    merge(world, GUERET)

    refused = phone.hears("1, 3")
    phone.hears("commune Aubusson")
    phone.hears("inclusion")
    said = phone.hears("oui")

    assert "n’est plus interrogée" in texts(refused)
    assert kept(world, QUESTION) == "yes"
    assert "mediation_place_kinds" not in world.response(GUERET, "inclusion").answers
    assert "Noté" in texts(said)
    assert world.response(AUBUSSON, "inclusion").answers[QUESTION]["value"] == "yes"


def test_a_commune_that_was_merged_hears_of_no_later_wave(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    merge(world, GUERET)
    next_wave(world)

    assert "la nouvelle collectivité qui répond" in texts(phone.hears("oui"))
    assert "la nouvelle collectivité qui répond" in texts(phone.hears("/start"))


@pytest.mark.parametrize(
    "heard", ["1", "oui", "pareil", "passer", "retour", "répéter", "reprendre"]
)
def test_a_question_that_is_not_there_any_more_lets_the_talk_go_on(
    world: World, phone: Phone, heard: str
) -> None:
    """No version changes under a wave; were it to, nobody would be left without an answer."""
    phone.hears("inclusion")
    with world.db.transaction() as session:
        session.execute(update(Prompt).values(question="gone"))

    said = phone.hears(heard)

    assert asks(said, QUESTION)
    assert (QUESTION_GONE in texts(said)) == (heard in ("1", "oui", "pareil"))
    assert n_answers(world) == 0


def test_two_answers_to_a_question_that_is_not_there_any_more(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    with world.db.transaction() as session:
        gone = {"kind": "conflict", "question": "gone", "details": {"lost": 1}}
        session.execute(update(Prompt).values(gone))

    said = phone.hears("la mienne")

    assert QUESTION_GONE in texts(said)
    assert asks(said, QUESTION)


def test_another_chat_of_the_same_town_hall_is_in_the_new_wave_too(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    first = tied(world, Phone(world))
    first.hears("inclusion")
    world.open_wave_a_year_later()
    second = tied(world, Phone(world, external_id="4343"))
    second.hears("inclusion")
    second.hears("oui")

    said = first.hears("non")

    assert FORMER_WAVE in texts(said)
    assert kept(world, QUESTION) == "yes"
