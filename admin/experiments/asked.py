"""What the form of an experiment says, kept as it was typed and read as a design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from admin.campaigns.asked import number
from app.campaigns.experiment_design import HOURS, Design
from app.campaigns.experiments_told import WORDS, tried_told
from app.errors import Refused
from app.vocabulary.experiments import Tried

LONGEST_LABEL = 80
_USUAL = Design("")


class BadShare(Refused):
    """Not a percentage."""

    sentence = (
        "«\u00a0{given}\u00a0» n’est pas un pourcentage. Écrivez-le en chiffres, par exemple 15 "
        "ou 7,5."
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form, word for word; by default, the usual design."""

    step: str = ""
    label: str = ""
    tries: str = ""  # « words:last_call », « hour:14 »
    baseline: str = f"{100 * _USUAL.baseline:g}"
    effect: str = f"{100 * _USUAL.effect:g}"
    days: str = str(_USUAL.days)

    def design(self) -> Design:
        """The design that they state; refuses what is no number."""
        kind, _, which = self.tries.partition(":")
        return Design(
            label=self.label,
            words=which if kind == Tried.WORDS else None,
            hour=number(which) if kind == Tried.HOUR else None,
            baseline=_share(self.baseline),
            effect=_share(self.effect),
            days=number(self.days),
        )

    def step_id(self) -> int:
        """The reminder that was chosen; 0, which is none, as long as none was."""
        return number(self.step) if self.step else 0


def typed_in(form: Mapping[str, str]) -> Typed:
    """What was sent; a field that is missing is empty."""

    def field(name: str) -> str:
        return form.get(name, "").replace("\0", "").strip()[:LONGEST_LABEL]

    return Typed(*(field(name) for name in Typed.__dataclass_fields__))


def things_to_try() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """What an experiment may try, in groups."""
    words = [(f"{Tried.WORDS}:{code}", tried_told(code, None)) for code in WORDS]
    hours = [(f"{Tried.HOUR}:{hour}", tried_told(None, hour)) for hour in HOURS]
    return [("Un autre texte", words), ("Une autre heure", hours)]


def named(tries: str) -> str:
    """The words of one of them; "" for what is none."""
    choices = (choice for _, group in things_to_try() for choice in group)
    return dict(choices).get(tries, "")


def _share(text: str) -> float:
    try:
        found = Decimal(text.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        raise BadShare(given=text[:20]) from None
    if not found.is_finite():
        raise BadShare(given=text[:20])
    return float(found) / 100
