"""A wave lived at random: days pass, somebody acts, the clock ticks, mails leave. No assertion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Row

from app.campaigns.apply import close_ended, plan_due
from app.campaigns.plan import Sending
from app.campaigns.preview import preview
from app.campaigns.scheduling import set_steps
from app.campaigns.steps import Step
from app.messages.carriers import Carriers, Outcome, OutcomeKind, Parcel
from app.messages.drain import drain
from app.vocabulary.message_life import UNASKED
from app.vocabulary.scope import Author, Channel
from app.vocabulary.wave_steps import Anchor, Audience, BatchKind, StepKind
from tests.campaigns.chasing_model import Model, Theme, Told
from tests.campaigns.quarter import STEPS, planned, the_end
from tests.messages.post import change, rows
from tests.world import World

ODILE = "odile@creuse.invalid"
MAILBOXES = {  # who is written to about whom when the wave opens; one secretary for three
    "23002": [ODILE],
    "23008": [ODILE],
    "23013": [ODILE, "mairie@auzances.invalid"],
    "23096": ["mairie@gueret.invalid"],
    "23176": ["mairie@souterraine.invalid", "maire@souterraine.invalid"],
}
FOR_EACH = (
    Step(StepKind.REMINDER, Anchor.INVITATION, 10, "reminder"),
    Step(StepKind.REMINDER, Anchor.INVITATION, 18, "reminder_2", audience=Audience.STARTED),
    Step(StepKind.REMINDER, Anchor.INVITATION, 20, "reminder_2", audience=Audience.UNSTARTED),
    Step(StepKind.LAST_CALL, Anchor.END, -9, "last_call"),
)
HALF_A_DAY = timedelta(days=0.5)
Happening = Callable[["Play"], object]


@dataclass
class Post:
    """Takes all that leaves, by mail and in chats; some refuse for good."""

    refusing: set[str] = field(default_factory=set)
    carried: list[tuple[Parcel, bool]] = field(default_factory=list)
    on_this_machine: bool = True

    def connect(self) -> Post:
        return self

    def carry(self, parcel: Parcel) -> Outcome:
        taken = parcel.recipient not in self.refusing
        self.carried.append((parcel, taken))
        return Outcome(OutcomeKind.SENT if taken else OutcomeKind.BOUNCED, "250" if taken else "5")

    def close(self) -> None: ...


class Play:
    """One wave, its people, and what they would hold against us (`complaints`)."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.post = Post()
        self.complaints: list[str] = []
        self.done: list[str] = []  # for whoever reads a failure
        change(world, NADIA, now=world.now)
        for place, mailboxes in MAILBOXES.items():
            for mailbox in mailboxes:
                world.contact(place, mailbox)
        world.open_wave()
        self._plan(random)
        self.model = Model(the_end(world))
        self.names: dict[str, str] = {}
        self.cases: dict[int, Theme] = {}
        for row in rows(
            world,
            "SELECT cases.id, code, name, theme FROM cases JOIN territories "
            "ON territories.id = territory_id WHERE code = ANY(:codes)",
            codes=list(MAILBOXES),
        ):
            self.cases[row.id] = (row.code, row.theme)
            self.names[row.name] = row.code
        self.chats: dict[str, str] = {}  # whose each is
        self.look()

    def _plan(self, random: Random) -> None:
        set_steps(
            self.world.db,
            None,
            Author.system(),
            self.world.wave_id,
            random.choice([STEPS, FOR_EACH]),
            office_hours=random.random() < 0.5,
            now=self.world.now,
        )
        planned(self.world, BatchKind.TRIAL, 8, codes=("23096", "23002"))
        planned(self.world, BatchKind.DEPARTEMENT, 11, departement_code="23")

    def complain(self, what: str) -> None:
        self.complaints.append(f"{self.world.now:%d %b %H:%M} {what}")

    def look(self) -> None:
        """Who has which theme, who coordinates: facts that a town hall knows."""
        handed: dict[Theme, set[str]] = defaultdict(set)
        for row in rows(self.world, _HANDED):
            handed[row.code, row.theme].add(row.value)
        self.model.handed = handed
        roles = rows(self.world, _ROLES)
        self.model.coordinators = {(row.value, row.code) for row in roles if row.coordinates}
        self.model.colleagues = {(row.value, row.code) for row in roles if row.role == "colleague"}

    def days_pass(self, days: float, before_they_leave: Happening | None = None) -> None:
        """The clock ticks twice a day; the last time, somebody acts once it has planned."""
        until = self.world.now + timedelta(days=days)
        while self.world.now < until:
            self.world.now = min(until, self.world.now + HALF_A_DAY)
            self._tick(before_they_leave if self.world.now == until else None)

    def _tick(self, before_they_leave: Happening | None) -> None:
        """Dry run, planning, perhaps somebody, then two workers."""
        world, now = self.world, self.world.now
        with world.db.reading() as session:
            told = preview(session, world.wave_id, world.letterhead, until=now, now=now)
        close_ended(world.db, now=now)
        plan_due(world.db, world.letterhead, now=now)
        if before_they_leave is not None:
            before_they_leave(self)
        self.look()
        self.post.carried.clear()
        everywhere: Carriers = {Channel.EMAIL: self.post, Channel.TELEGRAM: self.post}
        for lane in ("wide", "telegram"):
            drain(world.db, everywhere, world.letterhead, lane, now=now)
        self._compare(told.sendings)
        for parcel, taken in self.post.carried:
            self._received(parcel, taken=taken)

    def _compare(self, said: Sequence[Sending]) -> None:
        """The dry run of a moment ago, less what people said since, is what left."""
        known = self._known({one.address_id for one in said})
        asked_by = {(one.address_id, one.occasion): one.by for one in rows(self.world, _ASKED_BY)}
        expected = []
        for one in said:
            asked = asked_by.get((one.address_id, one.occasion), "")
            channel, _ = known[one.address_id]
            asks_all = one.message_step == "reminder" and one.link_id is None
            still = [
                case
                for case in one.case_ids
                if self.model.may_hear(
                    person := self._person(*known[one.address_id]),
                    self.cases[case],
                    one.message_step,
                    asked_by=asked,
                )
                and not (channel == Channel.EMAIL and person in self.model.dead)
                and not (asks_all and self._theirs_alone(person, self.cases[case]))
            ]
            if still and self.model.runs(self.world.now):
                expected.append((one.message_step, one.address_id, sorted(still)))
        left = [
            (one.step, one.address_id, sorted(one.case_ids))
            for one, _ in self.post.carried
            if one.step in UNASKED
        ]
        if sorted(left) != sorted(expected):
            why = {(row.step, row.value, row.state, row.last_reason) for row in self._waiting()}
            self.complain(f"the dry run said {sorted(expected)}, and {sorted(left)} left: {why}")
        for row in rows(self.world, _UNEXPLAINED):
            self.complain(f"a {row.step} was cancelled without a reason")

    def _theirs_alone(self, person: str, theme: Theme) -> bool:
        """Handed over meanwhile to one who was asked of all: their own link speaks of it now."""
        known = (person, theme[0]) in self.model.colleagues
        return not known and person in self.model.handed.get(theme, set())

    def _received(self, parcel: Parcel, *, taken: bool) -> None:
        person = self._person(parcel.channel, parcel.recipient)
        (row,) = rows(self.world, _OF_MESSAGE, id=parcel.message_id)
        if not taken:
            refused = self.model.dead if parcel.channel == Channel.EMAIL else self.model.shut
            refused.add(person)
            return
        told = Told(
            at=self.world.now,
            person=person,
            channel=parcel.channel,
            step=parcel.step,
            step_id=row.step_id,
            asked_by=row.by,
            themes=frozenset(self.cases[case] for case in parcel.case_ids),
            text=parcel.text,
        )
        for complaint in self.model.complaints(told):
            self.complain(f"{person} got a {told.step} by {told.channel}: {complaint}")

    def _waiting(self) -> Sequence[Row[Any]]:
        return rows(
            self.world,
            "SELECT step, value, messages.state, last_reason FROM messages "
            "JOIN addresses ON addresses.id = address_id "
            "WHERE messages.state = 'queued' OR messages.id IN "
            "(SELECT message_id FROM message_events WHERE at = :now AND kind = 'cancelled')",
            now=self.world.now,
        )

    def _known(self, addresses: Collection[int]) -> dict[int, tuple[str, str]]:
        found = rows(
            self.world,
            "SELECT id, channel, value FROM addresses WHERE id = ANY(:ids)",
            ids=sorted(addresses),
        )
        return {row.id: (row.channel, row.value) for row in found}

    def _person(self, channel: str, address: str) -> str:
        return address if channel == Channel.EMAIL else self.chats[address]


NADIA = """
    INSERT INTO users (email, name, role, password_hash, active, session_stamp, created_at)
    VALUES ('nadia@example.invalid', 'Nadia', 'national', '', true, 0, :now)
"""
_HANDED = """
    SELECT code, unnest(themes) AS theme, value FROM links
      JOIN territories ON territories.id = links.territory_id
      JOIN contacts ON contacts.id = contact_id JOIN addresses ON addresses.id = address_id
     WHERE purpose = 'delegate' AND revoked_at IS NULL
"""
_ROLES = """
    SELECT value, code, contacts.role, EXISTS (
            SELECT FROM links WHERE contact_id = contacts.id AND purpose = 'answer'
               AND revoked_at IS NULL) AS coordinates
      FROM contacts JOIN territories ON territories.id = contacts.territory_id
      JOIN addresses ON addresses.id = address_id
"""
_BY = """
    CASE WHEN details ? 'asked_for' THEN 'authority'
         WHEN details ? 'replaces' THEN 'staff' ELSE '' END AS by
"""
_ASKED_BY = f"SELECT address_id, occasion, {_BY} FROM messages"
_UNEXPLAINED = "SELECT step FROM messages WHERE state = 'cancelled' AND last_reason IS NULL"
_OF_MESSAGE = f"""
    SELECT coalesce((details ->> 'step_id')::bigint, 0) AS step_id, {_BY}
      FROM messages WHERE id = :id
"""
