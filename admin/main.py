"""Builds the console: its session, its door, its views."""

from __future__ import annotations

import warnings

from flask import Flask
from flask.globals import app_ctx
from flask_admin import Admin
from sqlalchemy.orm import scoped_session

from admin.campaigns.moving import Moving
from admin.campaigns.partners import Partners
from admin.campaigns.views import Campaigns
from admin.console import EXTENSION, PREFIX, Console, LettersPrinter, PaperPrinter, signed_in
from admin.door import door, dress, guard
from admin.entry.views import Entry
from admin.experiments.views import Experiments
from admin.follow_up.views import Cases, FollowUps, Reminders
from admin.health.views import MailboxHealth
from admin.home.views import Home
from admin.letters.views import Letters
from admin.lists import ReadList
from admin.people.views import Organisations, Users
from admin.publications.views import Publications
from admin.questionnaires.views import Questionnaires
from admin.rates.views import ResponseRates
from admin.requests.views import Requests
from admin.sending.live import Sending
from admin.sending.views import Messages
from admin.session import ConsoleSession, console_session
from admin.templates.views import Templates
from admin.territories.views import Territories
from admin.views import Page
from app.house import House
from app.models.campaigns import QuestionnaireVersion
from app.models.cases import Case
from app.models.messages import Message
from app.models.organisations import Organisation, User
from app.models.requests import Request
from app.models.results import Publication
from app.models.territories import Territory
from app.vocabulary.scope import Scope


def build_console(app: Flask, house: House, paper: PaperPrinter, letters: LettersPrinter) -> None:
    """Hang the console under /console/ of this application."""
    session = console_session(house.db, _scope, _request)
    home = Home()
    views = [home, *_lists(session), *_pages()]
    app.extensions[EXTENSION] = Console(house, paper, letters, session, views)
    app.secret_key = app.secret_key or house.settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="console",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=house.settings.production,
    )
    app.before_request(guard)
    app.after_request(dress)
    app.teardown_appcontext(lambda _error: session.remove())
    app.register_blueprint(door)
    admin = Admin(app, name="Console", index_view=home, url=PREFIX)
    admin.add_views(*views[1:])


def _lists(session: scoped_session[ConsoleSession]) -> list[ReadList]:
    with warnings.catch_warnings():
        # Flask-Admin wants Flask-SQLAlchemy's object from 3.0 on; until then a session will do.
        warnings.filterwarnings("ignore", "Passing a session object directly", DeprecationWarning)
        return [
            Cases(Case, session, name="Qui relancer", endpoint="dossiers"),
            Territories(Territory, session, name="Collectivités", endpoint="collectivites"),
            Requests(Request, session, name="Demandes", endpoint="demandes"),
            Messages(Message, session, name="Envois", endpoint="messages"),
            Publications(Publication, session, name="Publications", endpoint="publications"),
            Questionnaires(
                QuestionnaireVersion, session, name="Questionnaires", endpoint="questionnaires"
            ),
            Users(User, session, name="Personnes", endpoint="personnes"),
            Organisations(Organisation, session, name="Organisations", endpoint="organisations"),
        ]


def _pages() -> list[Page]:
    return [
        FollowUps(name="Appels promis", endpoint="suivi"),
        MailboxHealth(name="Adresses à corriger", endpoint="adresses"),
        Entry(name="Saisir des réponses", endpoint="saisie"),
        ResponseRates(name="Taux de réponse", endpoint="taux"),
        Reminders(name="Relances", endpoint="relances"),
        Letters(name="Courriers", endpoint="courriers"),
        Campaigns(name="Calendrier", endpoint="calendrier"),
        Moving(name="Déplacer la vague", endpoint="dates", url="/console/calendrier/dates"),
        Partners(name="Signataires", endpoint="signataires", url="/console/calendrier/signataires"),
        Experiments(name="Essais de relance", endpoint="essais"),
        Sending(name="Suivi des envois", endpoint="suivi_envois", url="/console/suivi-des-envois"),
        Templates(name="Modèles de messages", endpoint="modeles"),
    ]


def _scope() -> Scope | None:
    found = signed_in()
    return found.scope if found else None


def _request() -> int:
    """What tells one request's session from another's: the context that Flask opened for it."""
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]
