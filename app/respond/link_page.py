"""The page of a link: three themes, who did what, hand over, decline."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.collect.card import card_of
from app.collect.link_story import link_story
from app.collect.overview import Overview, overview
from app.collect.standing import look_at_all
from app.collect.surroundings import sibling_link
from app.now import now
from app.respond.frame import frame, wave_words
from app.respond.kept import kept_under
from app.respond.link_ways import stranger, ways
from app.respond.stop_page import STOP
from app.respond.theme_rows import theme_row
from app.vocabulary.articles import of_place
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.assets import script_address
from app.web.links import respondent_in
from app.web.security import SCRIPTED_POLICY
from app.web.skin import page

CARD = "cards.page_for_respondent"  # of `reports`: the authority's card
SAVED = (
    "Vos réponses sont enregistrées. Vous pouvez fermer cette page et reprendre par le même lien."
)


@dataclass(frozen=True, slots=True)
class HandOver:
    """The form that passes a theme on, as typed when it is refused."""

    url: str
    options: list[tuple[str, str]]
    theme: str = ""
    email: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Who answers questions."""

    name: str
    hours: str
    phone: str
    email: str


def link(token: str) -> ResponseReturnValue:
    """What the link opens. A mail scanner that opens it changes nothing."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        seen = overview(session, respondent, now=now())
        if seen.wave.ends_at <= now():
            return _closed(session, token, respondent, seen)
        return show(session, token, respondent, seen)


def show(
    session: Session,
    token: str,
    respondent: Respondent,
    seen: Overview,
    *,
    theme: str = "",
    email: str = "",
    error: str = "",
) -> str:
    """The page, with the hand-over form as it was typed when it is to be mended."""
    story = link_story(session, respondent)
    open_themes = [one for one in seen.themes if one.submitted_at is None]
    options = [(one.theme.code, one.theme.name) for one in open_themes]
    delegate_url = url_for("respond.hand_over", token=token)
    refuse = url_for("respond.refusal", token=token) if respondent.may_delegate else ""
    return page(
        "link.html",
        **frame(token, seen.authority, seen.wave),
        wave=wave_words(seen.wave, now()),
        themes=[
            theme_row(token, one, now(), returned=story.returned.get(one.theme.code))
            for one in seen.themes
        ],
        saved=SAVED if request.args.get("enregistre") == "oui" else "",
        delegate=HandOver(
            delegate_url, options if respondent.may_delegate else [], theme, email, error
        ),
        decline_url=refuse if open_themes else "",
        stop_url=_stop_url(session, token, respondent),
        sent_to=seen.sent_to,
        given_by=story.given_by,
        left_alone=story.stopped,
        ways=ways(token, respondent, answering=bool(open_themes)),
        stranger=stranger(token, respondent, story),
        help=helpers(),
        minutes=max(one.minutes for one in seen.themes),
    )


def helpers() -> Help:
    """Who answers on this installation."""
    settings = house().settings
    return Help("L’équipe du baromètre", "", settings.help_phone, settings.help_address)


def _stop_url(session: Session, token: str, respondent: Respondent) -> str:
    """Where messages about this authority stop: the mailbox's own link to stop is in its mails."""
    if sibling_link(session, respondent.link_id, STOP) is None:
        return ""
    return url_for("respond.silence", token=token)


def _closed(
    session: Session, token: str, respondent: Respondent, seen: Overview
) -> ResponseReturnValue:
    """The wave has ended: what remains of it is the card, once there is one.

    The very link one answered with opens it: a letter's has no mailbox that was told of the card.
    """
    there_is_one = card_of(session, respondent) is not None
    kept = [kept_under(one.case.id) for one in look_at_all(session, respondent)]
    body = page(
        "closed.html",
        heading=f"Cette vague s’est terminée le {day_month_year(seen.wave.ends_at)}",
        sentence="Vos réponses envoyées sont gardées. "
        "Vous recevrez un message à l’ouverture de la prochaine vague.",
        card_url=url_for(CARD, token=token) if there_is_one else "",
        card_name=f"Lire la fiche {of_place(seen.authority.name, seen.authority.kind)}"
        if there_is_one
        else "",
        simulated=seen.wave.simulated,
        script=script_address("forget.js"),
        kept_under=" ".join(kept),
    )
    return body, 410, {"Content-Security-Policy": SCRIPTED_POLICY}
