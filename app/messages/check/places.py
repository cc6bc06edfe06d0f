"""Whether the places that a mail speaks of are there: its machine's name, its domains' mail."""

from __future__ import annotations

from functools import partial

from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts, at_home
from app.messages.check.findings import (
    Finding,
    Level,
    Need,
    address_line,
    unless_away,
    wrong,
)

NO_MAIL = "."  # RFC 7505: a domain that takes no mail says so
NOWHERE = "nulle-part.invalid"  # RFC 6761: no name of the DNS ends so


def honesty_findings(resolver: Resolver) -> list[Finding]:
    """A name server that answers for what does not exist, as some networks' do; else nothing."""
    if not resolver.addresses(NOWHERE):
        return []
    said = (
        "Le serveur de noms de cette machine donne une adresse même à un nom qui n’existe pas. "
        "Ce qui suit peut être faux."
    )
    mend = "Relancez d’un autre réseau, ou réglez un autre serveur de noms sur cette machine."
    return [Finding("DNS", Level.UNKNOWN, said, mend)]


def ptr_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """Whether each address has a name that leads back to it."""
    if not facts.ips:
        said = "L’adresse d’où partent vos courriels n’est pas connue."
        return [Finding("PTR", Level.UNKNOWN, said, "Relancez avec --ip et cette adresse.")]
    wanted = facts.helo if "." in facts.helo else f"envoi.{facts.domain}"
    looks = (partial(_ptr_of, resolver, ip, wanted) for ip in facts.ips)
    return [one for look in looks for one in unless_away("PTR", look)]


def _ptr_of(resolver: Resolver, ip: str, wanted: str) -> list[Finding]:
    names = resolver.names_of(ip)
    good = next((name for name in names if ip in resolver.addresses(name)), None)
    if good is not None:
        return [Finding("PTR", Level.GOOD, f"{ip} se nomme {good}, qui renvoie à elle.")]
    ask = "Demandez à l’hébergeur de cette adresse un nom inverse (PTR) qui y renvoie"
    if not names:
        said = f"{ip} n’a pas de nom inverse."
        return [wrong("PTR", said, f"{ask}, par exemple {wanted}.", "", Need.PTR)]
    said = f"{ip} se nomme {names[0]}, mais ce nom ne renvoie pas à elle."
    mend = f"{ask}, ou, si ce nom est à vous, publiez cette ligne."
    return [wrong("PTR", said, mend, address_line(names[0], ip), Need.PTR)]


def domain_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """Whether one can write back: to the sender, to the help, to where refusals return."""
    whose: dict[str, tuple[str, Need | None]] = {facts.domain: ("l’expéditeur", Need.SENDER)}
    whose.setdefault(facts.reply_domain, ("l’adresse d’aide", None))
    if facts.reads_bounces:
        whose.setdefault(facts.bounce_domain, ("l’adresse de retour", None))
    found: list[Finding] = []
    for domain, (who, lacks) in whose.items():
        found += unless_away("MX", partial(_takes_mail, resolver, domain, who, lacks))
    return found


def _takes_mail(resolver: Resolver, domain: str, whose: str, lacks: Need | None) -> list[Finding]:
    hosts = resolver.mx(domain)
    reached = next((host for host in hosts if host != NO_MAIL and _somewhere(resolver, host)), None)
    if reached is not None:
        said = f"{domain} ({whose}) reçoit du courrier par {reached}."
        return [Finding("MX", Level.GOOD, said)]
    if not hosts and resolver.addresses(domain):
        said = f"{domain} ({whose}) n’a pas de MX\u00a0: le courrier va à son adresse web."
        publish = f"{domain}. IN MX 10 SERVEUR"
        mend = "Publiez le nom du serveur qui reçoit."
        return [Finding("MX", Level.ADVICE, said, mend, publish)]
    said = f"{domain} ({whose}) ne reçoit pas de courrier."
    mend = "Publiez le nom du serveur qui reçoit, ou changez d’adresse."
    return [Finding("MX", Level.WRONG, said, mend, f"{domain}. IN MX 10 SERVEUR", lacks)]


def _somewhere(resolver: Resolver, host: str) -> bool:
    """Whether anybody on the internet can reach it."""
    return any(not at_home(one) for one in resolver.addresses(host))


def bounce_findings(facts: Facts) -> list[Finding]:
    """Whether what comes back is believed, and read."""
    if not facts.reads_bounces:
        said = "BOUNCE_ADDRESS est vide\u00a0: aucun courriel revenu ne sera cru."
        mend = (
            "Ouvrez une boîte pour les retours et réglez BOUNCE_ADDRESS, sinon les boîtes mortes "
            "et les plaintes resteront à lire à la main (docs/rebonds.md)."
        )
        return [Finding("Retour", Level.WRONG, said, mend)]
    if not facts.bounce_box:
        said = "BOUNCE_IMAP_URL et BOUNCE_MAILDIR sont vides\u00a0: aucune boîte n’est relevée."
        mend = (
            "Réglez l’un des deux, ou faites donner chaque retour à "
            "«\u00a0barometre mail returned --pipe\u00a0» (docs/rebonds.md)."
        )
        return [Finding("Retour", Level.ADVICE, said, mend)]
    said = f"Les courriels revenus à {facts.bounce_domain} sont lus et crus s’ils sont signés."
    return [Finding("Retour", Level.GOOD, said)]
