"""The first page: the response rate, and what waits for somebody today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_admin import AdminIndexView
from sqlalchemy import func, select

from admin import french
from admin.console import console, staff
from admin.follow_up.views import end_of_today
from admin.sieve import chosen_wave, wave_choices
from admin.views import ConsoleView, exposed
from app.campaigns.letters_runs import n_to_post
from app.cases.rates import Rates, added, rates
from app.cases.read import Todo, WaveFacts, by_kind_and_theme, participation, todo
from app.messages.holds.read import Hold, live_holds
from app.models.contacts import Address
from app.models.messages import Message
from app.models.requests import Request
from app.models.results import Publication
from app.now import now
from app.vocabulary.dispositions import D
from app.vocabulary.requests import RequestState
from app.vocabulary.scope import Channel, Right
from app.vocabulary.territory_kinds import TerritoryKind

# What waits, for one and for several.
ADDRESS_FAILED = (
    "collectivité dont l’adresse a rejeté nos messages.",
    "collectivités dont l’adresse a rejeté nos messages.",
)
CALL_PROMISED = (
    "appel promis pour aujourd’hui ou avant.",
    "appels promis pour aujourd’hui ou avant.",
)
TO_CONFIRM = (
    "collectivité pour qui un autre a répondu : à faire confirmer.",
    "collectivités pour qui un autre a répondu : à faire confirmer.",
)
STARTED = (
    "collectivité a commencé un thème sans l’envoyer.",
    "collectivités ont commencé un thème sans l’envoyer.",
)
SILENT = (
    "collectivité invitée a un thème encore sans réponse.",
    "collectivités invitées ont un thème encore sans réponse.",
)
NO_ADDRESS = (
    "collectivité n’a pas d’adresse connue.",
    "collectivités n’ont pas d’adresse connue.",
)
ASKED = (
    "demande à traiter.",
    "demandes à traiter.",
)
TO_POST = (
    "tirage de courriers à imprimer et à poster.",
    "tirages de courriers à imprimer et à poster.",
)
TO_APPROVE = (
    "publication attend une approbation.",
    "publications attendent une approbation.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of "À faire": how many, of what, and where to go."""

    n: int
    words: tuple[str, str]
    verb: str
    address: str

    @property
    def sentence(self) -> str:
        return self.words[0] if self.n == 1 else self.words[1]


class Home(ConsoleView, AdminIndexView):  # type: ignore[misc]
    """À faire, and the response rate by kind and by theme."""

    def __init__(self) -> None:
        super().__init__(name="Accueil", endpoint="accueil", url="/console")

    @exposed("/")
    def index(self) -> str:
        wave = chosen_wave()
        context = self._figures(wave) if wave else {}
        return self.render(
            "console/home.html", wave=wave, waves=wave_choices(), at=now(), held=_held(), **context
        )

    def _figures(self, wave: WaveFacts) -> dict[str, Any]:
        scope = staff().scope
        with console().house.db.reading() as session:
            tallies = by_kind_and_theme(session, scope, wave.id)
            waiting = todo(session, scope, wave.id, until=end_of_today())
            took_part = participation(session, scope, wave.id)
            n_piles = n_to_post(session, scope, wave.id, now=now())
        by_kind: dict[str, Rates] = {}
        for kind in TerritoryKind:
            of_kind = [tally for (found, _), tally in tallies.items() if found == kind]
            if of_kind:
                by_kind[kind.value] = rates(added(of_kind))
        communes = {
            theme: rates(tallies[("commune", theme)])
            for theme in wave.themes
            if ("commune", theme) in tallies
        }
        return {
            "by_kind": by_kind,
            "participation": took_part,
            "communes": communes,
            "end": scale_end([*by_kind.values(), *communes.values()]),
            "todo": _requests() + lines(waiting, wave) + _letters(n_piles, wave) + _approvals(),
            "sent": _sent(wave.id),
        }


def scale_end(all_rates: list[Rates]) -> int:
    """Where the bars end, in percent: the next ten above the largest rate, 10 at least."""
    largest = max((found.rr1 or 0 for found in all_rates), default=0)
    return min(100, 10 * (int(largest * 10) + 1))


def lines(waiting: Todo, wave: WaveFacts) -> list[Line]:
    """What waits, in the order in which it is best done; nothing to do, no line."""

    def where(state: D) -> str:
        return url_for("dossiers.index_view", vague=wave.id, etat=state.value)

    calls = url_for("suivi.index", vague=wave.id)
    every = [
        Line(waiting.n_undelivered, ADDRESS_FAILED, "Corriger", where(D.UNDELIVERED)),
        Line(waiting.n_calls_due, CALL_PROMISED, "Ouvrir la liste", calls),
        Line(waiting.n_to_confirm, TO_CONFIRM, "Examiner", where(D.UNCONFIRMED)),
        Line(waiting.n_started, STARTED, "Écrire", where(D.STARTED)),
        Line(waiting.n_silent, SILENT, "Relancer", where(D.INVITED)),
        Line(waiting.n_no_address, NO_ADDRESS, "Chercher", where(D.NO_ADDRESS)),
    ]
    return [line for line in every if line.n]


def _letters(n_piles: int, wave: WaveFacts) -> list[Line]:
    """Piles that were prepared, by the calendar or a colleague, and are not in the post."""
    address = url_for("courriers.index", vague=wave.id, _anchor="tirages")
    return [Line(n_piles, TO_POST, "Ouvrir", address)] if n_piles else []


def _requests() -> list[Line]:
    """What somebody asked for and waits for: first of all."""
    n = console().session.scalar(
        select(func.count()).select_from(Request).where(Request.state == RequestState.OPEN)
    )
    address = url_for("demandes.index_view", etat=RequestState.OPEN.value)
    return [Line(n, ASKED, "Répondre", address)] if n else []


def _approvals() -> list[Line]:
    """Publications that wait for an approval, for those who may give it."""
    if not staff().scope.may(Right.PUBLISH):
        return []
    n = console().session.scalar(
        select(func.count()).select_from(Publication).where(Publication.approved_at.is_(None))
    )
    address = url_for("publications.index_view")
    return [Line(n, TO_APPROVE, "Examiner", address)] if n else []


def _held() -> list[Hold]:
    """What holds sending; a domain only for those who may see one of its mailboxes.

    Many a town hall has a domain of its own, whose name is as good as its address.
    """
    with console().house.db.reading() as session:
        held = live_holds(session)
    domain = func.split_part(func.lower(Address.value), "@", 2)
    seen = console().session.scalars(
        select(domain).where(
            Address.channel == Channel.EMAIL, domain.in_([one.domain for one in held if one.domain])
        )
    )
    shown = set(seen)
    return [one for one in held if one.domain is None or one.domain in shown]


def _sent(wave_id: int) -> list[tuple[str, int]]:
    """Messages of the wave by state, those that the reader may see."""
    rows = console().session.execute(
        select(Message.state, func.count(Message.id))
        .where(Message.wave_id == wave_id)
        .group_by(Message.state)
        .order_by(Message.state)
    )
    counted = dict(rows.all())
    return [(state, counted[state]) for state in french.STATE_SIGNS if state in counted]
