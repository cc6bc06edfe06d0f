"""`barometre letters`: whom to write to by post, the PDF to print, what was posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from app.auth.sign_in import sign_in
from app.campaigns.letters import mark_posted, print_letters
from app.campaigns.letters_read import LetterFilter, whom_to_write
from app.campaigns.letters_runs import pile_of, to_take_out
from app.cli.french import DAY
from app.cli.running import house
from app.cli.telling import counted, step
from app.errors import Refused
from app.house import House
from app.now import now, paris
from app.vocabulary.letters import NO_LETTER_LABELS, REASON_LABELS, WEEKS_APART, LetterReason
from app.vocabulary.scope import Author, Scope
from reports.post.letters import printer

F = TypeVar("F", bound=Callable[..., Any])
HERE = "terminal"  # where these sign-ins come from, for the throttle
as_option = click.option(
    "--as", "email", required=True, help="Adresse de votre compte ; le mot de passe est demandé."
)


class StillInThePile(Refused):
    """Some of the pile answered or refused since it was printed."""

    sentence = (
        "Rien n’est marqué comme posté. Retirez ces lettres de la pile, puis relancez la commande "
        "avec --taken-out."
    )


@click.group("letters")
def letters() -> None:
    """Écrire par la poste à qui se tait : la liste, le PDF, ce qui est posté."""


def _filters(command: F) -> F:
    """The options that choose whom to write to."""
    reasons = click.Choice([reason.value for reason in LetterReason])
    for option in (
        click.option("--departement", help="Code d’un département ; sinon, tous les vôtres."),
        click.option(
            "--reason",
            "reasons",
            multiple=True,
            type=reasons,
            default=(LetterReason.SILENT.value, LetterReason.UNREACHED.value),
            help="Pourquoi écrire (répétable) : sans réponse, sans adresse qui marche, commencée.",
        ),
        click.option(
            "--weeks-apart",
            type=click.IntRange(0, 52),
            default=WEEKS_APART,
            help="Semaines depuis le dernier courrier (4) ; 0 écrit de nouveau.",
        ),
    ):
        command = option(command)
    return command


@letters.command("list")
@click.argument("wave", type=int, metavar="VAGUE")
@_filters
@as_option
def list_command(
    wave: int, departement: str | None, reasons: tuple[str, ...], weeks_apart: int, email: str
) -> None:
    """Dire à qui une lettre partirait, et à qui non. Rien n’est écrit."""
    wanted = _wanted(departement, reasons, weeks_apart)
    with house() as opened:
        scope = _signed_in(opened, email)
        with opened.db.reading() as session:
            found = whom_to_write(session, scope, wave, wanted, now=now())
    for one in found.ready:
        where = f"{one.postal_code} {one.town}"
        click.echo(f"{one.name}, {where}\u00a0: {REASON_LABELS[one.reason].lower()}")
    for one in found.without_address:
        click.echo(f"{one.name}\u00a0: sans adresse postale, à saisir dans la console")
    for because, n in found.left_out.items():
        click.echo(
            f"{counted(n, 'laissée', 'laissées')} de côté\u00a0: {NO_LETTER_LABELS[because]}"
        )
    click.echo(f"{counted(len(found.ready), 'lettre', 'lettres')} à imprimer")


@letters.command("print")
@click.argument("wave", type=int, metavar="VAGUE")
@_filters
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Dossier des PDF, un pour cent lettres (le dossier courant).",
)
@click.option("--blank-backs", is_flag=True, help="Un dos blanc par lettre : recto verso.")
@as_option
def print_command(
    wave: int,
    departement: str | None,
    reasons: tuple[str, ...],
    weeks_apart: int,
    output: Path,
    blank_backs: bool,
    email: str,
) -> None:
    """Préparer le tirage et écrire ses PDF. Rien n’est marqué comme posté."""
    wanted = _wanted(departement, reasons, weeks_apart)
    with house() as opened:
        scope = _signed_in(opened, email)
        with step("Courriers") as under_way:
            author = Author.user(scope.user_id)
            run_id = print_letters(opened.db, scope, author, wave, wanted, now=now())
            with opened.db.reading() as session:
                pile = pile_of(session, scope, run_id)
            output.mkdir(parents=True, exist_ok=True)
            for part in range(1, pile.n_parts + 1):
                pdf = printer(opened)(scope, run_id, part, blank_backs)
                (output / f"courriers-{run_id}-{part}.pdf").write_bytes(pdf)
                under_way.progress(part, pile.n_parts)
            under_way.said = (
                f"Tirage {run_id}\u00a0: {counted(len(pile.sheets), 'lettre', 'lettres')}, "
                f"{counted(pile.n_parts, 'PDF', 'PDF')}"
            )


@letters.command("posted")
@click.argument("run", type=int, metavar="TIRAGE")
@click.option(
    "--on",
    type=DAY,
    metavar="AAAA-MM-JJ",
    help="Jour de la poste (aujourd’hui).",
)
@click.option("--taken-out", is_flag=True, help="Les lettres nommées sont retirées de la pile.")
@as_option
def posted_command(run: int, on: datetime | None, taken_out: bool, email: str) -> None:
    """Marquer un tirage comme posté, une fois retirées les lettres que la commande nomme."""
    with house() as opened:
        scope = _signed_in(opened, email)
        with opened.db.reading() as session:
            pile = pile_of(session, scope, run)
            gone = to_take_out(session, pile)
        for one in pile.sheets:
            if one.territory_id in gone:
                because = NO_LETTER_LABELS[gone[one.territory_id]]
                click.echo(f"À retirer, nº\u00a0{one.rank}, {one.name}\u00a0: {because}")
        if gone and not taken_out:
            raise StillInThePile
        day: date = on.date() if on else paris(now()).date()
        author = Author.user(scope.user_id)
        done = mark_posted(opened.db, scope, author, run, on=day, shown=gone, now=now())
    click.echo(f"✓ {counted(done.n_posted, 'courrier posté', 'courriers postés')}")


def _signed_in(opened: House, email: str) -> Scope:
    password = click.prompt(f"Mot de passe de {email}", hide_input=True)
    secret = opened.settings.secret_key
    return sign_in(opened.db, email, password, HERE, secret=secret, now=now())


def _wanted(departement: str | None, reasons: tuple[str, ...], weeks_apart: int) -> LetterFilter:
    return LetterFilter(
        departement=departement.strip().upper() if departement else None,
        reasons=frozenset(LetterReason(reason) for reason in reasons),
        weeks_apart=weeks_apart,
    )
