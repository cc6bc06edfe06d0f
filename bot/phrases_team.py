"""What is said around the answers: handing over, declining, validating, reminders, authorities."""

from __future__ import annotations

from collections.abc import Sequence

from app.interview.french import NBSP, listed, quoted
from app.vocabulary.themes import Theme
from bot.phrases import numbered

VALIDATION_ASKED = "C’est demandé à la personne qui valide dans votre équipe. Tout est gardé."
VALIDATION_UNREACHABLE = (
    "C’est noté, mais nous n’avons pas pu écrire à la personne qui valide. Prévenez-la vous-même."
)
NOT_SENT = f"Très bien, rien n’est envoyé. Pour relire, écrivez «{NBSP}relire{NBSP}»."
NOT_HANDED_OVER = "Rien n’est parti. Vous gardez ce thème."
NOT_DECLINED = "Très bien, nous continuons."
DELEGATE_TO = (
    f"À qui confier ce thème{NBSP}? Écrivez l’adresse électronique de ce collègue, ou "
    f"«{NBSP}non{NBSP}»."
)
AN_ADDRESS = (
    "Il nous faut l’adresse entière, comme nom@exemple.fr. Pour renoncer, écrivez "
    f"«{NBSP}non{NBSP}»."
)
SAME_ADDRESS = (
    f"Écrivez la même adresse une seconde fois pour confirmer, ou «{NBSP}non{NBSP}» pour renoncer."
)
REMINDERS = f"Voulez-vous recevoir nos rappels ici plutôt que par courriel{NBSP}?"
REMINDERS_HERE = "C’est noté, nos rappels viendront ici."
REMINDERS_BY_MAIL = "C’est noté, nos rappels restent par courriel."
REMINDERS_NOT_HERE = "Nous ne pouvons pas vous écrire ici. Nos rappels restent par courriel."
NEVER_FIRST = (
    "Sur cette messagerie, nous n’écrivons jamais les premiers. Vous n’avez rien à régler."
)
CARD = "Voici la fiche de votre collectivité."
NO_CARD_YET = (
    "La fiche n’est pas encore prête. Elle sera faite une fois les résultats publiés, puis envoyée "
    "à l’adresse électronique de votre collectivité."
)
NO_CARD_HERE = (
    "Sur cette messagerie, nous ne remettons aucun résultat. La fiche est envoyée à l’adresse "
    "électronique de votre collectivité."
)
CARD_OF_THE_AUTHORITY = (
    "La fiche porte sur tous les thèmes, et n’est envoyée qu’à l’adresse électronique de votre "
    "collectivité, une fois les résultats publiés. Demandez-la à la personne qui vous a confié ce "
    "thème."
)
"""A colleague is sent no card, and handed none."""
CODE_OPENS_NOTHING = (
    "Ce code n’ouvre rien de plus ici. Un code sert une seule fois, pendant quinze minutes. "
    f"Demandez-en un autre sur le site, page «{NBSP}Continuer par messagerie{NBSP}»."
)
HOW_TO_TIE = (
    "Pour associer une autre collectivité, ouvrez le lien de son courriel, choisissez "
    f"«{NBSP}Continuer par messagerie{NBSP}», puis écrivez ici les six chiffres affichés."
)
PLACE_GONE = (
    "Cette question concernait une collectivité qui n’est plus associée à cette conversation. "
    "Rien n’a été enregistré."
)
NOT_UNTIED = "Rien ne change, cette conversation reste associée."
ALL_OF_THEM = "Toutes"


def confirm_delegate(theme: Theme, address: str) -> str:
    """The address is asked twice: a letter that goes astray goes to a stranger."""
    return (
        f"Confier «{NBSP}{theme.name}{NBSP}» à {address}{NBSP}? Ce collègue recevra un lien vers "
        f"ce thème seulement, et vous pourrez encore y répondre. {SAME_ADDRESS}"
    )


def handed_over(theme: Theme, address: str, *, mailed: bool) -> str:
    """A colleague has the theme."""
    if mailed:
        return f"C’est fait{NBSP}: {address} reçoit un lien vers «{NBSP}{theme.name}{NBSP}»."
    return f"{address} a déjà son lien vers «{NBSP}{theme.name}{NBSP}»."


def reasons(themes: Sequence[Theme], labels: Sequence[str], n_all: int) -> str:
    """Why they say no to these themes; the last line takes it back."""
    if len(themes) == n_all > 1:
        what = "tous les thèmes de cette vague"
    else:
        what = listed([f"«{NBSP}{theme.name}{NBSP}»" for theme in themes], last="et")
    asked = f"Vous refusez {what}{NBSP}: pour quelle raison{NBSP}?"
    return f"{asked}\n{numbered(labels)}"


def declined(n: int) -> str:
    """A refusal is noted, and may be taken back."""
    what = "Ce thème est refusé" if n == 1 else f"{n} thèmes sont refusés"
    return (
        f"C’est noté, merci de l’avoir dit. {what} pour cette vague, et nous n’insisterons pas. "
        "Si vous changez d’avis, il suffit de répondre."
    )


def which_place(labels: Sequence[str]) -> str:
    """The choice of an authority."""
    return f"Pour quelle collectivité répondez-vous{NBSP}?\n{numbered(labels)}"


def only_place(label: str) -> str:
    """There is no other authority to choose."""
    return f"Cette conversation n’est associée qu’à une collectivité{NBSP}: {label}. {HOW_TO_TIE}"


def no_such_place(typed: str) -> str:
    """None of the authorities of this chat is called so; never told whether any is."""
    return f"Cette conversation n’est associée à aucune collectivité nommée {quoted(typed)}."


def untie_these(labels: Sequence[str]) -> str:
    """The ties to take back: really?"""
    of = listed(list(labels), last="et")
    return (
        f"Dissocier {of} de cette conversation{NBSP}? Vos réponses sont gardées, mais vous ne "
        "pourrez plus répondre ici. Répondez par oui ou par non."
    )


def untie_which(labels: Sequence[str]) -> str:
    """Several ties: which to take back?"""
    return f"Quelle collectivité dissocier de cette conversation{NBSP}?\n{numbered(labels)}"


def untied(labels: Sequence[str]) -> str:
    """The chat speaks for these no more."""
    of = listed(list(labels), last="et")
    return f"C’est fait{NBSP}: ici, vous ne répondez plus pour {of}. Vos réponses sont gardées."
