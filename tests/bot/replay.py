"""Plays a transcript again: what a person did, what the bot answered, what happened elsewhere.

# a remark
* telegram               nobody else's messenger: no cybersecurity there, and reminders may come
* theme THEME            the theme that "= web", "= julie" and "= submits" speak of
* communes CODE CODE     the chat is tied to these as well
* untied                 it is tied to nothing
* colleague              it is Julie's: she was handed the theme
* validator              somebody validates before a theme is sent
* last-year CODE=VALUE…  what was handed in a year ago on the theme

> what the person writes; \\n parts two lines, {code} and {token} tie to Guéret,
  {code 23008} to Aubusson
- the same, written before the bot's last prompt came
! a button's label; the newest that says so
^ QUESTION a button's label: of the first message that asked it
~ an earlier message -> what they change it to
@ sticker (or voice, photo, file, contact, place, other, group, blocked)

< what the bot says: " / " parts lines, " // " paragraphs; a paragraph may end with "…"
[ the buttons of the last message said | one after the other

= web QUESTION VALUE     the same link answers on the site
= julie QUESTION VALUE   a colleague, who was handed the theme, answers on the site
= submits [julie]        the theme is handed in on the site, by the colleague who has it
= revoked                the link is taken back
= days N                 time passes
= ends                   the wave ends
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.collect.delegate import delegate
from app.collect.entries import Entry, Form
from app.collect.open import opened
from app.collect.save import save
from app.collect.submit import submit
from app.links.chats import tie
from app.links.make import revoke
from app.links.tying import new_codes
from app.models.contacts import Link
from app.vocabulary.scope import Author, Channel, Respondent
from bot.channels.channel import Say, Thing
from tests.bot.phone import Phone
from tests.collect.answers import says
from tests.collect.teams import plans
from tests.world import World

FOLDER = Path(__file__).parent / "transcripts"
GUERET = "23096"
_CODE = re.compile(r"\{(code|token)(?: (\d{5}))?\}")
_QUOTED = re.compile("«\u00a0[^»]*\u00a0»")
_CHOICE = re.compile(r"^\d+\. .*$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+")
_MISPRINT = re.compile(
    r"(?<!\u00a0)[:;?!]|[«»'\"]|\b[Jj]e\b(?! ne sais pas)|\b[Jj]’\w+|\bmoi\b|\.\.\.|  "
)
_ONE_TIME = re.compile(r"https?://\S+/continuer/[\w-]+")


def turns(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, sign and words of each turn."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line and not line.startswith("#"):
            yield number, line[0], line[2:]


class Replay:
    """One transcript in one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.theme = "inclusion"
        world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
        world.open_wave()
        self.secretary = world.respondent(GUERET)
        self.phone = Phone(
            world,
            channel=Channel.TERMINAL,
            external_id="une conversation",
            confidential_allowed=True,
            results_allowed=True,
        )
        self.links = [self._own_link()]
        self.begun = False
        self.says: list[Say] = []
        self.heard: list[str] = []  # what is still to be compared
        self.mine: dict[str, str] = {}
        self.n_events = 0

    def play(self, path: Path) -> None:
        """Every line of the transcript, in order."""
        for number, sign, words in turns(path):
            where = f"{path.name}, line {number}"
            if sign == "<":
                self.begin()
                assert self.heard, f"{where}: the bot said nothing more"
                heard = self.heard.pop(0)
                assert agrees(heard, words), f"{where}:\n  said   {heard}\n  wanted {words}"
            elif sign == "[":
                self.begin()
                labels = self.labels()
                assert labels == words, f"{where}:\n  said   {labels}\n  wanted {words}"
            else:
                assert self.heard == [], f"{where}: the bot also said {self.heard}"
                self.does(sign, words, where)
        assert self.heard == []

    def does(self, sign: str, words: str, where: str) -> None:
        """What the person, or anybody else, does."""
        if sign == "*":
            self.is_set_up(*words.split())
            return
        self.begin()
        match sign:
            case ">":
                self.writes(words)
            case "-":
                self.told(self.phone.hears(self.meant(words), seconds_ago=1.5))
            case "!":
                self.told(self.phone.presses(words))
            case "^":
                question, _, label = words.partition(" ")
                self.told(self.phone.presses(label, question=question))
            case "~":
                old, _, new = words.partition(" -> ")
                self.told(self.phone.hears(new, edits=self.mine[old]))
            case "@":
                self.told(self.phone.hears("", thing=Thing(words)))
            case "=":
                self.happens(*words.split())
            case _:
                raise AssertionError(f"{where}: {sign} is not a sign")

    def begin(self) -> None:
        """Tie the chat once everything is set up; the first words."""
        if self.begun:
            return
        self.begun = True
        if self.links:
            with self.world.db.transaction() as session:
                for link_id in reversed(self.links):
                    now = self.world.now
                    tie(session, self.phone.channel, self.phone.external_id, link_id, now=now)
            self.told(self.phone.hears("/start"))

    def writes(self, words: str) -> None:
        self.told(self.phone.hears(self.meant(words)))
        self.mine[words] = f"mine-{self.phone.n_heard}"

    def told(self, said: list[Say]) -> None:
        for say in said:
            assert "/r/" not in say.text, "an answer token was written in a chat"
            assert misprinted(say.text) == []
            assert len(say.text) <= self.phone.longest
        self.says = said
        self.heard = [as_line(say.text) for say in said]

    def labels(self) -> str:
        return " | ".join(button.label for button in self.says[-1].buttons).replace("\u00a0", " ")

    def meant(self, words: str) -> str:
        """What is really typed: new lines, and codes that were just shown on the site."""
        world = self.world

        def code(found: re.Match[str]) -> str:
            link_id, _ = world.link("answer", found[2] or GUERET)
            codes = new_codes(world.db, world.signer, link_id, now=world.now)
            return codes.token if found[1] == "token" else codes.digits.code

        return _CODE.sub(code, words.replace("\\n", "\n"))

    def is_set_up(self, what: str, *details: str) -> None:
        assert not self.begun, "the chat began already"
        match what:
            case "telegram":
                self.phone.channel = Channel.TELEGRAM
                self.phone.confidential_allowed = self.phone.results_allowed = False
                self.phone.writes_first = True
            case "theme":
                (self.theme,) = details
            case "communes":
                self.links += [self.world.link("answer", commune)[0] for commune in details]
            case "untied":
                self.links = []
            case "colleague":
                julie = self.julie().link_id
                assert julie is not None
                self.links = [julie]
            case "validator":
                plans(self.world, validator="maire@gueret.invalid")
            case "last-year":
                self.answered_a_year_ago(dict(one.split("=") for one in details))
            case _:
                raise AssertionError(f"nothing is set up by {what}")

    def answered_a_year_ago(self, given: dict[str, str]) -> None:
        world = self.world
        says(world, self.secretary, given, source="form:a-year-ago", theme=self.theme)
        submit(world.db, self.secretary, self.theme, world.letterhead, now=world.now)
        world.open_wave_a_year_later()

    def happens(self, what: str, *details: str) -> None:
        match what:
            case "ends":
                self.world.days_pass(200)
            case "days":
                self.world.days_pass(float(details[0]))
            case "submits":
                world, who = self.world, self.julie() if details else self.secretary
                submit(world.db, who, self.theme, world.letterhead, now=world.now)
            case "revoked":
                with self.world.db.transaction() as session:
                    revoke(session, self.links[0], because="staff", now=self.world.now)
            case "web":
                self.answers_on_the_site(self.secretary, *details)
            case "julie":
                self.answers_on_the_site(self.julie(), *details)
            case _:
                raise AssertionError(f"nothing is called {what}")

    def answers_on_the_site(self, who: Respondent, question: str, value: str) -> None:
        """As the form does: the page was opened just before."""
        self.n_events += 1
        with self.world.db.reading() as session:
            shown = opened(session, who, self.theme, now=self.world.now).answers.get(question)
        entry = Entry(question, Form((value,)), shown.event if shown else None)
        source = f"form:elsewhere-{self.n_events}"
        saved = save(self.world.db, who, self.theme, [entry], source=source, now=self.world.now)
        assert saved.kept == (question,)

    def julie(self) -> Respondent:
        delegate(
            self.world.db,
            self.secretary,
            self.theme,
            "julie@gueret.invalid",
            self.world.letterhead,
            name="Julie Lamy",
            now=self.world.now,
        )
        with self.world.db.reading() as session:
            link = session.scalars(select(Link.id).where(Link.purpose == "delegate")).one()
        return replace(self.secretary, author=Author.link(link), link_id=link)

    def _own_link(self) -> UUID:
        assert self.secretary.link_id is not None
        return self.secretary.link_id


def misprinted(text: str) -> list[str]:
    """What a French typographer, or a colleague of one voice ("nous"), would mend.

    What a person says, quoted or as a choice, and addresses are left alone.
    """
    ours = _CHOICE.sub("", _ADDRESS.sub("", _QUOTED.sub("mot", text)))
    return _MISPRINT.findall(ours)


def as_line(text: str) -> str:
    """A message on one line, as a transcript writes it."""
    plain = _ONE_TIME.sub("<lien>", text).replace("\u00a0", " ")
    return plain.replace("\n\n", " // ").replace("\n", " / ")


def agrees(heard: str, wanted: str) -> bool:
    """Word for word; a paragraph may be cut by "…", and so may all that follows the last one."""
    wants = wanted.split(" // ")
    said = heard.split(" // ", len(wants) - 1)
    return len(said) == len(wants) and all(
        one.startswith(want.removesuffix("…")) if want.endswith("…") else one == want
        for one, want in zip(said, wants, strict=True)
    )
