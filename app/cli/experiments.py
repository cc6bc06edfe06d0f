"""`barometre experiments`: try two ways of reminding, and see which gets more answers."""

from __future__ import annotations

import click

from app.auth.sign_in import sign_in
from app.campaigns.experiment_design import LONGEST, Design, NoReminder
from app.campaigns.experimenting import begin_experiment, foresee
from app.campaigns.experiments_read import (
    ExperimentShown,
    ReminderShown,
    every_experiment,
    experiment_of,
    reminders_to_try,
)
from app.campaigns.experiments_told import difference_told, reminder_told, rule_told, tried_told
from app.cli.running import house
from app.cli.telling import counted, number
from app.errors import Refused
from app.house import House
from app.messages.wordings import REMINDERS
from app.now import now
from app.vocabulary.experiments import FINDING_LABELS
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.scope import Author, Scope

HERE = "terminal"  # where these sign-ins come from, for the throttle
YES = "oui"
BEGUN = "Cette relance a déjà commencé\u00a0: les boîtes déjà relancées ne compteront pas."
USUAL = Design("")


class NotConfirmed(Refused):
    """Whoever was asked did not say yes."""

    sentence = "Rien n’est commencé. Relancez la commande quand vous serez décidé."


@click.group("experiments")
def experiments() -> None:
    """Essayer deux façons de relancer, tirées au sort, et voir laquelle obtient des réponses."""


@experiments.command("list")
def list_command() -> None:
    """Lister les essais et leur constat. Regarder ne change rien à ce qui sera trouvé."""
    with house() as opened, opened.db.reading() as session:
        found = every_experiment(session, now=now())
    for one in found:
        click.echo(f"{one.id}\u00a0: {one.label}, {one.wave}\u00a0: {_finding(one)}")
    if not found:
        click.echo("Aucun essai n’est encore commencé.")


@experiments.command("show")
@click.argument("experiment", type=int, metavar="ESSAI")
def show_command(experiment: int) -> None:
    """Montrer un essai : sa règle, ses boîtes, ce qu’il trouve."""
    with house() as opened, opened.db.reading() as session:
        one = experiment_of(session, experiment, now=now())
    verdict = one.verdict
    click.echo(f"{one.label}, {one.wave}\u00a0: {reminder_told(one.step)}")
    click.echo(f"  essayé\u00a0: {tried_told(one.words, one.hour)}, graine {one.seed}")
    click.echo(f"  commencé le {day_and_hour(one.made_at)}")
    if one.closed_at is not None:
        click.echo(f"  terminé le {day_and_hour(one.closed_at)}")
    click.echo(
        f"  boîtes\u00a0: {number(one.n_drawn)} tirées, {number(one.n_needed)} nécessaires, "
        f"{number(verdict.n_usual + verdict.n_tried)} comptées"
    )
    click.echo(f"  constat\u00a0: {_finding(one)}")


@experiments.command("begin")
@click.argument("wave", type=int, metavar="VAGUE")
@click.argument("reminder", type=click.IntRange(min=1), metavar="RANG")
@click.option("--label", required=True, help="Nom de l’essai, pour le reconnaître.")
@click.option("--words", type=click.Choice(REMINDERS), help="Le texte qui est essayé.")
@click.option("--hour", type=int, help="L’heure d’envoi qui est essayée, chez la collectivité.")
@click.option(
    "--expected",
    type=float,
    default=100 * USUAL.baseline,
    help="Réponses attendues d’habitude, en pour cent (15).",
)
@click.option(
    "--difference",
    type=float,
    default=100 * USUAL.effect,
    help="Différence à trouver, en points (5).",
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST),
    default=USUAL.days,
    help="Jours pour répondre après la relance (7).",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), help="Graine du tirage ; sans elle, au hasard."
)
@click.option("--yes", is_flag=True, help="Ne rien demander après avoir dit la règle.")
@click.option(
    "--as", "email", required=True, help="Adresse de votre compte ; le mot de passe est demandé."
)
def begin_command(
    wave: int,
    reminder: int,
    label: str,
    words: str | None,
    hour: int | None,
    expected: float,
    difference: float,
    days: int,
    seed: int | None,
    yes: bool,
    email: str,
) -> None:
    """Dire la règle d’un essai, puis tirer au sort et le commencer.

    VAGUE est le numéro de la vague ; RANG, celui de la relance dans son calendrier : 1 pour
    la première.
    """
    design = Design(label, words, hour, expected / 100, difference / 100, days)
    with house() as opened:
        scope = _signed_in(opened, email)
        with opened.db.reading() as session:
            chosen = _reminder(reminders_to_try(session, now=now()), wave, reminder)
            told = foresee(session, scope, chosen.step.id, design, now=now())
        click.echo(f"{chosen.wave}\u00a0: {reminder_told(chosen.step)}")
        for sentence in rule_told(told, days):
            click.echo(f"  {sentence}")
        if chosen.begun:
            click.echo(f"  {BEGUN}")
        if (
            not yes
            and click.prompt(f"Pour commencer, tapez {YES}", default="", show_default=False) != YES
        ):
            raise NotConfirmed
        by = Author.user(scope.user_id)
        made = begin_experiment(opened.db, scope, by, chosen.step.id, design, seed=seed, now=now())
    drawn = counted(told.n_mailboxes, "boîte tirée", "boîtes tirées")
    click.echo(f"✓ Essai {made} commencé\u00a0: {drawn} au sort")


def _signed_in(opened: House, email: str) -> Scope:
    password = click.prompt(f"Mot de passe de {email}", hide_input=True)
    secret = opened.settings.secret_key
    return sign_in(opened.db, email, password, HERE, secret=secret, now=now())


def _reminder(found: list[ReminderShown], wave: int, rank: int) -> ReminderShown:
    of_wave = [one for one in found if one.wave_id == wave]
    if rank > len(of_wave):
        raise NoReminder
    return of_wave[rank - 1]


def _finding(one: ExperimentShown) -> str:
    words, difference = FINDING_LABELS[one.verdict.finding], difference_told(one.verdict)
    return f"{words} ({difference})" if difference else words
