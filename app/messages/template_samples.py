"""Letters that could leave, made up: what a wording is tried and previewed on. Pure.

They go through the same `compose` as a sending, on the same letterhead; only the signer is
another, so that no link in them opens anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from app.links.signed import Signer
from app.messages.letterhead import Letterhead
from app.messages.letters import (
    AddressFacts,
    CaseFacts,
    Letter,
    LinkFacts,
    SenderFacts,
    TerritoryFacts,
    WaveFacts,
)
from app.now import paris
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Channel
from app.vocabulary.themes import THEMES

NO_KEY = Signer({1: "no link is signed with this"})
CONFIDENTIAL = next(theme.code for theme in THEMES if theme.confidential)
OPEN_THEMES = tuple(theme.code for theme in THEMES if not theme.confidential)
CHAT = "chat_"
OF_SEVERAL = ("prenotice", "invitation", "reminder")
"""The steps whose message may speak of several authorities of one mailbox."""
_REMINDERS = ("reminder_2", "last_call")
# To come, and past: by when an authority wants a theme of its colleague.
_DUE = (timedelta(days=9), timedelta(days=-2), timedelta(days=0))
OF_ONE_THEME = ("delegation", "receipt", "validation", "returned")

PARTNER = SenderFacts(
    "Creuse numérique",
    "contact@partenaire.invalid",
    "Nous accompagnons déjà votre commune. Vos réponses nous aideront à mieux le faire.",
)
# Tried on, when no authority is named.
PLACES = (
    TerritoryFacts(1, "Bonnat", "bonnat", "commune", "Creuse"),
    TerritoryFacts(2, "L’Isle-d’Abeau", "isle d abeau", "commune", "Isère"),
    TerritoryFacts(3, "Communauté de communes du Pays Dunois", "pays dunois", "epci", "Creuse"),
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What differs from one letter of a step to the next, besides the authorities."""

    label: str  # in French, told with what is found
    days_left: int = 12
    n_themes: int = 3
    first_contact: bool = True
    simulated: bool = False
    reachable: bool = True  # a telephone for help, a chat bot, the card attached
    colleague: bool = False  # each theme by its own link
    coordinates: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One made-up letter, on its letterhead."""

    label: str
    letter: Letter
    letterhead: Letterhead


FULLEST = Occasion("tout est renseigné")
BAREST = Occasion(
    "dernier jour, sans téléphone ni messagerie",
    days_left=0,
    n_themes=1,
    first_contact=False,
    simulated=True,
    reachable=False,
)
_OTHERS: dict[str, tuple[Occasion, ...]] = {
    "prenotice": (Occasion("sans partenaire", reachable=False),),
    "reminder": (Occasion("à un collègue", colleague=True, n_themes=2, days_left=1),),
    "receipt": (Occasion("cybersécurité", confidential=True),),
    "assignment": (
        Occasion("à qui coordonne", coordinates=True, days_left=1),
        Occasion("deux thèmes par un seul lien", n_themes=2, first_contact=False),
    ),
}


def step_of(name: str) -> str:
    """The step that this wording is for: `chat_reminder` is a reminder, `last_call` another."""
    step = name.removeprefix(CHAT)
    return "reminder" if step in _REMINDERS else step


def occasions(name: str) -> tuple[Occasion, ...]:
    """What a letter of this wording may be, the fullest first."""
    return (FULLEST, BAREST, *_OTHERS.get(step_of(name), ()))


def samples(
    name: str,
    letterhead: Letterhead,
    *,
    now: datetime,
    places: Sequence[TerritoryFacts] = PLACES,
) -> tuple[Sample, ...]:
    """Letters of every shape that this wording may be asked to fill, the fullest first."""
    step = step_of(name)
    made = [sample(name, FULLEST, places, letterhead, now=now)]
    if step in OF_SEVERAL:
        made.append(
            sample(name, replace(FULLEST, label="une seule"), places[:1], letterhead, now=now)
        )
        made.append(
            sample(
                name,
                Occasion("deux collectivités, un jour", days_left=1, n_themes=1),
                places[:2],
                letterhead,
                now=now,
            )
        )
    rest = occasions(name)[1:]
    return (*made, *(sample(name, one, places[:1], letterhead, now=now) for one in rest))


def sample(
    name: str,
    occasion: Occasion,
    places: Sequence[TerritoryFacts],
    letterhead: Letterhead,
    *,
    now: datetime,
    wave_label: str = "Vague d’automne 2026",
) -> Sample:
    """One letter about these authorities; a step that speaks of one takes the first."""
    step = step_of(name)
    told = places if step in OF_SEVERAL else places[:1]
    in_chat = name.startswith(CHAT)
    cases = tuple(
        case
        for place in told
        for case in _cases(step, occasion, place, len(told), in_chat, paris(now).date())
    )
    letter = Letter(
        id=UUID(int=1),
        step=step,
        channel=Channel.TELEGRAM if in_chat else Channel.EMAIL,
        template_id=0,
        tries=1,
        details=_details(step, occasion, now),
        last_reason=None,
        address=AddressFacts(
            1, "mairie@exemple.invalid", "good", False, not occasion.first_contact, 0
        ),
        wave=WaveFacts(
            1,
            wave_label,
            occasion.simulated,
            False,
            now + timedelta(days=occasion.days_left),
            {theme.code: 8 + theme.number for theme in THEMES},
        ),
        cases=cases,
        link=cases[0].link,
        link_revoked=False,
        given_by="Claire Faure" if step == "delegation" and occasion.reachable else "",
        pdf=None,
        signed_by=PARTNER if step == "prenotice" and occasion.reachable else None,
    )
    return Sample(occasion.label, letter, _head(letterhead, occasion))


def _head(letterhead: Letterhead, occasion: Occasion) -> Letterhead:
    """The same letterhead, with and without what a deployment may not have."""
    return replace(
        letterhead,
        signer=NO_KEY,
        help_phone=(letterhead.help_phone or "05 36 49 12 34") if occasion.reachable else "",
        telegram_bot=(letterhead.telegram_bot or "barometre_bot") if occasion.reachable else "",
        card_attached=occasion.reachable,
    )


def _cases(
    step: str,
    occasion: Occasion,
    place: TerritoryFacts,
    n_places: int,
    in_chat: bool,
    today: date,
) -> list[CaseFacts]:
    themes = (CONFIDENTIAL,) if occasion.confidential else OPEN_THEMES[: occasion.n_themes]
    if step in OF_ONE_THEME:
        themes = themes[:1]
    dispositions = (D.INVITED, D.STARTED, D.COMPLETE) if step == "reminder" else (D.INVITED,) * 3
    own = _purpose(step, occasion)
    several = n_places > 1
    with_chat = occasion.reachable and step in ("invitation", "reminder") and not in_chat
    return [
        CaseFacts(
            id=10 * place.id + rank,
            theme=theme,
            disposition=dispositions[rank],
            territory=place,
            contact_stopped=False,
            wanted_here=True,
            origin="annuaire",
            delegated=step == "reminder" and own == "answer" and rank == 0 and len(themes) > 1,
            link=_link(place, own, rank if own == "delegate" else 0, theme),
            stop_link=_link(place, "stop"),
            several_link=_link(place, "several") if several else None,
            chat_link=_link(place, "chat") if with_chat else None,
            n_left=4 if dispositions[rank] is D.STARTED and occasion.first_contact else None,
            due_on=today + _DUE[rank] if step == "reminder" and occasion.colleague else None,
        )
        for rank, theme in enumerate(themes)
    ]


def _purpose(step: str, occasion: Occasion) -> str:
    """Which link the letter leads to."""
    if step in ("card", "delegation"):
        return {"card": "card", "delegation": "delegate"}[step]
    if step == "renewal":
        return "renew"
    alone = step == "assignment" and not occasion.coordinates
    return "delegate" if occasion.colleague or (alone and occasion.first_contact) else "answer"


def _link(place: TerritoryFacts, purpose: str, rank: int = 0, theme: str = "") -> LinkFacts:
    # Each link has an id of its own: two places, or two themes, must not lead to one address.
    number = int.from_bytes(f"{place.id}{purpose}{rank}".encode()[-15:])
    return LinkFacts(UUID(int=number), purpose, 1, (theme,) if purpose == "delegate" else None)


def _details(step: str, occasion: Occasion, now: datetime) -> dict[str, object]:
    """What the message's own row holds, by step."""
    later = now + timedelta(days=9)
    due = later.date().isoformat()
    if step == "receipt":
        counted = {} if occasion.confidential else {"answered": 14, "asked": 16}
        return {"number": "23-0418", **counted}
    if step == "prenotice" and occasion.first_contact:
        return {"asked_at": later.isoformat()}
    if step == "delegation":
        return {"by_label": "la mairie de Bonnat"}
    if step == "moved_to_chat":
        return {"messenger": "telegram"}
    if step == "assignment" and occasion.coordinates:
        return {"coordinates": True}
    if step == "assignment" and occasion.first_contact:
        return {
            "due": {OPEN_THEMES[0]: due},
            "later": [[OPEN_THEMES[3], due], [OPEN_THEMES[4], None]],
        }
    return {}
