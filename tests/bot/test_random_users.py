"""Whatever anybody does in a chat, what is stored is what the web form would have stored.

And the bot may die at any step of any turn: two houses hear the same conversation, in one of them
nobody ever dies; what it says the other says too, once, and both hold the same answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.collect.reopen import reopen
from app.collect.submit import submit
from app.interview.kinds import registry
from app.interview.path import path
from app.interview.scoring import score
from app.links.tying import new_codes
from app.models.database_rules import APP, READER
from bot.channels.channel import Heard, Say
from tests.bot.beliefs import FORMS, PLACES, Deed, Key
from tests.bot.mortal import UNNOTED, Fuse, MortalDatabase, MortalPhone
from tests.bot.random_users import Somebody, by_the_form, stored_in, ties_both_places
from tests.conftest import Cluster
from tests.shelf import Shelf
from tests.sink import Sink
from tests.world import Ground, World


@contextmanager
def a_house(cluster: Cluster, template: str, sink: Sink) -> Iterator[World]:
    """A house that nobody has used yet."""
    shelf = Shelf(cluster, template)
    name = shelf.take()
    ground = Ground(cluster.owner(name), cluster.url(name, APP), cluster.url(name, READER))
    try:
        yield World(ground, sink)
    finally:
        ground.close()
        shelf.close()


@pytest.fixture
def elsewhere(cluster: Cluster, template: str, sink: Sink) -> Iterator[World]:
    """Another house, where everything is done on the site."""
    with a_house(cluster, template, sink) as house:
        yield house


def done_on_the_site(world: World, deeds: list[Deed]) -> None:
    for rank, deed in enumerate(deeds):
        place, theme = deed.key
        who = world.respondent(place)
        match deed.what:
            case "answer":
                question = FORMS[theme].question(deed.question)
                by_the_form(world, deed.key, question, deed.value, f"form:{rank}")
            case "submit":
                submit(world.db, who, theme, world.letterhead, now=world.now)
            case "reopen":
                reopen(world.db, who, theme, now=world.now)


def results(world: World, somebody: Somebody) -> dict[Key, object]:
    """Answers, disposition and score of each theme of each place."""
    places = {world.territory(code).id: code for code in PLACES}
    found: dict[Key, object] = {}
    for key, (answers, _, sent, disposition) in stored_in(world, places).items():
        form = FORMS[key[1]]
        values = {
            code: registry.from_json(form.question(code), raw)
            for code, raw in answers.items()
            if raw is not None
        }
        walked = path(form, somebody.beliefs.profiles[key[0]], values)
        found[key] = (answers, sent, disposition, score(form, walked))
    return found


def lives(world: World, elsewhere: World, seed: int, n_turns: int) -> Counter[str]:
    somebody = Somebody(world, seed)
    did = Counter(somebody.does_something() for _ in range(n_turns))

    elsewhere.contact(PLACES[0], "mairie@gueret.invalid")
    elsewhere.open_wave()
    done_on_the_site(elsewhere, somebody.beliefs.deeds)

    assert results(world, somebody) == results(elsewhere, somebody)
    return did + Counter(deed.what for deed in somebody.beliefs.deeds)


SEEDS, TURNS = st.integers(0, 2**32 - 1), st.integers(20, 120)


# The same users each time: what a run of tests finds, the next must find too. New ones: the drill.
@settings(max_examples=5, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS, n_turns=TURNS)
@example(seed=2, n_turns=90)
def test_a_random_user_stores_what_the_form_would(
    cluster: Cluster, template: str, sink: Sink, seed: int, n_turns: int
) -> None:
    with (
        a_house(cluster, template, sink) as world,
        a_house(cluster, template, sink) as elsewhere,
    ):
        did = lives(world, elsewhere, seed, n_turns)

    assert n_turns < 90 or did["answer"] > 5


@pytest.mark.drill
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS, n_turns=st.integers(20, 250))
def test_many_random_users_store_what_the_form_would(
    cluster: Cluster, template: str, sink: Sink, seed: int, n_turns: int
) -> None:
    with (
        a_house(cluster, template, sink) as world,
        a_house(cluster, template, sink) as elsewhere,
    ):
        lives(world, elsewhere, seed, n_turns)


@pytest.fixture
def mortal(elsewhere: World) -> Iterator[World]:
    """A house whose processes die."""
    db = MortalDatabase(elsewhere.app_url, Fuse())
    elsewhere.db = db
    yield elsewhere
    db.close()


class Twins(Somebody):
    """Somebody who writes to two houses at once; in the second, the bot dies at each turn.

    Each turn it lives one step longer than at the last; once it lived, from the first step again.
    """

    def __init__(self, world: World, mortal: World, seed: int) -> None:
        super().__init__(world, seed)
        assert isinstance(mortal.db, MortalDatabase)
        self.mortal = mortal
        self.other = MortalPhone(mortal, fuse=mortal.db.fuse)
        ties_both_places(mortal, self.other)
        self.houses.append(mortal)
        self.names: dict[str, str] = {}  # of a message in one house → in the other
        self.n_steps = 0

    def delivers(self, heard: Heard, seconds_ago: float) -> list[Say]:
        before = len(self.phone.sent)
        says = super().delivers(heard, seconds_ago)
        there = replace(heard, reply_to=self.names.get(heard.reply_to or "", heard.reply_to))
        self.mortal.now = self.world.now
        wanted = self.phone.sent[before:]
        self.compares_with(wanted, self.dies_over(there, seconds_ago))
        return says

    def dies_over(self, heard: Heard, seconds_ago: float) -> list[tuple[str, Say]]:
        """What the second house said, its repeats left out where its death explains them."""
        before, n_deaths = len(self.other.sent), len(self.other.deaths)
        self.other.steps_to_live = self.n_steps
        self.other.takes(heard, seconds_ago=seconds_ago)
        died = self.other.deaths[n_deaths:]
        self.n_steps = self.n_steps + 1 if died else 0

        new = self.other.sent[before:]
        for n in range(len(new) - 1, 0, -1):
            if died and died[0] in UNNOTED and seen(new[n][1]) == seen(new[n - 1][1]):
                del new[n - 1]  # the person presses the last copy
                break
        return new

    def compares_with(self, wanted: list[tuple[str, Say]], told: list[tuple[str, Say]]) -> None:
        why = (self.other.deaths[-1:], self.heard[-1])
        assert [seen(say) for _, say in told] == [seen(say) for _, say in wanted], why
        self.names |= {here: there for (here, _), (there, _) in zip(wanted, told, strict=True)}


_NEVER_THE_SAME = re.compile(r"(?<=/continuer/)[\w-]+|, à la place de «[^»]*»")


def seen(say: Say) -> tuple[object, ...]:
    """What a person sees of a message, and what it waits for.

    A one-time link is each time another. What an answer took the place of is no longer known to a
    bot that died once it was saved: "Noté" is then all that it says.
    """
    asked = say.asked
    waits = asked and (asked.kind, asked.territory_id, asked.theme, asked.question)
    return (_NEVER_THE_SAME.sub("", say.text), say.buttons, waits)


def survives(world: World, mortal: World, seed: int, n_turns: int) -> set[tuple[str, str]]:
    somebody = Twins(world, mortal, seed)
    for _ in range(n_turns):
        somebody.does_something()
    assert results(world, somebody) == results(mortal, somebody)
    return set(somebody.other.deaths)


def test_a_bot_killed_at_any_step_loses_nothing_and_repeats_nothing(
    world: World, mortal: World
) -> None:
    died = survives(world, mortal, seed=5, n_turns=160)

    assert died >= {
        *(("keep", "before"), ("keep", "uncommitted"), ("keep", "committed")),
        *(("come_in", "before"), ("come_in", "uncommitted"), ("come_in", "committed")),
        *(("thought", "before"), ("thought", "uncommitted"), ("thought", "committed")),
        *(("send", "before"), ("send", "sent")),
        *(("said", "before"), ("said", "uncommitted"), ("said", "committed")),
    }


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(200, 230))
def test_many_killed_bots_lose_nothing_and_repeat_nothing(
    world: World, mortal: World, seed: int
) -> None:
    survives(world, mortal, seed, n_turns=250)


@pytest.mark.parametrize("by", ["digits", "token"])
def test_a_bot_killed_while_it_ties_a_chat_says_what_it_would_have_said(
    mortal: World, by: str
) -> None:
    """At each step, in a chat of its own, until it lives: "ce code n’ouvre rien" is never heard."""
    mortal.contact(PLACES[0], "mairie@gueret.invalid")
    mortal.open_wave()
    link_id, _ = mortal.link("answer", PLACES[0])
    assert isinstance(mortal.db, MortalDatabase)
    heard: list[list[str]] = []
    lived = False
    while not lived:
        codes = new_codes(mortal.db, mortal.signer, link_id, now=mortal.now)
        typed = codes.digits.code if by == "digits" else f"/start {codes.token}"
        phone = MortalPhone(mortal, external_id=f"chat-{len(heard)}", fuse=mortal.db.fuse)
        phone.steps_to_live = len(heard)

        told = phone.hears(typed)

        # A message sent, and not noted, is sent again.
        heard.append(list(dict.fromkeys(say.text for say in told)))
        assert told[-1].asked is not None, phone.deaths
        assert told[-1].asked.link_id == link_id
        lived = not phone.deaths

    assert len(heard) > 10
    assert all(texts == heard[-1] for texts in heard)
    assert "Vous répondez pour Guéret" in heard[-1][0]
