"""What one may do from the page of a link besides answering: a short list of ways."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.collect.link_story import LinkStory
from app.vocabulary.scope import Respondent
from app.vocabulary.themes import Theme
from app.web.app_state import house
from app.web.messengers import messengers_of

ANSWERS = "receipts.answers"  # of `reports`


@dataclass(frozen=True, slots=True)
class Way:
    """One line of "Autres démarches"."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """What somebody may do whom the link was not meant for; addresses may be empty."""

    not_ours_url: str
    contact_url: str


def ways(token: str, respondent: Respondent, *, answering: bool) -> list[Way]:
    """The ways open to this link, the likeliest first. `answering`: a theme is left to answer.

    The page of a mailbox's other authorities is none of them: this link may have been forwarded.
    """
    found = [Way("Demander de l’aide", url_for("respond.ask_for_help", token=token))]
    if answering:
        if messengers_of(house().settings):
            found.append(Way("Continuer par messagerie", url_for("respond.chat", token=token)))
        found.append(Way("Répondre sur papier", url_for("respond.paper", token=token)))
    if respondent.may_delegate:
        found += _of_the_authority(token)
    return found


def _of_the_authority(token: str) -> list[Way]:
    return [
        Way("Répartir les neuf thèmes dans votre équipe", url_for("respond.team", token=token)),
        Way("Corriger l’adresse du contact", url_for("respond.contact", token=token)),
    ]


def stranger(token: str, respondent: Respondent, story: LinkStory) -> Stranger:
    """A letter's link has no mailbox to leave alone; a colleague's has nothing to correct."""
    by_mail = bool(story.sent_to) or not respondent.may_delegate
    contact = url_for("respond.contact", token=token) if respondent.may_delegate else ""
    return Stranger(url_for("respond.not_ours", token=token) if by_mail else "", contact)


def answers_file(token: str, theme: Theme) -> str:
    """The PDF of the answers handed in; none of a confidential theme."""
    if theme.confidential:
        return ""
    return url_for(ANSWERS, token=token, theme=theme.code)
