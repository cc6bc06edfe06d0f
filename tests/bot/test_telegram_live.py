"""Telegram as people use it: the real process against an independent emulator of the Bot API."""

from __future__ import annotations

import re
import signal
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.phrases_help import STOPPED
from tests.links.chats import GUERET
from tests.telegram import PATIENCE, SECRET, Person, Telegram, until

pytestmark = pytest.mark.slow
STICKER = {"file_id": "x", "file_unique_id": "y", "type": "regular", "width": 1, "height": 1}
IN_GROUP = -100_200
GROUP = {"id": IN_GROUP, "type": "supergroup", "title": "Mairies de la Creuse"}
ODILE = {"id": 4411, "is_bot": False, "first_name": "Odile"}

MOST_TURNS = 80
_QUESTION = re.compile(r"Question \d+ sur \d+\. (.+)")


def answers(telegram: Telegram, theme: str = "inclusion") -> dict[str, Any]:
    kept = telegram.world.response(GUERET, theme).answers
    return {code: one["value"] for code, one in kept.items()}


def until_sent(odile: Person, answer_with: Any) -> int:
    """Answer whatever is asked until the theme is handed in; how many questions there were."""
    asked = set()
    for _ in range(MOST_TURNS):
        if "c’est envoyé" in odile.shown():
            break
        asked |= set(_QUESTION.findall(odile.shown()))
        answer_with(odile)
        odile.reads()
    return len(asked)


def presses_one_and_goes_on(odile: Person) -> None:
    """Where several may be chosen, a press adds one, and the question stays."""
    labels = odile.labels()
    odile.presses("Continuer" if "Continuer" in labels else labels[0])


def types_in_words(odile: Person) -> None:
    asked = odile.shown()
    if "Voulez-vous envoyer" in asked:
        odile.writes("oui")
    elif "Indiquez un nombre" in asked:
        odile.writes("environ 3")
    else:
        odile.writes("le 1")


def test_a_theme_is_answered_from_the_mail_s_button_to_its_receipt_by_pressing_buttons(
    telegram: Telegram,
) -> None:
    with telegram.bot():
        odile = telegram.tied()

        n_asked = until_sent(odile, presses_one_and_goes_on)

    assert n_asked == len(answers(telegram)) == 13
    assert telegram.world.disposition(GUERET) == "complete"
    # Telegram turns a wheel on a button until it is told that the press came.
    n_pressed = len(odile.seen()) - 1  # all but the first words answer a press
    assert len(telegram.calls("answerCallbackQuery")) == n_pressed


def test_a_theme_is_answered_by_typing(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()

        n_asked = until_sent(odile, types_in_words)

    assert n_asked == len(answers(telegram)) == 13
    assert 3 in answers(telegram).values()
    assert telegram.world.disposition(GUERET) == "complete"


def test_i_do_not_know_is_a_button_under_a_number_too(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()
        while "Indiquez un nombre" not in odile.shown():
            odile.goes_on()
            odile.reads()

        odile.presses("Je ne sais pas")
        said = odile.reads()

    assert "Je ne sais pas" in said.split("\n")[0]


def test_a_reply_to_an_older_question_answers_that_one(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()
        first = odile.seen()[-1]["message_id"]
        odile.writes("1")
        odile.reads()

        odile.writes("3", to=first)
        odile.reads()

    assert list(answers(telegram).values()) == ["no"]


def test_a_message_that_is_changed_changes_its_answer(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()
        odile.writes("1")
        odile.reads()

        odile.edits(odile.own_message(), "3")
        odile.reads()

    assert list(answers(telegram).values()) == ["no"]


def test_what_is_not_text_gets_a_kind_sentence_and_the_question_still_waits(
    telegram: Telegram,
) -> None:
    things: list[dict[str, Any]] = [
        {"sticker": {**STICKER, "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "x", "file_unique_id": "y", "duration": 3}},
        {"photo": []},
        {"document": {"file_id": "x", "file_unique_id": "y"}},
        {"contact": {"phone_number": "05", "first_name": "A"}},
        {"location": {"latitude": 46.1, "longitude": 1.8}},
        {"dice": {"emoji": "🎲", "value": 4}},
    ]
    with telegram.bot():
        odile = telegram.tied()
        said = []
        for thing in things:
            odile.sends(**thing)
            said.append(odile.reads())
        odile.writes("non")
        odile.reads()

    assert len(set(said)) == len(said)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in said)
    assert list(answers(telegram).values()) == ["no"]


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 4_000,
        "<b>*_[oui](tg://user?id=1)" * 100,
        "\u202eiuo\u200b\u200d" * 50,
        "🙂" * 2_000,
        "/weather@another_bot Guéret",
    ],
    ids=["long", "markup", "unseen", "emoji", "another_bot_s"],
)
def test_odd_messages_are_answered_and_asked_again(telegram: Telegram, typed: str) -> None:
    with telegram.bot() as process:
        odile = telegram.tied()

        odile.writes(typed)
        odile.reads()
        odile.writes("non")
        odile.reads()

        assert process.poll() is None
    assert list(answers(telegram).values()) == ["no"]


def test_an_update_delivered_twice_is_answered_once(telegram: Telegram) -> None:
    """Telegram never heard that we had it."""
    with telegram.bot():
        odile = telegram.tied()
        n_said = len(odile.seen())
        telegram.refuses("getUpdates", times=1, silent=True)
        odile.writes("1")
        odile.reads()
        telegram.rests()

    assert len(odile.seen()) == n_said + 1
    assert list(answers(telegram).values()) == ["yes"]


def test_two_people_at_once_each_have_their_own_conversation(telegram: Telegram) -> None:
    others = [telegram.person(5000 + number) for number in range(20)]
    with telegram.bot():
        odile = telegram.tied()
        for other in others:
            other.writes("bonjour")
        odile.writes("non")
        said = {other.reads() for other in others}
        odile.reads()

    assert len(said) == 1  # an untied chat hears the same sentence whatever it says
    assert "Guéret" not in said.pop()
    assert list(answers(telegram).values()) == ["no"]


def test_messages_of_one_chat_are_answered_in_order(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()

        for words in ("relire", "aide", "où j’en suis"):
            odile.writes(words)
        said = [odile.reads() for _ in range(3)]

    assert "Répondez par un numéro" in said[1]
    assert "Répondez par un numéro" not in said[0] + said[2]


# --- Whoever leaves, and groups -----------------------------------------------------------------


def test_nothing_is_written_any_more_to_whoever_blocked_us(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.person()
        odile.writes(telegram.deep_link())
        odile.reads()
        odile.presses("Oui")  # reminders come here
        odile.reads()

        odile.blocks()
        telegram.rests()

    assert len(odile.seen()) == 2
    [address] = telegram.rows("SELECT state FROM addresses WHERE channel = 'telegram'")
    assert address.state == "stopped"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: chat not found"),
        (403, "Forbidden: user is deactivated"),
    ],
    ids=["blocked", "not_found", "deactivated"],
)
def test_a_door_found_shut_while_answering_stops_that_chat_alone(
    telegram: Telegram, status: int, words: str
) -> None:
    with telegram.bot():
        odile = telegram.person()
        odile.writes(telegram.deep_link())
        odile.reads()
        odile.presses("Oui")
        odile.reads()
        body = {"ok": False, "error_code": status, "description": words}
        telegram.refuses(status=status, body=body, chat_id=odile.chat)

        odile.writes("aide")
        telegram.rests()
        other = telegram.person(77)
        other.writes("bonjour")
        other.reads()

    [address] = telegram.rows("SELECT state FROM addresses WHERE channel = 'telegram'")
    assert address.state == "stopped"


def test_whoever_shut_the_door_and_writes_again_is_reminded_there_again(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.person()
        odile.writes(telegram.deep_link())
        odile.reads()
        odile.presses("Oui")
        odile.reads()
        body = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"}
        telegram.refuses(status=403, body=body)
        odile.writes("aide")
        telegram.rests()

        odile.writes("/start")
        odile.reads()

    [address] = telegram.rows("SELECT state FROM addresses WHERE channel = 'telegram'")
    assert address.state == "good"


def test_stop_under_a_picture_is_heard(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()

        odile.sends(photo=[{"file_id": "x", "width": 1, "height": 1}], caption="STOP")

        assert odile.reads() == STOPPED


def test_a_group_is_told_once_that_we_speak_in_private_then_left(telegram: Telegram) -> None:
    group = Person(telegram, IN_GROUP)
    asked = {"message_id": 1, "date": 1, "from": ODILE, "chat": GROUP}
    with telegram.bot():
        telegram.sends({"message": {**asked, "text": "/start"}})
        said = group.reads()
        telegram.sends({"message": {**asked, "text": "qui vient samedi ?"}})
        telegram.sends({"message": {**asked, "text": telegram.deep_link()}})
        until(lambda: len(telegram.calls("leaveChat")) >= 3, "the group was not left")

    assert "conversation privée" in said
    assert len(group.seen()) == 1
    assert {call["chat_id"] for call in telegram.calls("leaveChat")} == {str(IN_GROUP)}
    assert telegram.rows("SELECT 1 FROM chats") == []
    assert telegram.rows("SELECT 1 FROM chat_updates WHERE jsonb_typeof(heard) = 'object'") == []


# --- Telegram away ------------------------------------------------------------------------------


def test_a_message_that_telegram_asks_to_wait_with_is_sent_once_it_may(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()
        wait = {"description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}
        telegram.refuses(times=2, status=429, body={"ok": False, "error_code": 429, **wait})

        odile.writes("non")
        said = odile.reads()

    assert said.startswith("Noté")
    assert list(answers(telegram).values()) == ["no"]


@pytest.mark.parametrize("how", [{"silent": True}, {"status": 502, "body": {"ok": False}}])
def test_nothing_is_lost_while_telegram_is_away(telegram: Telegram, how: dict[str, Any]) -> None:
    with telegram.bot():
        odile = telegram.tied()
        n_said = len(odile.seen())
        telegram.refuses("getUpdates", times=1, **how)
        telegram.refuses("sendMessage", times=1, **how)

        odile.writes("non")
        odile.reads()
        telegram.rests()

    assert len(odile.seen()) == n_said + 1
    assert list(answers(telegram).values()) == ["no"]


def test_what_was_written_below_a_question_whose_sending_nobody_confirmed_is_asked_again(
    telegram: Telegram,
) -> None:
    """The line is cut once Telegram has our question, before it says so: "non" is to which one?"""
    with telegram.bot():
        odile = telegram.tied()
        telegram.refuses(taken=True, silent=True)
        telegram.refuses(silent=True)
        odile.writes("oui")
        first = odile.reads()
        odile.writes("non")
        again, asked = odile.reads(), odile.reads()
        telegram.rests()

    assert "Question 2 sur" in first
    assert again == first
    assert asked.startswith("Votre message a croisé le nôtre")
    assert "Question 2 sur" in asked
    kept = telegram.world.response(GUERET, "inclusion").answers
    assert {code: one["value"] for code, one in kept.items()} == {"mediation_place": "yes"}


def test_a_wrong_token_is_told_in_a_sentence(telegram: Telegram) -> None:
    telegram.token = "1:wrong"

    process = telegram.start("telegram")
    told, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert told == (
        "Telegram refuse TELEGRAM_TOKEN. Copiez de nouveau le jeton que donne @BotFather, "
        "puis relancez.\n"
    )


def test_without_a_token_it_says_what_is_missing(telegram: Telegram) -> None:
    telegram.token = ""

    process = telegram.start("telegram")
    told, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert "TELEGRAM_TOKEN" in told


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_ends_well(telegram: Telegram, stop: signal.Signals) -> None:
    with telegram.bot() as process:
        telegram.tied()

        process.send_signal(stop)

        assert process.wait(PATIENCE) == 0
        assert process.stdout is not None
        told = process.stdout.read()
    assert "Traceback" not in told
    assert telegram.token not in told


# --- Called by Telegram -------------------------------------------------------------------------


@pytest.fixture
def called(telegram: Telegram) -> Telegram:
    """Telegram calls us, rather than being asked."""
    telegram.is_called()
    return telegram


def test_called_by_telegram_we_answer_as_well(called: Telegram) -> None:
    with called.bot():
        until(lambda: called.calls("setWebhook"), "Telegram was not told where to call")
        odile = called.tied()
        odile.writes("non")
        odile.reads()

    assert list(answers(called).values()) == ["no"]
    asked = called.calls("getUpdates")  # at start, for what waited
    assert {one["timeout"] for one in asked} == {"0"}


@pytest.mark.parametrize("secret", [None, "", "x" * 36, SECRET[:-1]])
def test_whoever_does_not_know_the_secret_is_not_heard(
    called: Telegram, secret: str | None
) -> None:
    url = called.more["TELEGRAM_WEBHOOK_URL"]
    chat = {"id": 4411, "type": "private", "first_name": "Odile"}
    message = {"message_id": 1, "date": 1, "from": ODILE, "chat": chat, "text": called.deep_link()}
    update = {"update_id": 1, "message": message}
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    with called.bot(), httpx.Client(trust_env=False) as http:
        until(lambda: called.calls("setWebhook"), "Telegram was not told where to call")
        until(lambda: _status(http, url, {}, headers), "nobody listens")

        assert _status(http, url, update, headers) == 403

    assert called.rows("SELECT 1 FROM chat_updates") == []


def test_telegram_is_answered_only_once_the_update_is_kept(called: Telegram) -> None:
    """No database, no answer: Telegram will call again."""
    with called.bot(), httpx.Client(trust_env=False) as http:
        until(lambda: called.calls("setWebhook"), "Telegram was not told where to call")
        odile = called.tied()
        with called.world.db.transaction() as session:
            session.execute(text("LOCK TABLE chat_updates IN ACCESS EXCLUSIVE MODE"))
            update = {
                "update_id": 900,
                "message": {
                    **{"message_id": 90, "date": 1, "from": ODILE, "text": "non"},
                    "chat": {"id": odile.chat, "type": "private", "first_name": "Odile"},
                },
            }
            headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            with pytest.raises(httpx.ReadTimeout):
                http.post(
                    called.more["TELEGRAM_WEBHOOK_URL"], json=update, headers=headers, timeout=1
                )
        odile.reads()

    assert list(answers(called).values()) == ["no"]


def _status(http: httpx.Client, url: str, update: Any, headers: dict[str, str]) -> int:
    try:
        return http.post(url, json=update, headers=headers).status_code
    except httpx.TransportError:
        return 0
