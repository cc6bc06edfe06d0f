"""`barometre mail check`: what providers would say of our mails, before one leaves."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence

import click

from app.cli.running import REFUSED
from app.messages.check.dns import Dns, Resolver
from app.messages.check.facts import facts_of
from app.messages.check.findings import Finding, Level, refusals
from app.messages.check.look import check_mail
from app.settings import Settings

MARKS = {Level.GOOD: "✓", Level.ADVICE: "·", Level.WRONG: "✗", Level.UNKNOWN: "?"}


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
@click.pass_context
def check(ctx: click.Context, domain: str | None, ips: tuple[str, ...], relay_signs: bool) -> None:
    """Vérifier SPF, DKIM, DMARC et le nom inverse, et dire qui refuserait nos courriels.

    Lit le DNS et n’y change rien. Code de sortie 1 si un grand fournisseur refuserait.
    """
    resolver: Resolver = ctx.obj if ctx.obj is not None else Dns()
    settings = Settings.read(os.environ)
    facts = facts_of(settings, resolver, domain=domain, ips=ips, relay_signs=relay_signs)
    findings = check_mail(resolver, facts)
    click.echo(f"Envoi au nom de {facts.domain}, depuis {', '.join(facts.ips) or 'on ne sait où'}")
    for finding in findings:
        _tell(finding)
    if _tell_refusals(findings):
        ctx.exit(REFUSED)


def _tell(finding: Finding) -> None:
    click.echo(f"{MARKS[finding.level]} {finding.topic:<5} {finding.said}")
    if finding.mend:
        click.echo(f"        {finding.mend}")
    if finding.publish:
        click.echo(f"        {finding.publish}")


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
