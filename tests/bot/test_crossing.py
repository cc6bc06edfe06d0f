"""What was written before a question could be read, or below a reminder, does not answer it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.cases import AnswerEvent, Case
from app.models.chats import ChatTie
from app.models.territories import Territory
from bot.prompts import PromptKind
from tests.bot.phone import GUERET, Phone, kept, texts
from tests.bot.reminding import is_reminded, reminded_here
from tests.world import World

TO_SUBMIT = ("inclusion", "oui", "envoyer")
TO_REOPEN = (*TO_SUBMIT, "oui", "inclusion")


def dispositions(world: World) -> dict[str, str]:
    of_gueret = select(Case.theme, Case.disposition).join(
        Territory, Territory.id == Case.territory_id
    )
    with world.db.reading() as session:
        rows = session.execute(of_gueret.where(Territory.code == GUERET))
        return {row.theme: row.disposition for row in rows}


def n_answers(world: World) -> int:
    with world.db.reading() as session:
        return len(session.scalars(select(AnswerEvent.id)).all())


def n_untied(world: World) -> int:
    with world.db.reading() as session:
        untied = select(ChatTie.link_id).where(ChatTie.untied_at.is_not(None))
        return len(session.scalars(untied).all())


def test_what_was_written_while_our_reply_was_under_way_answers_what_they_had_read(
    world: World, phone: Phone
) -> None:
    phone.hears("inclusion")
    phone.seconds = 3  # Telegram asks to wait
    phone.hears("non")

    said = texts(phone.hears("oui", seconds_ago=2))

    assert "noté, Oui" in said.replace("Noté", "noté").replace("\u00a0: ", ", ")
    assert kept(world, "mediation_place") == "yes"
    assert n_answers(world) == 2
    assert "referral" not in world.response(GUERET, "inclusion").answers


def test_what_was_written_once_our_reply_was_there_answers_it(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.seconds = 3
    phone.hears("non")

    phone.hears("oui")

    assert (kept(world, "mediation_place"), kept(world, "referral")) == ("no", "yes")


PENDING = {
    "submit": TO_SUBMIT,
    "reopen": TO_REOPEN,
    "untie": ("dissocier",),
    "reason": ("inclusion", "refuser"),
    "question": ("inclusion",),
}


@pytest.mark.parametrize("pending", PENDING)
@pytest.mark.parametrize("words", ["oui", "non", "1"])
def test_words_below_a_reminder_mean_the_reminder(world: World, pending: str, words: str) -> None:
    phone = reminded_here(world)
    for one in PENDING[pending]:
        phone.hears(one)
    assert "Écrivez « reprendre »" in is_reminded(world)
    before = dispositions(world), n_answers(world)

    says = phone.hears(words)

    assert (dispositions(world), n_answers(world), n_untied(world)) == (*before, 0)
    if words == "non":
        assert texts(says).startswith("À bientôt.")
    else:
        assert says[-1].asked is not None
        assert words != "oui" or says[-1].asked.kind in _GOING_ON


_GOING_ON = (PromptKind.THEME, PromptKind.QUESTION, PromptKind.SUBMIT)


def test_the_buttons_of_what_was_asked_before_a_reminder_still_answer_it(world: World) -> None:
    phone = reminded_here(world)
    for words in TO_SUBMIT:
        phone.hears(words)
    is_reminded(world)

    said = texts(phone.presses("Oui"))

    assert "c’est envoyé" in said
    assert dispositions(world)["inclusion"] == "partial"


def test_a_message_changed_below_a_reminder_changes_no_former_answer(world: World) -> None:
    phone = reminded_here(world)
    phone.hears("inclusion")
    is_reminded(world)
    phone.hears("oui")

    phone.hears("non", edits=f"mine-{phone.n_heard}")

    assert n_answers(world) == 0
