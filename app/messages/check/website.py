"""Whether a real website stands behind the sender's domain, as Orange asks."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts, at_home
from app.messages.check.findings import Finding, Level, Need, address_line, wrong

SITE = "Site"
PATIENCE = 5.0  # seconds for one exchange
NOTHING_THERE = frozenset({404, 410})
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """What knocking at a site gave."""

    status: int = 0  # of HTTP; 0: no answer
    private: bool = False  # over https, with a certificate that this machine trusts


Visit = Callable[[str], Seen]


def visit(host: str) -> Seen:
    """Ask a host for its first page, by https, else by http; nothing of it is read or followed."""
    context = ssl.create_default_context()
    by_https = knock(http.client.HTTPSConnection(host, timeout=PATIENCE, context=context))
    if by_https.status:
        return by_https
    return knock(http.client.HTTPConnection(host, timeout=PATIENCE))


def knock(connection: http.client.HTTPConnection) -> Seen:
    """What one connection gives; no answer is a status of 0."""
    try:
        connection.request("GET", "/", headers={"User-Agent": "barometre mail check"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return Seen()
    finally:
        connection.close()
    return Seen(status, isinstance(connection, http.client.HTTPSConnection))


def site_findings(resolver: Resolver, facts: Facts, visit: Visit | None) -> list[Finding]:
    """Whether the domain, or its `www`, leads somewhere; `visit` of None: nobody goes and looks."""
    domain = facts.domain
    hosts = [host for host in (domain, f"www.{domain}") if _leads_out(resolver, host)]
    if not hosts:
        return [_none(resolver, facts)]
    if visit is None:
        said = f"{hosts[0]} a une adresse\u00a0: un site peut y répondre."
        return [Finding(SITE, Level.GOOD, said)]
    return [_of_visits({host: visit(host) for host in hosts})]


def _leads_out(resolver: Resolver, host: str) -> bool:
    return any(not at_home(one) for one in resolver.addresses(host))


def _none(resolver: Resolver, facts: Facts) -> Finding:
    domain = facts.domain
    above = domain.partition(".")[2]
    if "." in above and (_leads_out(resolver, above) or _leads_out(resolver, f"www.{above}")):
        said = f"{domain} ne mène à aucun site\u00a0; celui de {above} en tient lieu."
        mend = f"Faites mener {domain} à votre site, pour qui suit l’adresse de l’expéditeur."
        return Finding(SITE, Level.ADVICE, said, mend, _line(facts))
    said = f"Ni {domain} ni www.{domain} ne mène à un site."
    mend = "Publiez cette ligne, et faites répondre un site qui dit qui vous êtes."
    return wrong(SITE, said, mend, _line(facts), Need.SITE)


def _line(facts: Facts) -> str:
    """Towards our own pages, unless they are not on the internet or would be there already."""
    www = f"www.{facts.domain}"
    ours = facts.site
    last = ours.rpartition(".")[2]
    if "." in ours and not last.isdigit() and ours not in (facts.domain, www):
        return f"{www}. IN CNAME {ours}."
    return address_line(facts.domain, "ADRESSE")


def _of_visits(seen: dict[str, Seen]) -> Finding:
    """The best that was seen."""
    for host, one in seen.items():
        if one.status and one.status < _FIRST_SERVER_ERROR and one.status not in NOTHING_THERE:
            if one.private:
                return Finding(SITE, Level.GOOD, f"Un site répond à {host}.")
            said = f"Un site répond à {host}, mais sans chiffrement valable."
            return Finding(SITE, Level.ADVICE, said, "Donnez-lui un certificat (https).")
    failing = next(((host, one.status) for host, one in seen.items() if one.status), None)
    if failing is not None:
        said = f"{failing[0]} répond par une erreur ({failing[1]})."
        return Finding(SITE, Level.ADVICE, said, "Mettez-y une page qui dit qui vous êtes.")
    said = f"Aucun site ne répond d’ici à {next(iter(seen))}."
    mend = "Ouvrez-le d’un autre réseau\u00a0: s’il n’y répond pas, Orange peut s’en plaindre."
    return Finding(SITE, Level.UNKNOWN, said, mend)
