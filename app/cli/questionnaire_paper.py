"""`barometre questionnaires paper`: the paper that the team posts to an authority."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.questionnaire_files import write_file
from app.cli.running import house
from app.now import now
from app.panel.find import territory
from app.vocabulary.territory_kinds import TerritoryKind
from app.vocabulary.themes import BY_CODE
from reports.blank.letters import letter_pdf


@click.command("paper")
@click.argument("theme", type=click.Choice(list(BY_CODE)), metavar="THEME")
@click.option("--territory", "code", required=True, help="Code Insee ou SIREN, par exemple 23096.")
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in TerritoryKind]),
    help="Type de collectivité, si le code a plusieurs sens (01\u00a0: Ain et Guadeloupe).",
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Le fichier à écrire."
)
@click.option("--force", is_flag=True, help="Remplacer le fichier s’il existe.")
def paper_command(
    theme: str, code: str, kind: str | None, output: Path | None, force: bool
) -> None:
    """Écrire le questionnaire à poster à une collectivité, avec son code."""
    with house() as opened:
        with opened.db.reading() as session:
            found = territory(session, kind, code)
        pdf = letter_pdf(
            opened.db, opened.letterhead.signer, opened.settings, found.id, theme, now=now()
        )
    file = output or Path(f"{theme}-{found.code}.pdf")
    write_file(file, pdf, force=force)
    click.echo(f"✓ {BY_CODE[theme].name}, {found.name}\u00a0: {file}")
