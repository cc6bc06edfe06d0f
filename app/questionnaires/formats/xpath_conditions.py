"""An expression of `relevant` → our conditions, or the reason why it is none of ours.

`${a} != 'yes'` is read as `is_not`, which is false while `a` is unanswered: what those who write
it nearly always mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaires.formats.answers_file import TERRITORY_KIND
from app.questionnaires.formats.xlsform_layout import POPULATION, SPECIAL
from app.questionnaires.formats.xpath_in import (
    Both,
    Call,
    Compare,
    Either,
    Field,
    Group,
    Term,
    Unsupported,
    parse,
)

Definition = dict[str, Any]

_REFUSED = (
    "cette condition n’est pas des nôtres (une réponse égale ou différente, parmi plusieurs, "
    "cochée, un nombre au moins égal ou inférieur, une réponse donnée ou non)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What conditions need to know of the questions: code → kind."""

    kinds: Mapping[str, str]

    def kind(self, code: str) -> str:
        return self.kinds.get(code, "")


def read_relevant(text: str, asked: Asked) -> list[Definition]:
    """The conditions, all of which must hold; `Unsupported` with its reason."""
    return _all(parse(text), asked)


def _all(term: Term, asked: Asked) -> list[Definition]:
    if isinstance(term, Both):
        return [condition for part in term.parts for condition in _all(part, asked)]
    if isinstance(term, Group):
        return _grouped(term.inside, asked)
    if isinstance(term, Either):
        return [_one_of(term.parts, asked)]
    return [_single(term, asked)]


def _grouped(term: Term, asked: Asked) -> list[Definition]:
    """Between parentheses: a list of answers, a form of ours, or parentheses for clarity."""
    ours = _given(term) or _is_not(term)
    if ours:
        return [ours]
    if isinstance(term, Compare | Call):
        single = _single(term, asked)
        return [_as_list(single)]
    return _all(term, asked)


_PLURAL = {"is": "any_of", "includes": "includes_any"}


def _as_list(condition: Definition) -> Definition:
    for one, several in _PLURAL.items():
        if one in condition:
            return {"question": condition["question"], several: [condition[one]]}
    return condition


def _one_of(parts: tuple[Term, ...], asked: Asked) -> Definition:
    found = [_as_list(_single(part, asked)) for part in parts]
    first = found[0]
    operator = next((key for key in first if key in ("any_of", "includes_any", "kinds")), "")
    same = all(set(c) == set(first) and c.get("question") == first.get("question") for c in found)
    if not operator or not same:
        raise Unsupported(
            "«\u00a0or\u00a0» n’est admis qu’entre des réponses à une même question, "
            "écrivez deux questions ou une condition plus simple"
        )
    return first | {operator: [code for condition in found for code in condition[operator]]}


def _sides(term: Term) -> tuple[str, Field, str] | None:
    """`${a} = 'x'` → ("=", a, "x")."""
    if isinstance(term, Compare) and isinstance(term.left, Field) and isinstance(term.right, str):
        return term.sign, term.left, term.right
    return None


def _given(term: Term) -> Definition | None:
    """An answer given or not, where special answers are a question of their own."""
    parts = term.parts if isinstance(term, Both | Either) else ()
    sides = [found for part in parts if (found := _sides(part))]
    if len(parts) != 2 or len(sides) != 2:
        return None
    (sign, on, empty), (other_sign, special, other_empty) = sides
    expected = "=" if isinstance(term, Both) else "!="
    if (sign, other_sign, empty, other_empty) != (expected, expected, "", ""):
        return None
    if special.code != f"{on.code}{SPECIAL}":
        return None
    return {"question": on.code, "answered": expected == "!="}


def _is_not(term: Term) -> Definition | None:
    """`${a} != '' and ${a} != 'yes'`."""
    parts = term.parts if isinstance(term, Both) else ()
    sides = [found for part in parts if (found := _sides(part))]
    if len(parts) != 2 or len(sides) != 2:
        return None
    (sign, on, empty), (other_sign, other, code) = sides
    if (sign, other_sign, empty, on) != ("!=", "!=", "", other) or not code:
        return None
    return {"question": on.code, "is_not": code}


def _single(term: Term, asked: Asked) -> Definition:
    if isinstance(term, Group):
        return _single(term.inside, asked)
    if isinstance(term, Call) and term.name == "selected":
        return _selected(term, asked)
    if not isinstance(term, Compare):
        raise Unsupported(_REFUSED)
    if isinstance(term.left, Field) and isinstance(term.right, str):
        return _equal(term.sign, term.left.code, term.right, asked)
    if isinstance(term.right, int | float):
        return _number(term.sign, term.left, term.right, asked)
    raise Unsupported(_REFUSED)


def _selected(term: Call, asked: Asked) -> Definition:
    if len(term.given) != 2:
        raise Unsupported(_REFUSED)
    on, code = term.given
    if not isinstance(on, Field) or not isinstance(code, str) or on.code == ".":
        raise Unsupported(_REFUSED)
    if asked.kind(on.code) in ("single", "scale"):
        return {"question": on.code, "is": code}
    return {"question": on.code, "includes": code}


def _equal(sign: str, code: str, value: str, asked: Asked) -> Definition:
    if code == TERRITORY_KIND and sign == "=":
        return {"kinds": [value]}
    if not value and sign in ("=", "!="):
        return {"question": code, "answered": sign == "!="}
    operator = {"=": "is", "!=": "is_not"}.get(sign, "")
    if not operator or code == TERRITORY_KIND or code == ".":
        raise Unsupported(_REFUSED)
    if asked.kind(code) == "multiple":
        raise Unsupported(
            f"pour une question à plusieurs réponses, écrivez selected(${{{code}}}, '{value}')"
        )
    return {"question": code, operator: value}


def _field(term: Term) -> str:
    """`${a}`, or `coalesce(${a}, 0)` → a."""
    if isinstance(term, Call) and term.name == "coalesce" and term.given[1:] == (0,):
        term = term.given[0]
    if not isinstance(term, Field) or term.code == ".":
        raise Unsupported(_REFUSED)
    return term.code


_NEXT: Mapping[str, Callable[[float], tuple[str, float]]] = {
    ">=": lambda bound: ("at_least", bound),
    "<": lambda bound: ("less_than", bound),
    ">": lambda bound: ("at_least", bound + 1),
    "<=": lambda bound: ("less_than", bound + 1),
}
"""Sign → our operator and bound; the last two hold for whole numbers only."""


def _number(sign: str, left: Term, bound: float, asked: Asked) -> Definition:
    code = _field(left)
    inhabitants = code == POPULATION
    if sign not in _NEXT:
        raise Unsupported("un nombre se compare par >= ou <, ou n’a pas de réponse (= '')")
    whole = isinstance(bound, int) and (inhabitants or asked.kind(code) == "integer")
    if sign in (">", "<=") and not whole:
        raise Unsupported("ce nombre se compare par >= ou <")
    operator, value = _NEXT[sign](bound)
    if inhabitants:
        return {f"population_{operator}": value}
    if isinstance(left, Call):
        raise Unsupported("«\u00a0coalesce\u00a0» n’est admis que pour la population")
    return {"question": code, operator: value}
