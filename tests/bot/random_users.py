"""Anybody at all on a telephone: what they do, and what they then believe was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from app.collect.entries import Entry, Form
from app.collect.reopen import reopen
from app.collect.save import save
from app.collect.submit import submit
from app.interview.kinds import registry
from app.interview.questionnaire import Question
from app.interview.typed import read_typed
from app.interview.values import Json, Misread, Value
from app.links.chats import tie
from app.models.cases import Case, SurveyResponse
from app.respond.item_view import raw_of
from bot.channels.channel import Heard, Say, Thing
from bot.commands import Command, Leading, leading_in
from bot.door import readable
from bot.precedence import is_answer
from bot.prompts import Asked, PromptKind
from bot.sending import yes_or_no
from tests.bot.beliefs import FORMS, PLACES, THEMES, Beliefs, Key
from tests.bot.phone import Phone
from tests.collect.answers import opens
from tests.world import World

GARBAGE = (
    *("blorf", "?!", "…", "peut-être bien que oui", "😀😀", "<b>oui</b>", "1-3", "entre 2 et 9"),
    *("\u202ezut\u202c", "\u200b", "a" * 4_000, "999", "{}", "%s", "'; DROP TABLE chats; --"),
    *("je ne comprends rien à votre histoire", "-1", "0", "مرحبا", "\x00\x07"),
)
COMMANDS = (
    *("aide", "pourquoi ?", "retour", "passer", "répéter", "où j’en suis", "pause", "reprendre"),
    *(
        "relire",
        "changer 1",
        "changer",
        "envoyer",
        "site",
        "confier",
        "thèmes",
        "communes",
        "merci",
    ),
    *(
        "merci",
        "bonjour",
        "/start",
        "/aide@another_bot",
        "/what",
        "pareil",
        "stop",
        "qui êtes-vous",
    ),
)
THINGS = tuple(set(Thing) - {Thing.TEXT, Thing.BUTTON, Thing.BLOCKED, Thing.GROUP})


@dataclass(frozen=True)
class Shown:
    """A message of the bot's, and when it was sent."""

    name: str
    say: Say
    at: datetime


class Somebody:
    """One person at random with one telephone, tied to two authorities."""

    def __init__(self, world: World, seed: int, phone: Phone | None = None) -> None:
        self.world = world
        self.rng = Random(seed)
        self.phone = phone or Phone(world)
        self.houses = [world]
        ties_both_places(world, self.phone)
        self.places = {world.territory(code).id: code for code in PLACES}
        self.beliefs = Beliefs(
            {code: opens(world, world.respondent(code)).profile for code in PLACES}
        )
        self.shown: list[Shown] = []
        self.heard: list[Heard] = []
        self.answering: dict[str, Shown | None] = {}  # my message → the prompt it answered
        self.mine_of: dict[int, Value | None] = {}  # my answers that were kept out, by their number
        self.n_web = 0

    def does_something(self) -> str:
        """One thing, drawn at random, after a first hello; its name."""
        if not self.heard:
            self.hears("/start")
        ways: dict[Callable[[], None], int] = {
            self.answers: 12,
            self.scribbles: 2,
            self.commands: 3,
            self.presses_an_old_button: 3,
            self.repeats: 1,
            self.edits: 2,
            self.writes_lines: 1,
            self.writes_too_late: 1,
            self.sends_a_thing: 1,
            self.sees_a_colleague_answer: 3,
            self.sees_a_theme_sent_or_opened: 1,
        }
        way = self.rng.choices(list(ways), list(ways.values()))[0]
        way()
        return way.__name__

    # What they do on their telephone

    def answers(self) -> None:
        """What is asked, by its button, its number or its words."""
        shown = self._waiting()
        say = shown.say
        if say.buttons and self.rng.random() < 0.4:
            self._presses(shown, self.rng.choice(say.buttons).reply)
        elif say.asked is not None and say.asked.kind is PromptKind.QUESTION:
            self.hears(self._words(self._question(say.asked)))
        elif say.asked is not None and say.asked.kind in (PromptKind.TERRITORY, PromptKind.THEME):
            n = len(say.asked.details.get("themes", PLACES))
            self.hears(str(self.rng.randint(1, n)))
        else:
            self.hears(self.rng.choice(["oui", "non", "1", "2"]))

    def scribbles(self) -> None:
        self.hears(self.rng.choice(GARBAGE))

    def commands(self) -> None:
        self.hears(self.rng.choice(COMMANDS))

    def presses_an_old_button(self) -> None:
        old = [one for one in self.shown if one.say.buttons]
        shown = self.rng.choice(old)
        self._presses(shown, self.rng.choice(shown.say.buttons).reply)

    def repeats(self) -> None:
        """The messenger delivers once more what was answered already."""
        before = len(self.phone.sent)
        assert self.phone.takes(self.rng.choice(self.heard)) == []
        assert len(self.phone.sent) == before

    def edits(self) -> None:
        """An earlier message, changed: it answers the same prompt again."""
        name = self.rng.choice(list(self.answering))
        shown = self.answering[name]
        asked = shown.say.asked if shown else None
        if asked is not None and asked.kind is PromptKind.QUESTION:
            self.hears(self._words(self._question(asked)), edits=name)
        else:
            self.hears(self.rng.choice(["1", "non", "bonjour"]), edits=name)

    def writes_lines(self) -> None:
        asked = self._waiting().say.asked
        first = "oui"
        if asked is not None and asked.kind is PromptKind.QUESTION:
            first = self._words(self._question(asked))
        self.hears(f"{first}\n\nmais je demande au maire\nà bientôt")

    def writes_too_late(self) -> None:
        """Their answer crosses a newer prompt."""
        asked = self._waiting().say.asked
        if asked is not None and asked.kind is PromptKind.QUESTION:
            self.hears(self._words(self._question(asked)), seconds_ago=1.5)

    def sends_a_thing(self) -> None:
        self.hears("", thing=self.rng.choice(sorted(THINGS)))

    # What happens elsewhere

    def sees_a_colleague_answer(self) -> None:
        """On the site, one of the questions that are asked."""
        key = (self.rng.choice(PLACES), self.rng.choice(THEMES))
        if key in self.beliefs.sent:
            return
        question = self.rng.choice(self.beliefs.walked(key).asked)
        value = read_typed(question, self._words(question))
        assert not isinstance(value, Misread)
        self.n_web += 1
        for world in self.houses:
            by_the_form(world, key, question, value, f"form:colleague-{self.n_web}")
        stands = self.beliefs.answers.get(key, {}).get(question.code)
        if stands is None or stands.value != value:
            self.beliefs.counts(key, question.code, value, mine=False)
        self.compares()

    def sees_a_theme_sent_or_opened(self) -> None:
        key = (self.rng.choice(PLACES), self.rng.choice(THEMES))
        was_sent = key in self.beliefs.sent
        if not was_sent and not self.beliefs.walked(key).counted:
            return
        for world in self.houses:
            who = world.respondent(key[0])
            if was_sent:
                reopen(world.db, who, key[1], now=world.now)
            else:
                submit(world.db, who, key[1], world.letterhead, now=world.now)
        (self.beliefs.opened_again if was_sent else self.beliefs.handed_in)(key)
        self.compares()

    # How it goes

    def hears(
        self,
        text: str,
        *,
        thing: Thing = Thing.TEXT,
        reply_to: str | None = None,
        edits: str | None = None,
        seconds_ago: float = 0,
    ) -> None:
        """One message reaches the bot: every belief after it, and one reply at least."""
        self.world.days_pass(1 / 86_400)
        number = len(self.heard) + 1
        heard = Heard(
            text,
            source=f"tg:{number}",
            external_id=self.phone.external_id,
            message_id=edits or f"mine-{number}",
            reply_to=reply_to,
            thing=thing,
            edited=edits is not None,
        )
        at = self.world.now - timedelta(seconds=seconds_ago)
        answered = self._addressed(heard, at)
        if thing in (Thing.TEXT, Thing.BUTTON):
            self._believes(answered, heard)
        self.heard.append(heard)
        if edits is None:
            self.answering[f"mine-{number}"] = answered

        before = len(self.phone.sent)
        says = self.delivers(heard, seconds_ago)
        new = self.phone.sent[before:]

        assert says, f"nothing was answered to {heard}"
        self._sees(new, at)
        self.compares()

    def delivers(self, heard: Heard, seconds_ago: float) -> list[Say]:
        return self.phone.takes(heard, seconds_ago=seconds_ago)

    def _sees(self, new: list[tuple[str, Say]], at: datetime) -> None:
        for name, say in new:
            self.shown.append(Shown(name, say, at))
            if say.asked is not None and say.asked.kind is PromptKind.CONFLICT:
                lost = int(say.asked.details["lost"])
                if lost not in self.mine_of:
                    assert self.beliefs.kept_out, f"no two answers to choose from: {say}"
                    self.mine_of[lost] = self.beliefs.kept_out[-1]

    def compares(self) -> None:
        """What is stored is what they believe; the numbers of the answers are then learnt."""
        for key, (stored, events, sent, _) in stored_in(self.world, self.places).items():
            believed = self.beliefs.answers.get(key, {})
            wanted = {code: as_stored(key[1], code, one.value) for code, one in believed.items()}
            assert stored == wanted, (key, self.heard[-1])
            assert sent == (key in self.beliefs.sent), (key, self.heard[-1])
            for code, one in believed.items():
                one.event = events[code]
                self.beliefs.told[events[code]] = one.value

    def _believes(self, shown: Shown | None, heard: Heard) -> None:
        text, pressed = readable(heard.text), heard.thing is Thing.BUTTON
        asked = shown.say.asked if shown else None
        if asked is None or asked.theme not in THEMES or asked.territory_id is None:
            return
        if heard.edited and asked.kind is not PromptKind.QUESTION:
            return
        key = (self.places[asked.territory_id], asked.theme)
        leading = leading_in(text)
        if leading is not None and not self._is_answer(asked, text, leading):
            if (leading.command, asked.kind) == (Command.SUBMIT, PromptKind.SUBMIT):
                self.beliefs.handed_in(key)
            return
        match asked.kind:
            case PromptKind.QUESTION if key not in self.beliefs.sent:
                if self.beliefs.walked(key).asks(asked.question or ""):
                    self._believes_answered(key, asked, text, pressed=pressed)
            case PromptKind.CONFLICT if key not in self.beliefs.sent:
                mine = self.mine_of[int(asked.details["lost"])]
                if not self._keeps(key, asked, mine, text):
                    return
                self.beliefs.answered(key, asked.question or "", mine, asked.seen, settling=True)
            case PromptKind.SUBMIT if yes_or_no(text):
                self.beliefs.handed_in(key)
            case PromptKind.REOPEN if yes_or_no(text):
                self.beliefs.opened_again(key)

    def _keeps(self, key: Key, asked: Asked, mine: Value | None, text: str) -> bool:
        """Whether they keep their own of two answers: its line, or its words if both differ."""
        said = next((line for line in text.splitlines() if line.strip()), "")
        if said in ("1", "2") or mine is None:
            return said == "2"
        question = self._question(asked)
        if question.choices and any(c.isdecimal() for c in said):
            return False
        stands = self.beliefs.answers.get(key, {}).get(question.code)
        return read_typed(question, said) == mine != (stands.value if stands else None)

    def _believes_answered(self, key: Key, asked: Asked, text: str, *, pressed: bool) -> None:
        question = self._question(asked)
        if pressed and question.kind == "multiple":
            code = question.options[int(text) - 1].code
            self.beliefs.ticked(key, question, code, asked.seen)
            return
        value = self._understood(question, text)
        if value is not None:
            self.beliefs.answered(key, question.code, value, asked.seen)

    def _addressed(self, heard: Heard, at: datetime) -> Shown | None:
        """The prompt that a message answers."""
        prompts = [one for one in self.shown if one.say.asked is not None]
        if heard.reply_to is not None:
            own = next((one for one in prompts if one.name == heard.reply_to), None)
            if own is not None or heard.thing is Thing.BUTTON:
                return own
        if heard.edited:
            return self.answering[heard.message_id or ""]
        return next((one for one in reversed(prompts) if one.at <= at), None)

    def _waiting(self) -> Shown:
        return next(one for one in reversed(self.shown) if one.say.asked is not None)

    def _presses(self, shown: Shown, reply: str) -> None:
        self.hears(reply, thing=Thing.BUTTON, reply_to=shown.name)

    def _understood(self, question: Question, text: str) -> Value | None:
        """The whole message, else its first line, where no other line answers as well."""
        whole = read_typed(question, text)
        if not isinstance(whole, Misread):
            return whole
        lines = [line for line in text.splitlines() if line.strip()] or [""]
        read = [read_typed(question, line) for line in lines]
        answers = {one for one in read if not isinstance(one, Misread)}
        alone = question.kind != "text" and answers == {read[0]}
        return read[0] if alone and not isinstance(read[0], Misread) else None

    def _is_answer(self, asked: Asked, text: str, leading: Leading) -> bool:
        """Words that lead elsewhere are an answer where a choice says so."""
        is_question = asked.kind is PromptKind.QUESTION
        return is_question and is_answer(self._question(asked), text, leading)

    def _question(self, asked: Asked) -> Question:
        return FORMS[asked.theme or ""].question(asked.question or "")

    def _words(self, question: Question) -> str:
        """An answer to it as somebody types it."""
        rng = self.rng
        if not question.choices:
            return rng.choice(["0", "douze", "environ 30", "40", "je ne sais pas"])
        picked = rng.choice(question.options)
        if question.kind == "multiple" and rng.random() < 0.5:
            free = [
                option
                for option in question.options
                if (choice := question.choice(option.code)) and not choice.exclusive
            ]
            some = rng.sample(free, rng.randint(1, len(free)))
            return rng.choice([", ", " et ", " "]).join(str(option.number) for option in some)
        return rng.choice([str(picked.number), f"le {picked.number}", picked.label])


def ties_both_places(world: World, phone: Phone) -> None:
    """A wave is open, and the telephone speaks for two of its authorities."""
    world.contact(PLACES[0], "mairie@gueret.invalid")
    world.open_wave()
    for code in PLACES:
        link_id, _ = world.link("answer", code)
        with world.db.transaction() as session:
            tie(session, phone.channel, phone.external_id, link_id, now=world.now)


Stored = tuple[dict[str, Json], dict[str, int], bool, str]
"""Answers, the numbers of their events, whether the theme was handed in, the disposition."""


def stored_in(world: World, places: dict[int, str]) -> dict[Key, Stored]:
    """What the database holds for these places."""
    with world.db.reading() as session:
        rows = session.execute(
            select(
                Case.territory_id,
                Case.theme,
                Case.disposition,
                SurveyResponse.answers,
                SurveyResponse.submitted_at,
            )
            .join(SurveyResponse, SurveyResponse.case_id == Case.id, isouter=True)
            .where(Case.territory_id.in_(places))
        ).all()
    return {
        (places[row.territory_id], row.theme): (
            {code: kept["value"] for code, kept in (row.answers or {}).items()},
            {code: kept["event"] for code, kept in (row.answers or {}).items()},
            row.submitted_at is not None,
            row.disposition,
        )
        for row in rows
    }


def as_stored(theme: str, code: str, value: Value | None) -> Json:
    if value is None:
        return None
    return registry.to_json(FORMS[theme].question(code), value)


def by_the_form(
    world: World, key: Key, question: Question, value: Value | None, source: str
) -> None:
    """As the page does, opened just before."""
    who = world.respondent(key[0])
    shown = opens(world, who, key[1]).answers.get(question.code)
    entry = Entry(question.code, Form(tuple(raw_of(value))), shown.event if shown else None)
    saved = save(world.db, who, key[1], [entry], source=source, now=world.now)
    assert (saved.refused, saved.conflicts) == ((), ())
