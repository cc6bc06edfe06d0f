"""Cybersecurity on a messenger that others read: it can be declined there, and is never counted."""

from __future__ import annotations

import re

import pytest

from app.collect.submit import submit
from app.questionnaires.load import load_all
from tests.bot.phone import GUERET, Phone, texts, tied
from tests.bot.reminding import is_reminded, reminded_here
from tests.bot.test_crossing import dispositions
from tests.collect.answers import opens, says, whole
from tests.world import World

CONFIDENTIAL = "cybersecurite"
OTHERS = ("inclusion", "communication")


def fills_in(world: World, theme: str, *, most: int | None = None) -> None:
    """The same link answers a theme on the site, wholly or in part."""
    who = world.respondent(GUERET)
    questionnaire = next(one for one in load_all() if one.theme == theme)
    given = whole(questionnaire, opens(world, who, theme))
    says(world, who, dict(list(given.items())[:most]), source=f"form:{theme}", theme=theme)


def sends_the_others(world: World) -> None:
    for theme in OTHERS:
        fills_in(world, theme)
        submit(world.db, world.respondent(GUERET), theme, world.letterhead, now=world.now)


def lines_about_it(said: str) -> list[str]:
    return [line for line in said.splitlines() if re.search(r"(?i)cybersécurité", line)]


def test_the_only_theme_left_can_be_declined_where_it_cannot_be_asked(
    world: World, phone: Phone
) -> None:
    sends_the_others(world)
    assert "pour quelle raison" in texts(phone.hears("refuser"))

    said = texts(phone.hears("1"))

    assert "nous n’insisterons pas" in said
    assert dispositions(world)[CONFIDENTIAL] == "refused_by_authority"


@pytest.mark.parametrize("words", ["non", "6", "retour"])
def test_one_may_think_better_of_declining_it(world: World, phone: Phone, words: str) -> None:
    sends_the_others(world)
    phone.hears("refuser")

    assert "Quel thème" in texts(phone.hears(words))
    assert dispositions(world)[CONFIDENTIAL] != "refused_by_authority"


def test_nothing_of_it_is_asked_or_shown_while_its_refusal_waits(
    world: World, phone: Phone
) -> None:
    fills_in(world, CONFIDENTIAL, most=3)
    sends_the_others(world)
    for words in ("relire", "envoyer", "pourquoi", "passer", "changer 1", "reprendre"):
        phone.hears("refuser")

        asked = [say.asked for say in phone.hears(words) if say.asked is not None]

        assert [one for one in asked if one.theme == CONFIDENTIAL] == [], words


def test_nothing_of_it_is_counted_in_the_conversation(world: World, phone: Phone) -> None:
    before = [texts(phone.hears(words)) for words in ASKED]
    fills_in(world, CONFIDENTIAL, most=3)

    after = [texts(phone.hears(words)) for words in ASKED]

    assert after == before
    told = lines_about_it("\n".join(after))
    assert len(told) == 3  # once in each list of themes
    assert {line.partition("\u00a0: ")[2] for line in told} == {"sur le site"}


ASKED = ("thèmes", "où j’en suis", "combien de temps", "/start")


def test_its_minutes_are_told_only_where_it_may_be_answered(world: World, phone: Phone) -> None:
    assert "15 minutes" in texts(phone.hears("/start"))
    sends_the_others(world)
    assert "3 thèmes, à remplir sur le site" in texts(phone.hears("/start"))
    assert "Le reste se remplit sur le site" in texts(phone.hears("combien de temps"))


def test_where_the_state_alone_reads_it_is_counted_as_any_other(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    fills_in(world, CONFIDENTIAL, most=3)
    tchap = tied(world, Phone(world, confidential_allowed=True))

    [told] = lines_about_it(texts(tchap.hears("thèmes")))

    assert re.search(r"3 questions sur \d+$", told)


def test_a_reminder_on_telegram_does_not_count_what_is_left_of_it(world: World) -> None:
    reminded_here(world)
    fills_in(world, CONFIDENTIAL, most=3)
    fills_in(world, "inclusion", most=2)

    reminder = is_reminded(world)

    assert lines_about_it(reminder) == ["- Cybersécurité : en cours, sur le site"]
    assert re.search(r"Inclusion numérique : en cours, il vous reste \d+ questions", reminder)
