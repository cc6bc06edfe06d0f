"""Two answers to one question: the one that is kept is the one that was meant, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.collect.delegate import delegate
from app.interview.questionnaire import Choice, Question
from app.models.contacts import Link
from app.vocabulary.scope import Author
from bot import updates
from bot.channels.channel import Heard
from bot.either import COUNTED, MINE, Two, line_in
from bot.prompts import PromptKind
from tests.bot.phone import GUERET, Phone, kept, texts
from tests.collect.answers import says
from tests.world import World

PLACE = Question(
    "place",
    "single",
    "Y a-t-il un lieu ?",
    "Lieu",
    choices=(Choice("yes", "Oui, à la mairie"), Choice("no", "Non"), Choice("soon", "Bientôt")),
)
AGENTS = Question("agents", "integer", "Combien d’agents ?", "Agents", minimum=0, maximum=5_000)

JULIE_S_OR_MINE = Two(PLACE, "yes", "Julie Lamy", "no")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        *[(said, MINE) for said in ("2", "le 2", "2.", "2)", "n° 2", "deux", "Deux !", "la 2e")],
        *[(said, MINE) for said in ("la mienne", "La mienne svp", "gardez la mienne", "la nôtre")],
        *[
            (said, MINE)
            for said in ("la deuxième", "la seconde", "je garde la 2ème", "le deuxième")
        ],
        *[(said, MINE) for said in ("ma réponse", "2, la mienne", "2 mais je vérifie", "2\nmerci")],
        *[(said, MINE) for said in ("la nouvelle", "Non", "non merci", "moi", "celle de moi")],
        *[(said, COUNTED) for said in ("1", "le 1", "un", "la première", "le premier", "1ère")],
        *[(said, COUNTED) for said in ("la sienne", "celle de ma collègue", "ma collègue")],
        *[(said, COUNTED) for said in ("celle de Julie", "Julie", "celle de Julie Lamy")],
        *[(said, COUNTED) for said in ("laissez la sienne", "l’actuelle", "oui, à la mairie")],
    ],
)
def test_what_is_kept_is_said_in_many_ways(said: str, kept: int) -> None:
    assert line_in(JULIE_S_OR_MINE, said) == kept


@pytest.mark.parametrize(
    "said",
    [
        *("les deux", "1 ou 2", "1 2", "12", "2 000", "3", "0", "aucune", "je ne sais pas", ""),
        *("un peu", "une seconde svp je demande", "bientôt", "celle du maire", "celle de 14 h"),
        *("ni la mienne ni la sienne", "celle de la mairie", "?", "la", "celle de", "😀"),
    ],
)
def test_what_may_mean_both_or_neither_is_asked_again(said: str) -> None:
    assert line_in(JULIE_S_OR_MINE, said) is None


def test_a_town_hall_s_answer_is_named_by_the_town_hall() -> None:
    two = Two(PLACE, "yes", "la mairie", "no")

    assert line_in(two, "celle de la mairie") == COUNTED


def test_where_both_are_one_s_own_neither_is_mine_nor_theirs() -> None:
    both = Two(PLACE, "yes", "vous", "no")

    assert [line_in(both, said) for said in ("la mienne", "la sienne", "vous")] == [None] * 3
    assert line_in(both, "la deuxième") == MINE
    assert line_in(both, "la nouvelle") == MINE


@pytest.mark.parametrize(
    ("said", "kept"),
    [("12", COUNTED), ("douze", COUNTED), ("environ 40", MINE), ("2", MINE), ("2 agents", None)],
)
def test_a_number_is_its_line_or_one_of_the_two(said: str, kept: int | None) -> None:
    assert line_in(Two(AGENTS, 12, "Julie Lamy", 40), said) == kept


@given(st.text(max_size=60))
def test_whatever_is_said_is_a_line_or_none(said: str) -> None:
    assert line_in(JULIE_S_OR_MINE, said) in (COUNTED, MINE, None)


def julie_answers(world: World, question: str, value: str) -> None:
    """A colleague, who was handed the theme, answers on the site."""
    who = world.respondent(GUERET)
    mailbox = "julie@gueret.invalid"
    delegate(
        *(world.db, who, "inclusion", mailbox, world.letterhead), name="Julie Lamy", now=world.now
    )
    with world.db.reading() as session:
        link = session.scalars(select(Link.id).where(Link.purpose == "delegate")).one()
    julie = replace(who, author=Author.link(link), link_id=link)
    assert says(world, julie, {question: value}, source="form:julie").kept == (question,)


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        *[(said, "no") for said in ("la mienne", "le 2", "deux", "la deuxième", "non")],
        *[(said, "yes") for said in ("celle de ma collègue", "celle de Julie", "le 1", "oui")],
    ],
)
def test_one_of_two_answers_is_kept_as_one_says_it(
    world: World, phone: Phone, said: str, stays: str
) -> None:
    phone.hears("inclusion")
    julie_answers(world, "mediation_place", "yes")
    conflict = phone.hears("non")[-1].asked

    then = phone.hears(said)

    assert conflict is not None
    assert conflict.kind is PromptKind.CONFLICT
    assert kept(world, "mediation_place") == stays
    assert then[-1].asked is not None
    assert then[-1].asked.kind is PromptKind.QUESTION


def test_both_of_two_answers_is_asked_again_and_the_first_stays(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    julie_answers(world, "mediation_place", "yes")
    phone.hears("non")

    said = phone.hears("les deux")

    assert "1 ou par 2" in texts(said)
    assert kept(world, "mediation_place") == "yes"


@pytest.mark.parametrize("chosen", ["non", "la mienne", "2"])
def test_one_that_an_ended_process_saved_is_not_asked_about_again(
    world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    """Saved, but what to say was not: the same words are thought over once more."""
    phone.hears("inclusion")
    julie_answers(world, "mediation_place", "yes")
    phone.hears("non")
    heard = Heard(chosen, "tg:once", phone.external_id)
    with monkeypatch.context() as dying:
        dying.setattr(updates, "thought", dies)
        with pytest.raises(KeyboardInterrupt):
            phone.takes(heard)

    said = phone.takes(heard)

    assert texts(said).startswith("Noté\u00a0: Non.")
    assert kept(world, "mediation_place") == "no"


def dies(*_: object) -> None:
    raise KeyboardInterrupt
