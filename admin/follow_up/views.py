"""Chasing: which cases are silent and why, reminding the chosen ones, noting a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from flask import flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Query, contains_eager, joinedload

from admin import french, sieve
from admin.console import author, console, scope_with, staff
from admin.follow_up.reach import reach
from admin.lists import Formatters, RowPages
from admin.sieve import Choices, Sieve, chosen_wave
from admin.territories.views import lying_in, named, of_size, titled
from admin.views import Page, exposed
from app.campaigns.control import Reminded, remind_these
from app.campaigns.letters_runs import letters_to
from app.cases.follow_ups import note_follow_up
from app.cases.read import calls_due
from app.collect.handled import handled
from app.errors import Refused
from app.models.cases import Case, CaseEvent, FollowUp
from app.models.messages import Message, MessageCase
from app.models.territories import Territory
from app.now import PARIS, now
from app.vocabulary.dispositions import DISPOSITIONS, D, codes_where
from app.vocabulary.scope import Right
from app.vocabulary.themes import THEMES

MOST_CHOSEN = 500
TO_REMIND = "a_relancer"  # the usual choice: every disposition that a reminder may go to
# What to do next, by disposition: the verb of the row.
VERBS = {
    D.NOT_INVITED: "Attendre l’invitation",
    D.NO_ADDRESS: "Trouver une adresse",
    D.INVITED: "Relancer",
    D.STARTED: "Écrire",
    D.UNDELIVERED: "Corriger l’adresse",
    D.MOVED: "Corriger l’adresse",
    D.UNAVAILABLE: "Rappeler",
    D.UNCONFIRMED: "Faire confirmer",
    D.OTHER: "Appeler",
    D.ANSWERED_ELSEWHERE: "Faire confirmer",
}


_THEME_ORDER = case({theme.code: theme.number for theme in THEMES}, value=Case.theme)


class NobodyChosen(Refused):
    """The form came without a row."""

    sentence = "Cochez au moins une ligne avant de relancer."


class TooManyChosen(Refused):
    """More than one page may hold."""

    sentence = "Relancez {most} dossiers au plus à la fois. Affinez les filtres."


class BadDay(Refused):
    """Not a day."""

    sentence = "Indiquez un jour sous la forme 2026-11-24, ou laissez ce champ vide."


def _about(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on authorities, asked of cases."""
    return Case.territory_id.in_(select(Territory.__table__.c.id).where(condition))


def _wave(text: str) -> ColumnElement[bool]:
    return Case.wave_id == int(text)


def _disposition(text: str) -> ColumnElement[bool]:
    if text == TO_REMIND:
        return Case.disposition.in_(sorted(codes_where(may_be_reminded=True)))
    return Case.disposition == text


def _dispositions() -> Choices:
    return [(TO_REMIND, "À relancer"), *sieve.dispositions()]


class Cases(RowPages):
    """One theme asked of one authority: where it stands, and what to do."""

    column_list = ("territory", "theme", "disposition", "last_contact", "verb")
    column_labels: ClassVar[dict[str, str]] = {
        "territory": "Collectivité",
        "theme": "Thème",
        "disposition": "Où en est-elle",
        "last_contact": "Dernier contact",
        "verb": "Que faire",
    }
    column_sortable_list = ()
    column_auto_select_related = False
    column_formatters: ClassVar[Formatters] = {
        "territory": lambda _v, _c, row, _n: titled(
            row.territory, url_for("collectivites.details_view", id=row.territory_id)
        ),
        "theme": lambda _v, _c, row, _n: french.theme(row.theme),
        "disposition": lambda view, _c, row, _n: view.standing(row),
        "last_contact": lambda _v, _c, row, _n: french.day(g.last_contacts.get(row.id)),
        "verb": lambda _v, _c, row, _n: _verb(row),
    }
    list_template = "console/cases.html"
    details_template = "console/case.html"
    one, many = "dossier", "dossiers"
    empty = "Personne à relancer avec ces filtres."
    fields = (
        Sieve("q", "Nom, code ou SIREN", lambda text: _about(named(text))),
        Sieve("vague", "Vague", _wave, sieve.wave_choices, "Toutes", sieve.latest_wave),
        Sieve("theme", "Thème", lambda text: Case.theme == text, sieve.themes),
        Sieve(
            "etat",
            "Où en est-elle",
            _disposition,
            _dispositions,
            "Tous les états",
            lambda: TO_REMIND,
        ),
        Sieve(
            "departement", "Département", lambda text: _about(lying_in(text)), sieve.departements
        ),
        Sieve("taille", "Taille", lambda text: _about(of_size(text)), sieve.sizes, "Toutes"),
    )

    def get_query(self) -> Query[Any]:
        return (
            super()
            .get_query()
            .join(Case.territory)
            .options(contains_eager(Case.territory))
            .order_by(Territory.sort_name, Territory.id, _THEME_ORDER, Case.id)
        )

    def look_around(self, rows: list[Case]) -> None:
        """When each was last written to, by letter or by messages that the reader may see."""
        found = console().session.execute(
            select(MessageCase.case_id, func.max(Message.sent_at))
            .join(Message, Message.id == MessageCase.message_id)
            .where(MessageCase.case_id.in_([row.id for row in rows]))
            .group_by(MessageCase.case_id)
        )
        g.last_contacts = dict(found.all())
        for wave_id in {row.wave_id for row in rows}:
            of_wave = [row for row in rows if row.wave_id == wave_id]
            posted = letters_to(console().session(), {row.territory_id for row in of_wave}, wave_id)
            for row in of_wave:
                known = (g.last_contacts.get(row.id), posted.get(row.territory_id))
                g.last_contacts[row.id] = max(filter(None, known), default=None)

    def standing(self, row: Case) -> Markup:
        return Markup(
            '<a class="plainly" href="{}">{}</a><br><span class="soft small">{}</span>'
        ).format(
            self.get_url(".details_view", id=row.id),
            french.disposition(row.disposition),
            f"depuis le {french.day(row.moved_at)}",
        )

    def may_remind(self, row: Case) -> bool:
        """Whether its box may be ticked."""
        return DISPOSITIONS[D(row.disposition)].may_be_reminded

    def beside(self, row: Case) -> dict[str, Any]:
        events = console().session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id == row.id)
            .order_by(CaseEvent.id.desc())
            .limit(100)
        )
        with console().house.db.reading() as session:
            found = handled(session, staff().scope, row.id)
        return {
            "events": list(events),
            "disposition": DISPOSITIONS[D(row.disposition)],
            "handled": found,
        }


def _verb(row: Case) -> str:
    return VERBS.get(D(row.disposition), "Rien à faire")


class Reminders(Page):
    """From the chosen rows to the messages: what would go, then going."""

    right = Right.CHASE

    def is_visible(self) -> bool:
        return False

    @exposed("/")
    def index(self) -> ResponseReturnValue:
        return redirect(url_for("dossiers.index_view"))

    @exposed("/portee")
    def measure(self) -> ResponseReturnValue:
        """The live count under the list: what reminding the ticked rows would send."""
        scope_with(Right.CHASE)
        return jsonify(sentence=reach(_chosen(request.args.getlist("rowid"))).sentence)

    @exposed("/confirmer", "POST")
    def confirm(self) -> str:
        """What would go, before it goes."""
        scope_with(Right.CHASE)
        chosen = _chosen(request.form.getlist("rowid"))
        return self.render("console/remind.html", chosen=chosen, reach=reach(chosen))

    @exposed("/envoyer", "POST")
    def send(self) -> ResponseReturnValue:
        """Queue the messages; whoever answered, refused or stopped meanwhile is left alone."""
        house = console().house
        reminded = remind_these(
            house.db,
            scope_with(Right.CHASE),
            author(),
            _chosen(request.form.getlist("rowid")),
            house.letterhead,
            now=now(),
        )
        flash(_said(reminded))
        return redirect(url_for("dossiers.index_view"))


class FollowUps(Page):
    """Notes of calls, and the calls that were promised."""

    @exposed("/")
    def index(self) -> str:
        wave = chosen_wave()
        due = [] if wave is None else _due(wave.id)
        return self.render("console/calls.html", wave=wave, due=due, titled=titled)

    @exposed("/noter", "POST")
    def note(self) -> ResponseReturnValue:
        """Keep a note about an authority, then show it again."""
        territory_id = _number(request.form.get("territory_id", ""))
        note_follow_up(
            console().house.db,
            scope_with(Right.CHASE),
            author(),
            territory_id,
            _number(request.form.get("wave_id", "")),
            request.form.get("note", ""),
            call_again_on=_day(request.form.get("call_again_on", "")),
            now=now(),
        )
        flash("La note est gardée.")
        return redirect(url_for("collectivites.details_view", id=territory_id, _anchor="suivi"))


def _said(reminded: Reminded) -> str:
    """What was queued, and what was left alone, in two sentences at most."""
    said = f"{french.several(reminded.n_messages, 'relance')} en route."
    if reminded.n_left_out:
        left = french.several(reminded.n_left_out, "dossier laissé", "dossiers laissés")
        said += f" {left} de côté\u00a0: déjà répondu, pas encore invité, ou relancé assez."
    return said


def _due(wave_id: int) -> Sequence[FollowUp]:
    with console().house.db.reading() as session:
        ids = calls_due(session, staff().scope, wave_id, until=end_of_today())
    return (
        console()
        .session.scalars(
            select(FollowUp)
            .options(joinedload(FollowUp.territory))
            .where(FollowUp.id.in_(ids))
            .order_by(FollowUp.call_again_at, FollowUp.id)
        )
        .all()
    )


def end_of_today() -> datetime:
    """Midnight in Paris."""
    tomorrow = now().astimezone(PARIS).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PARIS)


def _chosen(texts: Sequence[str]) -> list[int]:
    ids = sorted({int(text) for text in texts if text.isdecimal() and len(text) < 18})
    if not ids:
        raise NobodyChosen
    if len(ids) > MOST_CHOSEN:
        raise TooManyChosen(most=MOST_CHOSEN)
    return ids


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay from None
