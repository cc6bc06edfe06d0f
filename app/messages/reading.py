"""Reads, for a handful of claimed messages at once, all that judging and writing them needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.cases.waves import effective_end, is_paused
from app.messages.behind import (
    ADDRESSES_OF_PERSON,
    CONTACT,
    MAY_BE_TOLD,
    WANTED_HERE,
    holder_reached,
)
from app.messages.held_links import HeldLinks, link_facts
from app.messages.left_to_answer import questions_left
from app.messages.letters import (
    AddressFacts,
    CaseFacts,
    Letter,
    SenderFacts,
    TerritoryFacts,
    WaveFacts,
)
from app.messages.suppressions import suppressed
from app.vocabulary.message_life import MONTH, UNASKED, WEEK
from app.vocabulary.office_hours import departement_of
from app.vocabulary.themes import BY_CODE

_CASES = text(f"""
    SELECT message_cases.message_id, cases.id, cases.theme, cases.disposition, cases.territory_id,
           territories.name, territories.sort_name, territories.kind,
           coalesce(places.name, '') AS departement,
           territories.departement_code, territories.region_code,
           contacts.id AS contact_id, contacts.origin,
           contacts.stopped_at IS NULL AND {MAY_BE_TOLD} AS may_be_told,
           {WANTED_HERE} AS wanted_here, given.due_on
      FROM message_cases
      JOIN messages ON messages.id = message_cases.message_id
      JOIN cases ON cases.id = message_cases.case_id
      JOIN territories ON territories.id = cases.territory_id
      LEFT JOIN places ON places.level = 'departement'
                      AND places.code = territories.departement_code
      {CONTACT}
      LEFT JOIN waves ON waves.id = cases.wave_id AND messages.step = 'reminder'
      LEFT JOIN assignments AS given
             ON given.campaign_id = waves.campaign_id AND given.theme = cases.theme
            AND given.territory_id = cases.territory_id AND given.contact_id = contacts.id
     WHERE message_cases.message_id = ANY(:ids)
     ORDER BY message_cases.message_id, territories.sort_name, territories.id, cases.id
""")
_LINKS = text(f"""
    SELECT id, purpose, key_id, themes, territory_id, contact_id,
           purpose = 'delegate' AND {holder_reached("links")} AS reached FROM links
     WHERE territory_id = ANY(:territories) AND revoked_at IS NULL
       AND purpose IN ('answer', 'delegate', 'stop', 'card', 'several', 'renew')
     ORDER BY territory_id, created_at, id
""")
_ADDRESSES = text(f"""
    SELECT addresses.id, addresses.channel, addresses.value, addresses.state,
           EXISTS (SELECT FROM messages WHERE address_id = addresses.id AND sent_at IS NOT NULL)
               AS written_to_before,
           recent.n_recent, recent.n_this_week
      FROM addresses CROSS JOIN LATERAL (
        SELECT count(*) AS n_recent,
               count(*) FILTER (WHERE coalesce(sent_at > :week_ago, true)) AS n_this_week
          FROM messages WHERE address_id = ANY({ADDRESSES_OF_PERSON}) AND step = ANY(:unasked)
           AND (sent_at > :month_ago OR state = 'sending' AND id <> ALL(:claimed))) AS recent
     WHERE addresses.id = ANY(:ids)
""")
_WAVE = text("""
    SELECT waves.label, waves.office_hours, campaigns.simulated, asked.theme,
           (questionnaires.definition ->> 'minutes')::int AS minutes
      FROM waves JOIN campaigns ON campaigns.id = waves.campaign_id
      JOIN wave_questionnaires AS asked ON asked.wave_id = waves.id
      LEFT JOIN questionnaires ON questionnaires.id = asked.questionnaire_id
     WHERE waves.id = :wave_id
""")
_WITHOUT_STOP_LINK = text("""
    SELECT DISTINCT contacts.territory_id, contacts.id
      FROM messages
      JOIN message_cases ON message_cases.message_id = messages.id
      JOIN cases ON cases.id = message_cases.case_id
      JOIN contacts ON contacts.territory_id = cases.territory_id
                   AND contacts.address_id = messages.address_id
     WHERE messages.id = ANY(:ids) AND NOT EXISTS (
        SELECT FROM links WHERE links.contact_id = contacts.id AND links.purpose = 'stop'
           AND links.revoked_at IS NULL)
""")
_GIVERS = text("""
    SELECT links.id, addresses.holder_name
      FROM links JOIN links AS giving ON giving.id = links.delegated_by
      JOIN contacts ON contacts.id = giving.contact_id
      JOIN addresses ON addresses.id = contacts.address_id
     WHERE links.id = ANY(:ids) AND addresses.holder_name IS NOT NULL
""")
_SIGNERS = text("SELECT id, name, reply_to, words FROM senders WHERE id = ANY(:ids)")
_PDF = text("SELECT id, pdf FROM cards WHERE id = ANY(:ids) AND withdrawn_at IS NULL")


def read_letters(
    session: Session, held: Sequence[Row[Any]], *, secret: str, now: datetime
) -> list[Letter]:
    """The letters of these message rows, in the same order."""
    ids = [row.id for row in held]
    cases = _grouped(session.execute(_CASES, {"ids": ids}), "message_id")
    territories = sorted({case.territory_id for rows in cases.values() for case in rows})
    links = HeldLinks(session.execute(_LINKS, {"territories": territories}).all())
    addresses = _addresses(session, held, secret, now)
    waves = {wave: _wave(session, wave) for wave in sorted({row.wave_id for row in held})}
    pdfs = _pdfs(session, held)
    givers = _givers(session, held)
    signers = _signers(session, held)
    begun = _begun(session, held, cases)
    return [
        _letter(
            row,
            addresses[row.address_id],
            waves[row.wave_id],
            _case_facts(row, cases.get(row.id, []), links, begun),
            links.by_id,
            pdfs,
            givers,
            signers,
        )
        for row in held
    ]


def missing_stop_links(session: Session, message_ids: list[UUID]) -> list[tuple[int, int]]:
    """The (authority, contact) that these messages would write to without a way to stop them."""
    rows = session.execute(_WITHOUT_STOP_LINK, {"ids": message_ids})
    return [(row.territory_id, row.id) for row in rows]


def _letter(
    row: Row[Any],
    address: AddressFacts,
    wave: WaveFacts,
    cases: tuple[CaseFacts, ...],
    links: dict[UUID, Row[Any]],
    pdfs: dict[UUID, bytes],
    givers: dict[UUID, str],
    signers: dict[int, SenderFacts],
) -> Letter:
    own = links.get(row.link_id)
    card = row.details.get("card_id")
    return Letter(
        id=row.id,
        step=row.step,
        channel=row.channel,
        template_id=row.template_id,
        tries=row.tries,
        details=row.details,
        last_reason=row.last_reason,
        address=address,
        wave=wave,
        cases=cases,
        link=link_facts(own) if own else None,
        link_revoked=row.link_id is not None and own is None,
        given_by=givers.get(row.link_id, ""),
        pdf=pdfs.get(UUID(str(card))) if card else None,
        signed_by=signers.get(row.details.get("signed_by", 0)),
    )


def _case_facts(
    row: Row[Any], cases: list[Row[Any]], links: HeldLinks, begun: dict[int, int]
) -> tuple[CaseFacts, ...]:
    """The message's cases by authority, then by the official order of their themes."""
    own = links.by_id.get(row.link_id)
    facts = [
        CaseFacts(
            id=case.id,
            theme=case.theme,
            disposition=case.disposition,
            territory=TerritoryFacts(
                case.territory_id,
                case.name,
                case.sort_name,
                case.kind,
                case.departement,
                departement_of(case.departement_code, case.region_code),
            ),
            contact_stopped=not case.may_be_told,
            wanted_here=case.wanted_here,
            origin=case.origin or "",
            delegated=links.is_delegated(case),
            link=link_facts(own) if own else links.answering(case),
            stop_link=links.held("stop", case.contact_id),
            several_link=links.held("several", case.contact_id),
            n_left=begun.get(case.id),
            due_on=case.due_on,
        )
        for case in cases
    ]
    facts.sort(key=_in_order)
    return tuple(facts)


def _in_order(case: CaseFacts) -> tuple[str, int, int]:
    return case.territory.sort_name, case.territory.id, BY_CODE[case.theme].number


def _addresses(
    session: Session, held: Sequence[Row[Any]], secret: str, now: datetime
) -> dict[int, AddressFacts]:
    ids = sorted({row.address_id for row in held})
    claimed = [row.id for row in held]
    values = {
        "ids": ids,
        "month_ago": now - MONTH,
        "week_ago": now - WEEK,
        "claimed": claimed,
        "unasked": list(UNASKED),
    }
    rows = session.execute(_ADDRESSES, values).all()
    never = suppressed(session, [(row.channel, row.value) for row in rows], secret)
    return {
        row.id: AddressFacts(
            id=row.id,
            value=row.value,
            state=row.state,
            suppressed=row.value.lower() in never,
            written_to_before=row.written_to_before,
            n_recent=row.n_recent,
            n_this_week=row.n_this_week,
        )
        for row in rows
    }


def _wave(session: Session, wave_id: int) -> WaveFacts:
    rows = session.execute(_WAVE, {"wave_id": wave_id}).all()
    return WaveFacts(
        id=wave_id,
        label=rows[0].label,
        simulated=rows[0].simulated,
        paused=is_paused(session, wave_id),
        ends_at=effective_end(session, wave_id),
        minutes={row.theme: row.minutes or 0 for row in rows},
        office_hours=rows[0].office_hours,
    )


def _pdfs(session: Session, held: Sequence[Row[Any]]) -> dict[UUID, bytes]:
    ids = [UUID(str(row.details["card_id"])) for row in held if row.details.get("card_id")]
    if not ids:
        return {}
    return {row.id: row.pdf for row in session.execute(_PDF, {"ids": ids})}


def _givers(session: Session, held: Sequence[Row[Any]]) -> dict[UUID, str]:
    """Who handed these links over, by link; a name that was forgotten since is not found."""
    ids = [row.link_id for row in held if row.step == "delegation"]
    if not ids:
        return {}
    return {row.id: row.holder_name for row in session.execute(_GIVERS, {"ids": ids})}


def _signers(session: Session, held: Sequence[Row[Any]]) -> dict[int, SenderFacts]:
    ids = sorted({row.details["signed_by"] for row in held if "signed_by" in row.details})
    if not ids:
        return {}
    rows = session.execute(_SIGNERS, {"ids": ids})
    return {row.id: SenderFacts(row.name, row.reply_to, row.words) for row in rows}


def _begun(
    session: Session, held: Sequence[Row[Any]], cases: dict[UUID, list[Row[Any]]]
) -> dict[int, int]:
    """How many questions are left of what reminders speak of, by case."""
    reminded = [case for row in held if row.step == "reminder" for case in cases.get(row.id, [])]
    return questions_left(session, {one.id for one in reminded if one.disposition == "started"})


def _grouped(rows: Iterable[Row[Any]], key: str) -> dict[Any, list[Row[Any]]]:
    groups: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups
