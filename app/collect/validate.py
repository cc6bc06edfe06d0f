"""Before a theme is sent: ask whoever validates, return it with a comment, approve it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.collect.floods import asks_too_often, returns_too_often
from app.collect.refusals import (
    LongWords,
    NobodyValidates,
    NoComment,
    NotAskedToValidate,
    NothingToSubmit,
    NotTheValidator,
    ValidationAskedTooOften,
)
from app.collect.standing import Held, hold_draft
from app.collect.team_standing import TeamStanding, Validating, team_standing
from app.db import Database
from app.links.make import Wanted, ensure_links
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_stop_links
from app.messages.outbox import Draft, queue_one
from app.models.contacts import Address, Contact, Link
from app.models.teams import Validation
from app.vocabulary.scope import Channel, Respondent

LONGEST_COMMENT = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a message leaves. `unreachable`: one has to be told in person."""

    mailed: bool
    unreachable: bool = False


def ask_validation(
    db: Database, respondent: Respondent, theme: str, letterhead: Letterhead, *, now: datetime
) -> Told:
    """Ask whoever validates to read this theme; asked twice, it is asked once.

    Answers may still change: the validator reads what stands when they read.
    """
    with db.transaction() as session:
        held, team = _held(session, respondent, theme, now)
        if not team.needs_validation or team.validator_id is None:
            raise NobodyValidates
        if not held.walked().counted:
            raise NothingToSubmit
        before = team.of(held.response.id)
        if before.state is Validating.ASKED:
            return Told(mailed=False)
        row_id = _write(session, held, respondent, "asked", None, now)
        mailed = tell_validator(
            session, held.case.id, held.case.wave_id, team.validator_id, theme, row_id,
            key_id=letterhead.signer.key_id, now=now,
        )  # fmt: skip
        return Told(mailed, unreachable=not mailed)


def return_theme(
    db: Database,
    respondent: Respondent,
    theme: str,
    comment: str,
    letterhead: Letterhead,
    *,
    now: datetime,
) -> Told:
    """Give a theme back to who asked, with a comment; the same sent twice is returned once."""
    words = _words(comment)
    with db.transaction() as session:
        held, team = _held(session, respondent, theme, now)
        if not team.validates:
            raise NotTheValidator
        before = team.of(held.response.id)
        if before.state is Validating.RETURNED and before.comment == words:
            return Told(mailed=False)
        if before.state is not Validating.ASKED:
            raise NotAskedToValidate
        row_id = _write(session, held, respondent, "returned", words, now)
        key_id = letterhead.signer.key_id
        mailed = _tell_asker(session, held, before.asked_by, row_id, key_id, now)
        return Told(mailed, unreachable=not mailed)


def approve(session: Session, held: Held, respondent: Respondent, *, now: datetime) -> None:
    """Keep that the validator sent this theme."""
    _write(session, held, respondent, "approved", None, now)


def tell_validator(
    session: Session,
    case_id: int,
    wave_id: int,
    validator_id: int,
    theme: str,
    row_id: int,
    *,
    key_id: int,
    now: datetime,
) -> bool:
    """Queue the message that asks; False when there is nobody to write to any more.

    `ValidationAskedTooOften` once the authority has had too many sent.
    """
    validator = session.execute(_REACHED.where(Contact.id == validator_id)).one_or_none()
    if validator is None:
        return False
    held = (validator.territory_id, validator.id)
    if asks_too_often(session, held[0], case_id, validator.address_id, now=now):
        raise ValidationAskedTooOften
    wanted = Wanted("answer", *held)
    link_id = ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]
    ensure_stop_links(session, [held], key_id=key_id, now=now)
    draft = Draft(
        address_id=validator.address_id,
        wave_id=wave_id,
        step="validation",
        occasion=f"validation:{row_id}",
        case_ids=(case_id,),
        link_id=link_id,
        details={"theme": theme},
        not_before=now,
    )
    return queue_one(session, draft) is not None


_REACHED = (
    select(Contact.id, Contact.territory_id, Contact.address_id)
    .join(Address, Address.id == Contact.address_id)
    .where(Contact.stopped_at.is_(None), Address.state == "good", Address.channel == Channel.EMAIL)
)


def _tell_asker(
    session: Session,
    held: Held,
    asked_by: UUID | None,
    row_id: int,
    key_id: int,
    now: datetime,
) -> bool:
    """Queue the message to the mailbox of the link that asked, if it still opens something.

    Written to too often, they are not: the return holds, and is read on the page.
    """
    asker = session.execute(
        _REACHED.join(Link, Link.contact_id == Contact.id).where(
            Link.id == asked_by, Link.revoked_at.is_(None)
        )
    ).one_or_none()
    if asker is None or returns_too_often(
        session, asker.territory_id, held.case.id, asker.address_id, now=now
    ):
        return False
    ensure_stop_links(session, [(asker.territory_id, asker.id)], key_id=key_id, now=now)
    draft = Draft(
        address_id=asker.address_id,
        wave_id=held.case.wave_id,
        step="returned",
        occasion=f"returned:{row_id}",
        case_ids=(held.case.id,),
        link_id=asked_by,
        details={"theme": held.case.theme},  # the comment is read on the page, never mailed
        not_before=now,
    )
    return queue_one(session, draft) is not None


def _held(
    session: Session, respondent: Respondent, theme: str, now: datetime
) -> tuple[Held, TeamStanding]:
    held = hold_draft(session, respondent, theme, now=now)
    return held, team_standing(session, respondent, held.case.wave_id, [held.response.id])


def _write(
    session: Session,
    held: Held,
    respondent: Respondent,
    kind: str,
    comment: str | None,
    now: datetime,
) -> int:
    row = Validation(
        response_id=held.response.id,
        kind=kind,
        comment=comment,
        actor_kind=respondent.author.kind,
        actor_id=respondent.author.id,
        at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def _words(comment: str) -> str:
    """The comment as it is kept: lines trimmed, nothing that is not a character."""
    lines = ("".join(c if c.isprintable() else " " for c in line) for line in comment.splitlines())
    words = "\n".join(line.strip() for line in lines).strip()
    if not words:
        raise NoComment
    if len(words) > LONGEST_COMMENT:
        raise LongWords(longest=LONGEST_COMMENT)
    return words
