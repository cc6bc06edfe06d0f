"""The name by which the sending server greets the providers (HELO, RFC 5321, 4.1.4).

Ours is heard by the sending server alone: what a provider hears is what that server calls itself.
"""

from __future__ import annotations

import re

from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts, at_home
from app.messages.check.findings import Finding, Level, Need, address_line, wrong

HELO = "HELO"
# A name of the internet has a dot, and none of these at its end (RFC 6761, RFC 6762, RFC 8375).
_AT_HOME_ONLY = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|lan|home|internal|intranet|corp|arpa|invalid|test)",
)
_ASK = (
    "Demandez à qui tient ce serveur sous quel nom il se présente aux fournisseurs, et que ce nom "
    "mène à l’adresse d’où il envoie\u00a0; puis relancez avec --helo et ce nom."
)


def helo_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """Whether that name exists and leads to where our mails leave from.

    A server of another machine may have another name for the providers: it is then only asked for.
    """
    if not facts.helo:
        said = "Le nom sous lequel votre serveur d’envoi se présente aux fournisseurs est inconnu."
        return [Finding(HELO, Level.UNKNOWN, said, _ASK)]
    found = _of_name(resolver, facts)
    if facts.helo_is_sure or all(one.level is Level.GOOD for one in found):
        return found
    said = (
        f"Votre serveur d’envoi se présente à nous sous le nom {facts.helo}, qui ne mène pas à "
        "l’adresse d’où partent les courriels. Aux fournisseurs, il en dit peut-être un autre."
    )
    return [Finding(HELO, Level.UNKNOWN, said, _ASK)]


def _of_name(resolver: Resolver, facts: Facts) -> list[Finding]:
    name = facts.helo
    presents = f"Votre serveur d’envoi se présente sous le nom {name}"
    names = {ip: resolver.names_of(ip) for ip in facts.ips}
    if not _of_the_internet(name):
        better = next((found[0] for found in names.values() if found), f"envoi.{facts.domain}")
        mend = (
            "Donnez-lui un nom complet, le même que le nom inverse de son adresse, par exemple "
            f"{better} (sous Postfix, myhostname)."
        )
        said = f"{presents}, que personne ne connaît sur l’internet."
        return [wrong(HELO, said, mend, "", Need.HELO)]
    reached = [one for one in resolver.addresses(name) if not at_home(one)]
    if not reached:
        publish = address_line(name, next(iter(facts.ips), "ADRESSE"))
        said = f"{presents}, qui ne mène à aucune adresse de l’internet."
        return [wrong(HELO, said, "Publiez cette ligne.", publish, Need.HELO)]
    elsewhere = [
        Finding(
            HELO,
            Level.ADVICE,
            f"{presents}, qui ne mène pas à {ip}.",
            "Ajoutez cette ligne, ou prenez le nom inverse de cette adresse.",
            address_line(name, ip),
        )
        for ip in facts.ips
        if ip not in reached
    ]
    return elsewhere or [_leads_there(facts, presents, names)]


def _leads_there(facts: Facts, presents: str, names: dict[str, list[str]]) -> Finding:
    others = [found[0] for found in names.values() if found and facts.helo not in found]
    if others:
        said = f"{presents}, et son adresse se nomme {others[0]}."
        mend = "Prenez le même nom des deux côtés\u00a0: les filtres s’y fient."
        return Finding(HELO, Level.ADVICE, said, mend)
    said = f"{presents}, qui mène à l’adresse d’où partent les courriels."
    if not facts.ips:
        said = f"{presents}, qui existe."
    return Finding(HELO, Level.GOOD, said)


def _of_the_internet(name: str) -> bool:
    """Not an address between brackets, nor a machine's short name, nor a local network's."""
    labels = name.split(".")
    written = all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", label) for label in labels)
    number = labels[-1].isdigit()
    return written and len(labels) > 1 and not number and not _AT_HOME_ONLY.fullmatch(name)
