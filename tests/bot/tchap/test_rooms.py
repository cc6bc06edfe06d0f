"""Tchap as it is: a real server, an encrypted room, another client."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select

from app.links.tying import NotTied, new_codes
from app.models.cases import AnswerEvent
from app.models.messages import Message
from app.vocabulary.scope import Channel
from bot import updates
from bot.channels.channel import Heard, Say, Thing
from bot.channels.matrix_place import place_of
from bot.phrases_help import IN_A_GROUP, STOPPED, THINGS
from tests.bot.tchap.person import Person, person
from tests.bot.tchap.process import Bot
from tests.bot.tchap.town import GUERET, Town, an_answer_to, in_a_room
from tests.collect.cards import publishes

KEYCAP = "\ufe0f\u20e3"

pytestmark = pytest.mark.slow


def test_invited_it_comes_and_a_code_of_six_digits_ties_the_room(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await anne.invite(bot.user)
        await anne.joined_by(room_id, bot.user)
        greeting = (await anne.hears())[0]
        assert greeting.encrypted
        assert "Guéret" not in greeting.body
        digits = new_codes(
            town.world.db, town.world.signer, town.link_id, now=town.world.now
        ).digits

        await anne.says(room_id, digits.shown)

        assert "Guéret" in (await anne.hears())[0].body

    town.lives(scenario)


def test_invited_from_another_server_it_refuses_without_a_word(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await anne.invite(bot.user)
        await anne.left_by(room_id, bot.user)
        await anne.hears_nothing()

    bot = town.lives(scenario, domains="autre.example")
    assert "refused" in bot.log
    assert "@anne" not in bot.log


def test_a_room_of_three_hears_one_sentence_then_it_leaves(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        julie, _ = town.synapse.register("julie")
        room_id = await anne.invite(bot.user, julie)
        await anne.left_by(room_id, bot.user)
        said = await anne.hears()
        assert said[0].body == IN_A_GROUP
        await anne.hears_nothing()

    town.lives(scenario)


def test_a_whole_theme_in_an_encrypted_room_with_numbers_and_reactions(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        await anne.says(room_id, "inclusion")
        asked = (await anne.hears())[0]
        by_reaction = True
        while "Voulez-vous envoyer" not in asked.body:
            reply = an_answer_to(asked.body)
            if by_reaction and reply == "1":
                await anne.presses(room_id, f"1{KEYCAP}", under=asked.event_id)
            else:
                await anne.says(room_id, reply)
            by_reaction = not by_reaction
            asked = (await anne.hears())[0]
        await anne.presses(room_id, "✅", under=asked.event_id)
        await anne.hears_until("c’est envoyé")
        assert all(one.encrypted for one in anne.read if one.sender == bot.user and one.body)

    town.lives(scenario)
    assert town.world.disposition(GUERET) == "complete"
    with town.world.db.reading() as session:
        assert set(session.scalars(select(AnswerEvent.channel))) == {"matrix"}


def test_a_corrected_message_answers_its_question_again(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        await anne.says(room_id, "inclusion")
        await anne.hears_until("Question 1")
        answered = await anne.says(room_id, "1")
        await anne.hears_until("Question 2")

        await anne.corrects(room_id, answered, "3")

        await anne.hears()

    town.lives(scenario)
    first = next(iter(town.world.response(GUERET, "inclusion").answers.values()))
    assert first["value"] == "no"


def test_cybersecurity_is_asked_in_an_encrypted_room_only(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        sealed = await in_a_room(town, bot, anne)
        await anne.says(sealed, "cybersécurité")
        assert "Question 1" in (await anne.hears())[0].body
        clear = await in_a_room(town, bot, anne, encrypted=False)
        await anne.says(clear, "cybersécurité")
        assert "ne se remplit pas" in (await anne.hears())[0].body

    town.lives(scenario)


def test_the_card_is_handed_out_as_a_file_that_the_server_cannot_read(town: Town) -> None:
    drawn = b"%PDF-1.7 " + secrets.token_bytes(200_000)

    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        bot.dies()
        card_id = publishes(town.world, GUERET, drawn)
        heard = Heard("ma fiche", "mx:$asks", place_of(room_id, anne.me))
        one = updates.keep(town.world.db, Channel.MATRIX, heard, now=town.world.now)
        says = [Say("Voici votre fiche.", card=card_id)]
        updates.thought(town.world.db, one, says, None)
        bot.starts()

        file, text = await anne.hears(2)

        assert text.body == "Voici votre fiche."
        assert file.body == file.content["filename"]
        assert file.body.startswith("fiche-2026-23096-")
        assert await anne.opens(file) == drawn
        assert await anne.downloads(file.content["file"]["url"]) != drawn

    town.lives(scenario)


def test_a_message_of_the_outbox_comes_in_the_room_once(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        town.is_invited(room_id, anne)
        told = await anne.hears_until("reprendre")
        assert told.encrypted
        assert "/r/" not in told.body
        await anne.hears_nothing()

    town.lives(scenario)
    with town.world.db.reading() as session:
        assert list(session.scalars(select(Message.state))) == ["sent"]


def test_what_cannot_be_read_is_said_once_and_the_conversation_goes_on(town: Town) -> None:
    sealed = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "AwgAEnACgAkLmt6qF84IK++J7UDH2Za1YVchHyprqTqsg",
        "sender_key": "RF3s+E7RkTQTGF2d8Deol0FkQvgII2aJDf3/Jp5mxVU",
        "session_id": "X3lUlvLELLYxeTx4yOVu6UDpasGEVO0Jbu+QFnm0cKQ",
        "device_id": "AUTRE",
    }

    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne, encrypted=False)
        for _ in range(2):
            await anne.sends(room_id, "m.room.encrypted", sealed)
        assert (await anne.hears())[0].body == THINGS[Thing.UNREADABLE]
        await anne.hears_nothing()
        await anne.says(room_id, "inclusion")
        assert "Question 1" in (await anne.hears())[0].body

    town.lives(scenario)


def test_whoever_leaves_is_written_to_no_more(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        await anne.nio.room_leave(room_id)
        await anne.waits_for(lambda: town.n_kept() == 3 and town.n_waiting() == 0)

    bot = town.lives(scenario)
    assert "turn" not in bot.log


async def hands_over(town: Town, bot: Bot, anne: Person, bob: Person, room_id: str) -> None:
    """Anne brings Bob in, the bot goes, Anne goes: the room is Bob's, who calls the bot back."""
    await anne.nio.room_invite(room_id, bob.me)
    await bob.sync()
    await bob.nio.join(room_id)
    await anne.left_by(room_id, bot.user)
    await anne.nio.room_leave(room_id)
    await bob.waits_for(lambda: room_id in bob.nio.rooms)
    await bob.left_by(room_id, anne.me)
    bob.n_taken = len(bob.others())
    await bob.nio.room_invite(room_id, bot.user)
    await bob.joined_by(room_id, bot.user)


def test_a_room_that_changed_hands_says_nothing_of_whom_it_spoke_for(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        await anne.says(room_id, "inclusion")
        await anne.hears_until("Question 1")
        async with person(town.synapse, town.folder, "bob") as bob:
            await hands_over(town, bot, anne, bob, room_id)

            told = await bob.hears()
            for words in ("thèmes", "inclusion", "1"):
                await bob.says(room_id, words)
                told += await bob.hears()

        assert {one.body for one in told} == {str(NotTied())}

    town.lives(scenario)
    assert town.n_answers() == 0


def test_a_reminder_does_not_reach_whoever_the_room_was_left_to(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        async with person(town.synapse, town.folder, "bob") as bob:
            await hands_over(town, bot, anne, bob, room_id)
            await bob.hears()

            town.is_invited(room_id, anne)

            await bob.waits_for(lambda: "queued" not in town.states("matrix"))
            await bob.hears_nothing()

    town.lives(scenario)
    assert town.states("matrix") == ["cancelled"]
    assert town.states("email") == ["queued"]


def test_left_to_another_while_the_bot_was_away_a_room_opens_nothing(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne, encrypted=False)
        async with person(town.synapse, town.folder, "bob") as bob:
            bot.dies()
            await anne.nio.room_invite(room_id, bob.me)
            await bob.sync()
            await bob.nio.join(room_id)
            await anne.nio.room_leave(room_id)
            await bob.sync()
            bob.n_taken = len(bob.others())
            bot.starts()

            await bob.says(room_id, "inclusion")

            assert [one.body for one in await bob.hears()] == [str(NotTied())]

    town.lives(scenario)


def test_stop_under_a_picture_is_heard(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne, encrypted=False)
        picture = {"msgtype": "m.image", "filename": "mairie.jpg", "url": "mxc://a.example/b"}
        await anne.sends(room_id, "m.room.message", {**picture, "body": "STOP !"})
        assert (await anne.hears())[0].body == STOPPED

    town.lives(scenario)
