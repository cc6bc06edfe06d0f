"""A questionnaire as a YAML file that `load` reads back equal. Comments are not kept."""

from __future__ import annotations

from typing import Any

import yaml

from app.interview.definition import to_definition
from app.interview.questionnaire import Questionnaire

_WIDTH = 96
_ON_ONE_LINE = frozenset({"choices", "asked_when", "thresholds"})
"""Lists of small objects: each of these stands on one line, as our authors write them."""


class _Small(dict[str, Any]):
    """A mapping written between braces."""


class _Writer(yaml.SafeDumper):
    """SafeDumper with indented lists; texts that another reader takes for booleans are quoted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _small(writer: yaml.SafeDumper, value: _Small) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


_Writer.add_representer(_Small, _small)


def to_yaml(questionnaire: Questionnaire) -> str:
    """The text of the file."""
    content = to_definition(questionnaire)
    tops = {k: v for k, v in content.items() if v is not False or k not in ("draft", "simulated")}
    tops["sections"] = [
        section | {"questions": [_question(question) for question in section["questions"]]}
        for section in content["sections"]
    ]
    return yaml.dump(
        tops, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_WIDTH, indent=2
    )


def _question(given: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in given.items() if not _is_default(k, v)}
    for key in _ON_ONE_LINE & set(kept):
        kept[key] = [_Small(item) for item in kept[key]]
    if "points" in kept:
        kept["points"] = _Small(kept["points"])
    return kept


def _is_default(key: str, value: object) -> bool:
    return (key, value) in (("dont_know", True), ("not_concerned", False))
