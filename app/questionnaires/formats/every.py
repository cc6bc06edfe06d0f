"""Every format a questionnaire is written in, for the commands, the console and the site.

Only the format that is asked for is loaded: spreadsheets are slow to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from app.interview.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a questionnaire: the file's ending and type, and `module:function`.

    The function takes a questionnaire and gives bytes or a text. `label` is what a link says.
    """

    ending: str
    place: str
    mimetype: str
    label: str


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Mapping[str, Format] = {
    "xlsform": Format(
        "xlsx",
        "app.questionnaires.formats.xlsform_out:to_xlsform",
        _SHEET,
        "XLSForm, pour les logiciels d’enquête",
    ),
    "codebook": Format(
        "csv",
        "app.questionnaires.formats.codebook:to_codebook_csv",
        "text/csv",
        "Dictionnaire des variables, pour un tableur",
    ),
    "ddi": Format(
        "xml",
        "app.questionnaires.formats.ddi:to_ddi_codebook",
        "application/xml",
        "DDI Codebook, pour les archives de données",
    ),
    "table-schema": Format(
        "json",
        "app.questionnaires.formats.table_schema:to_table_schema",
        "application/json",
        "Table Schema du fichier des réponses",
    ),
    "yaml": Format(
        "yaml",
        "app.questionnaires.yaml_writer:to_yaml",
        "application/yaml",
        "YAML, le format du logiciel",
    ),
}
"""Name in commands and addresses → how it is written."""


@dataclass(frozen=True, slots=True)
class Written:
    """A questionnaire as a file."""

    name: str
    mimetype: str
    content: bytes


def written(questionnaire: Questionnaire, name: str) -> Written:
    """The questionnaire in that format. KeyError if there is no such format."""
    chosen = FORMATS[name]
    module, _, function = chosen.place.partition(":")
    made: bytes | str = getattr(import_module(module), function)(questionnaire)
    content = made.encode() if isinstance(made, str) else made
    return Written(
        f"{questionnaire.theme}-v{questionnaire.version}.{chosen.ending}", chosen.mimetype, content
    )
