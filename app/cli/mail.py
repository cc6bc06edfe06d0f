"""`barometre mail`: what is around the mails, before they leave and once they come back."""

from __future__ import annotations

import click

from app.cli.mail_check import check
from app.cli.returned_mail import returned


@click.group("mail")
def mail() -> None:
    """Vérifier ce que les fournisseurs pensent de nos courriels, et lire ceux qui reviennent."""


mail.add_command(check)
mail.add_command(returned)
