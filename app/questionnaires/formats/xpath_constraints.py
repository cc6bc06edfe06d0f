"""An expression of `constraint` → bounds, greatest length and exclusive choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.interview.kinds.text import MAX_LENGTH
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
from app.questionnaires.formats.xpath_out import DEFAULT_BOUNDS

_SELF = Field(".")
_REFUSED = (
    "cette contrainte n’est pas des nôtres (un minimum, un maximum, une longueur, un choix qui "
    "exclut les autres)"
)


@dataclass(slots=True)
class Rules:
    """What the constraint says; `given` goes into the question's definition as it is."""

    given: dict[str, Any] = field(default_factory=dict)
    exclusive: list[str] = field(default_factory=list)


def read_constraint(text: str, kind: str) -> Rules:
    """The rules of an expression; `Unsupported` if it says anything else."""
    rules = Rules()
    for term in _parts(parse(text)):
        _note(term, kind, rules)
    return rules


def _parts(term: Term) -> Iterator[Term]:
    if isinstance(term, Group) and isinstance(term.inside, Both):
        term = term.inside
    if isinstance(term, Both):
        for part in term.parts:
            yield from _parts(part)
    else:
        yield term


def _note(term: Term, kind: str, rules: Rules) -> None:
    exclusive = _exclusive(term)
    if exclusive and kind == "multiple":
        rules.exclusive.append(exclusive)
        return
    by_default = isinstance(term, Group)
    compared = term.inside if isinstance(term, Group) else term
    if not isinstance(compared, Compare):
        raise Unsupported(_REFUSED)
    key, bound = _bound(compared, kind)
    if key in rules.given:
        raise Unsupported("la même borne est donnée deux fois")
    if not (by_default and bound == _default(key, kind)):
        rules.given[key] = bound


def _bound(term: Compare, kind: str) -> tuple[str, int]:
    length = Call("string-length", (_SELF,))
    on_text = kind == "text"
    if kind not in (*DEFAULT_BOUNDS, "text") or term.left != (length if on_text else _SELF):
        raise Unsupported(_REFUSED)
    if not isinstance(term.right, int):
        raise Unsupported("une borne est un nombre entier")
    if term.sign == ">=" and not on_text:
        return "minimum", term.right
    if term.sign == "<=":
        return "max_length" if on_text else "maximum", term.right
    if term.sign == ">" and kind == "integer":
        return "minimum", term.right + 1
    if term.sign == "<" and kind in ("integer", "text"):
        return "max_length" if on_text else "maximum", term.right - 1
    raise Unsupported(_REFUSED)


def _default(key: str, kind: str) -> int | None:
    if key == "max_length":
        return MAX_LENGTH
    least, most = DEFAULT_BOUNDS[kind]
    return least if key == "minimum" else most


def _exclusive(term: Term) -> str:
    """The choice that stands alone: `not(selected(., 'none') and count-selected(.) > 1)`, or
    `not(selected(., 'none')) or count-selected(.) = 1`; "" if it is neither.
    """
    if isinstance(term, Group):
        term = term.inside
    if isinstance(term, Call) and term.name == "not" and len(term.given) == 1:
        inside = term.given[0]
        return _with_count(inside.parts, ">") if isinstance(inside, Both) else ""
    if isinstance(term, Either):
        opened = tuple(
            part.given[0] if isinstance(part, Call) and part.name == "not" else part
            for part in term.parts
            if isinstance(part, Compare) or (isinstance(part, Call) and part.name == "not")
        )
        return _with_count(opened, "=")
    return ""


def _with_count(parts: tuple[Term, ...], sign: str) -> str:
    count = Compare(sign, Call("count-selected", (_SELF,)), 1)
    others = [part for part in parts if part != count]
    if len(parts) != 2 or len(others) != 1:
        return ""
    ticked = others[0]
    if isinstance(ticked, Call) and ticked.name == "selected" and ticked.given[:1] == (_SELF,):
        code = ticked.given[1] if len(ticked.given) == 2 else None
        return code if isinstance(code, str) else ""
    return ""
