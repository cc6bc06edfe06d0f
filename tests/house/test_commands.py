"""Every command explains itself."""

from __future__ import annotations

from collections.abc import Iterator

import click

from app.cli.main import barometre


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}")


def test_every_command_has_help() -> None:
    silent = [path for path, command in commands(barometre, "barometre") if not command.help]
    assert silent == []


def test_every_option_has_help() -> None:
    silent = [
        f"{path} {option.opts[0]}"
        for path, command in commands(barometre, "barometre")
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []
