"""`barometre mail check`: what providers would say of our mails, before one leaves."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from app.cli.running import REFUSED
from app.messages.check.dns import Dns, Resolver
from app.messages.check.facts import facts_of
from app.messages.check.findings import Finding, Level, refusals
from app.messages.check.look import check_mail
from app.messages.check.server import Probe, Server, probe
from app.messages.check.transport import server_findings
from app.now import now
from app.settings import Settings

MARKS = {Level.GOOD: "✓", Level.ADVICE: "·", Level.WRONG: "✗", Level.UNKNOWN: "?"}


@dataclass(frozen=True)
class Outside:
    """What the command asks of the world: name servers and the sending server."""

    resolver: Resolver = field(default_factory=Dns)
    probe: Probe = probe


class Ip(click.ParamType[str]):
    """An address of the internet, version 4 or 6."""

    name = "adresse"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            self.fail(f"«\u00a0{value}\u00a0» n’est pas une adresse IP.", param, ctx)


@click.command("check")
@click.option("--domain", help="Domaine à examiner (celui de SENDER_ADDRESS par défaut).")
@click.option(
    "--ip",
    "ips",
    multiple=True,
    type=Ip(),
    help="Adresse d’où partent les courriels (répétable ; celles de SMTP_HOST par défaut).",
)
@click.option("--relay-signs", is_flag=True, help="Le serveur d’envoi signe lui-même (DKIM).")
@click.option("--no-server", is_flag=True, help="Ne pas interroger le serveur d’envoi.")
@click.pass_context
def check(
    ctx: click.Context,
    domain: str | None,
    ips: tuple[str, ...],
    relay_signs: bool,
    no_server: bool,
) -> None:
    """Vérifier le DNS et le serveur d’envoi, et dire qui refuserait nos courriels.

    Lit le DNS, salue le serveur d’envoi sans rien lui remettre, et ne change rien. Code de sortie
    1 si un grand fournisseur refuserait, ou si rien ne partirait.
    """
    outside: Outside = ctx.obj if ctx.obj is not None else Outside()
    settings = Settings.read(os.environ)
    facts = facts_of(settings, outside.resolver, domain=domain, ips=ips, relay_signs=relay_signs)
    transport = None
    if not no_server:
        server = Server.of(settings)
        transport = server_findings(server, outside.probe(server), now=now())
    findings = check_mail(outside.resolver, facts, transport)
    click.echo(f"Envoi au nom de {facts.domain}, depuis {', '.join(facts.ips) or 'on ne sait où'}")
    for finding in findings:
        _tell(finding)
    if _tell_refusals(findings) or any(one.stops for one in findings):
        ctx.exit(REFUSED)


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
    unknown = any(one.level is Level.UNKNOWN for one in findings)
    for provider, reasons in refused.items():
        if reasons:
            click.echo(f"✗ {provider} refuserait\u00a0: {', '.join(reasons)}.")
        else:
            click.echo(f"✓ {provider} accepterait{', pour ce qu’on en sait' if unknown else ''}.")
    return any(refused.values())
