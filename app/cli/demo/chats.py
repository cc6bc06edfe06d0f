"""A simulated respondent in a chat: through the dialogue, on its terminal channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from app.cli.demo.answers import typed
from app.cli.demo.visits import Fill
from app.house import House
from app.interview.questionnaire import Questionnaire
from app.now import now
from bot.channels.terminal import TerminalChat
from bot.prompts import Asked, PromptKind

MOST_TURNS = 60  # a theme has fifteen questions; more means that the dialogue goes in circles
SKIP, THEMES, YES = "passer", "thèmes", "oui"


class LostInTheChat(RuntimeError):
    """A simulated respondent met a prompt that a person could not go on from: a bug of ours."""


def converse(
    house: House,
    link: str,
    questionnaires: Sequence[Questionnaire],
    fill_of: Callable[[str], Fill],
) -> int:
    """Answer these themes turn after turn, and hand each in; how many turns it took."""
    token = urlsplit(link).path.rpartition("/")[2]
    link_id = house.letterhead.signer.read(token, "answer")
    chat = _Chat(TerminalChat(house.db, house.letterhead, link_id, completeness=house.completeness))
    chat.channel.begin(now())
    for questionnaire in questionnaires:
        chat.answer(questionnaire, fill_of(questionnaire.theme))
    return chat.n_turns


class _Chat:
    def __init__(self, channel: TerminalChat) -> None:
        self.channel = channel
        self.n_turns = 0

    def say(self, text: str) -> None:
        self.n_turns += 1
        self.channel.say(text, now())

    def answer(self, questionnaire: Questionnaire, fill: Fill) -> None:
        self._choose(questionnaire.theme)
        for _ in range(MOST_TURNS):
            asked = self.channel.asked
            if asked is None:
                break
            if asked.kind is PromptKind.SUBMIT:
                self.say(YES)
                return
            question = questionnaire.question(asked.question or "")
            self.say(typed(question, fill(question)) or SKIP)
            if _same(self.channel.asked, asked):  # not understood: nobody insists for ever
                self.say(SKIP)
        raise LostInTheChat(f"{questionnaire.theme}: at {self.channel.asked}")

    def _choose(self, theme: str) -> None:
        if self.channel.asked is None or self.channel.asked.kind is not PromptKind.THEME:
            self.say(THEMES)
        asked = self.channel.asked
        if asked is None or theme not in asked.details.get("themes", ()):
            raise LostInTheChat(f"no way into {theme}: at {asked}")
        self.say(str(asked.details["themes"].index(theme) + 1))


def _same(now: Asked | None, before: Asked) -> bool:
    """Whether the same question waits: asked again in other words, its prompt is another one."""
    return now is not None and (now.theme, now.question) == (before.theme, before.question)
