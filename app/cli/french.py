"""What click says by itself, in French: headings of the help, and what a wrong line lacks.

Each module of click asks `gettext` under two names of its own. A catalogue for gettext would be a
compiled file, and obey the language of the machine: French is that of every command, wherever.
"""

from __future__ import annotations

from typing import Any

import click
from click import core, decorators, exceptions, formatting, parser, termui, types

MODULES = (core, decorators, exceptions, formatting, parser, termui, types)

WORDS = {
    # The help.
    "Usage:": "Usage\u00a0:",
    "Options": "Options",
    "Commands": "Commandes",
    "Positional arguments": "Arguments",
    "Show this message and exit.": "Afficher cette aide.",
    "required": "obligatoire",
    "default: {default}": "par défaut\u00a0: {default}",
    "env var: {var}": "réglage\u00a0: {var}",
    "(dynamic)": "(selon le cas)",
    "deprecated": "à ne plus employer",
    # A line that is badly written.
    "Error: {message}": "Erreur\u00a0: {message}",
    "Try '{command} {option}' for help.": "Pour l’aide\u00a0: {command} {option}",
    "Missing command.": "Il manque le nom de la commande.",
    "Missing argument": "Il manque",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque",
    "Missing {param_type}": "Il manque",
    "Missing parameter: {param_name}": "Il manque {param_name}",
    "No such command {name!r}.": "La commande «\u00a0{name}\u00a0» n’existe pas.",
    "No such option {name!r}.": "L’option {name} n’existe pas.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility}\u00a0?",
    "(Did you mean one of: {possibilities}?)": "Vouliez-vous dire {possibilities}\u00a0?",
    "Option {name!r} requires an argument.": "L’option {name} attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L’option {name} attend {nargs} valeurs.",
    "Option {name!r} does not take a value.": "L’option {name} n’attend pas de valeur.",
    "Argument {name!r} takes {nargs} values.": "{name} attend {nargs} valeurs.",
    "Takes {nargs} values but 1 was given.": "{nargs} valeurs sont attendues, et non une.",
    "Takes {nargs} values but {len} were given.": "{nargs} valeurs sont attendues, et non {len}.",
    "Got unexpected extra argument ({args})": "Ce mot est de trop\u00a0: {args}.",
    "Got unexpected extra arguments ({args})": "Ces mots sont de trop\u00a0: {args}.",
    # A value that does not fit.
    "Invalid value: {message}": "{message}",
    "Invalid value for {param_hint}: {message}": "Pour {param_hint}\u00a0: {message}",
    "{value!r} is not a valid {number_type}.": "«\u00a0{value}\u00a0» n’est pas un nombre.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "Donnez {states}.",
    "{value} is not in the range {range}.": "{value} n’est pas dans les limites {range}.",
    "{value!r} is not {choice}.": "Donnez {choice}, et non «\u00a0{value}\u00a0».",
    "{value!r} is not one of {choices}.": "Donnez l’un de ceux-ci\u00a0: {choices}.",
    "Choose from:\n\t{choices}": "Choisissez parmi\u00a0:\n\t{choices}",
    "{value!r} does not match the format {format}.": (
        "«\u00a0{value}\u00a0» n’est pas une date comme 2027-01-11."
    ),
    "{name} {filename!r} does not exist.": "Le chemin {filename} n’existe pas.",
    "{name} {filename!r} is a file.": "{filename} est un fichier, et non un dossier.",
    "{name} {filename!r} is a directory.": "{filename} est un dossier, et non un fichier.",
    "{name} {filename!r} is not readable.": "{filename} ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "{filename} ne peut pas être écrit.",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    # A question, and its answer.
    "Repeat for confirmation": "Une seconde fois",
    "Error: The two entered values do not match.": "Les deux ne sont pas les mêmes.",
    "Error: invalid input": "Cette réponse n’est pas comprise.",
    "Aborted!": "Interrompu.",
}

KINDS: dict[type[click.ParamType[Any]], str] = {
    click.types.StringParamType: "texte",
    click.types.IntParamType: "nombre",
    click.types.FloatParamType: "nombre",
    click.IntRange: "nombre",
}
"""What an option expects, as the help writes it after its name."""


class Day(click.DateTime):
    """A day, whose help says how one is written."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        return "AAAA-MM-JJ"


DAY = Day(["%Y-%m-%d"])


def said(message: str) -> str:
    """The French of what click says; what is not foreseen here stays in English."""
    return WORDS.get(message, message)


def said_of_many(one: str, many: str, count: int) -> str:
    """The same, of one or of several."""
    return said(many if count > 1 else one)


def speak_french() -> None:
    """From now on click speaks French in this process."""
    for module in MODULES:
        for name, words in (("_", said), ("ngettext", said_of_many)):
            if hasattr(module, name):
                setattr(module, name, words)
    for kind, name in KINDS.items():
        kind.name = name
