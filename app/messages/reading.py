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
from app.messages.behind import ADDRESSES_OF_PERSON, CONTACT, WANTED_HERE
from app.messages.held_links import HeldLinks, link_facts
from app.messages.letters import (
    AddressFacts,
    CaseFacts,
    Letter,
    TerritoryFacts,
    WaveFacts,
)
from app.messages.suppressions import suppressed
from app.vocabulary.message_life import MONTH
from app.vocabulary.themes import BY_CODE

_CASES = text(f"""
    SELECT message_cases.message_id, cases.id, cases.theme, cases.disposition, cases.territory_id,
           territories.name, territories.sort_name, territories.kind,
           coalesce(places.name, '') AS departement,
           contacts.id AS contact_id, contacts.stopped_at, contacts.origin,
           {WANTED_HERE} AS wanted_here
      FROM message_cases
      JOIN messages ON messages.id = message_cases.message_id
      JOIN cases ON cases.id = message_cases.case_id
      JOIN territories ON territories.id = cases.territory_id
      LEFT JOIN places ON places.level = 'departement'
                      AND places.code = territories.departement_code
      {CONTACT}
     WHERE message_cases.message_id = ANY(:ids)
     ORDER BY message_cases.message_id, territories.sort_name, territories.id, cases.id
""")
_LINKS = text("""
    SELECT id, purpose, key_id, themes, territory_id, contact_id FROM links
     WHERE territory_id = ANY(:territories) AND revoked_at IS NULL
       AND purpose IN ('answer', 'delegate', 'stop', 'card', 'several', 'renew')
     ORDER BY territory_id, created_at, id
""")
_ADDRESSES = text(f"""
    SELECT addresses.id, addresses.channel, addresses.value, addresses.state,
           EXISTS (SELECT FROM messages WHERE address_id = addresses.id AND sent_at IS NOT NULL)
               AS written_to_before,
           (SELECT count(*) FROM messages WHERE address_id = ANY({ADDRESSES_OF_PERSON})
               AND step IN ('invitation', 'reminder')
               AND (sent_at > :month_ago OR state = 'sending' AND id <> ALL(:claimed))) AS n_recent
      FROM addresses WHERE addresses.id = ANY(:ids)
""")
_WAVE = text("""
    SELECT waves.label, campaigns.simulated, asked.theme,
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
    return [
        _letter(
            row,
            addresses[row.address_id],
            waves[row.wave_id],
            _case_facts(row, cases.get(row.id, []), links),
            links.by_id,
            pdfs,
            givers,
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
    )


def _case_facts(row: Row[Any], cases: list[Row[Any]], links: HeldLinks) -> tuple[CaseFacts, ...]:
    """The message's cases by authority, then by the official order of their themes."""
    own = links.by_id.get(row.link_id)
    facts = [
        CaseFacts(
            id=case.id,
            theme=case.theme,
            disposition=case.disposition,
            territory=TerritoryFacts(
                case.territory_id, case.name, case.sort_name, case.kind, case.departement
            ),
            contact_stopped=case.contact_id is None or case.stopped_at is not None,
            wanted_here=case.wanted_here,
            origin=case.origin or "",
            delegated=links.is_delegated(case),
            link=link_facts(own) if own else links.answering(case),
            stop_link=links.held("stop", case.contact_id),
            several_link=links.held("several", case.contact_id),
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
    values = {"ids": ids, "month_ago": now - MONTH, "claimed": claimed}
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


def _grouped(rows: Iterable[Row[Any]], key: str) -> dict[Any, list[Row[Any]]]:
    groups: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups
