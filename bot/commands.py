"""The words that lead a conversation, whatever is being asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from app.interview.french import fold

LONGEST = 120  # characters: whoever writes more is not giving an order


class Command(Enum):
    """What a person may ask for at any time."""

    START = "start"
    HELP = "aide"
    WHY = "pourquoi"
    WHO = "qui êtes-vous"
    BACK = "retour"
    SKIP = "passer"
    AGAIN = "répéter"
    PROGRESS = "où j’en suis"
    PAUSE = "pause"
    RESUME = "reprendre"
    REVIEW = "relire"
    CHANGE = "changer"
    SUBMIT = "envoyer"
    SITE = "site"
    DELEGATE = "confier"
    DECLINE = "refuser"
    REMINDERS = "rappels"
    STOP = "stop"
    UNTIE = "délier"
    TIE = "relier"
    THEMES = "thèmes"
    TERRITORIES = "communes"
    SAME = "pareil"
    CARD = "fiche"
    HELLO = "bonjour"
    THANKS = "merci"
    UNKNOWN = "/"  # a slash and a word that is none of ours
    ANOTHER_BOT = "/@"  # a command that names another bot


# Said in the middle of a question, these are obeyed even where a part of a choice is spelt alike.
FIRM = frozenset(
    {"aide", "help", "pourquoi", "retour", "passer", "pause", "stop", "relire", "envoyer", "start"}
)


OF_THE_DOOR = frozenset(
    {Command.STOP, Command.UNTIE, Command.TIE, Command.TERRITORIES, Command.ANOTHER_BOT}
)
"""Commands about the conversation itself: they need no authority chosen, or change it."""


@dataclass(frozen=True, slots=True)
class Leading:
    """A command as it was given, with what follows it: a number, an address, a name."""

    command: Command
    rest: str = ""
    firm: bool = False  # obeyed even where an answer is spelt alike


_WAYS: Mapping[Command, tuple[str, ...]] = {
    Command.START: ("start", "demarrer", "commencer"),
    Command.HELP: (
        *("aide", "help", "au secours", "aidez-moi", "aide moi", "a l'aide", "besoin d'aide"),
        *("comment ca marche", "comment faire", "que faire", "je suis perdu", "je suis perdue"),
        *("contact", "telephone", "appeler", "parler a quelqu'un", "un humain", "humain"),
        *("commandes", "mode d'emploi", "je ne comprends pas", "je comprends pas", "pas compris"),
    ),
    Command.WHY: (
        *("pourquoi", "pourquoi cette question", "a quoi ca sert", "pour quoi faire", "pk", "pq"),
        *("a quoi sert cette question", "pourquoi vous demandez ca", "c'est pour quoi"),
    ),
    Command.WHO: (
        *("qui etes-vous", "qui etes vous", "qui es-tu", "vous etes qui", "c'est qui"),
        *("c'est quoi", "donnees", "mes donnees", "donnees personnelles", "rgpd", "cnil"),
        *("c'est officiel", "est-ce officiel", "arnaque", "c'est une arnaque", "spam"),
        *(
            "c'est anonyme",
            "confidentialite",
            "qui lit mes reponses",
            "que deviennent mes reponses",
        ),
    ),
    Command.BACK: (
        *("retour", "precedent", "precedente", "revenir", "arriere", "en arriere", "back"),
        *("question precedente", "question d'avant", "revenir en arriere", "retour arriere"),
    ),
    Command.SKIP: (
        *("passer", "suivant", "suivante", "sauter", "passe", "question suivante", "je passe"),
        *("passer la question", "passer cette question", "on passe", "skip"),
    ),
    Command.AGAIN: (
        *("repeter", "repete", "repetez", "encore", "quelle question", "la question"),
        *("quelle etait la question", "redis", "redites", "rappelle-moi la question"),
    ),
    Command.PROGRESS: (
        *("progression", "avancement", "ou j'en suis", "ou en suis-je", "ou en suis je"),
        *("ou j'en etais", "ou en est-on", "ou on en est", "il reste combien", "combien il reste"),
        *("combien reste-t-il", "c'est encore long", "combien de questions", "reste combien"),
    ),
    Command.PAUSE: (
        *("pause", "plus tard", "au revoir", "a plus tard", "a demain", "pas maintenant"),
        *("pas le temps", "je n'ai pas le temps", "je reviens", "bonne journee", "bonne soiree"),
        *("a bientot", "quitter", "je dois y aller"),
    ),
    Command.RESUME: (
        "reprendre",
        "continuer",
        "on continue",
        "je reprends",
        "reprise",
        "me revoila",
    ),
    Command.REVIEW: (
        *("relire", "relecture", "mes reponses", "voir mes reponses", "recapitulatif", "recap"),
        *("resume", "verifier", "relire mes reponses", "revoir mes reponses"),
    ),
    Command.CHANGE: (
        *("changer", "modifier", "corriger", "changer une reponse", "modifier une reponse"),
        *("corriger une reponse", "changer ma reponse", "modifier ma reponse", "erreur"),
        *("je me suis trompe", "je me suis trompee", "corriger ma reponse"),
    ),
    Command.SUBMIT: (
        *("envoyer", "terminer", "finir", "valider", "j'ai fini", "fini", "termine", "soumettre"),
        *("envoyer le theme", "envoyer ce theme", "envoyer mes reponses"),
    ),
    Command.SITE: (
        *("site", "le site", "site web", "sur le site", "site internet", "formulaire", "lien"),
        *("le lien", "mon lien", "ordinateur", "sur ordinateur", "continuer sur le site"),
    ),
    Command.DELEGATE: (
        "confier",
        "deleguer",
        "transmettre",
        "confier ce theme",
        "confier le theme",
    ),
    Command.DECLINE: (
        *("refuser", "je refuse", "nous refusons", "je ne veux pas repondre", "decliner"),
        *("nous ne souhaitons pas repondre", "je ne souhaite pas repondre"),
    ),
    Command.REMINDERS: (
        "rappels",
        "rappel",
        "notifications",
        "rappels ici",
        "rappels par courriel",
    ),
    Command.STOP: (
        *("stop", "stopper", "arreter", "arretez", "desabonner", "desinscrire"),
        *("se desabonner", "me desabonner", "unsubscribe", "stop tout", "arretez de m'ecrire"),
        *("ne m'ecrivez plus", "ne plus recevoir", "plus de messages", "laissez-moi tranquille"),
        *("fichez-moi la paix", "stop messages"),
    ),
    Command.UNTIE: ("delier", "detacher", "dissocier", "deconnecter", "se deconnecter"),
    Command.TIE: ("relier", "lier", "associer", "code", "ajouter une commune"),
    Command.THEMES: (
        *("themes", "theme", "menu", "changer de theme", "autre theme", "liste des themes"),
        *("les themes", "choisir un theme", "sommaire", "accueil"),
    ),
    Command.TERRITORIES: (
        *("communes", "commune", "changer de commune", "autre commune", "mes communes"),
        *("collectivites", "collectivite", "changer de collectivite", "autre collectivite"),
        *(
            "territoires",
            "territoire",
            "changer de territoire",
            "autre mairie",
            "changer de mairie",
        ),
    ),
    Command.SAME: (
        *("pareil", "idem", "inchange", "pas de changement", "rien n'a change", "comme avant"),
        *(
            "comme l'an dernier",
            "comme l'annee derniere",
            "meme reponse",
            "la meme",
            "c'est pareil",
        ),
        *("toujours pareil", "rien de change"),
    ),
    Command.CARD: (
        "fiche",
        "ma fiche",
        "la fiche",
        "notre fiche",
        "resultat",
        "resultats",
        "score",
    ),
    Command.HELLO: ("bonjour", "bonsoir", "salut", "coucou", "hello", "bjr", "bonjour a vous"),
    Command.THANKS: ("merci", "merci beaucoup", "merci bien", "super merci", "ok merci", "mci"),
}
WORDS: Mapping[str, Command] = {way: one for one, ways in _WAYS.items() for way in ways}
"""Each way of saying a command, as it is compared: no accent, no capital, no final punctuation."""

_GUESSED = [way for way, one in WORDS.items() if one is not Command.TIE]
"""Those that are looked for in a misspelt text: "relir" is no "relier", which few people say."""

_WITH_REST: tuple[tuple[Command, re.Pattern[str]], ...] = (
    (
        Command.CHANGE,
        re.compile(
            r"(?:changer|modifier|corriger|rectifier|changez|modifiez)"
            r"(?: (?:la |ma |le )?(?:question|reponse|numero|n°|no)| la| le)*\s*n?°?\s*([0-9]{1,3})"
        ),
    ),
    (
        Command.DELEGATE,
        re.compile(r"(?:confier|confiez|deleguer|transmettre|transferer|envoyer a)\b(.*@.*)"),
    ),
    (
        Command.DELEGATE,
        re.compile(r"(?:confier|deleguer|transmettre)\b(?: (?:a|au|le|ce|la) .{1,40})?()"),
    ),
    (Command.TIE, re.compile(r"(?:relier|lier|code|mon code est)\s*:?\s*([0-9][0-9 .\-]{4,12})")),
    (
        Command.HELLO,
        re.compile(
            r"(?:bonjour|bonsoir|salut|coucou)"
            r"(?:[ ,]+(?:madame|monsieur|mesdames|messieurs|a vous|a tous|et|l'equipe|vous))*()"
        ),
    ),
    (Command.START, re.compile(r"start\s+(\S.*)")),
    (Command.UNTIE, re.compile(r"(?:delier|detacher|dissocier) (.+)")),
    (
        Command.TERRITORIES,
        re.compile(r"(?:(?:changer de |autre )?(?:commune|mairie|collectivite)) (.{2,60})"),
    ),
    (Command.THEMES, re.compile(r"(?:changer de |autre )?themes? (.{2,60})")),
)
_BEFORE = re.compile(
    r"^(?:(?:je (?:veux|voudrais|souhaite|prefere|peux)|j'aimerais|on peut|est-ce que je peux|"
    r"(?:pouvez|peux)[- ](?:vous|tu)|euh|bon|alors|ok|et|mais)\s*,?\s+)+"
)
_AFTER = re.compile(r"\s*,?\s*(?:svp|stp|s'il vous plait|s'il te plait|merci|please)$")
_SLASH = re.compile(r"/([^\s@/]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_CLOSE = 0.82
"""How alike, from 0 to 1, a misspelt word must be: one letter in six, give or take."""


def leading_in(text: str, *, our_name: str = "") -> Leading | None:
    """The command that this text is, with or without a slash; None when it is none.

    `our_name`: the bot's own, without @, where it has one: "/aide@another" is not for us.
    """
    said = text.strip()
    slash = _SLASH.fullmatch(said)
    if slash is not None:
        word, name, rest = slash.groups(default="")
        if name and name.casefold() != our_name.casefold():
            return Leading(Command.ANOTHER_BOT, firm=True)
        found = _known(f"{word.replace('_', ' ')} {rest}".strip())
        if found is None:
            return Leading(Command.UNKNOWN, firm=True)
        return Leading(found.command, found.rest, firm=True)
    return _known(said)


def guessed_in(text: str) -> Leading | None:
    """The one command that a misspelt text looks like; None where two do, or none."""
    for said in _said(text):
        if not 4 <= len(said) <= 40:
            continue
        close = get_close_matches(said, _GUESSED, n=3, cutoff=_CLOSE)
        meant = {WORDS[way] for way in close}
        if len(meant) == 1:
            return Leading(meant.pop())
    return None


def _known(text: str) -> Leading | None:
    if text.strip() and not text.strip("? "):
        return Leading(Command.HELP, firm=True)
    if len(text) > LONGEST:
        return None
    for said in _said(text):
        if said in WORDS:
            return Leading(WORDS[said], firm=said in FIRM)
        for command, pattern in _WITH_REST:
            found = pattern.fullmatch(said)
            if found is not None:
                return Leading(command, _as_typed(text, found[1].strip()))
    return None


def without_politeness(said: str) -> str:
    """What was said, folded, without what politeness puts around it; it may be empty."""
    return _AFTER.sub("", _BEFORE.sub("", said)).rstrip(".?!, ")


def _said(text: str) -> Iterator[str]:
    """What was said as it is compared, then without what politeness puts around it."""
    said = fold(text[:LONGEST]).strip("\"'«» ").rstrip(".?!… ").strip()
    yield said
    bare = without_politeness(said)
    if bare and bare != said:
        yield bare


def _as_typed(text: str, rest: str) -> str:
    """The end of a text with the capitals it was typed with: a token has some."""
    typed = text.strip()
    at = typed.casefold().rfind(rest) if rest else -1
    return typed[at : at + len(rest)] if at >= 0 else rest
