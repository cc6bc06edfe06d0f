"""`barometre mail check`: what providers would say of our mails, before one leaves."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import click

from app.cli.running import REFUSED
from app.messages.check.dns import Dns, Resolver
from app.messages.check.facts import Facts, facts_of
from app.messages.check.findings import REMARKS, Finding, Level, in_doubt, refusals
from app.messages.check.look import check_mail
from app.messages.check.server import Probe, Server, probe
from app.messages.check.transport import server_findings
from app.messages.check.website import Visit, visit
from app.now import now
from app.settings import Settings

MARKS = {Level.GOOD: "✓", Level.ADVICE: "·", Level.WRONG: "✗", Level.UNKNOWN: "?"}


@dataclass(frozen=True)
class Outside:
    """What the command asks of the world: name servers, the sending server, the website."""

    resolver: Resolver = field(default_factory=Dns)
    probe: Probe = probe
    visit: Visit = visit


class Ip(click.ParamType[str]):
    """An address of the internet, version 4 or 6."""

    name = "adresse"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            self.fail(f"«\u00a0{value}\u00a0» n’est pas une adresse IP.", param, ctx)


class Name(click.ParamType[str]):
    """A name of the DNS, accents allowed, as the DNS has it."""

    name = "nom"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            ascii_name = value.strip().rstrip(".").lower().encode("idna").decode("ascii")
        except UnicodeError:
            ascii_name = ""
        if not re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", ascii_name):
            self.fail(f"«\u00a0{value}\u00a0» n’est pas un nom de domaine.", param, ctx)
        return ascii_name


@click.command("check")
@click.option(
    "--domain", type=Name(), help="Domaine à examiner (celui de SENDER_ADDRESS par défaut)."
)
@click.option(
    "--ip",
    "ips",
    multiple=True,
    type=Ip(),
    help="Adresse d’où partent les courriels (répétable ; celles de SMTP_HOST par défaut).",
)
@click.option(
    "--helo",
    type=Name(),
    help="Nom sous lequel le serveur d’envoi se présente aux fournisseurs (celui qu’il dit ici).",
)
@click.option("--relay-signs", is_flag=True, help="Le serveur d’envoi signe lui-même (DKIM).")
@click.option(
    "--relay-selector", type=Name(), help="Sélecteur sous lequel il publie la clé dont il signe."
)
@click.option(
    "--no-server", is_flag=True, help="N’interroger ni le serveur d’envoi ni le site du domaine."
)
@click.pass_context
def check(
    ctx: click.Context,
    domain: str | None,
    ips: tuple[str, ...],
    helo: str | None,
    relay_signs: bool,
    relay_selector: str | None,
    no_server: bool,
) -> None:
    """Vérifier le DNS et le serveur d’envoi, et dire qui refuserait nos courriels.

    Lit le DNS, salue le serveur d’envoi sans rien lui remettre, demande au site du domaine s’il
    répond, et ne change rien. Code de sortie 1 si un grand fournisseur refuserait, ou si rien ne
    partirait.
    """
    outside: Outside = ctx.obj if ctx.obj is not None else Outside()
    settings = Settings.read(os.environ)
    facts = facts_of(
        settings,
        outside.resolver,
        domain=domain,
        ips=ips,
        relay_signs=relay_signs,
        relay_selector=relay_selector or "",
    )
    facts = replace(facts, helo=helo or "")
    if no_server:
        findings = check_mail(outside.resolver, facts)
    else:
        findings = _all_asked(outside, settings, facts)
    click.echo(f"Envoi au nom de {facts.domain}, depuis {', '.join(facts.ips) or 'on ne sait où'}")
    for finding in findings:
        _tell(finding)
    if _tell_refusals(findings) or any(one.stops for one in findings):
        ctx.exit(REFUSED)


def _all_asked(outside: Outside, settings: Settings, facts: Facts) -> list[Finding]:
    """The findings once the sending server and the website were asked too."""
    server = Server.of(settings)
    shown = outside.probe(server)
    if not facts.helo:
        facts = replace(facts, helo=shown.name, helo_is_sure=server.on_this_machine)
    transport = server_findings(server, shown, now=now())
    return check_mail(outside.resolver, facts, transport, outside.visit)


def _tell(finding: Finding) -> None:
    click.echo(f"{MARKS[finding.level]} {finding.topic:<6} {finding.said}")
    if finding.mend:
        click.echo(f"         {finding.mend}")
    if finding.publish:
        click.echo(f"         {finding.publish}")


def _tell_refusals(findings: Sequence[Finding]) -> bool:
    """Tell what each provider would do; whether one would refuse."""
    click.echo("")
    refused = refusals(findings)
    doubtful = in_doubt(findings)
    for provider, reasons in refused.items():
        if reasons:
            click.echo(f"✗ {provider} refuserait\u00a0: {', '.join(reasons)}.")
        else:
            limits = ", pour ce qu’on en sait" if provider in doubtful else ""
            click.echo(f"✓ {provider} accepterait{limits}.")
        if provider in REMARKS:
            click.echo(f"  {REMARKS[provider]}")
    return any(refused.values())
