"""YAML as our authors write it, with the line of everything.

`yes` and `no` are texts here (they are codes of the scale), and a key written twice is refused
rather than silently lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

_REASONS = (
    ("mapping values are not allowed", "un deux-points est mal placé, ou un texte à guillemets"),
    ("cannot start any token", "un caractère n’est pas permis ici\u00a0: pas de tabulation"),
    ("could not find expected ':'", "il manque un deux-points"),
    ("expected <block end>", "l’alignement ne suit pas celui des lignes au-dessus"),
    ("found unexpected end of stream", "un guillemet ou un crochet n’est pas fermé"),
    ("while scanning a quoted scalar", "un guillemet n’est pas fermé"),
    ("undefined alias", "un renvoi (*) ne mène nulle part"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in a file; `line` counts from 1."""

    line: int
    reason: str


class UnreadableYaml(Exception):
    """The text is not YAML."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.reason)


class _Loader(yaml.SafeLoader):
    """SafeLoader whose only booleans are `true` and `false`."""

    yaml_implicit_resolvers = {  # noqa: RUF012  (PyYAML's own way)
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag != "tag:yaml.org,2002:bool" or first in "tTfF"
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file: its content, and where each part of it stands."""

    content: Any
    root: yaml.Node | None

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a part, given the keys and ranks that lead to it."""
        node, line = self.root, 1
        for step in path:
            node, line = _step(node, step, line)
        return line

    def line_of_code(self, code: str) -> int:
        """The line where an object of that code begins; 1 when there is none."""
        return next(_lines_of_code(self.root, code), 1)


def parse(text: str) -> Source:
    """Content and lines of a YAML text; `UnreadableYaml` with the line and the reason."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise UnreadableYaml(_fault(error, text)) from error
    twice = _written_twice(root)
    if twice:
        raise UnreadableYaml(twice)
    return Source(content, root)


def _fault(error: yaml.YAMLError, text: str) -> Fault:
    said = str(error)
    reason = next((why for sign, why in _REASONS if sign in said), "la mise en forme est illisible")
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return Fault(error.problem_mark.line + 1, reason)
    position = getattr(error, "position", 0)
    return Fault(text.count("\n", 0, position) + 1, "un caractère n’est pas permis ici")


def _step(node: yaml.Node | None, step: str | int, line: int) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None, line


def _children(node: yaml.Node | None) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _lines_of_code(node: yaml.Node | None, code: str) -> Iterator[int]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if node and any(key.value == "code" and value.value == code for key, value in pairs):
        yield node.start_mark.line + 1
    for child in _children(node):
        yield from _lines_of_code(child, code)


def _written_twice(node: yaml.Node | None) -> Fault | None:
    seen: set[object] = set()
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value in seen and isinstance(key, yaml.ScalarNode):
            return Fault(key.start_mark.line + 1, f"«\u00a0{key.value}\u00a0» est écrit deux fois")
        if isinstance(key, yaml.ScalarNode):
            seen.add(key.value)
    return next(filter(None, map(_written_twice, _children(node))), None)
