"""One message at the door: for which authority it is, and what is about the conversation itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.collect.refusals import NoLongerAsked, NothingAsked, WaveEnded
from app.errors import Refused
from app.interview.questionnaire import Question
from bot import phrases, phrases_help, phrases_team, phrases_themes, places
from bot.asking import again, begin, first_words, prompt
from bot.channels.channel import Heard, Messenger, Say, Thing
from bot.commands import OF_THE_DOOR, Command, Leading, guessed_in
from bot.desk import Desk
from bot.dialogue import hear
from bot.introduction import talk_of
from bot.leading import NEEDS_A_DRAFT, obey
from bot.meanwhile import Meanwhile
from bot.precedence import asked_question, is_answer, is_called
from bot.prompts import Asked, PromptKind
from bot.talk import Reply, Talk, Unread
from bot.ties import Tie, choices, hush, leave, named, same_place

_OF_PLACES = (PromptKind.TERRITORY, PromptKind.UNTIE)
_MAY_HOLD_DIGITS = ("integer", "percentage", "text")
_OF_NO_PLACE = (
    *(Command.HELP, Command.WHO, Command.WHO_SEES, Command.ROBOT, Command.ANGRY),
    *(Command.THANKS, Command.UNKNOWN, Command.PAUSE),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One message at the door."""

    desk: Desk
    messenger: Messenger
    heard: Heard
    text: str
    chat_id: int | None
    ties: tuple[Tie, ...]
    asked: Asked | None
    current: Asked | None  # the prompt that waits now, where it is another one
    now: datetime

    def hushed(self) -> list[Say]:
        """Write nothing more here of our own accord; it holds for a chat tied to nothing too."""
        if self.chat_id is not None:
            hush(self.desk.db, self.chat_id)
        return [Say(phrases_help.STOPPED)]

    def is_an_answer(self, leading: Leading | None) -> bool:
        """Whether what was said answers the question that waits, rather than that order."""
        if leading is not None and leading.rest and self._names_a_place(leading):
            return False
        return self._of_question(lambda question: is_answer(question, self.text, leading))

    def _names_a_place(self, leading: Leading) -> bool:
        of_places = leading.command in (Command.UNTIE, Command.TERRITORIES)
        return of_places and any(is_called(tie.label, leading.rest) for tie in self._places)

    def awaits_digits(self) -> bool:
        """Whether six digits may answer the question that waits, rather than tie the chat."""
        return self._of_question(lambda question: question.kind in _MAY_HOLD_DIGITS)

    def _of_question(self, holds: Callable[[Question], bool]) -> bool:
        tie = self.tie_of(self.asked.link_id) if self.asked else None
        if self.asked is None or tie is None:
            return False
        try:
            question = asked_question(self._talk(tie), self.asked)
        except Refused:
            return False
        return question is not None and holds(question)

    def meant(self, leading: Leading | None) -> list[Say]:
        """Who speaks is whom the prompt spoke to; else the only one, or one to choose."""
        asked = self.asked
        if asked is None and self.current is not None:
            return self._of_a_lost_button(self.current, leading)
        if asked is not None and asked.kind in _OF_PLACES:
            return self._about_places(asked, leading)
        tie = self.tie_of(asked.link_id) if asked else None
        if tie is None:
            gone = asked is not None and asked.link_id is not None
            says = [Say(phrases_team.PLACE_GONE)] if gone else []
            return [*says, *self._nobody_yet(None if gone else leading)]
        return self.spoken(tie, lambda talk: self._heard_by(talk, asked, leading))

    def _of_a_lost_button(self, current: Asked, leading: Leading | None) -> list[Say]:
        """Its message waited for nothing, as a reminder does, or we died before we noted it.

        What it says by itself is obeyed; else it answers nothing, and what waits is asked again.
        """
        tie = self.tie_of(current.link_id) or (self._places[0] if len(self._places) == 1 else None)
        if leading is not None and leading.command not in NEEDS_A_DRAFT:
            if len(self._places) > 1 and leading.command not in _OF_NO_PLACE:
                return [places.which(self._places)]
            one, source = tie or self._places[0], self.heard.source
            return self.spoken(one, lambda talk: obey(talk, leading, current, source))
        lost = Say(phrases.BUTTON_UNKNOWN)
        if tie is None:
            return [lost, places.which(self._places)]
        return [lost, *self.spoken(tie, lambda talk: again(talk, current))]

    def _heard_by(self, talk: Talk, asked: Asked | None, leading: Leading | None) -> list[Say]:
        assert asked is not None
        heard, pressed = self.heard, self.heard.thing is Thing.BUTTON
        reply = Reply(self.text, heard.source, asked, heard.edited, self.current, pressed)
        answered = hear(talk, reply, leading)
        return self.obeyed(answered) if isinstance(answered, Leading) else answered

    def _nobody_yet(self, leading: Leading | None) -> list[Say]:
        """No authority was spoken of: the only one's first words, or the choice of one."""
        only = self._places[0]
        if leading is not None and (len(self._places) == 1 or leading.command in _OF_NO_PLACE):
            return self.spoken(
                only,
                lambda talk: obey(talk, leading, prompt(talk, PromptKind.THEME), self.heard.source),
            )
        if len(self._places) == 1:
            return self.spoken(only, first_words if self.asked is None else begin)
        hello = self.asked is None
        says = [Say(phrases_themes.welcome_to_several(self.desk.letterhead, len(self._places)))]
        return [*(says if hello else []), places.which(self._places)]

    def _about_places(self, asked: Asked, leading: Leading | None) -> list[Say]:
        """The choice of an authority to speak for, or to leave."""
        leaving = asked.kind is PromptKind.UNTIE
        backs = (Command.BACK, Command.SKIP)
        if leading is not None and not (leaving and leading.command in backs):
            return self._nobody_yet(leading)
        if leaving:
            left = [] if leading else places.to_leave(self.text, asked, self._places)
            if isinstance(left, Say):
                return [left]
            return self._misread(asked, left) if isinstance(left, Unread) else self._left(left)
        tie = places.chosen(self.text, asked, self._places)
        return self._misread(asked, tie) if isinstance(tie, Unread) else self._switched(tie)

    def _misread(self, asked: Asked, unread: Unread) -> list[Say]:
        guessed = guessed_in(self.text)
        if guessed is not None and guessed.command in OF_THE_DOOR:
            return self.obeyed(guessed)
        if guessed is not None:
            return self._nobody_yet(guessed)
        return [places.ask_again(asked, self.text, unread, self._places)]

    def obeyed(self, leading: Leading) -> list[Say]:
        """What is about the conversation itself."""
        match leading.command:
            case Command.STOP:
                return self.hushed()
            case Command.UNTIE:
                tie = named(self._places, leading.rest) if leading.rest else None
                return [places.untie_which((tie,) if tie else self._places)]
            case Command.TIE:
                return [Say(phrases_team.HOW_TO_TIE)]
            case Command.TERRITORIES:
                return self._other_place(leading.rest)
        return [Say(phrases_help.ANOTHER_BOT)]

    def _other_place(self, name: str) -> list[Say]:
        if len(self._places) == 1:
            only = self._places[0]
            return [
                Say(phrases_team.only_place(only.label)),
                *self.spoken(only, lambda talk: again(talk, self.asked) if self.asked else []),
            ]
        tie = named(self._places, name) if name else None
        if tie is not None:
            return self._switched(tie)
        says = [Say(phrases_team.no_such_place(name))] if name else []
        return [*says, places.which(self._places)]

    def _switched(self, tie: Tie) -> list[Say]:
        """From now on the chat speaks for this authority."""

        def speak(talk: Talk) -> list[Say]:
            seen = talk.overview()
            return [Say(phrases_themes.now_for(seen)), *begin(talk, seen)]

        return self.spoken(tie, speak)

    def _left(self, left: list[Tie]) -> list[Say]:
        """The chat speaks for these no more."""
        if not left:
            return [Say(phrases_team.NOT_UNTIED), *self._nobody_yet(None)]
        links = {link_id for tie in left for link_id in same_place(self.ties, tie)}
        if self.chat_id is not None:
            leave(self.desk.db, self.chat_id, links, now=self.now)
        visit = replace(self, ties=tuple(tie for tie in self.ties if tie.link_id not in links))
        done = Say(phrases_team.untied([tie.the_label for tie in left]))
        return [done, *visit._nobody_yet(None)] if visit.ties else [done]

    @property
    def _places(self) -> tuple[Tie, ...]:
        return choices(self.ties)

    def tie_of(self, link_id: UUID | None) -> Tie | None:
        return next((tie for tie in self.ties if tie.link_id == link_id), None)

    def spoken(self, tie: Tie, speak: Callable[[Talk], list[Say]]) -> list[Say]:
        """What is said in the name of one authority; what a person can mend is said as well.

        Every prompt is signed with its link: the answer comes back to the same authority.
        """
        try:
            says = _mended(self._talk(tie), speak)
        except (NothingAsked, NoLongerAsked) as nothing:
            return self._meanwhile(tie, nothing)
        except Refused as refused:
            return [Say(str(refused)), *self._others()]
        return [_signed(say, tie) for say in says]

    def _meanwhile(self, tie: Tie, nothing: Refused) -> list[Say]:
        """Nothing is asked of this authority: what may be said all the same."""
        spare = Meanwhile(self.desk, self.messenger, self.chat_id, tie, nothing, self.now)
        says = spare.answers(self.text, self.asked)
        return says if says is not None else [Say(spare.told), *self._others()]

    def _others(self) -> list[Say]:
        return [places.which(self._places)] if len(self._places) > 1 else []

    def _talk(self, tie: Tie) -> Talk:
        return talk_of(
            *(self.desk, self.messenger, self.heard.external_id, self.chat_id, tie, self._places),
            now=self.now,
        )


def _mended(talk: Talk, speak: Callable[[Talk], list[Say]]) -> list[Say]:
    """What is said; where something was refused that the person can mend, how, and the themes."""
    try:
        return speak(talk)
    except WaveEnded:
        raise
    except Refused as refused:
        return [Say(str(refused)), *begin(talk)]


def _signed(say: Say, tie: Tie) -> Say:
    """A prompt about one authority names its link; the choice of one names none."""
    if say.asked is None or say.asked.kind in _OF_PLACES:
        return say
    return replace(say, asked=replace(say.asked, link_id=tie.link_id))
