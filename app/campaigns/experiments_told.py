"""How an experiment is told in French: what is tried, by which rule, what it shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.campaigns.calendar_read import falls, told_to
from app.campaigns.experimenting import Foreseen
from app.campaigns.experiments import Verdict
from app.campaigns.steps import Step
from app.panel.geography import number
from app.vocabulary.wave_steps import STEP_LABELS, Audience

# The names under which the console lists these texts.
WORDS: Mapping[str, str] = {
    "reminder": "Relance",
    "reminder_2": "Deuxième relance",
    "last_call": "Dernier rappel",
}


# Who will be concerned is not known beforehand: the draw is made among all, which favours no arm.
_ONLY: Mapping[Audience, Sequence[str]] = {
    Audience.ALL: (),
    Audience.STARTED: (
        "Cette étape ne va qu’à celles qui auront commencé\u00a0: seules leurs boîtes compteront, "
        "et leur nombre n’est pas connu d’avance.",
    ),
    Audience.UNSTARTED: (
        "Cette étape ne va qu’à celles qui n’auront pas commencé\u00a0: seules leurs boîtes "
        "compteront, et leur nombre n’est pas connu d’avance.",
    ),
}


def reminder_told(step: Step) -> str:
    """« Relance, 15 jours après l’invitation »."""
    return f"{STEP_LABELS[step.kind]}, {falls(step)}{told_to(step)}"


def tried_told(words: str | None, hour: int | None) -> str:
    """What the tried arm gets instead of the usual."""
    if words is not None:
        return f"Texte «\u00a0{WORDS[words]}\u00a0»"
    return f"Envoi à {hour}\u00a0h"


def rule_told(foreseen: Foreseen, days: int) -> tuple[str, ...]:
    """The rule, as whoever begins the experiment reads it beforehand, a sentence each."""
    rule, needed = foreseen.rule, 2 * foreseen.rule.n_per_arm
    return (
        f"Il faut {number(needed)} boîtes, {number(rule.n_per_arm)} pour chaque manière. "
        f"La vague en compte {number(foreseen.n_mailboxes)}\u00a0: toutes sont tirées au sort, "
        "la moitié pour la manière habituelle, l’autre pour celle que vous essayez.",
        f"Chaque boîte a {_days(days)} après sa relance pour répondre. "
        "Elle est comptée ensuite, qu’elle ait répondu ou non.",
        "Avant la moitié des boîtes nécessaires, rien n’est conclu. Ensuite, seul ce qui ne "
        "laisse aucun doute l’est. Quand toutes ont été comptées, ou à la fin de la vague, "
        "l’essai conclut.",
        f"Une différence de {_figure(rule.effect)}\u00a0points, si elle existe, est trouvée "
        f"{round(10 * rule.power)} fois sur 10. S’il n’y en a aucune, l’essai en annonce une à "
        "tort une fois sur vingt au plus.",
        "La règle est écrite avant le premier message et ne change plus. Regarder l’essai en "
        "cours ne change rien à ce qui sera trouvé.",
        *_ONLY[foreseen.audience],
    )


def difference_told(verdict: Verdict) -> str:
    """The difference and its 95 % interval, in points; "" as long as an arm has no mailbox."""
    if not (verdict.n_usual and verdict.n_tried):
        return ""
    gap, low, high = (_signed(one) for one in (verdict.difference, verdict.low, verdict.high))
    unit = "points" if abs(round(100 * verdict.difference, 1)) >= 2 else "point"
    return f"{gap}\u00a0{unit}, de {low} à {high}"


def _signed(share: float) -> str:
    points = round(100 * share, 1)
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{_figure(abs(share))}"


def _figure(share: float) -> str:
    """A share (0–1) in points: 5, or 4,2."""
    return f"{round(100 * share, 1):g}".replace(".", ",")


def _days(days: int) -> str:
    return f"{days}\u00a0jour{'s' if days > 1 else ''}"
