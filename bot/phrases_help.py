"""What is said about the conversation itself: help, who we are, what cannot be read here."""

from __future__ import annotations

from collections.abc import Mapping

from app.interview.french import NBSP
from app.messages.letterhead import Letterhead
from bot.channels.channel import Thing
from bot.phrases_themes import ONCE

_TYPE_IT = "Écrivez votre réponse, ou son numéro."
THINGS: Mapping[Thing, str] = {
    Thing.STICKER: f"C’est sympathique, mais nous ne savons lire que les mots. {_TYPE_IT}",
    Thing.VOICE: (
        "Nous ne pouvons pas écouter les messages vocaux, et nous ne gardons pas le vôtre. "
        "Écrivez en quelques mots."
    ),
    Thing.PHOTO: (f"Nous ne regardons pas les images, et nous ne gardons pas celle-ci. {_TYPE_IT}"),
    Thing.FILE: (
        "Nous n’ouvrons pas les fichiers, et nous ne gardons pas celui-ci. Pour répondre par "
        f"fichier ou sur papier, écrivez «{NBSP}site{NBSP}»."
    ),
    Thing.CONTACT: (
        "Nous ne gardons pas les fiches de contact. Pour confier un thème à un collègue, écrivez "
        f"«{NBSP}confier{NBSP}», puis son adresse électronique."
    ),
    Thing.PLACE: (
        "Nous n’avons pas besoin de savoir où vous êtes, et nous ne le gardons pas. Vous pouvez "
        "continuer à répondre."
    ),
    Thing.OTHER: f"Nous ne savons pas lire ce genre de message. {_TYPE_IT}",
    Thing.UNREADABLE: (
        "Votre message nous est arrivé illisible, et vous n’y êtes pour rien. Renvoyez-le, "
        "s’il vous plaît."
    ),
}
"""One sentence of its own for each thing that is not text."""

IN_A_GROUP = (
    "Nous ne répondons qu’en conversation privée, pour que vos réponses restent entre nous. "
    "Écrivez-nous directement."
)
STOPPED = (
    "C’est noté, nous n’écrirons plus ici. Vos réponses déjà données sont gardées. Si vous changez "
    f"d’avis, écrivez simplement «{NBSP}rappels{NBSP}»."
)
ANOTHER_BOT = (
    "Cette commande s’adresse à un autre assistant. Ici, écrivez avec vos mots, ou "
    f"«{NBSP}aide{NBSP}»."
)
UNKNOWN_COMMAND = (
    f"Nous ne connaissons pas cette commande. Écrivez «{NBSP}aide{NBSP}» pour voir tout ce que "
    "l’on peut demander."
)
ROBOT = (
    "C’est un assistant automatique qui vous répond. Personne ne lit cette conversation en "
    "direct. "
    f"Pour parler à quelqu’un, écrivez «{NBSP}appelez-moi{NBSP}»."
)
ANGRY = (
    f"Nous comprenons que cela puisse agacer. Reprenez plus tard («{NBSP}pause{NBSP}»), passez la "
    f"question («{NBSP}passer{NBSP}»), ou ne recevez plus rien ici («{NBSP}stop{NBSP}»)."
)
EMPTY = f"Votre message est arrivé vide. {_TYPE_IT}"


def help_for(
    letterhead: Letterhead, *, several: bool, may_delegate: bool, reminders: bool, results: bool
) -> str:
    """All that one may write, and whom to ask."""
    lines = [
        "Répondez par un numéro, ou avec vos mots. Vous pouvez aussi écrire :",
        _line("pourquoi", "à quoi sert la question"),
        _line("retour", "la question d’avant"),
        _line("passer", "la question d’après"),
        _line("je ne sais pas", "c’est une réponse"),
        _line("relire", "vos réponses, pour en changer une"),
        _line("où j’en suis", "ce qui reste"),
        _line("thèmes", "changer de thème"),
        *([_line("communes", "changer de collectivité")] if several else []),
        _line("envoyer", "envoyer ce thème"),
        _line("site", "continuer sur le site"),
        _line("papier", "répondre sur papier"),
        _line("appelez-moi", "parler à quelqu’un"),
        *([_line("confier", "donner ce thème à un collègue")] if may_delegate else []),
        *([_line("refuser", "dire que vous ne répondrez pas")] if may_delegate else []),
        *_about_us(reminders=reminders, results=results),
        _line("pause", "s’arrêter là, tout est gardé"),
        *_LEAVING,
        who_to_ask(letterhead),
    ]
    return _list(lines)


def help_afterwards(letterhead: Letterhead, ended: str, *, reminders: bool, results: bool) -> str:
    """The same once the wave is over: there is nothing to answer any more. `ended` says so."""
    lines = [
        f"{ended} Vous pouvez encore écrire :",
        _line("relire", "vos réponses"),
        *_about_us(reminders=reminders, results=results),
        *_LEAVING,
        who_to_ask(letterhead),
    ]
    return _list(lines)


def help_meanwhile(letterhead: Letterhead, told: str, *, reminders: bool) -> str:
    """The same where no wave asks anything of them: `told` says so."""
    lines = [
        f"{told} Vous pouvez encore écrire :",
        *_about_us(reminders=reminders, results=False),
        _line("qui êtes-vous", "qui nous sommes, et vos droits"),
        *_LEAVING,
        who_to_ask(letterhead),
    ]
    return _list(lines)


def _about_us(*, reminders: bool, results: bool) -> list[str]:
    return [
        *([_line("rappels", "les recevoir ici ou par courriel")] if reminders else []),
        *([_line("fiche", "celle de votre collectivité, une fois publiée")] if results else []),
    ]


def _list(lines: list[str]) -> str:
    return "\n".join(lines).replace(" :", f"{NBSP}:")


def who(letterhead: Letterhead) -> str:
    """Who writes, by what right, and what becomes of it; for whoever doubts."""
    return (
        f"Ici le {letterhead.sender_name}. La direction interministérielle du numérique (DINUM) et "
        "Déclic, la fédération des syndicats numériques, demandent à chaque collectivité où elle "
        "en est avec le numérique.\n"
        "Répondre est facultatif. Vos réponses servent à votre fiche et à des moyennes, à partir "
        "de cinq répondants. Rien n’est publié au nom de votre collectivité sans son accord.\n"
        f"Vos données et vos droits{NBSP}: {letterhead.notice_url}\n"
        f"{who_to_ask(letterhead)}"
    )


def who_sees(letterhead: Letterhead) -> str:
    """Who reads the answers, and who never does."""
    return (
        "Vos réponses sont lues par l’équipe qui mène l’enquête, par votre syndicat numérique et "
        "par les collègues qui répondent avec vous. Elles ne sont publiées qu’en moyennes, à "
        "partir de cinq répondants. Rien ne paraît au nom de votre collectivité sans son accord.\n"
        f"Le détail{NBSP}: {letterhead.notice_url}"
    )


def somebody(letterhead: Letterhead, url: str) -> str:
    """How to talk to a person; one never calls by chat, which holds no telephone number."""
    return (
        f"{who_to_ask(letterhead)}\nPour être rappelé, laissez votre numéro sur le site, page "
        f"«{NBSP}Aide{NBSP}»{NBSP}: {url}\n{ONCE}"
    )


def paper(url: str) -> str:
    """How to get the questionnaire on paper."""
    return (
        f"Oui, le questionnaire existe sur papier. Demandez-le sur le site, «{NBSP}Répondre sur "
        f"papier{NBSP}»{NBSP}: {url}\n{ONCE}"
    )


def _line(word: str, told: str) -> str:
    return f"«{NBSP}{word}{NBSP}» : {told}"


_LEAVING = (
    _line("dissocier", "ne plus répondre par cette conversation"),
    _line("stop", "ne plus recevoir de message ici"),
)


def who_to_ask(letterhead: Letterhead) -> str:
    """Where a person answers."""
    phone = f", ou {letterhead.help_phone}" if letterhead.help_phone else ""
    return f"Pour joindre quelqu’un{NBSP}: {letterhead.help_address}{phone}."
