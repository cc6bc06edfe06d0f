"""Whose paper it is: the words around a questionnaire that an authority prints for itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.collect.open import Opened, opened
from app.collect.refusals import NoLongerAsked, WaveEnded
from app.collect.respondent import respondent_of
from app.collect.standing import look_at_open
from app.db import Database
from app.house import House
from app.links.codes import code_of, letter_link, printed_code
from app.links.signed import Signer
from app.models.contacts import Link
from app.now import now as present
from app.respond.frame import territory_words
from app.settings import Settings
from app.vocabulary.french_dates import day_month_year, whole_day
from app.vocabulary.scope import Channel, Respondent
from reports.blank.paper import Letter, blank_pdf


def prepare_code(
    db: Database, signer: Signer, respondent: Respondent, theme: str, *, now: datetime
) -> None:
    """Give the link that prints a code for its paper, if it has none.

    The code opens what the link opens, and dies with it: a colleague's paper opens one theme.
    """
    assert respondent.link_id is not None
    with db.transaction() as session:
        still_asked(session, respondent, theme, now=now)
        code_of(session, signer, respondent.link_id, now=now)


def letter_pdf(
    db: Database,
    signer: Signer,
    settings: Settings,
    territory_id: int,
    theme: str,
    *,
    now: datetime,
) -> bytes:
    """The paper that the team posts to an authority; its code opens the authority's letter link.

    `NothingAsked` or `NotYourTheme` when no wave asks this theme of it, `WaveEnded` too late.
    """
    with db.transaction() as session:
        link_id = letter_link(session, signer, territory_id, now=now)
        respondent = respondent_of(session, session.get_one(Link, link_id), Channel.PAPER)
        seen = still_asked(session, respondent, theme, now=now)
        code_of(session, signer, link_id, now=now)
        letter = letter_of(session, signer, settings, respondent, seen)
    return blank_pdf(seen.questionnaire, seen.profile, letter)


def printer(house: House) -> Callable[[int, str], bytes]:
    """What the console prints with: the paper of one territory (id) and theme, see `letter_pdf`."""

    def print_paper(territory_id: int, theme: str) -> bytes:
        signer = house.letterhead.signer
        return letter_pdf(house.db, signer, house.settings, territory_id, theme, now=present())

    return print_paper


def still_asked(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> Opened:
    """The theme, while paper can still come back in time; `WaveEnded` once it cannot.

    `NoLongerAsked` when the authority left the survey, or is asked elsewhere.
    """
    seen = opened(session, respondent, theme, now=now)
    if seen.wave.ends_at <= now:
        raise WaveEnded(ended_on=day_month_year(seen.wave.ends_at))
    asked = look_at_open(session, respondent, now=now)
    if theme not in {one.case.theme for one in asked}:
        raise NoLongerAsked
    return seen


def letter_of(
    session: Session, signer: Signer, settings: Settings, respondent: Respondent, seen: Opened
) -> Letter:
    """The authority, how its paper comes back, and the link's code if one was prepared."""
    words = territory_words(seen.authority)
    code = None
    if respondent.link_id is not None:
        code = printed_code(session, signer, respondent.link_id)
    lines = (line.strip() for line in settings.return_address.split("|"))
    return Letter(
        authority=words.full_name,
        place=words.departement,
        code=code or "",
        code_url=f"{settings.public_url}/code",
        return_address=tuple(line for line in lines if line),
        before=whole_day(seen.wave.ends_at),
        help_phone=settings.help_phone,
        help_address=settings.help_address,
        simulated=seen.wave.simulated,
    )
