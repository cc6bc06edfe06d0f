"""Which authority a chat speaks for: choosing one, leaving one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.interview.french import fold
from bot import phrases, phrases_again, phrases_team
from bot.asking import YES_NO
from bot.channels.channel import Button, Say
from bot.lists import number_in
from bot.prompts import Asked, PromptKind
from bot.sending import YES_NO_EXPECTED, yes_or_no
from bot.talk import Unread
from bot.ties import Tie


def which(places: Sequence[Tie]) -> Say:
    """The choice of an authority."""
    labels = [tie.label for tie in places]
    return Say(
        phrases_team.which_place(labels),
        _buttons(labels),
        Asked(PromptKind.TERRITORY, details={"links": _ids(places)}),
    )


def untie_which(places: Sequence[Tie]) -> Say:
    """The authority to leave; the only one is named, and has to be confirmed."""
    labels = [tie.label for tie in places]
    if len(labels) == 1:
        return _confirm(places)
    lines = [*labels, phrases_team.ALL_OF_THEM]
    asked = Asked(PromptKind.UNTIE, details={"links": _ids(places)})
    return Say(phrases_team.untie_which(lines), _buttons(lines), asked)


def chosen(text: str, asked: Asked, places: Sequence[Tie]) -> Tie | Unread:
    """The authority that was meant, by its number in the prompt or by its name."""
    listed = _listed(asked, places)
    labels = [tie.label if tie else "" for tie in listed]
    number = number_in(text, labels)
    tie = listed[number - 1] if number else None
    known = [label for label in labels if label]
    return tie or Unread(phrases_again.which_place(len(labels)), phrases.numbered(known))


def to_leave(text: str, asked: Asked, places: Sequence[Tie]) -> list[Tie] | Say | Unread:
    """The authorities to leave, none when they changed their mind.

    One of several is picked first, then confirmed by a yes: only a new code ties it again.
    """
    listed = _listed(asked, places)
    if asked.details.get("picked") or len(listed) == 1:
        said = yes_or_no(text)
        if said is None:
            return YES_NO_EXPECTED
        return [tie for tie in listed if tie] if said else []
    if fold(text).strip(" .!") in ("non", "annuler", "aucune", "non merci"):
        return []
    lines = [*(tie.label if tie else "" for tie in listed), phrases_team.ALL_OF_THEM]
    number = number_in(text, lines)
    if number is None:
        return Unread(phrases_again.which_line(len(lines)), phrases.numbered(lines))
    meant = [tie for tie in (listed if number == len(lines) else [listed[number - 1]]) if tie]
    return _confirm(meant) if meant else []


def ask_again(asked: Asked, typed: str, unread: Unread, places: Sequence[Tie]) -> Say:
    """The same choice in other words."""
    n = int(asked.details.get("misread", 0)) + 1
    text = phrases_again.again(n, unread.told, typed, unread.expected, unread.example, leave=False)
    labels = [tie.label if tie else "" for tie in _listed(asked, places)]
    buttons = _buttons(labels)
    if asked.kind is PromptKind.UNTIE:
        sure = asked.details.get("picked") or len(labels) == 1
        buttons = YES_NO if sure else _buttons([*labels, phrases_team.ALL_OF_THEM])
    shown = tuple(button for button in buttons if button.label)
    return Say(text, shown, replace(asked, details={**asked.details, "misread": n}))


def _confirm(places: Sequence[Tie]) -> Say:
    """These are left on a yes, and on nothing else."""
    return Say(
        phrases_team.untie_these([tie.the_label for tie in places]),
        YES_NO,
        Asked(PromptKind.UNTIE, details={"links": _ids(places), "picked": True}),
    )


def _listed(asked: Asked, places: Sequence[Tie]) -> list[Tie | None]:
    """The authorities as the prompt numbered them; None for one that is tied no more."""
    known = {tie.link_id: tie for tie in places}
    return [known.get(UUID(one)) for one in asked.details["links"]]


def _ids(places: Sequence[Tie]) -> list[str]:
    return [str(tie.link_id) for tie in places]


def _buttons(labels: Sequence[str]) -> tuple[Button, ...]:
    return tuple(Button(label, str(number)) for number, label in enumerate(labels, start=1))
