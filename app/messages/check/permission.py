"""Whether the domain of the envelope's sender lets our addresses send: what SPF says of us."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, Need, txt_line, wrong
from app.messages.check.spf import MOST_LOOKUPS, Spf, SpfResult, evaluate, spf_record

SPF = "SPF"


def spf_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """One finding an address of ours, then what is unwise in the record."""
    domain = facts.bounce_domain
    records = spf_record(resolver, domain)
    if not records:
        wanted = f"v=spf1 {_ips(facts.ips)} -all"
        said = f"{domain} ne dit pas d’où partent ses courriels."
        return [wrong(SPF, said, "Publiez cette ligne.", txt_line(domain, wanted), Need.SPF)]
    if len(records) > 1:
        said = f"{domain} a {len(records)} enregistrements SPF\u00a0: aucun n’est lu."
        mend = "Remplacez-les par cette seule ligne, qui les réunit."
        return [wrong(SPF, said, mend, txt_line(domain, _joined(records)), Need.SPF)]
    whole = evaluate(resolver, domain, None)
    found = [_spf_of(evaluate(resolver, domain, ip), domain, ip) for ip in facts.ips]
    if not facts.ips:
        found.append(_spf_unknown(whole, domain))
    elif whole.result is SpfResult.BROKEN and all(one.level is Level.GOOD for one in found):
        said = f"L’SPF de {domain} ne se lit pas jusqu’au bout\u00a0: {whole.why}."
        found.append(Finding(SPF, Level.ADVICE, said, _mend(whole, domain)))
    return [*found, *_unwise(whole, domain)]


def _unwise(whole: Spf, domain: str) -> list[Finding]:
    """A record that lets everybody send, or forbids nobody to."""
    if whole.result is SpfResult.PASS:
        said = f"L’SPF de {domain} finit par «\u00a0+all\u00a0»\u00a0: il autorise tout le monde."
        return [Finding(SPF, Level.ADVICE, said, "Remplacez-le par «\u00a0-all\u00a0».")]
    if whole.result is SpfResult.NEUTRAL and not whole.unsure:
        said = f"L’SPF de {domain} n’interdit à personne d’envoyer en son nom."
        return [Finding(SPF, Level.ADVICE, said, "Finissez-le par «\u00a0-all\u00a0».")]
    return []


def _spf_of(spf: Spf, domain: str, ip: str) -> Finding:
    if spf.result is SpfResult.PASS:
        asked = f"questions au DNS\u00a0: {spf.n_lookups}, {MOST_LOOKUPS} au plus"
        return Finding(SPF, Level.GOOD, f"{domain} autorise {ip} ({asked}).")
    if spf.result is SpfResult.BROKEN:
        return _spf_broken(spf, domain)
    version, _, rest = spf.record.partition(" ")
    wanted = txt_line(domain, f"{version} {_ips((ip,))} {rest}".strip())
    if spf.unsure:
        said = (
            f"L’SPF de {domain} dépend de qui écrit (une macro)\u00a0: {ip} ne se juge pas d’ici."
        )
        mend = "Si elle ne vise pas cette adresse, remplacez l’enregistrement par cette ligne."
        return Finding(SPF, Level.UNKNOWN, said, mend, wanted)
    said = f"{domain} n’autorise pas {ip} ({spf.result})."
    return wrong(SPF, said, "Remplacez l’enregistrement par cette ligne.", wanted, Need.SPF)


def _spf_broken(spf: Spf, domain: str) -> Finding:
    said = f"L’SPF de {domain} ne se lit pas\u00a0: {spf.why}."
    return wrong(SPF, said, _mend(spf, domain), "", Need.SPF)


def _mend(spf: Spf, domain: str) -> str:
    if spf.where != domain:
        return (
            f"La faute est dans l’enregistrement de {spf.where}\u00a0: signalez-la à qui le tient, "
            f"ou retirez le renvoi de «\u00a0{spf.record}\u00a0»."
        )
    return spf.mend or f"Corrigez «\u00a0{spf.record}\u00a0»."


def _spf_unknown(whole: Spf, domain: str) -> Finding:
    if whole.result is SpfResult.BROKEN:
        return _spf_broken(whole, domain)
    said = f"{domain} a un SPF, mais l’adresse d’où partent vos courriels n’est pas connue."
    return Finding(SPF, Level.UNKNOWN, said, "Relancez avec --ip et cette adresse.")


def _joined(records: Sequence[str]) -> str:
    """The terms of all, each once, and the strictest end among theirs."""
    terms = list(dict.fromkeys(term for record in records for term in record.split()[1:]))
    ends = {term.lower() for term in terms if term.lower().lstrip("+-~?") == "all"}
    kept = [term for term in terms if term.lower() not in ends]
    return " ".join(["v=spf1", *kept, "~all" if "~all" in ends and "-all" not in ends else "-all"])


def _ips(ips: Sequence[str]) -> str:
    return " ".join(f"ip{6 if ':' in ip else 4}:{ip}" for ip in ips) or "ip4:ADRESSE"
