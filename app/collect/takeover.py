"""Taking over: a new link in place of the one that was lost, and nothing of the work is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, or_, select, text, update
from sqlalchemy.orm import Session

from app.collect.refusals import RenewalUsed
from app.collect.renewal import RENEW
from app.collect.standing import current_wave
from app.collect.surroundings import Authority, mailbox_of
from app.db import Database
from app.links.chats import messengers_of_links
from app.links.make import Wanted, ensure_links
from app.links.opened import REPLACED, alive, signed_for
from app.links.signed import Signer
from app.models.campaigns import Campaign, Wave
from app.models.chats import ChatTie
from app.models.contacts import Address, Contact, Link
from app.models.messages import Message
from app.models.organisations import AuditEntry
from app.models.teams import Assignment, Team
from app.models.territories import Place, Territory
from app.vocabulary.message_life import MessageState
from app.vocabulary.scope import Author, Channel

USED = "used"
ANSWERING = ("answer", "delegate")
# Whoever held the lost link held these as well; they are made anew for the mailbox.
MADE_ANEW = ("card", "several")


@dataclass(frozen=True, slots=True)
class Promise:
    """For whom a new link is ready. `former`: the mailboxes that it replaces.

    Chats of the same mailbox go on with the new link; those of others, or of one theme, do not.
    """

    authority: Authority
    mailbox: str
    former: tuple[str, ...]
    simulated: bool
    chats_that_go_on: tuple[Channel, ...]  # on which messengers
    chats_that_end: tuple[Channel, ...]


def promised(session: Session, signer: Signer, token: str) -> Promise:
    """What taking over with this token would do; writes nothing."""
    renewal = _renewal(session, signer, token)
    territory = session.get_one(Territory, renewal.territory_id)
    departement = session.scalar(
        select(Place.name).where(
            Place.level == "departement", Place.code == territory.departement_code
        )
    )
    replaced = _replaced(session, renewal)
    former = session.scalars(
        select(Address.value)
        .join(Contact, Contact.address_id == Address.id)
        .where(Contact.id.in_(replaced), Address.erased_at.is_(None))
        .order_by(Contact.id)
    )
    lost = session.scalars(_lost(renewal, replaced)).all()
    own = _own(renewal, lost)
    others = [one.id for one in lost if one.purpose in ANSWERING and one.id not in own]
    return Promise(
        Authority(
            territory.id, territory.name, territory.kind, departement or "", territory.population
        ),
        mailbox_of(session, renewal.id) or "",
        tuple(former),
        _is_simulated(session, territory.id),
        messengers_of_links(session, own),
        messengers_of_links(session, others),
    )


def take_over(db: Database, signer: Signer, token: str, *, now: datetime) -> str:
    """Revoke the lost links, give the new one its work, use the token up; the new link's token.

    Answers stay where they are. What was handed to colleagues is the new link's, theirs go on.
    """
    with db.transaction() as session:
        renewal = _renewal(session, signer, token, lock=True)
        former = _replaced(session, renewal)
        # Locked: no theme is handed over meanwhile.
        lost = session.scalars(_lost(renewal, former).with_for_update()).all()
        for link in lost:
            link.revoked_at, link.revoked_because = now, REPLACED
        renewal.revoked_at, renewal.revoked_because = now, USED
        session.flush()
        new_id = _made(session, renewal, lost, signer.key_id, now)
        _inherit_links(session, renewal, lost, new_id)
        _inherit_team(session, renewal, former)
        session.add(
            AuditEntry.of(
                Author.link(renewal.id),
                "link_taken_over",
                f"link:{new_id}",
                {"territory": renewal.territory_id, "revoked": len(lost)},
                at=now,
            )
        )
        return signer.token(new_id, "answer", session.get_one(Link, new_id).key_id)


def _renewal(session: Session, signer: Signer, token: str, *, lock: bool = False) -> Link:
    """The link that takes over; one that served already says so."""
    link_id, purpose = signed_for(signer, token, RENEW)
    wanted = select(Link).where(Link.id == link_id, Link.purpose == purpose)
    link = session.scalar(wanted.with_for_update() if lock else wanted)
    if link is not None and link.revoked_because == USED:
        raise RenewalUsed
    return alive(link)


def _replaced(session: Session, renewal: Link) -> list[int]:
    """The contacts that the staff said this one replaces: written in the link's own messages."""
    said = session.scalars(
        select(Message.details["replaces"].as_integer())
        .join(Contact, Contact.address_id == Message.address_id)
        .where(
            Contact.id == renewal.contact_id,
            Message.step == "renewal",
            Message.link_id == renewal.id,
            Message.details.has_key("replaces"),
        )
    )
    return sorted(set(said))


def _lost(renewal: Link, former: Sequence[int]) -> Select[Link]:
    """The live links that the new one replaces.

    The page of several authorities belongs to the mailbox, whichever of its contacts holds it.
    """
    address = select(Contact.address_id).where(Contact.id == renewal.contact_id).scalar_subquery()
    mailbox = select(Contact.id).where(Contact.address_id == address)
    theirs = [renewal.contact_id, *former]
    return (
        select(Link)
        .where(
            Link.revoked_at.is_(None),
            or_(
                (Link.territory_id == renewal.territory_id)
                & Link.contact_id.in_(theirs)
                & Link.purpose.in_((*ANSWERING, "chat", "card")),
                Link.contact_id.in_(mailbox) & (Link.purpose == "several"),
                Link.contact_id.in_(former) & (Link.purpose == RENEW),
            ),
        )
        .order_by(Link.id)
    )


def _own(renewal: Link, lost: Sequence[Link]) -> list[UUID]:
    """Of the lost links, those of the same mailbox that opened everything."""
    return [
        link.id
        for link in lost
        if link.purpose == "answer" and link.contact_id == renewal.contact_id
    ]


def _made(
    session: Session, renewal: Link, lost: Sequence[Link], key_id: int, now: datetime
) -> UUID:
    """The new answer link; with it the card, and the page of several, that were held before."""
    wanted = Wanted("answer", renewal.territory_id, renewal.contact_id)
    others = [
        Wanted(
            link.purpose,
            link.territory_id,
            link.contact_id if link.purpose == "several" else renewal.contact_id,
        )
        for link in lost
        if link.purpose in MADE_ANEW
    ]
    return ensure_links(session, [wanted, *others], key_id=key_id, now=now)[wanted]


def _inherit_links(session: Session, renewal: Link, lost: Sequence[Link], new_id: UUID) -> None:
    """What hung on the lost links hangs on the new one: hand-overs, mails, its own chats."""
    ids = [link.id for link in lost if link.purpose in ANSWERING]
    own = _own(renewal, lost)
    session.execute(
        update(Link)
        .where(Link.delegated_by.in_(ids), Link.purpose == "delegate")
        .values(delegated_by=new_id)
    )
    session.execute(
        update(Assignment).where(Assignment.assigned_by.in_(ids)).values(assigned_by=new_id)
    )
    waiting = (
        select(Message.id)
        .where(Message.link_id.in_(own), Message.state == MessageState.QUEUED)
        .order_by(Message.id)  # as everybody locks several
        .with_for_update(key_share=True)
    )
    session.execute(
        update(Message)
        .where(Message.id.in_(waiting), Message.state == MessageState.QUEUED)
        .values(link_id=new_id)
    )
    # A chat of whoever left does not follow.
    session.execute(_PROMPTS, {"new": new_id, "own": own})
    session.execute(_TIES, {"new": new_id, "own": own})
    session.execute(delete(ChatTie).where(ChatTie.link_id.in_(own)))


# A question that waits in a chat is answered in the name of the new link.
_PROMPTS = text("""
    UPDATE prompts SET link_id = :new
      FROM chat_ties WHERE chat_ties.link_id = ANY(:own) AND prompts.link_id = chat_ties.link_id
       AND prompts.chat_id = chat_ties.chat_id
""")
_TIES = text("""
    INSERT INTO chat_ties (chat_id, link_id, tied_at, preferred_at)
    SELECT chat_id, :new, max(tied_at), max(preferred_at) FROM chat_ties
     WHERE link_id = ANY(:own) AND untied_at IS NULL GROUP BY chat_id
    ON CONFLICT (chat_id, link_id) DO NOTHING
""")


def _inherit_team(session: Session, renewal: Link, former: Sequence[int]) -> None:
    """The part that a former contact had in this year's team is the new contact's."""
    if not former:
        return
    campaign = (
        select(Wave.campaign_id)
        .where(Wave.id == current_wave(Team.territory_id).scalar_subquery())
        .scalar_subquery()
    )
    here = (Team.territory_id == renewal.territory_id, Team.campaign_id == campaign)
    for role in (Team.coordinator_id, Team.validator_id):
        session.execute(
            update(Team).where(*here, role.in_(former)).values({role: renewal.contact_id})
        )
    year = (
        select(Wave.campaign_id)
        .where(Wave.id == current_wave(Assignment.territory_id).scalar_subquery())
        .scalar_subquery()
    )
    session.execute(
        update(Assignment)
        .where(
            Assignment.territory_id == renewal.territory_id,
            Assignment.campaign_id == year,
            Assignment.contact_id.in_(former),
        )
        .values(contact_id=renewal.contact_id)
    )


def _is_simulated(session: Session, territory_id: int) -> bool:
    wave = current_wave(bindparam("territory_id")).scalar_subquery()
    found = select(Campaign.simulated).join(Wave, Wave.campaign_id == Campaign.id)
    return bool(session.scalar(found.where(Wave.id == wave), {"territory_id": territory_id}))
