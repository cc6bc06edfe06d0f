"""`barometre`: one command, one group of commands a file."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module

import click

from app.cli.french import speak_french
from app.cli.running import Rim

speak_french()

# Name → module and object. Only the command that is asked for is loaded: the clock needs neither
# the console nor what draws the cards, and a demo must start in a few seconds.
PLACES: dict[str, str] = {
    "db": "app.cli.db:database",
    "import": "app.cli.geography:imports",
    "panel": "app.cli.panel:panel",
    "questionnaires": "app.cli.questionnaires:questionnaires",
    "answers": "app.cli.answers:answers",
    "campaign": "app.cli.campaigns:campaigns",
    "send": "app.cli.sending:send",
    "sending": "app.cli.holds:sending",
    "letters": "app.cli.letters:letters",
    "experiments": "app.cli.experiments:experiments",
    "templates": "app.cli.templates:templates",
    "mail": "app.cli.mail:mail",
    "publish": "app.cli.publishing:publish",
    "cards": "app.cli.publishing:cards",
    "chat": "app.cli.chat:chat",
    "web": "app.cli.web:web",
    "clock": "app.cli.clock:clock",
    "worker": "app.cli.worker:worker",
    "bot": "app.cli.bot:bot",
    "user": "app.cli.users:users",
    "organisation": "app.cli.users:organisations",
    "demo": "app.cli.demo.command:demo",
    "simulate": "app.cli.demo.simulate:simulate",
}


class Commands(MutableMapping[str, click.Command]):
    """The commands by name, each loaded when it is first looked at."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module, _, found = self._places[name].partition(":")
            self._loaded[name] = getattr(import_module(module), found)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._places.setdefault(name, "")
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        self._loaded.pop(name, None)
        del self._places[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@click.group(
    cls=Rim,
    commands=Commands(PLACES),
    context_settings={"help_option_names": ["-h", "--help"]},
)
def barometre() -> None:
    """Baromètre Collectivités & numérique : enquête, relances, fiches et résultats.

    Chaque commande s’explique avec --help. Codes de sortie : 0, c’est fait ; 1, refusé, et la
    phrase affichée dit quoi faire ; 2, commande mal écrite.
    """


def main() -> None:
    """The entry point of the installed command."""
    barometre()


if __name__ == "__main__":
    main()
