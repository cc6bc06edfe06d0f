"""What the dialogue says. One renderer a kind of question; nothing here knows a messenger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.collect.authors import just_answered
from app.collect.open import Answer, Submission
from app.collect.overview import Overview, Standing, ThemeStanding
from app.collect.saved import Conflict
from app.interview.french import NBSP
from app.interview.kinds import registry
from app.interview.path import Path
from app.interview.questionnaire import Question
from app.interview.values import Value
from app.vocabulary.french_dates import day_month, when
from app.vocabulary.scope import CHANNEL_LABELS

HELP = (
    "Répondez à chaque question par un numéro ou par quelques mots.\n"
    f"«{NBSP}retour{NBSP}»{NBSP}: la question d’avant.\n"
    f"«{NBSP}passer{NBSP}»{NBSP}: la question d’après.\n"
    f"«{NBSP}thèmes{NBSP}»{NBSP}: changer de thème.\n"
    f"«{NBSP}envoyer{NBSP}»{NBSP}: envoyer ce thème.\n"
    f"«{NBSP}stop{NBSP}»{NBSP}: s’arrêter là, tout est gardé."
)
YES_OR_NO = "Répondez par oui ou par non."
MOVED_ON = f"Cette question ne se pose plus{NBSP}: une réponse d’avant a changé."
FIRST_QUESTION = "C’est la première question de ce thème."
ONE_OR_TWO = "Répondez par 1 ou par 2."
VALIDATION_ASKED = "C’est demandé à la personne qui valide dans votre équipe. Tout est gardé."
NOT_HERE_YET = "Choisissez d’abord un thème."


def _listed(question: Question) -> str:
    return "\n".join(f"{option.number}. {option.label}" for option in question.options)


def _one(question: Question) -> str:
    return _listed(question)


def _several(question: Question) -> str:
    return f"{_listed(question)}\nPlusieurs réponses possibles, par exemple «{NBSP}1, 2{NBSP}»."


def _field(question: Question) -> str:
    specials = [f"«{NBSP}{special.label.lower()}{NBSP}»" for special in question.specials]
    told = registry.expects(question)
    return f"{told} Ou{NBSP}: {', '.join(specials)}." if specials else told


RENDERERS: Mapping[str, Callable[[Question], str]] = {
    "single": _one,
    "scale": _one,
    "multiple": _several,
    "integer": _field,
    "percentage": _field,
    "text": _field,
}
"""How each kind says what one may answer; a test compares with the engine's kinds."""


def question(path: Path, asked: Question, answer: Answer | None, now: datetime) -> str:
    """A question with its rank, what one may answer, and the answer it has, if any."""
    codes = [q.code for q in path.asked]
    lines = [f"Question {codes.index(asked.code) + 1} sur {len(codes)}. {asked.text}"]
    if asked.help:
        lines.append(asked.help)
    lines.append(RENDERERS[asked.kind](asked))
    if answer is not None and answer.value is not None:
        shown = registry.show(asked, answer.value)
        lines.append(f"Réponse actuelle{NBSP}: {shown} ({_by(answer, now)}).")
    return "\n".join(lines)


def welcome(seen: Overview) -> str:
    """The first words of a chat."""
    return (
        f"Bonjour. Vous répondez pour {seen.authority.name}, "
        f"jusqu’au {day_month(seen.wave.ends_at)}. Écrivez «{NBSP}aide{NBSP}» à tout moment."
    )


def themes(seen: Overview) -> str:
    """The choice of a theme, numbered."""
    lines = [
        f"{number}. {one.theme.name}{NBSP}: {_standing(one)}"
        for number, one in enumerate(seen.themes, start=1)
    ]
    return "\n".join([f"Quel thème voulez-vous remplir{NBSP}?", *lines])


def _standing(one: ThemeStanding) -> str:
    match one.standing:
        case Standing.SUBMITTED:
            return "envoyé"
        case Standing.STARTED:
            noun = "question" if one.answered < 2 else "questions"
            return f"{one.answered} {noun} sur {one.asked}"
        case Standing.TODO:
            return f"à commencer, {one.minutes_left} minutes"


def which_theme(count: int) -> str:
    """A choice that was not understood."""
    if count == 1:
        return f"Répondez par 1, ou écrivez «{NBSP}aide{NBSP}»."
    return f"Répondez par un numéro de 1 à {count}, ou par le nom du thème."


def noted(asked: Question, value: Value | None) -> str:
    """What was understood and kept."""
    return f"Noté{NBSP}: {_said(asked, value)}."


def conflict(asked: Question, told: Conflict, now: datetime) -> str:
    """Two answers to one question: which one stays?"""
    mine = _said(asked, told.mine)
    counted = _said(asked, told.counted.value)
    return (
        f"{just_answered(told.counted.by)}. Gardez la réponse qui convient.\n"
        f"1. «{NBSP}{counted}{NBSP}» ({_by(told.counted, now)}), qui compte maintenant\n"
        f"2. «{NBSP}{mine}{NBSP}» (vous, à l’instant)"
    )


def before_sending(path: Path, *, to_validate: bool) -> str:
    """Ready to send, or to be read by whoever validates, with what is left blank."""
    blank = len(path.missing)
    if not blank:
        told = "Vous avez répondu à toutes les questions."
    else:
        told = f"Il reste {blank} {'question' if blank == 1 else 'questions'} sans réponse."
    do = "demander sa validation" if to_validate else "envoyer ce thème"
    return f"{told} Voulez-vous {do}{NBSP}? Répondez par oui ou par non."


def receipt(handed_in: Submission) -> str:
    """Thanks and a number; never a value."""
    told = f"Merci, c’est envoyé. Accusé de réception nº{NBSP}{handed_in.number}."
    if handed_in.theme.confidential:
        return f"{told} Ces réponses ne s’affichent plus, pour personne."
    return told


def submitted(one: ThemeStanding, url: str) -> str:
    """A theme that was handed in."""
    return (
        f"«{NBSP}{one.theme.name}{NBSP}» est déjà envoyé. "
        f"Pour changer une réponse, rouvrez ce thème sur le site{NBSP}: {url}"
    )


def elsewhere(one: ThemeStanding, url: str) -> str:
    """A confidential theme, on a messenger that is not the State's own."""
    return (
        f"«{NBSP}{one.theme.name}{NBSP}» ne se remplit pas sur cette messagerie. "
        f"Ouvrez votre lien{NBSP}: {url}"
    )


def farewell(seen: Overview, url: str) -> str:
    """The person stops there."""
    return (
        f"À bientôt. Tout est gardé{NBSP}: reprenez ici en écrivant «{NBSP}thèmes{NBSP}», "
        f"ou sur le site, jusqu’au {day_month(seen.wave.ends_at)}{NBSP}: {url}"
    )


def _said(asked: Question, value: Value | None) -> str:
    return f"sans{NBSP}réponse" if value is None else registry.show(asked, value)


def _by(answer: Answer, now: datetime) -> str:
    return f"{answer.by}, {when(answer.at, now)}, {CHANNEL_LABELS[answer.channel]}"
