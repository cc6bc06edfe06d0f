"""`barometre campaign calendar`, `plan`, `preview`…: what a wave will do, and when."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, time, timedelta

import click

from app.campaigns.batches import Wanted, cancel_batch, plan_batch
from app.campaigns.calendar_read import CalendarShown, calendar_of, falls, told_to
from app.campaigns.changes import reopen_wave
from app.campaigns.preview import preview
from app.campaigns.preview_lines import HEADINGS, counts, lines, reasons
from app.campaigns.scheduling import set_steps
from app.campaigns.senders import Signature, add_sender
from app.campaigns.steps import Step
from app.cases.waves import effective_end
from app.cli.french import DAY
from app.cli.running import house
from app.cli.telling import counted, number
from app.now import PARIS, now, paris
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import (
    MAILED,
    STEP_LABELS,
    Anchor,
    Audience,
    BatchKind,
    StepKind,
)

MORNING = time(9)
Asked = tuple[int, Audience]


class ForWhom(click.ParamType[Asked]):
    """A number of days, and whom the step speaks to: « 20 », « 20:started »."""

    name = "jours"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Asked:
        days, _, whom = str(value).partition(":")
        if not days.isdecimal() or len(days) > 3 or whom not in {"", *Audience}:
            self.fail("Écrivez 20, 20:started ou 20:unstarted.", param, ctx)
        return int(days), Audience(whom or Audience.ALL)


FOR_WHOM = ForWhom()


@click.command("calendar")
@click.argument("wave", type=int, metavar="VAGUE")
def calendar(wave: int) -> None:
    """Montrer le calendrier d’une vague : étapes, lots, ce qui a commencé."""
    with house() as opened, opened.db.reading() as session:
        _tell(calendar_of(session, wave, now=now()))


@click.command("steps")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option("--prenotice", type=int, help="Préavis, tant de jours avant l’invitation.")
@click.option(
    "--reminder", "reminders", type=FOR_WHOM, multiple=True, help="Relance, tant de jours après."
)
@click.option(
    "--telephone",
    "calls",
    type=FOR_WHOM,
    multiple=True,
    help="Appel, tant de jours après l’invitation.",
)
@click.option(
    "--letter",
    "letters",
    type=FOR_WHOM,
    multiple=True,
    help="Courrier à imprimer, tant de jours après l’invitation.",
)
@click.option(
    "--last-call",
    "last_calls",
    type=FOR_WHOM,
    multiple=True,
    help="Dernier rappel, tant de jours avant la fin.",
)
@click.option(
    "--office-hours/--any-hour",
    default=True,
    help="Attendre, ou non, les jours et heures ouvrés de chaque collectivité.",
)
def steps(
    wave: int,
    prenotice: int | None,
    reminders: tuple[Asked, ...],
    calls: tuple[Asked, ...],
    letters: tuple[Asked, ...],
    last_calls: tuple[Asked, ...],
    office_hours: bool,
) -> None:
    """Fixer les étapes d’une vague. Celles qui ont commencé ne changent plus.

    JOURS peut dire à qui : « 20:started », celles qui ont commencé ; « 20:unstarted », les autres.
    """
    wanted = [
        *_reminders(reminders),
        *_steps(StepKind.TELEPHONE, calls),
        *_steps(StepKind.LETTER, letters),
        *_steps(StepKind.LAST_CALL, last_calls),
    ]
    if prenotice is not None:
        wanted.append(Step(StepKind.PRENOTICE, Anchor.INVITATION, -prenotice, "prenotice"))
    with house() as opened:
        by, at = Author.system(), now()
        set_steps(opened.db, None, by, wave, wanted, office_hours=office_hours, now=at)
        with opened.db.reading() as session:
            _tell(calendar_of(session, wave, now=at))


@click.command("plan")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option("--on", "day", type=DAY, required=True, help="Jour d’invitation, 9 h à Paris.")
@click.option("--departement", help="Code du département, par exemple 23.")
@click.option("--regions", is_flag=True, help="Les régions.")
@click.option("--share", type=click.IntRange(1, 100), help="Tant de pour cent, tirés au sort.")
@click.option("--seed", type=int, help="Graine du tirage ; sans elle, celle de la vague.")
@click.option("--trial", "codes", multiple=True, help="Un essai : code INSEE ou SIREN, répétable.")
@click.option("--sender", type=int, help="Numéro de qui signe le préavis.")
def plan(
    wave: int,
    day: datetime,
    departement: str | None,
    regions: bool,
    share: int | None,
    seed: int | None,
    codes: tuple[str, ...],
    sender: int | None,
) -> None:
    """Programmer un lot : l’horloge l’invitera ce jour-là."""
    asked = [departement is not None, regions, share is not None, bool(codes)]
    if sum(asked) != 1:
        raise click.UsageError("Indiquez --departement, --regions, --share ou --trial.")
    kinds = (BatchKind.DEPARTEMENT, BatchKind.REGIONS, BatchKind.SHARE, BatchKind.TRIAL)
    wanted = Wanted(
        kind=kinds[asked.index(True)],
        planned_at=datetime.combine(day, MORNING, PARIS).astimezone(UTC),
        departement_code=departement,
        share=None if share is None else share / 100,
        seed=seed,
        codes=codes,
        sender_id=sender,
    )
    with house() as opened:
        batch = plan_batch(opened.db, None, Author.system(), wave, wanted, now=now())
    click.echo(f"✓ Lot {batch} programmé le {day:%d/%m/%Y} à 9\u00a0h")


@click.command("unplan")
@click.argument("batch", type=int, metavar="LOT")
def unplan(batch: int) -> None:
    """Retirer un lot qui n’est pas encore invité."""
    with house() as opened:
        cancel_batch(opened.db, None, Author.system(), batch, now=now())
    click.echo(f"✓ Lot {batch} retiré")


@click.command("sender")
@click.argument("name", metavar="NOM")
@click.option("--reply-to", required=True, help="Adresse où l’on répond au signataire.")
@click.option("--words", default="", help="Son mot, quelques phrases sans mise en forme.")
@click.option("--organisation", help="Nom de son organisation dans la console.")
def sender(name: str, reply_to: str, words: str, organisation: str | None) -> None:
    """Ajouter un signataire de préavis. Le courriel part toujours de notre adresse."""
    with house() as opened:
        given = Signature(name, reply_to, words, organisation)
        kept = add_sender(opened.db, None, Author.system(), given, now=now())
    click.echo(f"✓ Signataire {kept}\u00a0: {name}")


@click.command("preview")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option("--until", type=DAY, help="Dernier jour, inclus ; sans lui, la fin de la vague.")
@click.option(
    "--csv", "as_csv", is_flag=True, help="Chaque ligne, séparée par des points-virgules."
)
def preview_command(wave: int, until: datetime | None, as_csv: bool) -> None:
    """Dire qui recevra quoi et quand, et qui ne recevra rien et pourquoi. Rien n’est envoyé."""
    with house() as opened, opened.db.reading() as session:
        last = effective_end(session, wave)
        if until is not None:
            last = datetime.combine(until, time(), PARIS).astimezone(UTC) + timedelta(days=1)
        found = preview(session, wave, opened.letterhead, until=last, now=now())
        if as_csv:
            written = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
            written.writerow(HEADINGS)
            written.writerows(line.cells() for line in lines(session, found))
            return
    if found.held is not None:
        click.echo(found.held)
    for what, n in counts(found):
        click.echo(f"  {what}\u00a0: {number(n)}")
    for reason, n in reasons(found):
        click.echo(f"  rien pour {counted(n, 'questionnaire', 'questionnaires')}\u00a0: {reason}")


@click.command("reopen")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option("--until", type=DAY, required=True, help="Nouveau dernier jour, inclus.")
@click.option("--why", required=True, help="Pourquoi ; gardé avec le changement.")
def reopen(wave: int, until: datetime, why: str) -> None:
    """Rouvrir une vague terminée : on peut de nouveau y répondre."""
    ends_at = datetime.combine(until, time(23, 59, 59), PARIS).astimezone(UTC)
    with house() as opened:
        reopen_wave(opened.db, wave, ends_at, why=why, by=Author.system(), now=now())
    click.echo(f"✓ Vague {wave}\u00a0: rouverte jusqu’au {until:%d/%m/%Y} au soir")


COMMANDS = (calendar, steps, plan, unplan, sender, preview_command, reopen)


def _reminders(asked: tuple[Asked, ...]) -> list[Step]:
    """Other words for whoever was reminded before."""
    found: list[Step] = []
    for days, audience in sorted(asked):
        met = any(
            audience is Audience.ALL or one.audience in (Audience.ALL, audience) for one in found
        )
        words = "reminder_2" if met else "reminder"
        found.append(Step(StepKind.REMINDER, Anchor.INVITATION, days, words, audience=audience))
    return found


def _steps(kind: StepKind, asked: tuple[Asked, ...]) -> list[Step]:
    last = kind is StepKind.LAST_CALL
    return [
        Step(
            kind,
            Anchor.END if last else Anchor.INVITATION,
            -days if last else days,
            "last_call" if last else None,
            audience=audience,
        )
        for days, audience in asked
    ]


def _tell(found: CalendarShown) -> None:
    hours = "heures ouvrées" if found.office_hours else "à toute heure"
    click.echo(
        f"{found.campaign}, {found.label}\u00a0: du {paris(found.opens_at):%d/%m/%Y} "
        f"au {paris(found.ends_at):%d/%m/%Y}, {hours}"
    )
    for one in found.steps:
        words = f", texte «\u00a0{one.step.words}\u00a0»" if one.step.kind in MAILED else ""
        begun = " (commencée)" if one.begun else ""
        click.echo(
            f"  {STEP_LABELS[one.step.kind]}, {falls(one.step)}{told_to(one.step)}{words}{begun}"
        )
    for batch in found.batches:
        at = batch.invited_at or batch.planned_at
        state = "invité" if batch.invited_at else "programmé"
        day = f" le {day_and_hour(at)}" if at else ""
        seed = f", graine {batch.seed}" if batch.seed is not None else ""
        signed = f", signé {batch.signed_by}" if batch.signed_by else ""
        click.echo(f"  lot {batch.id}, {batch.label}\u00a0: {state}{day}{seed}{signed}")
