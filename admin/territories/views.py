"""Authorities: finding one, and all that the house knows of it."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import ColumnElement, ScalarSelect, or_, select
from sqlalchemy.orm import joinedload

from admin import french, sieve
from admin.console import author, console, scope_with
from admin.letters.beside import beside_territory
from admin.lists import Formatters, RowPages
from admin.sieve import Sieve, chosen_wave
from admin.territories.mailboxes import MailboxActions, form_number
from admin.views import exposed
from app.auth.users import names
from app.links.chats import TiedChat, chats_of_territory
from app.links.tying import untie_by_staff
from app.models.campaigns import Wave
from app.models.cases import Case, FollowUp
from app.models.contacts import Address, Contact
from app.models.messages import Message, MessageCase
from app.models.teams import Assignment, Team
from app.models.territories import Territory, TerritoryDepartement
from app.now import now
from app.panel.sort_names import sort_name
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel, Right
from app.vocabulary.stops import MAY_COME_BACK
from app.vocabulary.themes import BY_CODE

FOUND = Territory.__table__.c


def named(text: str) -> ColumnElement[bool]:
    """The beginning of a word of the name, accents or not; or of a code or SIREN."""
    plain, compact = sort_name(text), text.replace(" ", "").upper()
    escaped = compact.replace("\\", "").replace("%", "").replace("_", "")
    conditions = [FOUND.code.like(f"{escaped}%"), FOUND.siren.like(f"{escaped}%")]
    if plain:
        conditions += [FOUND.sort_name.like(f"{plain}%"), FOUND.sort_name.like(f"% {plain}%")]
    return or_(*conditions) if plain or escaped else FOUND.id.is_(None)


def lying_in(code: str) -> ColumnElement[bool]:
    """In this département, wholly or partly."""
    lies = TerritoryDepartement.__table__.c
    return FOUND.id.in_(select(lies.territory_id).where(lies.departement_code == code))


def of_size(text: str) -> ColumnElement[bool]:
    kind, _, stratum = text.partition(":")
    return (FOUND.kind == kind) & (FOUND.stratum == stratum)


def whereabouts(territory: Territory) -> str:
    """Creuse · 1 300 hab., or the kind where the name does not tell it."""
    known = sieve.places()
    where = known["departement"].get(territory.departement_code or "")
    parts = [] if territory.kind == "commune" else [french.kind(territory.kind)]
    parts += [where] if where and territory.kind in ("commune", "epci") else []
    people = f"{french.number(territory.population)}{french.NBSP}hab."
    return " · ".join(
        [*parts, people if territory.population is not None else "population inconnue"]
    )


def titled(territory: Territory, address: str) -> Markup:
    """Name as a link, place and size under it."""
    return Markup('<a href="{}"><b>{}</b></a><br><span class="soft small">{}</span>').format(
        address, territory.name, whereabouts(territory)
    )


class Territories(MailboxActions, RowPages):
    """Every authority known, those that are not asked included."""

    group = 0
    column_list = ("name", "kind", "code", "population", "asked")
    column_labels: ClassVar[dict[str, str]] = {
        "name": "Collectivité",
        "kind": "Type",
        "code": "Code",
        "population": "Population",
        "asked": "Interrogée",
    }
    column_sortable_list = (("name", ("sort_name", "id")), ("population", ("population", "id")))
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("sort_name", False), ("id", False)]
    numbers = frozenset({"population"})
    column_formatters: ClassVar[Formatters] = {
        "name": lambda view, _c, row, _n: titled(row, view.get_url(".details_view", id=row.id)),
        "kind": lambda _v, _c, row, _n: french.kind(row.kind),
        "population": lambda _v, _c, row, _n: french.number(row.population),
        "asked": lambda _v, _c, row, _n: (
            "oui" if row.asked else f"non\u00a0: {row.not_asked_because}"
        ),
    }
    details_template = "console/territory.html"
    one, many = "collectivité", "collectivités"
    empty = "Aucune collectivité avec ces filtres."
    fields = (
        Sieve("q", "Nom, code ou SIREN", named),
        Sieve("type", "Type", lambda kind: FOUND.kind == kind, sieve.kinds),
        Sieve("departement", "Département", lying_in, sieve.departements),
        Sieve("taille", "Taille", of_size, sieve.sizes, "Toutes"),
    )

    def beside(self, row: Territory) -> dict[str, Any]:
        wave = chosen_wave()
        notes = _notes(row.id)
        with console().house.db.reading() as session:
            authors = names(session, {note.user_id for note in notes if note.user_id is not None})
        return {
            "wave": wave,
            "cases": _cases(row.id, wave.id if wave else None),
            "contacts": _contacts(row.id),
            "may_come_back": MAY_COME_BACK,
            "chats": _chats(row.id),
            "messenger_names": MESSENGER_NAMES,
            "messages": _messages(row.id),
            "notes": notes,
            "authors": authors,
            "whereabouts": whereabouts(row),
            "epci": _epci(row),
            **beside_territory(row.id),
            "team": _team(row.id, wave.id if wave else None),
            "assignments": _assignments(row.id, wave.id if wave else None),
        }

    @exposed("/dissocier", "POST")
    def untie(self) -> ResponseReturnValue:
        """A conversation on a messenger opens this authority's questionnaires no more."""
        territory_id = form_number("territory_id")
        n_untied = untie_by_staff(
            console().house.db,
            scope_with(Right.CHASE),
            author(),
            territory_id,
            form_number("chat_id"),
            now=now(),
        )
        flash("La conversation est dissociée." if n_untied else "Cette conversation l’était déjà.")
        return redirect(url_for(".details_view", id=territory_id, _anchor="messageries"))


def _cases(territory_id: int, wave_id: int | None) -> list[Case]:
    found = console().session.scalars(
        select(Case).where(Case.territory_id == territory_id, Case.wave_id == wave_id)
    )
    return sorted(found, key=lambda case: BY_CODE[case.theme].number)


def _team(territory_id: int, wave_id: int | None) -> Team | None:
    """How the authority shares the work of the wave's campaign, if it said so."""
    found: Team | None = console().session.scalar(
        select(Team)
        .options(
            joinedload(Team.coordinator).joinedload(Contact.address),
            joinedload(Team.validator).joinedload(Contact.address),
        )
        .where(Team.territory_id == territory_id, Team.campaign_id == _campaign_of(wave_id))
    )
    return found


def _assignments(territory_id: int, wave_id: int | None) -> list[Assignment]:
    """Which colleague answers which theme of the year, in the themes' order."""
    found = console().session.scalars(
        select(Assignment)
        .options(joinedload(Assignment.contact).joinedload(Contact.address))
        .where(
            Assignment.territory_id == territory_id,
            Assignment.campaign_id == _campaign_of(wave_id),
        )
    )
    return sorted(found, key=lambda one: BY_CODE[one.theme].number)


def _campaign_of(wave_id: int | None) -> ScalarSelect[int]:
    return select(Wave.campaign_id).where(Wave.id == wave_id).scalar_subquery()


def _contacts(territory_id: int) -> list[Contact]:
    """Its mailboxes; its conversations are listed by themselves, without their names."""
    return list(
        console().session.scalars(
            select(Contact)
            .options(joinedload(Contact.address))
            .where(
                Contact.territory_id == territory_id,
                Contact.address.has(Address.channel == Channel.EMAIL),
            )
            .order_by(Contact.id)
            .limit(50)
        )
    )


def _chats(territory_id: int) -> list[TiedChat]:
    return chats_of_territory(console().session(), territory_id)


def _messages(territory_id: int) -> list[Message]:
    """The latest that speak of this authority and that the reader may see whole."""
    cases, spoken = Case.__table__.c, MessageCase.__table__.c
    about = select(spoken.message_id).where(
        spoken.case_id.in_(select(cases.id).where(cases.territory_id == territory_id))
    )
    return list(
        console().session.scalars(
            select(Message)
            .where(Message.id.in_(about))
            .order_by(Message.created_at.desc(), Message.id)
            .limit(20)
        )
    )


def _notes(territory_id: int) -> list[FollowUp]:
    return list(
        console().session.scalars(
            select(FollowUp)
            .where(FollowUp.territory_id == territory_id)
            .order_by(FollowUp.id.desc())
            .limit(50)
        )
    )


def _epci(territory: Territory) -> Territory | None:
    """Its intercommunality, when the reader may see it."""
    if territory.epci_siren is None:
        return None
    found: Territory | None = console().session.scalar(
        select(Territory).where(Territory.kind == "epci", Territory.siren == territory.epci_siren)
    )
    return found
