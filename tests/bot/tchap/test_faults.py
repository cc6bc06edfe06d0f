"""The bot killed, rationed, cut off: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from app.vocabulary.scope import Channel
from bot import updates
from bot.channels.channel import Heard, Say
from bot.channels.matrix_place import place_of
from bot.prompts import Asked, PromptKind
from tests.bot.tchap.person import Person
from tests.bot.tchap.process import Bot
from tests.bot.tchap.town import GUERET, Town, an_answer_to, in_a_room
from tests.synapse import SERVER

pytestmark = pytest.mark.slow


def test_killed_at_any_moment_it_goes_on_and_asks_nothing_twice(town: Town) -> None:
    """SIGKILL between two turns, in the middle of one, and while Anne writes on."""

    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        await anne.says(room_id, "inclusion")
        asked = (await anne.hears())[0]
        for rank, wait in enumerate((0.0, 0.3, 0.6)):
            assert f"Question {rank + 1} " in asked.body
            if rank == 0:
                bot.dies()
                await anne.says(room_id, an_answer_to(asked.body))
            else:
                await anne.says(room_id, an_answer_to(asked.body))
                await asyncio.sleep(wait)
                bot.dies()
            bot.starts()
            asked = (await anne.hears())[0]
        await anne.hears_nothing()

    town.lives(scenario)
    assert town.n_answers() == 3
    assert town.n_waiting() == 0


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "in_clear"])
def test_what_was_written_meanwhile_answers_what_its_writer_had_read(
    town: Town, encrypted: bool
) -> None:
    """The bot had thought of the second question, and died before it said it."""

    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne, encrypted=encrypted)
        await anne.says(room_id, "inclusion")
        await anne.hears_until("Question 1 ")
        bot.dies()
        heard = Heard("passer", "mx:$lost", place_of(room_id, anne.me))
        one = updates.keep(town.world.db, Channel.MATRIX, heard, now=town.world.now)
        territory_id = town.world.territory(GUERET).id
        second = Asked(
            PromptKind.QUESTION, territory_id, "inclusion", "referral", link_id=town.link_id
        )
        updates.thought(town.world.db, one, [Say("Question 2.", asked=second)], None)
        await anne.says(room_id, "oui")
        bot.starts()
        await anne.hears_until("Question 2.")
        await anne.hears_until("À la question")

    town.lives(scenario)
    assert set(town.world.response(GUERET, "inclusion").answers) == {"mediation_place"}
    assert town.n_waiting() == 0


def test_rationed_by_its_server_it_waits_and_loses_nothing(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        town.synapse.ration(bot.user, per_second=1, burst=1)
        for _ in range(4):
            await anne.says(room_id, "thèmes")
        said = await anne.hears(4)
        assert all("Quel thème" in one.body for one in said)

    assert "rations us: M_LIMIT_EXCEEDED" in town.lives(scenario).log
    assert town.n_waiting() == 0


def test_its_server_away_nothing_is_lost(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        await anne.says(room_id, "inclusion")
        asked = (await anne.hears())[0]
        town.synapse.stop()
        await asyncio.sleep(1)
        town.synapse.start()
        await anne.says(room_id, an_answer_to(asked.body))
        assert "Question 2" in (await anne.hears())[0].body

    town.lives(scenario)
    assert town.n_answers() == 1


def test_messages_that_one_answer_had_no_place_for_are_all_read(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne, encrypted=False)
        await anne.says(room_id, "inclusion")
        asked = (await anne.hears())[0]
        bot.dies()
        await anne.says(room_id, an_answer_to(asked.body))
        for number in range(120):
            await anne.sends(
                room_id, "m.room.message", {"msgtype": "m.notice", "body": f"{number}"}
            )
        bot.starts()
        assert "Question 2" in (await anne.hears())[0].body

    town.lives(scenario)
    assert town.n_answers() == 1


def test_a_wrong_password_is_said_in_one_sentence(town: Town) -> None:
    bot = Bot(town.synapse, town.world, town.folder, SERVER)
    bot.password = "autre"
    bot.starts()

    assert bot.ends() == 1
    assert "refuse ce compte ou ce mot de passe" in bot.log
    assert "Traceback" not in bot.log


def test_once_signed_in_it_needs_no_password(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        assert bot.is_told_to_end() == 0
        bot.password = ""
        bot.starts()
        await anne.says(room_id, "thèmes")
        assert (await anne.hears())[0].encrypted

    town.lives(scenario)


def test_a_second_process_on_the_same_keys_is_refused(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        await in_a_room(town, bot, anne)
        second = replace(bot)
        second.user, second.password = bot.user, bot.password
        second.starts()
        assert second.ends() == 1

    assert "Un autre processus répond déjà" in town.lives(scenario).log


def test_what_was_thought_and_not_said_is_said_at_the_next_start(town: Town) -> None:
    async def scenario(bot: Bot, anne: Person) -> None:
        room_id = await in_a_room(town, bot, anne)
        bot.dies()
        heard = Heard("suite", "mx:$lost", place_of(room_id, anne.me))
        one = updates.keep(town.world.db, Channel.MATRIX, heard, now=town.world.now)
        updates.thought(town.world.db, one, [Say("Voilà."), Say("Encore.")], None)
        bot.starts()
        assert [one.body for one in await anne.hears(2)] == ["Voilà.", "Encore."]

    town.lives(scenario)
    assert town.n_waiting() == 0
