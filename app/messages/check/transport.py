"""Whether our mails reach the sending server, encrypted, and whether it would take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, Need
from app.messages.check.server import Server, Shown
from app.vocabulary.french_dates import day_month_year, days_between

SMTP, TLS = "SMTP", "TLS"
ENDS_SOON = timedelta(days=21)  # time enough to renew a certificate by hand, holidays included


def in_clear_findings(facts: Facts) -> list[Finding]:
    """What the settings alone say, where the server is not asked."""
    if not facts.in_clear:
        return [Finding(TLS, Level.GOOD, "Rien ne part en clair vers le serveur d’envoi.")]
    said = "Les courriels partent en clair vers le serveur d’envoi."
    return [Finding(TLS, Level.WRONG, said, "Réglez SMTP_TLS sur starttls ou tls.")]


def server_findings(server: Server, shown: Shown, *, now: datetime) -> list[Finding]:
    """What the server showed, and what to mend before it takes our mails."""
    if shown.away:
        said = f"Le serveur d’envoi {server.name} ne répond pas\u00a0: {shown.away}."
        return [_stops(SMTP, said, "Démarrez-le, ou corrigez SMTP_HOST, SMTP_PORT et SMTP_TLS.")]
    found = [_encryption(server, shown, now)]
    if found[0].stops:
        return found
    if server.asks_user and not shown.takes_passwords:
        said = f"{server.name} ne prend pas le mot de passe de SMTP_USER."
        mend = (
            "Retirez SMTP_USER s’il n’en demande pas, ou prenez le port et le chiffrement prévus."
        )
        return [*found, _stops(SMTP, said, mend)]
    return [*found, Finding(SMTP, Level.GOOD, f"{server.name} répond{_asking(server)}.")]


def _encryption(server: Server, shown: Shown, now: datetime) -> Finding:
    if shown.tls_fault:
        said = f"Aucun courriel ne partirait par {server.name}\u00a0: {shown.tls_fault}."
        return _stops(TLS, said, shown.tls_mend)
    if server.tls == "starttls" and not shown.offers_starttls:
        said = f"{server.name} ne propose pas STARTTLS\u00a0: aucun courriel ne partirait."
        mend = "Activez le chiffrement sur ce serveur, ou essayez SMTP_TLS=tls sur le port 465."
        return _stops(TLS, said, mend, lacks=Need.TLS)
    if shown.valid_until is not None:
        return _certificate(server, shown.valid_until, now)
    if server.on_this_machine:
        said = f"{server.name} est sur cette machine\u00a0: rien ne part en clair d’ici."
        mend = (
            "Il doit chiffrer à son tour vers les fournisseurs, qui l’exigent (sous Postfix, "
            "smtp_tls_security_level = may)."
        )
        return Finding(TLS, Level.GOOD, said, mend)
    said = f"Les courriels partent en clair vers {server.name}"
    if shown.offers_starttls:
        return Finding(
            TLS, Level.WRONG, f"{said}, qui sait chiffrer.", "Réglez SMTP_TLS sur starttls."
        )
    mend = "Essayez SMTP_TLS=tls sur le port 465, ou un serveur qui chiffre."
    return Finding(TLS, Level.WRONG, f"{said}, qui ne sait pas chiffrer.", mend, lacks=Need.TLS)


def _certificate(server: Server, until: datetime, now: datetime) -> Finding:
    said = f"{server.name} chiffre\u00a0; son certificat vaut jusqu’au {day_month_year(until)}."
    if until - now > ENDS_SOON:
        return Finding(TLS, Level.GOOD, said)
    left = days_between(now, until)
    mend = f"Renouvelez-le\u00a0: il reste {left} jour{'s' if left > 1 else ''}."
    return Finding(TLS, Level.ADVICE, said, mend)


def _asking(server: Server) -> str:
    return ", et demande le mot de passe de SMTP_USER" if server.asks_user else ""


def _stops(topic: str, said: str, mend: str, lacks: Need | None = None) -> Finding:
    return Finding(topic, Level.WRONG, said, mend, lacks=lacks, stops=True)
