"""The simulated respondents: who does what, and on which day. Pure, seeded by the authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.cli.demo.answers import rng_of
from app.panel.sort_names import sort_name


class Way(StrEnum):
    """What a person does with the invitation."""

    ALL_ON_THE_SITE = "all_on_the_site"
    ALL_IN_A_CHAT = "all_in_a_chat"
    STOPS_MIDWAY = "stops_midway"
    RESUMES_IN_A_CHAT = "resumes_in_a_chat"
    HANDS_ONE_OVER = "hands_one_over"
    DECLINES = "declines"
    AFTER_THE_REMINDER = "after_the_reminder"
    SILENT = "silent"


# Shares of the authorities that could be reached; the silent are the rest.
SHARES: tuple[tuple[Way, float], ...] = (
    (Way.ALL_ON_THE_SITE, 0.30),
    (Way.ALL_IN_A_CHAT, 0.06),
    (Way.RESUMES_IN_A_CHAT, 0.04),
    (Way.HANDS_ONE_OVER, 0.05),
    (Way.STOPS_MIDWAY, 0.06),
    (Way.AFTER_THE_REMINDER, 0.10),
    (Way.DECLINES, 0.05),
)
WITHOUT_ADDRESS, BOUNCES = 0.06, 0.04
REMINDED_AFTER = 15  # days
LAST_DAY = 36


@dataclass(frozen=True, slots=True)
class Authority:
    """A simulated authority: whom the plan speaks of."""

    territory_id: int
    kind: str
    code: str
    name: str
    population: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever opens the mail of an authority, what they will do and when."""

    authority: Authority
    email: str
    name: str | None
    bounces: bool
    way: Way
    waits: timedelta  # from the invitation on

    @property
    def n_acts(self) -> int:
        """How often they, or their colleague, come back to it."""
        twice = self.way in (Way.RESUMES_IN_A_CHAT, Way.HANDS_ONE_OVER)
        return 0 if self.way is Way.SILENT else 1 + twice


def people_of(authorities: Sequence[Authority]) -> list[Person]:
    """The people behind these authorities, in the order in which they act.

    Some authorities have no address; the two last communes share a mailbox; one person of the
    silent is kept silent to the end, so that a link remains to be answered.
    """
    in_order = sorted(authorities, key=lambda one: (one.kind, one.code))
    found = [person for one in in_order if (person := _person(one)) is not None]
    return sorted(_sharing(found), key=lambda p: (p.waits, p.authority.code))


def mailbox_of(name: str, code: str, kind: str) -> str:
    """An address that cannot exist, which still says whose it is."""
    place = sort_name(name).replace(" ", "-")[:40]
    who = "mairie" if kind == "commune" else "accueil"
    return f"{who}.{code.lower()}@{place}.invalid"


def colleague_of(person: Person) -> str:
    """The colleague to whom one theme is handed over."""
    return person.email.replace("mairie.", "collegue.").replace("accueil.", "collegue.")


_FIRST = ("Aline", "Bernard", "Claire", "Didier", "Émilie", "Farid", "Gaëlle", "Hugo", "Inès")
_LAST = ("Aubert", "Besse", "Chabrol", "Dumont", "Faure", "Girard", "Lamy", "Moreau", "Perrot")


def _person(authority: Authority) -> Person | None:
    rng = rng_of(authority.kind, authority.code, "behaviour")
    if rng.random() < WITHOUT_ADDRESS and authority.kind == "commune":
        return None
    bounces = rng.random() < BOUNCES
    named = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" if rng.random() < 0.4 else None
    way, waits = _way(rng.random()), 0.2 + 11 * rng.random() ** 2
    if way is Way.AFTER_THE_REMINDER:
        waits = REMINDED_AFTER + 0.3 + 18 * rng.random() ** 2
    return Person(
        authority,
        mailbox_of(authority.name, authority.code, authority.kind),
        named,
        bounces,
        Way.SILENT if bounces else way,
        timedelta(days=waits),
    )


def _way(chance: float) -> Way:
    for way, share in SHARES:
        if chance < share:
            return way
        chance -= share
    return Way.SILENT


def _sharing(people: list[Person]) -> list[Person]:
    """The two last reachable communes share the mailbox of one secretary, who answers for both."""
    communes = [p for p in people if p.authority.kind == "commune" and not p.bounces]
    if len(communes) < 3:
        return people
    first, second = communes[-2:]
    return [
        Person(p.authority, first.email, first.name, False, p.way, p.waits) if p is second else p
        for p in people
    ]
