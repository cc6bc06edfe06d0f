"""The process that listens on Telegram is killed: nothing is lost, nothing is asked as if new."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from tests.links.chats import GUERET
from tests.telegram import Person, Telegram, until

pytestmark = pytest.mark.slow
MOST_TURNS = 60
_ASKED = re.compile(r"Question \d+ sur \d+\. (.+)")


def asked(odile: Person) -> Counter[str]:
    """How often each question was put, whatever was said with it."""
    found = (_ASKED.search(said) for said in odile.texts())
    return Counter(one[1] for one in found if one)


def events(telegram: Telegram) -> int:
    return len(telegram.rows("SELECT 1 FROM answer_events"))


@contextmanager
def table_held(telegram: Telegram, table: str) -> Iterator[None]:
    """Nobody else reads or writes this table meanwhile."""
    with telegram.world.db.transaction() as session:
        session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


def waited_for(telegram: Telegram, table: str) -> bool:
    """Whether the bot waits for a table that is held."""
    with telegram.world.db.reading() as session:
        found = session.scalar(
            text(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = :name ::regclass "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ),
            {"name": table},
        )
    return bool(found)


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.drill)])
def test_killed_before_a_turn_nobody_notices(telegram: Telegram, every: int) -> None:
    with telegram.bot():
        odile = telegram.tied()
    n_turns = 0
    while "c’est envoyé" not in odile.shown():
        assert n_turns < MOST_TURNS
        odile.goes_on()  # nobody listens
        with telegram.bot():
            odile.reads()
            telegram.rests()
            for _ in range(every - 1):
                if "c’est envoyé" in odile.shown():
                    break
                odile.goes_on()
                odile.reads()
                telegram.rests()
        n_turns += every

    assert telegram.world.disposition(GUERET) == "complete"
    assert set(asked(odile).values()) == {1}
    assert events(telegram) == len(asked(odile)) == 13


@pytest.mark.parametrize(
    "table", ["chat_updates", "responses"], ids=["before_it_is_kept", "before_it_is_thought_of"]
)
def test_killed_before_the_answer_is_known(telegram: Telegram, table: str) -> None:
    with telegram.bot() as process:
        odile = telegram.tied()
        with table_held(telegram, table):
            odile.writes("1")
            until(lambda: waited_for(telegram, table), "the bot does not come that far")
            process.kill()
            process.wait()
    with telegram.bot():
        odile.reads()

    assert set(asked(odile).values()) == {1}
    assert len(asked(odile)) == 2
    assert events(telegram) == 1


def test_killed_once_it_is_thought_of_and_before_it_is_said(telegram: Telegram) -> None:
    with telegram.bot() as process:
        odile = telegram.tied()
        n_said = len(telegram.calls())
        telegram.refuses(held=True)
        odile.writes("1")
        until(lambda: len(telegram.calls()) > n_said, "nothing was said")
        process.kill()
        process.wait()
    with telegram.bot():
        said = odile.reads()

    assert said.startswith("Noté")
    assert set(asked(odile).values()) == {1}
    assert events(telegram) == 1


def test_killed_between_saying_it_and_knowing_that_it_was_said(telegram: Telegram) -> None:
    """Telegram cannot tell a repeat: the very same message comes again, as it was, and no other."""
    with telegram.bot() as process:
        odile = telegram.tied()
        telegram.refuses(taken=True)
        odile.writes("1")
        first = odile.reads()
        process.kill()
        process.wait()
    with telegram.bot():
        again = odile.reads()
        odile.writes("2")
        odile.reads()

    assert again == first
    assert sorted(asked(odile).values()) == [1, 1, 2]
    assert events(telegram) == 2


def test_told_to_stop_while_it_answers_it_says_it_first(telegram: Telegram) -> None:
    with telegram.bot() as process:
        odile = telegram.tied()
        with table_held(telegram, "responses"):
            odile.writes("1")
            until(lambda: waited_for(telegram, "responses"), "the bot does not come that far")
            process.terminate()
        odile.reads()

        assert process.wait(60) == 0

    assert events(telegram) == 1


def test_what_came_while_nobody_listened_is_answered_in_order(telegram: Telegram) -> None:
    with telegram.bot():
        odile = telegram.tied()
    odile.writes("aide")
    odile.writes("1")
    with telegram.bot():
        said = [odile.reads(), odile.reads()]

    assert "Répondez par un numéro" in said[0]
    assert said[1].startswith("Noté")


# --- Typed while nobody listened -----------------------------------------------------------------


@pytest.fixture(params=["asking", "called"])
def listening(request: pytest.FixtureRequest, telegram: Telegram) -> Telegram:
    """The bot asks Telegram for updates, or is called by it."""
    if request.param == "called":
        telegram.is_called()
    return telegram


@contextmanager
def hears(telegram: Telegram) -> Iterator[subprocess.Popen[str]]:
    """A bot that hears what is written from now on."""
    n_set = len(telegram.calls("setWebhook"))
    with telegram.bot() as process:
        if "TELEGRAM_WEBHOOK_URL" in telegram.more:
            until(lambda: len(telegram.calls("setWebhook")) > n_set, "Telegram calls nobody")
        yield process


def killed_while_it_answers(telegram: Telegram) -> Person:
    """Odile answered her first question; the second was thought of, and not said."""
    with hears(telegram) as process:
        odile = telegram.tied()
        n_said = len(telegram.calls())
        telegram.refuses(held=True)
        odile.writes("oui")
        until(lambda: len(telegram.calls()) > n_said, "nothing was said")
        process.kill()
        process.wait()
    return odile


def writes_to_nobody(odile: Person, words: str) -> None:
    """Telegram has it, and keeps it for whoever listens next."""
    n_unread = odile.telegram.unread()
    odile.writes(words)
    until(lambda: odile.telegram.unread() > n_unread, "Telegram did not keep it")


def answered(telegram: Telegram) -> dict[str, object]:
    kept = telegram.world.response(GUERET, "inclusion").answers
    return {code: one["value"] for code, one in kept.items()}


def test_what_was_written_meanwhile_answers_what_its_writer_had_read(listening: Telegram) -> None:
    odile = killed_while_it_answers(listening)
    writes_to_nobody(odile, "non")
    with hears(listening):
        left, said = odile.reads(), odile.reads()
        listening.rests()

    assert left.startswith("Noté\u00a0: Oui.")
    assert "Question 2 sur" in left
    assert said.startswith("À la question «\u00a0Votre collectivité fait-elle vivre")
    assert answered(listening) == {"mediation_place": "no"}


def test_what_was_written_meanwhile_sends_nothing_that_was_not_yet_offered(
    telegram: Telegram,
) -> None:
    """ "Envoyer" was heard, its question was not said: a "oui" to the question before is no yes."""
    with telegram.bot() as process:
        odile = telegram.tied()
        odile.writes("oui")
        odile.reads()
        telegram.rests()
        n_said = len(telegram.calls())
        telegram.refuses(held=True)
        odile.writes("envoyer")
        until(lambda: len(telegram.calls()) > n_said, "nothing was said")
        process.kill()
        process.wait()
    writes_to_nobody(odile, "oui")
    with telegram.bot():
        left = odile.reads()
        odile.reads()
        telegram.rests()

    assert "Voulez-vous envoyer" in left
    assert telegram.world.response(GUERET, "inclusion").submitted_at is None


def test_all_that_was_written_meanwhile_is_answered_in_order(listening: Telegram) -> None:
    odile = killed_while_it_answers(listening)
    for words in ("aide", "non", "où j’en suis"):
        writes_to_nobody(odile, words)
    with hears(listening):
        left, helped, noted, told = (odile.reads() for _ in range(4))
        listening.rests()

    assert left.startswith("Noté")
    assert helped.startswith("Répondez par un numéro")
    assert noted.startswith("À la question")
    assert told.startswith("Guéret, jusqu’au")
    assert answered(listening) == {"mediation_place": "no"}


@pytest.mark.parametrize("again", [1, 2])
def test_killed_again_before_it_could_say_it_nothing_changes(
    telegram: Telegram, again: int
) -> None:
    odile = killed_while_it_answers(telegram)
    writes_to_nobody(odile, "non")
    for _ in range(again):
        n_said = len(telegram.calls())
        telegram.refuses(held=True)
        with telegram.bot():
            until(lambda n=n_said: len(telegram.calls()) > n, "nothing was said")
    with telegram.bot():
        odile.reads()
        odile.reads()
        telegram.rests()

    assert answered(telegram) == {"mediation_place": "no"}
