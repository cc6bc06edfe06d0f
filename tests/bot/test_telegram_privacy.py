"""Telegram carries questions and links: every call of a bot's whole life is read, word by word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.campaigns.apply import plan_due
from app.collect.submit import submit
from app.interview.questionnaire import Question, Questionnaire
from app.messages.drain import drain
from app.models.contacts import Link
from app.questionnaires.load import load_all
from app.vocabulary.scope import Channel
from bot.channels.telegram_carrier import TelegramCarrier
from tests.collect.answers import opens, says, whole
from tests.collect.cards import publishes
from tests.links.chats import GUERET
from tests.messages.post import by, carrier, invited
from tests.telegram import Person, Telegram

pytestmark = pytest.mark.slow
CONFIDENTIAL = "cybersecurite"
# Words of report cards, and of what they are made of; “votre fiche” is promised, never given.
OF_RESULTS = re.compile(
    r"(?i)\bscores?\b|/ ?100\b|sur 100\b|médiane|quartile|moyenne (?:est|de|nationale)|"
    r"collectivités comparables|\bpoints\b|intervalle|%PDF|sendDocument|sendPhoto"
)
ECHO = re.compile(r"Vous avez écrit : « [^»]* »")  # the person's own words, said back
ASKED_FOR = (
    *("ma fiche", "mon score", "mes résultats", "fiche", "résultats", "score", "classement"),
    *("cybersécurité", "thèmes cybersécurité", "relire", "mes réponses", "où j’en suis"),
    *("confier", "rappels", "communes", "qui êtes-vous", "pourquoi", "aide", "site"),
    *("/start", "/fiche", "/score", "changer 1", "retour", "passer", "répéter"),
)


def questionnaire(theme: str) -> Questionnaire:
    return next(one for one in load_all() if one.theme == theme)


def sentences(theme: str) -> set[str]:
    """What this questionnaire says: its questions, their help, why they are put, their choices."""
    return {
        said
        for question in questionnaire(theme).questions
        for said in (question.text, question.help, question.why, *_labels(question))
        if len(said) > 12
    }


def _labels(question: Question) -> Iterator[str]:
    return (option.label for option in question.options)


def themes_shown(odile: Person) -> None:
    odile.writes("thèmes")
    odile.reads()


def hands_in_on_the_site(telegram: Telegram, theme: str) -> None:
    world = telegram.world
    who = world.respondent(GUERET)
    answers = whole(questionnaire(theme), opens(world, who, theme))
    says(world, who, answers, source="form:site", theme=theme)
    submit(world.db, who, theme, world.letterhead, now=world.now)


def is_written_to(telegram: Telegram) -> None:
    """An invitation and a reminder leave by the outbox, on the days they are due."""
    world = telegram.world
    carriers = {
        **by(carrier(world)),
        Channel.TELEGRAM: TelegramCarrier.of(telegram.settings) or pytest.fail("no carrier"),
    }
    invited(world)
    for _ in range(3):
        drain(world.db, carriers, world.letterhead, "telegram", now=world.now)
        world.days_pass(16)
        plan_due(world.db, world.letterhead, now=world.now)


def whole_life(telegram: Telegram) -> None:
    """All that a bot may say to one town hall: whatever is asked, pressed, handed in, sent."""
    hands_in_on_the_site(telegram, CONFIDENTIAL)
    publishes(telegram.world, GUERET, b"%PDF-1.7 la fiche")
    with telegram.bot():
        odile = telegram.person()
        odile.writes(telegram.deep_link())
        odile.reads()
        odile.presses("Oui")  # reminders come here
        odile.reads()
        for theme in ("Cybersécurité", "Inclusion"):
            themes_shown(odile)
            odile.presses(theme)
            odile.reads()
        for words in ASKED_FOR:
            odile.writes(words)
            odile.reads()
        themes_shown(odile)
        odile.presses("Inclusion")
        for _ in range(20):
            odile.reads()
            if "c’est envoyé" in odile.shown():
                break
            odile.goes_on()
        telegram.rests()
        is_written_to(telegram)
        odile.writes("stop")
        telegram.rests()


def test_nothing_but_questions_and_links_ever_leaves(telegram: Telegram) -> None:
    whole_life(telegram)

    calls = telegram.every_call()
    left = json.dumps(calls, ensure_ascii=False).replace("\u00a0", " ")
    steps = {row.step for row in telegram.rows("SELECT step FROM messages WHERE state = 'sent'")}
    assert {"invitation", "reminder"} <= steps
    assert len(telegram.calls()) > 40
    assert {call["method"] for call in calls} <= {
        *("getMe", "deleteWebhook", "getUpdates", "sendMessage", "answerCallbackQuery"),
    }
    # The reading would notice: what may be said was said.
    assert said_in(left, sentences("inclusion")) > 20
    assert said_in(left, sentences(CONFIDENTIAL) - sentences("inclusion")) == 0
    left = ECHO.sub("", left)
    assert [left[one.start() - 60 : one.end() + 60] for one in OF_RESULTS.finditer(left)] == []
    for token in tokens(telegram):
        assert token not in left
    assert "/r/" not in left
    assert telegram.token not in json.dumps([call["data"] for call in calls])


def said_in(left: str, wanted: set[str]) -> int:
    return sum(one.replace("\u00a0", " ") in left for one in wanted)


def tokens(telegram: Telegram) -> list[str]:
    """Every token of ours but those that serve once, from a chat to the form."""
    world = telegram.world
    with world.db.reading() as session:
        links = session.scalars(select(Link).where(Link.purpose.not_in(("web", "chat")))).all()
        found = [world.signer.token(one.id, one.purpose, one.key_id) for one in links]
    assert found
    return found


def test_a_conversation_that_left_a_link_left_one_that_serves_once(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()
        odile.writes("site")
        said = odile.reads()

    links = re.findall(r"https?://\S+", said)
    assert any("/continuer/" in link for link in links)
    assert not any("/r/" in link for link in links)


def test_nothing_tells_how_far_the_confidential_theme_is_filled_in(telegram: Telegram) -> None:
    world = telegram.world
    who = world.respondent(GUERET)
    some = list(whole(questionnaire(CONFIDENTIAL), opens(world, who, CONFIDENTIAL)).items())[:3]
    says(world, who, dict(some), source="form:site", theme=CONFIDENTIAL)
    with telegram.bot():
        odile = telegram.person()
        odile.writes(telegram.deep_link())
        odile.reads()
        odile.presses("Oui")
        odile.reads()
        for words in ("thèmes", "où j’en suis", "combien de temps", "/start"):
            odile.writes(words)
            odile.reads()
        telegram.rests()
        is_written_to(telegram)

    left = json.dumps(telegram.every_call(), ensure_ascii=False).replace("\u00a0", " ")
    told = re.findall(r"Cybersécurité : ([^\"\\]*)", left)
    assert len(told) >= 4  # once in each list of themes
    assert set(told) <= {"sur le site", "en cours, sur le site"}
