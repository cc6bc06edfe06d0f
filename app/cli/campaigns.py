"""`barometre campaign`: create, open, invite, and see where it stands."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time

import click
from sqlalchemy import select

from app.campaigns.control import create_campaign, invite, open_wave
from app.campaigns.status import WaveStatus, status
from app.cli.campaign_calendar import COMMANDS
from app.cli.french import DAY
from app.cli.running import house
from app.cli.sending_told import tell_holds, tell_progress
from app.cli.telling import counted, number, step
from app.cli.wave_changes import close, extend, move, pause, resume
from app.messages.holds.read import live_holds
from app.messages.progress import progress
from app.models.campaigns import Wave
from app.now import PARIS, now, paris
from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.message_life import LABELS, MessageState
from app.vocabulary.scope import Author
from app.vocabulary.themes import BY_CODE

STEPS = {
    "invitation": "invitations",
    "reminder": "relances",
    "delegation": "thèmes confiés",
    "receipt": "accusés de réception",
    "card": "fiches",
    "renewal": "nouveaux liens",
    "assignment": "rôles dans une équipe",
    "validation": "validations demandées",
    "returned": "thèmes renvoyés",
    "prenotice": "préavis",
    "moved_to_chat": "passages à une messagerie",
}


@click.group("campaign")
def campaigns() -> None:
    """Créer une campagne, ouvrir ses vagues, inviter, suspendre, prolonger."""


for change in (move, pause, resume, extend, close, *COMMANDS):
    campaigns.add_command(change)


@campaigns.command("create")
@click.argument("name", metavar="NOM")
@click.option("--millesime", type=int, default=2026, help="Année de la géographie (2026).")
@click.option(
    "--opens-on",
    type=DAY,
    required=True,
    help="Jour d’ouverture de la première vague, par exemple 2027-01-11.",
)
@click.option("--simulated", is_flag=True, help="Campagne d’essai : rien ne sort de la machine.")
def create_command(name: str, millesime: int, opens_on: datetime, simulated: bool) -> None:
    """Créer une campagne de trois vagues, un trimestre chacune. Rien n’est envoyé."""
    opens_at = datetime.combine(opens_on, time(9), PARIS).astimezone(UTC)
    with house() as opened:
        campaign_id = create_campaign(
            opened.db,
            name,
            millesime=millesime,
            simulated=simulated,
            first_opens_at=opens_at,
            now=now(),
        )
        with opened.db.reading() as session:
            waves = session.execute(
                select(Wave.id, Wave.label).where(Wave.campaign_id == campaign_id).order_by(Wave.id)
            ).all()
    click.echo(f"✓ Campagne «\u00a0{name}\u00a0» créée")
    for wave_id, label in waves:
        click.echo(f"  vague {wave_id}\u00a0: {label}")


@campaigns.command("open")
@click.argument("wave", type=int, metavar="VAGUE")
def open_command(wave: int) -> None:
    """Ouvrir une vague : un questionnaire par collectivité et par thème. Rien n’est envoyé."""
    with house() as opened, step("Ouverture") as under_way:
        made = open_wave(opened.db, wave, now=now(), progress=under_way.progress)
        under_way.said = (
            f"Vague {wave} ouverte\u00a0: {number(made.n_cases)} questionnaires, "
            f"{number(made.n_territories)} collectivités"
        )


@campaigns.command("invite")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option("--departement", help="Code du département à inviter, par exemple 23.")
@click.option("--regions", is_flag=True, help="Inviter les régions.")
def invite_command(wave: int, departement: str | None, regions: bool) -> None:
    """Inviter les collectivités d’un département, ou les régions."""
    if regions == (departement is not None):
        raise click.UsageError("Indiquez --departement ou --regions.")
    with house() as opened, step("Invitations") as under_way:
        invited = invite(
            opened.db, wave, departement, opened.letterhead, by=Author.system(), now=now()
        )
        under_way.said = (
            f"{counted(invited.n_territories, 'collectivité invitée', 'collectivités invitées')}, "
            f"{counted(invited.n_messages, 'message en file', 'messages en file')}, "
            f"{number(invited.n_without_address)} sans adresse, "
            f"{counted(invited.n_already, 'déjà dans un lot', 'déjà dans un lot')}"
        )


@campaigns.command("status")
@click.argument("wave", type=int, required=False, metavar="[VAGUE]")
def status_command(wave: int | None) -> None:
    """Dire où en est une vague, ou toutes."""
    with house() as opened, opened.db.reading() as session:
        waves = [wave] if wave else list(session.scalars(select(Wave.id).order_by(Wave.id)))
        if not waves:
            click.echo("Aucune campagne. Créez-en une avec « barometre campaign create ».")
        tell_holds(live_holds(session))
        for wave_id in waves:
            _tell(wave_id, status(session, wave_id))
            tell_progress(progress(session, now=now(), wave_id=wave_id))


def _tell(wave_id: int, found: WaveStatus) -> None:
    state = "pas encore ouverte" if found.opened_at is None else "ouverte"
    if found.opened_at is not None and found.ends_at <= now():
        state = "terminée"
    paused = ", envois en pause" if found.paused else ""
    simulated = ", simulée" if found.simulated else ""
    click.echo(
        f"{found.campaign}, vague {wave_id} ({found.label}{simulated})\u00a0: {state}{paused}"
    )
    if found.opened_at is None:
        return
    click.echo(
        f"  jusqu’au {paris(found.ends_at):%d/%m/%Y}, "
        f"{number(found.frame_size or 0)} collectivités, {number(found.n_in_batches)} dans un lot"
    )
    by_theme: dict[str, list[str]] = defaultdict(list)
    for (theme, disposition), count in found.cases.items():
        label = DISPOSITIONS[D(disposition)].label
        by_theme[theme].append(f"{label} {number(count)}")
    for theme, counts in by_theme.items():
        click.echo(f"  {BY_CODE[theme].name}\u00a0: {', '.join(counts)}")
    for (kind, message_state), count in found.messages.items():
        label = LABELS[MessageState(message_state)].lower()
        click.echo(f"  {STEPS[kind]}, {label}\u00a0: {number(count)}")
