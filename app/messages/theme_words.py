"""What a letter says of one theme: where it stands, what is left of it, by when. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.messages.letters import CaseFacts, Letter
from app.now import paris
from app.vocabulary.dispositions import SUBMITTED, D
from app.vocabulary.french_dates import of_day
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel
from app.vocabulary.themes import BY_CODE


def theme_words(case: CaseFacts, letter: Letter, now: datetime) -> dict[str, Any]:
    """One theme of a letter, as the templates name its parts; its own address is not among them."""
    theme = BY_CODE[case.theme]
    return {
        "name": theme.name,
        "number": theme.number,
        "minutes": letter.wave.minutes.get(case.theme, 0),
        "state": _state(case),
        "left": _left_on(Channel(letter.channel), case),
        "due": _due(case.due_on, paris(now).date()),
    }


def _left_on(channel: Channel, case: CaseFacts) -> str:
    """What is left of a theme, where the channel may tell.

    Nothing is counted of a confidential one on a messenger: others read it, or its room in clear.
    """
    if not BY_CODE[case.theme].confidential or channel not in MESSENGER_NAMES:
        return _left(case.n_left)
    elsewhere = channel is Channel.TELEGRAM and _state(case) != "submitted"
    return "sur le site" if elsewhere else ""


def _left(n_left: int | None) -> str:
    """What is left of a theme that was begun, in words; "" where it was not counted."""
    if n_left is None:
        return ""
    if not n_left:
        return "il ne reste qu’à l’envoyer"
    return f"il vous reste {n_left} question{'s' if n_left > 1 else ''}"


def _due(due_on: date | None, today: date) -> str:
    """By when their authority wants a theme of who was given it, in words; "" without a date."""
    if due_on is None:
        return ""
    waits = "l’attend" if due_on >= today else "l’attendait"
    return f"votre collectivité {waits} pour le {of_day(due_on)}"


def _state(case: CaseFacts) -> str:
    """Where a theme stands, in the templates' words."""
    disposition = D(case.disposition)
    if disposition in SUBMITTED:
        return "submitted"
    if disposition is D.STARTED:
        return "started"
    if case.delegated and case.link is not None and case.link.purpose == "answer":
        return "delegated"
    return "todo"
