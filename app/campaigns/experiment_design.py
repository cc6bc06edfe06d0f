"""What is stated before an experiment begins: what is tried, how it is judged, who may begin it."""

from __future__ import annotations

from dataclasses import dataclass

from app.campaigns.experiments import Rule
from app.errors import Hidden, NotAllowed, Refused
from app.messages.wordings import REMINDERS
from app.vocabulary.experiments import Tried
from app.vocabulary.office_hours import CLOSES, OPENS
from app.vocabulary.scope import Right, Scope

DAYS_TO_ANSWER = 7  # a second reminder comes no sooner
HOURS = range(OPENS.hour, CLOSES.hour)
"""The hours of a town hall's day that may be tried."""
LONGEST = 90  # days; a wave is a quarter
LEAST_EFFECT = 0.001  # share; the whole panel could not show less


class UnknownExperiment(Hidden):
    """No such experiment."""

    sentence = "Cet essai n’existe pas. Vérifiez son numéro dans la liste."


class Unnamed(Refused):
    """The list must tell one experiment from another."""

    sentence = "Donnez un nom à cet essai, par exemple «\u00a0Un objet plus court\u00a0»."


class NoReminder(Refused):
    """Only a step that reminds by mail can be tried in two ways."""

    sentence = "Choisissez une relance de cette vague\u00a0: elle seule peut être essayée."


class NothingTried(Refused):
    """Neither other words nor another hour, or both."""

    sentence = (
        "Dites ce qui est essayé\u00a0: soit un autre texte de relance, "
        "soit une heure d’envoi entre {opens}\u00a0h et {closes}\u00a0h."
    )


class SameWords(Refused):
    """Both arms would get the same message."""

    sentence = "Cette relance part déjà avec ce texte. Choisissez-en un autre à essayer."


class BadDesign(Refused):
    """The expected share, the difference or the days cannot be."""

    sentence = (
        "La part attendue et la différence à trouver (0,1 point au moins) sont des "
        "pourcentages, ensemble sous 100\u00a0; le délai est d’un à {longest} jours."
    )


class WaveOver(Refused):
    """Nobody is reminded any more: there is nothing to try, nor to find."""

    sentence = (
        "Cette vague est terminée\u00a0: aucune relance n’y part plus. Choisissez-en une autre."
    )
    status = 409


class AlreadyTried(Refused):
    """One experiment at a time on a step, or what is found could be the other's doing."""

    sentence = "Un essai porte déjà sur cette relance. Attendez qu’il soit terminé."
    status = 409


class TooFewMailboxes(Refused):
    """The wave cannot show such a difference, whatever happens."""

    sentence = (
        "Il faudrait {needed} boîtes pour trouver cette différence, et la vague en compte "
        "{n}. Cherchez une différence plus grande."
    )


@dataclass(frozen=True, slots=True)
class Design:
    """What is stated before the first message: what is tried, and how it will be judged."""

    label: str
    words: str | None = None  # the name of the template that is tried
    hour: int | None = None
    baseline: float = 0.15  # share (0–1)
    effect: float = 0.05
    days: int = DAYS_TO_ANSWER

    @property
    def tries(self) -> Tried:
        return Tried.WORDS if self.words else Tried.HOUR


def must_be_national(scope: Scope) -> None:
    """An experiment speaks of the whole panel: only the national team begins one."""
    if not scope.may_everywhere(Right.CHASE):
        raise NotAllowed


def rule_for(design: Design) -> Rule:
    """The rule that this design asks for; refuses one that cannot be."""
    if not design.label.strip():
        raise Unnamed
    one_only = (design.words is None) is not (design.hour is None)
    known = design.words is None or design.words in REMINDERS
    in_hours = design.hour is None or design.hour in HOURS
    if not (one_only and known and in_hours):
        raise NothingTried(opens=HOURS[0], closes=HOURS[-1])
    if not 1 <= design.days <= LONGEST or design.effect < LEAST_EFFECT:
        raise BadDesign(longest=LONGEST)
    try:
        return Rule(design.baseline, design.effect)
    except ValueError as error:
        raise BadDesign(longest=LONGEST) from error
