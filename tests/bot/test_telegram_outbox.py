"""Invitations and reminders that leave by Telegram: what is written, and what comes of it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.links.chats import tie
from app.links.preferring import prefer
from app.messages.carriers import Attachment, OutcomeKind, Parcel
from app.messages.drain import drain
from app.settings import Settings
from app.vocabulary.scope import Channel
from bot.channels.telegram_carrier import TelegramCarrier
from tests.links.chats import AJAIN, GUERET
from tests.messages.post import by, carrier, change, invited, messages
from tests.telegram import Telegram
from tests.world import START

pytestmark = pytest.mark.slow
ODILE = 4411


def ours(telegram: Telegram) -> TelegramCarrier:
    found = TelegramCarrier.of(telegram.settings)
    assert found is not None
    return found


def prefers_telegram(telegram: Telegram, code: str = GUERET, chat: int = ODILE) -> None:
    world = telegram.world
    link_id, _ = world.link("answer", code)
    with world.db.transaction() as session:
        chat_id = tie(session, Channel.TELEGRAM, str(chat), link_id, now=world.now)
        assert prefer(session, chat_id, link_id, now=world.now)
    world.days_pass(0.01)


def drains(telegram: Telegram) -> None:
    world = telegram.world
    carriers = {**by(carrier(world)), Channel.TELEGRAM: ours(telegram)}
    drain(world.db, carriers, world.letterhead, "telegram", now=world.now)


def parcel(**what: Any) -> Parcel:
    made = Parcel(
        message_id=uuid4(),
        tries=1,
        channel="telegram",
        step="invitation",
        recipient=str(ODILE),
        address_id=1,
        case_ids=(),
        simulated=True,
        carry_before=time.monotonic() + 100,
        written_at=START,
        sender_name="",
        sender_address="",
        reply_to="",
        subject="",
        text="Bonjour.",
        html="",
        kept_subject="",
        kept_text="",
        stop_url="",
    )
    return replace(made, **what)


def carried(telegram: Telegram, one: Parcel) -> tuple[OutcomeKind, str]:
    connection = ours(telegram).connect()
    try:
        outcome = connection.carry(one)
    finally:
        connection.close()
    return outcome.kind, outcome.detail


def test_whoever_prefers_telegram_is_invited_there_with_a_button_to_answer(
    telegram: Telegram,
) -> None:
    prefers_telegram(telegram)

    invited(telegram.world)
    drains(telegram)

    [sent] = telegram.calls()
    assert sent["chat_id"] == str(ODILE)
    assert "Guéret" in sent["text"]
    assert "parse_mode" not in sent
    keys = [key for row in sent["reply_markup"]["inline_keyboard"] for key in row]
    assert keys == [
        {"text": "Répondre", "callback_data": "reprendre"},
        {"text": "Pas maintenant", "callback_data": "pas maintenant"},
    ]
    assert [(one.channel, one.state) for one in messages(telegram.world)] == [("telegram", "sent")]


def test_its_button_leads_to_the_first_question(telegram: Telegram) -> None:
    prefers_telegram(telegram)
    invited(telegram.world)
    drains(telegram)
    odile = telegram.person(ODILE)
    odile.reads()

    with telegram.bot():
        odile.presses("Répondre")
        odile.reads()
        odile.presses("Inclusion")
        said = odile.reads()

    assert "Question 1 sur" in said


def test_whoever_has_blocked_us_is_written_to_no_more(telegram: Telegram) -> None:
    prefers_telegram(telegram)
    invited(telegram.world)
    blocked = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"}
    telegram.refuses(status=403, body=blocked)

    drains(telegram)

    [address] = telegram.rows("SELECT state FROM addresses WHERE channel = 'telegram'")
    assert address.state != "good"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            {"status": 403, "body": {"description": "Forbidden: bot was blocked"}},
            ("bounced", "403"),
        ),
        (
            {"status": 400, "body": {"description": "Bad Request: chat not found"}},
            ("bounced", "403"),
        ),
        ({"status": 400, "body": {"description": "Bad Request: odd"}}, ("refused", "400")),
        ({"status": 429, "body": {"parameters": {"retry_after": 30}}}, ("down", "429")),
        ({"status": 502, "body": {}}, ("down", "NetworkError")),
        ({"silent": True}, ("down", "NetworkError")),
    ],
    ids=["blocked", "not_found", "refused", "too_fast", "ill", "cut"],
)
def test_what_telegram_answers_decides_what_becomes_of_a_message(
    telegram: Telegram, answer: dict[str, Any], outcome: tuple[str, str]
) -> None:
    telegram.refuses(**answer)

    assert carried(telegram, parcel()) == outcome
    assert len(telegram.calls()) == 1  # told to wait, it waits in the outbox


def test_told_to_wait_nobody_is_written_to_before_telegram_said(telegram: Telegram) -> None:
    world = telegram.world
    world.contact(AJAIN, "mairie@ajain.invalid")
    prefers_telegram(telegram)
    prefers_telegram(telegram, AJAIN, chat=77)
    invited(world)
    telegram.refuses(status=429, body={"parameters": {"retry_after": 1_800}})

    for _ in range(3):
        drains(telegram)

    assert len(telegram.calls()) == 1
    assert [one.tries for one in messages(world)] == [0, 0]
    assert min(one.next_try_at for one in messages(world) if one.last_reason) == (
        world.now + timedelta(minutes=30)
    )
    rested = "UPDATE lane_slots SET leased_until = leased_until - interval '%s minutes'"
    change(world, rested % 29)
    drains(telegram)
    assert len(telegram.calls()) == 1
    change(world, rested % 1)
    world.now += timedelta(minutes=30)
    drains(telegram)
    assert [one.state for one in messages(world)] == ["sent", "sent"]


def test_whoever_blocked_us_is_written_to_again_once_they_write(telegram: Telegram) -> None:
    prefers_telegram(telegram)
    invited(telegram.world)
    blocked = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"}
    telegram.refuses(status=403, body=blocked)
    drains(telegram)

    with telegram.bot():
        odile = telegram.person(ODILE)
        odile.writes("/start")
        odile.reads()

    [address] = telegram.rows("SELECT state FROM addresses WHERE channel = 'telegram'")
    assert address.state == "good"


def test_a_token_that_telegram_refuses_is_no_message_s_fault(telegram: Telegram) -> None:
    telegram.token = "1:wrong"

    assert carried(telegram, parcel())[0] is OutcomeKind.DOWN


@pytest.mark.parametrize(
    "what",
    [
        {"step": "card"},
        {"step": "receipt"},
        {"attachments": (Attachment("fiche.pdf", "application/pdf", b"%PDF"),)},
    ],
    ids=["card", "receipt", "file"],
)
def test_a_card_a_receipt_or_a_file_never_leaves_this_way(
    telegram: Telegram, what: dict[str, Any]
) -> None:
    assert carried(telegram, parcel(**what))[0] is OutcomeKind.REFUSED
    assert telegram.every_call() == []


def test_one_connection_carries_many(telegram: Telegram) -> None:
    connection = ours(telegram).connect()
    try:
        kinds = {connection.carry(parcel(recipient=str(chat))).kind for chat in range(5)}
    finally:
        connection.close()

    assert kinds == {OutcomeKind.SENT}
    assert len(telegram.calls()) == 5


def test_only_an_emulator_is_on_this_machine(telegram: Telegram) -> None:
    public = TelegramCarrier.of(Settings.read({"TELEGRAM_TOKEN": "1:a"}))

    assert public is not None
    assert not public.on_this_machine
    assert ours(telegram).on_this_machine
    assert TelegramCarrier.of(Settings.read({})) is None
