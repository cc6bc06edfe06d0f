"""Plays a transcript again: what a person wrote, what the bot answered, what happened elsewhere.

# a remark
> what the person writes
< what the bot says, its lines parted by " / "; a final "…" stands for the rest
= web QUESTION VALUE     the same link answers on the site
= julie QUESTION VALUE   a colleague, who was handed the theme, answers on the site
= submits                the theme is handed in on the site
= ends                   the wave ends
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from app.collect.delegate import delegate
from app.collect.entries import Entry, Form
from app.collect.open import opened
from app.collect.save import save
from app.collect.submit import submit
from app.models.contacts import Link
from app.vocabulary.scope import Author, Respondent
from bot.channels.terminal import TerminalChat
from tests.world import World

FOLDER = Path(__file__).parent / "transcripts"
GUERET = "23096"


def turns(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, sign and words of each turn."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line and not line.startswith("#"):
            yield number, line[0], line[2:]


class Replay:
    """One transcript in one world."""

    def __init__(self, world: World, theme: str = "inclusion") -> None:
        self.world = world
        self.theme = theme
        world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
        world.open_wave()
        self.secretary = world.respondent(GUERET)
        assert self.secretary.link_id is not None
        self.chat = TerminalChat(world.db, world.letterhead, self.secretary.link_id)
        self.said = self.chat.begin(world.now)
        self.n_events = 0

    def play(self, path: Path) -> None:
        for number, sign, words in turns(path):
            where = f"{path.name}, line {number}"
            match sign:
                case ">":
                    assert self.said == [], f"{where}: the bot also said {self.said}"
                    self.said = self.chat.say(words, self.world.now)
                case "<":
                    assert self.said, f"{where}: the bot said nothing more"
                    heard = self.said.pop(0).replace("\n", " / ")
                    assert agrees(heard, words), f"{where}:\n  said   {heard}\n  wanted {words}"
                case "=":
                    self.happens(*words.split())
                case _:
                    raise AssertionError(f"{where}: {sign} is not a sign")
        assert self.said == []

    def happens(self, what: str, *details: str) -> None:
        if what == "ends":
            self.world.days_pass(200)
        elif what == "submits":
            world = self.world
            submit(world.db, self.secretary, self.theme, world.letterhead, now=world.now)
        elif what == "web":
            self.answers_on_the_site(self.secretary, *details)
        elif what == "julie":
            self.answers_on_the_site(self.julie(), *details)
        else:
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


def agrees(heard: str, wanted: str) -> bool:
    """Word for word; non-breaking spaces may be written as plain ones in a transcript."""
    plain = heard.replace("\u00a0", " ")
    if wanted.endswith("…"):
        return plain.startswith(wanted.removesuffix("…"))
    return plain == wanted
