"""Takes an XLSForm expression apart. Only the few forms that our conditions and bounds need:
`and`, `or`, `not`, comparisons of a field, of `.` or of a function of one, with a constant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

LONGEST = 4_000
"""Characters of an expression: a condition on a hundred choices takes less."""
DEEPEST = 20
"""Parentheses within parentheses."""


class Unsupported(ValueError):
    """An expression that we do not know. `args[0]`: a French reason, no full stop."""


@dataclass(frozen=True, slots=True)
class Field:
    """`${code}`; `.` (the answer itself) has the code "."."""

    code: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    given: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """`left sign right`."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Both:
    """Parts that must all hold."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Parts of which one must hold."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between parentheses."""

    inside: Term


Term: TypeAlias = "Field | Call | Compare | Both | Either | Group | str | int | float"

_TOKEN = re.compile(
    r"\s*(?:(?P<field>\$\{\s*[^{}\s]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<sign>!=|<=|>=|[=<>])"
    r"|(?P<word>[A-Za-z][A-Za-z0-9:_-]*)|(?P<dot>\.(?![.0-9/]))|(?P<mark>[(),]))"
)

_Token = tuple[str, str]


def parse(text: str) -> Term:
    """The expression's parts; `Unsupported` if there is anything else in it."""
    if len(text) > LONGEST:
        raise Unsupported("la formule est trop longue")
    return _Parser(list(_tokens(text))).whole()


def _tokens(text: str) -> Sequence[_Token]:
    found: list[_Token] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            left = text[place : place + 20].strip()
            raise Unsupported(f"nous ne savons pas lire «\u00a0{left}\u00a0» dans cette formule")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return found


class _Parser:
    """Reads tokens from left to right; `or` binds less than `and`, as in XPath."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Term:
        term = self._either()
        if self._place < len(self._tokens):
            raise Unsupported(f"«\u00a0{self._peek()[1]}\u00a0» n’est pas attendu ici")
        return term

    def _peek(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("", "")

    def _take(self, value: str) -> bool:
        kind, found = self._peek()
        if found != value or kind not in ("mark", "word"):
            return False
        self._place += 1
        return True

    def _need(self, value: str) -> None:
        if not self._take(value):
            raise Unsupported(f"il manque «\u00a0{value}\u00a0» dans cette formule")

    def _either(self) -> Term:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return Either(tuple(parts)) if len(parts) > 1 else parts[0]

    def _both(self) -> Term:
        parts = [self._compare()]
        while self._take("and"):
            parts.append(self._compare())
        return Both(tuple(parts)) if len(parts) > 1 else parts[0]

    def _compare(self) -> Term:
        left = self._atom()
        kind, sign = self._peek()
        if kind != "sign":
            return left
        self._place += 1
        return Compare(sign, left, self._atom())

    def _atom(self) -> Term:
        kind, value = self._peek()
        self._place += 1
        if kind == "field":
            return Field(value[2:-1].strip())
        if kind == "dot":
            return Field(".")
        if kind == "text":
            return value[1:-1]
        if kind == "number":
            return float(value) if "." in value else int(value)
        if kind == "word":
            return self._call(value)
        if value == "(":
            return self._group()
        raise Unsupported("la formule est incomplète")

    def _group(self) -> Term:
        inside = self._inside()
        if len(inside) != 1:
            raise Unsupported("une virgule n’est pas attendue ici")
        return Group(inside[0])

    def _call(self, name: str) -> Term:
        if self._peek()[1] != "(":
            raise Unsupported(f"nous ne savons pas lire «\u00a0{name}\u00a0» dans cette formule")
        self._place += 1
        if name not in ("selected", "not", "coalesce", "count-selected", "string-length"):
            raise Unsupported(f"la fonction «\u00a0{name}()\u00a0» n’est pas admise")
        return Call(name, self._inside())

    def _inside(self) -> tuple[Term, ...]:
        """What stands between the parentheses just opened, separated by commas."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsupported("la formule a trop de parenthèses")
        parts = [self._either()]
        while self._take(","):
            parts.append(self._either())
        self._need(")")
        self._depth -= 1
        return tuple(parts)
