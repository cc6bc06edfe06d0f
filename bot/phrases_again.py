"""Asking again what was not understood: kindly, and never twice the same way."""

from __future__ import annotations

import re

from app.interview.french import NBSP, quoted

YES_OR_NO = "Répondez par oui ou par non."
ONE_OR_TWO = "Répondez par 1 ou par 2."
REVIEW = (
    f"Répondez par le numéro d’une réponse à changer, ou «{NBSP}continuer{NBSP}», "
    f"ou «{NBSP}envoyer{NBSP}»."
)
N_PLAIN = 3
"""After so many tries, the ways out are shown as well."""

_VAGUE = re.compile(r"Répondez par\b")
"""How a sentence begins that tells no more than the list of answers."""
_PROPOSED = re.compile(rf"Répondez par [^:.]*{NBSP}:")
"""How it goes on where it says which answer they seem to mean."""
_WAYS_OUT = (
    f"Cette question passe mal par écrit{NBSP}? Laissez-la de côté («{NBSP}passer{NBSP}»), "
    f"répondez sur le site («{NBSP}site{NBSP}»), ou écrivez «{NBSP}aide{NBSP}».",
    "Pardon, nous ne comprenons toujours pas. Le plus simple est peut-être "
    f"«{NBSP}passer{NBSP}», ou «{NBSP}site{NBSP}»{NBSP}; «{NBSP}aide{NBSP}» dit comment joindre "
    "quelqu’un.",
)

_HELP_AT_HAND = (
    f"Un numéro suffit. Si rien ne convient, «{NBSP}aide{NBSP}» dit comment joindre quelqu’un.",
    "Pardon, nous ne comprenons toujours pas. Écrivez un numéro de la liste, ou "
    f"«{NBSP}aide{NBSP}».",
)


def again(n: int, told: str, typed: str, expected: str, example: str, *, leave: bool = True) -> str:
    """What to say the n-th time, from 1, that a reply was not understood.

    `told` says what was wrong; `expected` lists what one may answer; `example` is one such answer;
    `leave`: there is a question to leave aside.
    """
    if n > N_PLAIN and not leave:
        return _HELP_AT_HAND[n % len(_HELP_AT_HAND)]
    precise = _VAGUE.match(told) is None
    match n:
        case 1:
            return told
        case 2 if precise or _PROPOSED.match(told):
            return f"Pas tout à fait. {told}\n{expected}"
        case 3 if precise:
            return f"Il reste un souci, pardon. {told}\nPar exemple{NBSP}: «{NBSP}{example}{NBSP}»."
        case 2:
            return (
                f"Nous n’avons pas su lire {quoted(typed)}. Voici ce que nous attendons{NBSP}:\n"
                f"{expected}"
            )
        case 3:
            return (
                f"Essayons autrement{NBSP}: écrivez seulement «{NBSP}{example}{NBSP}», "
                f"par exemple.\n{expected}"
            )
    return _WAYS_OUT[n % len(_WAYS_OUT)]


def no_answer_to(told: str) -> str:
    """They asked us something that we cannot answer: who can."""
    return (
        f"Nous ne savons pas répondre à votre question{NBSP}: écrivez «{NBSP}appelez-moi{NBSP}» "
        f"pour joindre quelqu’un. {told}"
    )


def perhaps_before(told: str) -> str:
    """They seem to take back something: the answer that they gave just before, perhaps."""
    return f"Pour changer votre réponse d’avant, écrivez «{NBSP}retour{NBSP}». {told}"


def which_theme(count: int) -> str:
    """A choice of theme that was not understood."""
    if count == 1:
        return f"Répondez par 1, ou écrivez «{NBSP}aide{NBSP}»."
    return f"Répondez par un numéro de 1 à {count}, ou par le nom du thème."


def which_place(count: int) -> str:
    """A choice of authority that was not understood."""
    return f"Répondez par un numéro de 1 à {count}, ou par le nom de la collectivité."


def which_line(count: int) -> str:
    """A choice in a numbered list that was not understood."""
    return f"Répondez par un numéro de 1 à {count}."


def no_such_answer(count: int) -> str:
    """The number of a question that is not asked."""
    return f"Il n’y a que {count} questions ici. Donnez un numéro de 1 à {count}."
