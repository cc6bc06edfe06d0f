"""What people and staff do while a wave runs: each through the application's own use case.

An act takes a commune, a theme and a number that picks among whoever may do it. The model is told
what was said, once the application has taken it. Long, for it is a list: a short function an act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.campaigns import changes
from app.campaigns.control import invite, remind_these
from app.cases.record import record_many
from app.collect.contact_change import change_contact
from app.collect.decline import decline
from app.collect.delegate import delegate, withdraw_delegation
from app.collect.entries import Entry
from app.collect.lost_link import ask_new_link
from app.collect.open import opened
from app.collect.renewal import accept_request
from app.collect.reopen import reopen
from app.collect.requests import say_not_ours
from app.collect.respondent import respondent_behind
from app.collect.save import save
from app.collect.submit import submit
from app.collect.takeover import take_over
from app.collect.team import set_team
from app.collect.team_plan import PlanLine, TeamPlan
from app.errors import Refused
from app.interview.values import DONT_KNOW
from app.links.chats import Untied, tie, untie
from app.links.preferring import prefer, prefer_mail, resume
from app.messages.bounces.hard import hard_bounce
from app.messages.holds.lifting import resume_sending, stop_sending
from app.messages.left_alone import never_write_again, write_again
from app.messages.mending import replace_mailbox, works_again
from app.messages.suppressions import stop
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author, Channel, Respondent, Role, Scope
from tests.campaigns.chasing import MAILBOXES, Play
from tests.messages.post import rows
from tests.world import FIRST_THEMES

STAFF, BY = Scope(user_id=1, role=Role.NATIONAL, organisation_id=None), Author.user(1)
COLLEAGUES = ("julie@creuse.invalid", "marc@creuse.invalid", "maire@souterraine.invalid")
NEW_MAILBOXES = ("accueil@creuse.invalid", "dgs@creuse.invalid", "mairie@gueret.invalid")


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something."""

    name: str
    place: str
    theme: str
    pick: int

    def one_of(self, some: Sequence[Any]) -> Any:
        """The one that is picked; nobody there to do it: nothing is done."""
        if not some:
            raise Nobody
        return some[self.pick % len(some)]

    def __call__(self, play: Play) -> None:
        try:
            ACTS[self.name](play, self)
        except (Refused, Nobody) as refused:
            play.done.append(f"{play.world.now:%d %b %H:%M} {self}: {type(refused).__name__}")
        else:
            play.done.append(f"{play.world.now:%d %b %H:%M} {self}")
        play.look()


class Nobody(Exception):
    """There is nobody to do it."""


# -- respondents -----------------------------------------------------------------------------


def answers(play: Play, act: Act) -> None:
    """Some questions of a theme."""
    who = _respondent(play, act)
    for turn in range(1 + act.pick % 4):
        with play.world.db.reading() as session:
            asked = opened(session, who, act.theme, now=play.world.now).path.next()
        if asked is None:
            break
        entry = Entry(asked.code, DONT_KNOW, None)
        source = f"form:{play.world.now.isoformat()}:{turn}"
        save(play.world.db, who, act.theme, [entry], source=source, now=play.world.now)
        play.model.refused.discard((act.place, act.theme))
        _count(play, who, act)


def hands_in(play: Play, act: Act) -> None:
    who = _respondent(play, act)
    submit(play.world.db, who, act.theme, play.world.letterhead, now=play.world.now)
    play.model.done.add((act.place, act.theme))
    play.model.refused.discard((act.place, act.theme))
    play.model.left.pop((act.place, act.theme), None)


def opens_again(play: Play, act: Act) -> None:
    who = _respondent(play, act)
    if reopen(play.world.db, who, act.theme, now=play.world.now):
        play.model.done.discard((act.place, act.theme))
        _count(play, who, act)


def says_no(play: Play, act: Act) -> None:
    """To one theme, or to all of them."""
    who = _respondent(play, act)
    themes = (act.theme,) if act.pick % 2 else who.themes
    for theme in decline(play.world.db, who, themes, "no_time", now=play.world.now):
        play.model.refused.add((act.place, theme))
        play.model.left.pop((act.place, theme), None)


def hands_over(play: Play, act: Act) -> None:
    delegate(
        play.world.db,
        _respondent(play, act),
        act.theme,
        act.one_of(COLLEAGUES),
        play.world.letterhead,
        name=None,
        now=play.world.now,
    )


def takes_back(play: Play, act: Act) -> None:
    withdraw_delegation(play.world.db, _respondent(play, act), act.theme, now=play.world.now)


def shares_out(play: Play, act: Act) -> None:
    """A coordinator, and a colleague for one theme."""
    line = PlanLine(COLLEAGUES[act.pick % 2], "")
    coordinator = ("claire@creuse.invalid", "", MAILBOXES[act.place][0])[act.pick % 3]
    plan = TeamPlan(coordinator, "", {act.theme: line})
    set_team(play.world.db, _respondent(play, act), plan, play.world.letterhead, now=play.world.now)


def is_not_theirs(play: Play, act: Act) -> None:
    """ "Ce n’est pas notre collectivité", or the wrong colleague."""
    held = _holder(play, act)
    who = _behind(play, held)
    if not say_not_ours(play.world.db, who, now=play.world.now).given_back:
        play.model.alone.add((held.value, act.place))
        play.model.in_chat.discard((held.value, act.place))


def stops_about_one(play: Play, act: Act) -> None:
    held = _holder(play, act, "stop")
    stop(play.world.db, held.id, only=[held.contact_id], now=play.world.now)
    play.model.alone.add((held.value, act.place))
    play.model.in_chat.discard((held.value, act.place))


def stops_about_all(play: Play, act: Act) -> None:
    held = _holder(play, act, "stop")
    for name in stop(play.world.db, held.id, now=play.world.now).territories:
        play.model.alone.add((held.value, play.names[name]))
        play.model.in_chat.discard((held.value, play.names[name]))


def names_another(play: Play, act: Act) -> None:
    """Beside themselves, or instead."""
    held = _holder(play, act, "answer")
    new = act.one_of(NEW_MAILBOXES)
    changed = change_contact(
        play.world.db,
        _behind(play, held),
        new,
        play.world.letterhead,
        name=None,
        replaces=act.pick % 2 == 0,
        now=play.world.now,
    )
    play.model.alone.discard((new, act.place))  # else it was refused
    if changed.replaced:
        play.model.alone.add((held.value, act.place))


def loses_their_link(play: Play, act: Act) -> None:
    """They ask for another, and take over."""
    ask_new_link(
        play.world.db,
        siren_or_code=_siren(play, act.place),
        email=act.one_of([*MAILBOXES[act.place], *NEW_MAILBOXES]),
        letterhead=play.world.letterhead,
        from_hash=play.world.now.isoformat(),
        now=play.world.now,
    )


def takes_over(play: Play, act: Act) -> None:
    held = _holder(play, act, "renew")
    token = play.world.signer.token(held.id, "renew", held.key_id)
    take_over(play.world.db, play.world.signer, token, now=play.world.now)
    gone = {who for who in play.model.in_chat if who[1] == act.place and who in play.model.alone}
    play.model.in_chat -= gone


# -- chats -----------------------------------------------------------------------------------


def wants_the_chat(play: Play, act: Act) -> None:
    """About every commune that they answer for."""
    held = _holder(play, act, "answer")
    phone = f"phone-{held.value}"
    play.chats[phone] = held.value
    for place in MAILBOXES:
        for link in rows(play.world, _HOLDERS, code=place, purposes=["answer"]):
            if link.value != held.value:
                continue
            with play.world.db.transaction() as session:
                chat = tie(session, Channel.TELEGRAM, phone, link.id, now=play.world.now)
                if prefer(session, chat, link.id, now=play.world.now):
                    play.model.in_chat.add((held.value, place))
    play.post.refusing.discard(phone)
    play.model.shut.discard(held.value)


def wants_mail(play: Play, act: Act) -> None:
    """About every commune: said in the chat, or by leaving it."""
    person = _tied(play, act).value
    for place in MAILBOXES:
        for tied in rows(play.world, _TIED, code=place):
            if tied.value != person:
                continue
            with play.world.db.transaction() as session:
                if act.pick % 2:
                    prefer_mail(session, tied.chat_id, tied.link_id)
                else:
                    links, at = [tied.link_id], play.world.now
                    untie(session, tied.chat_id, because=Untied.CHAT, links=links, now=at)
    play.model.in_chat = {who for who in play.model.in_chat if who[0] != person}


def writes_in_the_chat(play: Play, act: Act) -> None:
    tied = _tied(play, act)
    with play.world.db.transaction() as session:
        heard = {"now": play.world.now, "id": tied.chat_id}
        session.execute(text("UPDATE chats SET last_heard_at = :now WHERE id = :id"), heard)
        resume(session, tied.chat_id)
    play.post.refusing.discard(tied.external_id)
    play.model.shut.discard(tied.value)


def shuts_the_chat(play: Play, act: Act) -> None:
    play.post.refusing.add(_tied(play, act).external_id)


# -- mailboxes -------------------------------------------------------------------------------


def takes_no_mail(play: Play, act: Act) -> None:
    """From now on, at the next mail."""
    play.post.refusing.add(act.one_of(MAILBOXES[act.place]))


def comes_back(play: Play, act: Act) -> None:
    """A mail that left is returned: the mailbox does not exist."""
    sent = act.one_of(rows(play.world, _SENT, codes=[act.place]))
    if hard_bounce(play.world.db, sent.id, "5.1.1", now=play.world.now):
        play.model.dead.add(sent.value)


def is_replaced(play: Play, act: Act) -> None:
    dead = act.one_of(rows(play.world, _DEAD, code=act.place))
    new = act.one_of(NEW_MAILBOXES)
    places = [row.code for row in rows(play.world, _CONTACTS, id=dead.id) if row.written_to]
    replace_mailbox(
        play.world.db, STAFF, BY, dead.id, new, play.world.letterhead, now=play.world.now
    )
    for place in places:
        play.model.alone.add((dead.value, place))


def works(play: Play, act: Act) -> None:
    dead = act.one_of(rows(play.world, _DEAD, code=act.place))
    works_again(play.world.db, STAFF, BY, dead.id, play.world.letterhead, now=play.world.now)
    play.post.refusing.discard(dead.value)
    play.model.dead.discard(dead.value)


# -- staff -----------------------------------------------------------------------------------


def asks_staff_for_silence(play: Play, act: Act) -> None:
    held = _holder(play, act)
    secret = play.world.letterhead.secret
    never_write_again(play.world.db, STAFF, BY, held.contact_id, secret, now=play.world.now)
    play.model.never.add(held.value)
    for row in rows(play.world, _CONTACTS, id=held.address_id):
        play.model.alone.add((held.value, row.code))
        play.model.in_chat.discard((held.value, row.code))


def asks_staff_to_write(play: Play, act: Act) -> None:
    held = _holder(play, act)
    secret = play.world.letterhead.secret
    write_again(play.world.db, STAFF, BY, held.contact_id, secret, now=play.world.now)
    play.model.never.discard(held.value)
    play.model.alone.discard((held.value, act.place))


def staff_accepts(play: Play, act: Act) -> None:
    """Somebody whom we did not know becomes a contact, perhaps instead of who left."""
    asked = act.one_of(rows(play.world, _REQUESTS, code=act.place))
    left = act.one_of([*rows(play.world, _OF_PLACE, code=act.place), None])
    accept_request(
        play.world.db,
        STAFF,
        BY,
        asked.id,
        play.world.letterhead,
        replaces=left.contact_id if left else None,
        now=play.world.now,
    )
    if left:
        play.model.alone.add((left.value, act.place))


def staff_reminds(play: Play, act: Act) -> None:
    cases = [case for case, theme in play.cases.items() if theme[0] == act.place]
    remind_these(play.world.db, STAFF, BY, cases, play.world.letterhead, now=play.world.now)


def staff_invites(play: Play, act: Act) -> None:
    world = play.world
    invite(world.db, world.wave_id, "23", world.letterhead, by=BY, now=world.now)


def is_no_more(play: Play, act: Act) -> None:
    """The commune is merged into another."""
    cases = [case for case, theme in play.cases.items() if theme[0] == act.place]
    with play.world.db.transaction() as session:
        record_many(session, cases, D.OUT_OF_FRAME, why="merged", by=BY, at=play.world.now)
    play.model.gone.add(act.place)


def pauses(play: Play, act: Act) -> None:
    world = play.world
    changes.pause_wave(world.db, world.wave_id, why="crue", by=BY, now=world.now)
    play.model.paused = True


def goes_on(play: Play, act: Act) -> None:
    world = play.world
    changes.resume_wave(world.db, world.wave_id, why="finie", by=BY, now=world.now)
    play.model.paused = False


def is_extended(play: Play, act: Act) -> None:
    world, until = play.world, play.model.ends_at + timedelta(days=1 + act.pick % 20)
    changes.extend_wave(world.db, world.wave_id, until, why="retard", by=BY, now=world.now)
    play.model.ends_at = until


def is_reopened(play: Play, act: Act) -> None:
    world, until = play.world, play.world.now + timedelta(days=1 + act.pick % 20)
    changes.reopen_wave(world.db, world.wave_id, until, why="retard", by=BY, now=world.now)
    play.model.ends_at = until


def sending_stops(play: Play, act: Act) -> None:
    stop_sending(play.world.db, by=BY, now=play.world.now)
    play.model.held = True


def sending_goes_on(play: Play, act: Act) -> None:
    resume_sending(play.world.db, by=BY, now=play.world.now)
    play.model.held = False


WEIGHTS: Mapping[Callable[[Play, Act], None], int] = {
    answers: 12,
    hands_in: 5,
    opens_again: 3,
    says_no: 4,
    hands_over: 5,
    takes_back: 3,
    shares_out: 3,
    is_not_theirs: 2,
    stops_about_one: 2,
    stops_about_all: 1,
    names_another: 4,
    loses_their_link: 4,
    takes_over: 5,
    wants_the_chat: 5,
    wants_mail: 2,
    writes_in_the_chat: 2,
    shuts_the_chat: 1,
    takes_no_mail: 1,
    comes_back: 2,
    is_replaced: 4,
    works: 3,
    asks_staff_for_silence: 1,
    asks_staff_to_write: 2,
    staff_accepts: 4,
    staff_reminds: 4,
    staff_invites: 2,
    is_no_more: 1,
    pauses: 1,
    goes_on: 4,
    is_extended: 1,
    is_reopened: 1,
    sending_stops: 1,
    sending_goes_on: 4,
}
ACTS = {act.__name__: act for act in WEIGHTS}
# What may happen in the minutes between planning and sending, and the judge must see.
SUDDEN = (answers, hands_in, says_no, stops_about_one, is_no_more, pauses, hands_over)


def an_act(random: Random, *, sudden: bool = False) -> Act:
    """Anybody does anything."""
    names = [act.__name__ for act in (SUDDEN if sudden else WEIGHTS)]
    weights = [WEIGHTS[ACTS[name]] for name in names]
    (name,) = random.choices(names, weights)
    place = random.choice(sorted(MAILBOXES))
    return Act(name, place, random.choice(FIRST_THEMES), random.randrange(60))


# -- who does it -----------------------------------------------------------------------------


def _holder(play: Play, act: Act, *purposes: str) -> Row[Any]:
    """Whoever holds a live link of the commune."""
    wanted = purposes or ("answer", "delegate")
    return act.one_of(rows(play.world, _HOLDERS, code=act.place, purposes=list(wanted)))  # type: ignore[no-any-return]


def _respondent(play: Play, act: Act) -> Respondent:
    return _behind(play, _holder(play, act))


def _behind(play: Play, held: Row[Any]) -> Respondent:
    link_id: UUID = held.id
    token = play.world.signer.token(link_id, held.purpose, held.key_id)
    with play.world.db.reading() as session:
        return respondent_behind(session, play.world.signer, token, Channel.WEB)


def _tied(play: Play, act: Act) -> Row[Any]:
    return act.one_of(rows(play.world, _TIED, code=act.place))  # type: ignore[no-any-return]


def _count(play: Play, who: Respondent, act: Act) -> None:
    """How many questions their page says are left."""
    with play.world.db.reading() as session:
        seen = opened(session, who, act.theme, now=play.world.now)
    play.model.left[act.place, act.theme] = len(seen.path.missing)


def _siren(play: Play, place: str) -> str:
    (row,) = rows(play.world, "SELECT siren FROM territories WHERE code = :code", code=place)
    return str(row.siren)


_HOLDERS = """
    SELECT links.id, links.purpose, links.key_id, contacts.id AS contact_id, addresses.value,
           addresses.id AS address_id
      FROM links JOIN territories ON territories.id = links.territory_id
      JOIN contacts ON contacts.id = contact_id JOIN addresses ON addresses.id = address_id
     WHERE code = :code AND purpose = ANY(:purposes) AND revoked_at IS NULL
     ORDER BY contacts.id, purpose, themes
"""
_TIED = """
    SELECT chat_id, link_id, external_id, addresses.value
      FROM chat_ties JOIN chats ON chats.id = chat_id JOIN links ON links.id = link_id
      JOIN territories ON territories.id = links.territory_id
      JOIN contacts ON contacts.id = contact_id
      JOIN addresses ON addresses.id = contacts.address_id
     WHERE code = :code AND untied_at IS NULL AND revoked_at IS NULL
       AND chats.address_id IS NOT NULL AND preferred_at IS NOT NULL
     ORDER BY external_id
"""
_SENT = """
    SELECT DISTINCT messages.id, addresses.value, messages.created_at
      FROM messages JOIN message_cases ON message_id = messages.id
      JOIN cases ON cases.id = case_id JOIN territories ON territories.id = territory_id
      JOIN addresses ON addresses.id = address_id
     WHERE code = ANY(:codes) AND messages.state = 'sent' AND messages.channel = 'email'
     ORDER BY messages.created_at, messages.id
"""
_DEAD = """
    SELECT addresses.id, addresses.value
      FROM addresses JOIN contacts ON address_id = addresses.id
      JOIN territories ON territories.id = territory_id
     WHERE code = :code AND addresses.state = 'bouncing' ORDER BY addresses.id
"""
_CONTACTS = """
    SELECT code, stopped_at IS NULL AND contacts.role <> 'colleague' AS written_to
      FROM contacts JOIN territories ON territories.id = territory_id
     WHERE address_id = :id ORDER BY code
"""
_OF_PLACE = """
    SELECT contacts.id AS contact_id, addresses.value
      FROM contacts JOIN territories ON territories.id = territory_id
      JOIN addresses ON addresses.id = address_id
     WHERE code = :code AND contacts.role <> 'colleague' ORDER BY contacts.id
"""
_REQUESTS = """
    SELECT requests.id FROM requests JOIN territories ON territories.id = territory_id
     WHERE code = :code AND requests.kind = 'new_link' AND requests.state = 'open'
     ORDER BY requests.id
"""
