"""One mailbox, several authorities: where each stands, and what one could copy to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.cases.waves import EFFECTIVE_END
from app.collect.copy_over import rows_to_copy
from app.collect.open import is_withheld
from app.collect.overview import DECLINED, Standing, standing_of
from app.collect.standing import GONE, Held, current_wave
from app.collect.surroundings import Authority
from app.errors import Hidden, Refused
from app.links.opened import live_link
from app.links.signed import Signer
from app.models.campaigns import Campaign, QuestionnaireVersion, Wave
from app.models.cases import Case, SurveyResponse
from app.models.contacts import Address, Contact, Link
from app.models.territories import Place, Territory
from app.questionnaires.publish import stored_as
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author, Channel, Respondent
from app.vocabulary.themes import BY_CODE, Theme

SEVERAL = "several"
"""The purpose of the link of a mailbox; it answers nothing by itself."""


class NoMailboxAnyMore(Refused):
    """The mailbox asked to be left alone, was erased, or follows no authority any more."""

    sentence = (
        "Cette adresse ne suit plus aucune collectivité\u00a0: cette page n’affiche plus rien. "
        "Pour répondre, écrivez à l’adresse d’aide."
    )
    status = 410


class NotAmongYours(Hidden):
    """The authority is none of this mailbox's."""

    sentence = (
        "Cette collectivité n’est pas suivie par cette adresse. "
        "Revenez à la page de vos collectivités."
    )


@dataclass(frozen=True, slots=True)
class StandingTheme:
    """One theme of one authority. `asked` is 0 when withheld; `sources`: codes to copy from."""

    theme: Theme
    standing: Standing
    declined: bool
    answered: int
    asked: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """One authority that the mailbox follows, and the live link by which it answers for it."""

    code: str
    authority: Authority
    link: Link
    ends_at: datetime
    simulated: bool
    themes: tuple[StandingTheme, ...]

    @property
    def respondent(self) -> Respondent:
        """Who answers for this authority from this page: its own link's holder."""
        return Respondent(
            territory_id=self.authority.id,
            themes=tuple(one.theme.code for one in self.themes),
            author=Author.link(self.link.id),
            channel=Channel.WEB,
            link_id=self.link.id,
        )


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox and what it follows, by the authorities' sort names."""

    address: str
    places: tuple[Followed, ...]

    def of(self, code: str) -> Followed:
        """The one authority of that code; `NotAmongYours` when there is none."""
        found = [place for place in self.places if place.code == code]
        if len(found) != 1:
            raise NotAmongYours
        return found[0]


# A link stopped for one commune still shows the others: the mailbox is what counts.
_ADDRESS = (
    select(Address.id, Address.value)
    .join(Contact, Contact.address_id == Address.id)
    .where(
        Contact.id == bindparam("contact_id"),
        Address.erased_at.is_(None),
        Address.state.not_in(("stopped", "erased")),
    )
)
_LINKS: Select[Link, str, str, str, int | None, str | None] = (
    select(Link, Territory.code, Territory.name, Territory.kind, Territory.population, Place.name)
    .join(Contact, (Contact.id == Link.contact_id) & (Contact.territory_id == Link.territory_id))
    .join(Territory, Territory.id == Link.territory_id)
    .outerjoin(Place, (Place.level == "departement") & (Place.code == Territory.departement_code))
    .where(
        Contact.address_id == bindparam("address_id"),
        Contact.stopped_at.is_(None),
        Link.purpose == "answer",
        Link.revoked_at.is_(None),
    )
    .order_by(Territory.sort_name, Territory.id, Link.created_at)
)
_CASES = (
    select(
        *(Case, SurveyResponse, QuestionnaireVersion.digest),
        *(EFFECTIVE_END.label("ends_at"), Campaign.simulated),
    )
    .join(SurveyResponse, SurveyResponse.case_id == Case.id)
    .join(QuestionnaireVersion, QuestionnaireVersion.id == SurveyResponse.questionnaire_id)
    .join(Wave, Wave.id == Case.wave_id)
    .join(Campaign, Campaign.id == Wave.campaign_id)
    .where(
        Case.territory_id == func.any(bindparam("territories")),
        Case.wave_id == current_wave(Case.territory_id).scalar_subquery(),
        Case.disposition.not_in(sorted(GONE)),
    )
    .order_by(Case.territory_id, Case.id)
)


def mailbox_behind(session: Session, signer: Signer, token: str, *, now: datetime) -> Mailbox:
    """What the mailbox of this link follows today; three queries, however many authorities."""
    link = live_link(session, signer, token, SEVERAL)
    address = session.execute(_ADDRESS, {"contact_id": link.contact_id}).one_or_none()
    if address is None:
        raise NoMailboxAnyMore
    links = session.execute(_LINKS, {"address_id": address.id}).all()
    own = {row[0].territory_id: row for row in links}
    found = session.execute(_CASES, {"territories": list(own)}).all()
    held = {
        territory: [_held(session, row) for row in found if row[0].territory_id == territory]
        for territory in own
    }
    simulated = {row[0].territory_id: row.simulated for row in found}
    places = tuple(
        _followed(row, held, {t: r.code for t, r in own.items()}, simulated[territory], now)
        for territory, row in own.items()
        if held[territory]
    )
    if not places:
        raise NoMailboxAnyMore
    return Mailbox(address.value, places)


def _held(session: Session, row: Row[Case, SurveyResponse, str, datetime, bool]) -> Held:
    case, response, digest, ends_at, _ = row
    return Held(case, response, stored_as(session, response.questionnaire_id, digest), ends_at)


def _followed(
    row: Row[Link, str, str, str, int | None, str | None],
    held: Mapping[int, Sequence[Held]],
    codes: Mapping[int, str],
    simulated: bool,
    now: datetime,
) -> Followed:
    link, code, name, kind, population, departement = row
    mine = [one for one in held[link.territory_id] if _opens(link, one)]
    others = {codes[t]: them for t, them in held.items() if t != link.territory_id}
    themes = sorted((_theme(one, others, now) for one in mine), key=lambda t: t.theme.number)
    where = "" if kind in ("region", "departement") else departement or ""
    return Followed(
        code=code,
        authority=Authority(link.territory_id, name, kind, where, population),
        link=link,
        ends_at=max(one.ends_at for one in held[link.territory_id]),
        simulated=simulated,
        themes=tuple(themes),
    )


def _opens(link: Link, held: Held) -> bool:
    return link.themes is None or held.case.theme in link.themes


def _theme(held: Held, others: Mapping[str, Sequence[Held]], now: datetime) -> StandingTheme:
    case, response, walked = held.case, held.response, held.walked()
    withheld = is_withheld(case.theme, response.submitted_at)
    answered, asked = (0, 0) if withheld else walked.progress
    writable = response.submitted_at is None and held.ends_at > now
    return StandingTheme(
        theme=BY_CODE[case.theme],
        standing=standing_of(response, walked),
        declined=D(case.disposition) in DECLINED,
        answered=answered,
        asked=asked,
        sources=tuple(
            code
            for code, them in others.items()
            if writable and any(rows_to_copy(other, held) for other in them)
        ),
    )
