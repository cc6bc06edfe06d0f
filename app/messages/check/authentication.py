"""Whether a mail proves that it is from whom it says: SPF, DKIM, and DMARC that joins them."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.check.dmarc import POLICIES, Dmarc, aligned, policies, tags
from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, Need
from app.messages.check.spf import MOST_LOOKUPS, Spf, SpfResult, evaluate, spf_record
from app.messages.dkim_key import DkimKey

SPF, DKIM, DMARC = "SPF", "DKIM", "DMARC"


def spf_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """Whether the domain of the envelope's sender lets our addresses send."""
    domain = facts.bounce_domain
    records = spf_record(resolver, domain)
    if not records:
        wanted = f"v=spf1 {_ips(facts.ips)} -all"
        said = f"{domain} ne dit pas d’où partent ses courriels."
        return [_wrong(SPF, said, "Publiez cette ligne.", _txt(domain, wanted), Need.SPF)]
    whole = evaluate(resolver, domain, None)
    found = [_spf_of(evaluate(resolver, domain, ip), domain, ip) for ip in facts.ips]
    if not facts.ips:
        found.append(_spf_unknown(whole, domain))
    elif whole.result is SpfResult.BROKEN and all(one.level is Level.GOOD for one in found):
        said = f"L’SPF de {domain} ne se lit pas jusqu’au bout\u00a0: {whole.why}."
        found.append(Finding(SPF, Level.ADVICE, said, "Corrigez-le ou raccourcissez-le."))
    if whole.result is SpfResult.PASS:
        said = f"L’SPF de {domain} finit par «\u00a0+all\u00a0»\u00a0: il autorise tout le monde."
        found.append(Finding(SPF, Level.ADVICE, said, "Remplacez-le par «\u00a0-all\u00a0»."))
    return found


def _spf_of(spf: Spf, domain: str, ip: str) -> Finding:
    if spf.result is SpfResult.PASS:
        asked = f"questions au DNS\u00a0: {spf.n_lookups}, {MOST_LOOKUPS} au plus"
        said = f"{domain} autorise {ip} ({asked})."
        return Finding(SPF, Level.GOOD, said)
    if spf.result is SpfResult.BROKEN:
        return _spf_broken(spf, domain)
    said = f"{domain} n’autorise pas {ip} ({spf.result})."
    version, _, rest = spf.record.partition(" ")
    wanted = f"{version} {_ips((ip,))} {rest}".strip()
    mend = "Remplacez l’enregistrement par cette ligne."
    return _wrong(SPF, said, mend, _txt(domain, wanted), Need.SPF)


def _spf_broken(spf: Spf, domain: str) -> Finding:
    said = f"L’SPF de {domain} ne se lit pas\u00a0: {spf.why}."
    return _wrong(SPF, said, f"Corrigez «\u00a0{spf.record}\u00a0».", "", Need.SPF)


def _spf_unknown(whole: Spf, domain: str) -> Finding:
    if whole.result is SpfResult.BROKEN:
        return _spf_broken(whole, domain)
    said = f"{domain} a un SPF, mais l’adresse d’où partent vos courriels n’est pas connue."
    return Finding(SPF, Level.UNKNOWN, said, "Relancez avec --ip et cette adresse.")


def dkim_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """Whether the public half of our key is where receivers look for it."""
    key = facts.key
    if key is None and facts.relay_signs:
        said = "Votre serveur d’envoi signe lui-même\u00a0: cela ne se vérifie pas d’ici."
        mend = "Sans clé à nous, le bouton de désinscription des messageries n’est pas proposé."
        return [Finding(DKIM, Level.UNKNOWN, said, mend)]
    if key is None:
        mend = "Faites une clé et donnez-la à DKIM_KEY_FILE (docs/envoyer.md)."
        return [_wrong(DKIM, "Les courriels partent sans signature.", mend, "", Need.DKIM)]
    found = [_dkim_of(resolver.txt(key.place), key)]
    if key.algorithm.startswith("ed25519"):
        said = "La clé est de type Ed25519, que plusieurs fournisseurs ne lisent pas encore."
        found.append(Finding(DKIM, Level.ADVICE, said, "Préférez une clé RSA de 2048 bits."))
    return found


def _dkim_of(records: list[str], key: DkimKey) -> Finding:
    published = [one for one in records if "p" in tags(one)]
    publish = _txt(key.place, key.record)
    if len(published) != 1:
        many = f"{len(published)} clés sont publiées" if published else "Aucune clé n’est publiée"
        said = f"{many} à {key.place}."
        return _wrong(DKIM, said, "Publiez cette ligne, et elle seule.", publish, Need.DKIM)
    found = tags(published[0])
    public = "".join(found["p"].split())
    if public != key.public:
        why = "a été retirée" if not public else "n’est pas celle de DKIM_KEY_FILE"
        sentence = f"La clé publiée à {key.place} {why}."
        mend = "Remplacez-la par cette ligne."
        return _wrong(DKIM, sentence, mend, publish, Need.DKIM)
    if "y" in found.get("t", "").split(":"):
        sentence = (
            f"La clé publiée à {key.place} se dit à l’essai (t=y)\u00a0: certains l’ignorent."
        )
        return Finding(DKIM, Level.ADVICE, sentence, "Publiez la même sans t=y.", publish)
    return Finding(DKIM, Level.GOOD, f"La clé publiée à {key.place} est la nôtre.")


def dmarc_findings(
    resolver: Resolver, facts: Facts, *, spf: bool | None, dkim: bool | None
) -> list[Finding]:
    """Whether the sender's domain has a policy, and whether our mails satisfy it.

    `spf`, `dkim`: whether each passes; None where it is not known.
    """
    found = policies(resolver, facts.domain)
    if len(found) != 1:
        wanted = f"v=DMARC1; p=none; rua=mailto:postmaster@{facts.domain}"
        how_many = "a plusieurs politiques" if found else "n’a pas de politique"
        said = f"{facts.domain} {how_many} DMARC."
        publish = _txt(f"_dmarc.{facts.domain}", wanted)
        mend = "Publiez cette ligne, et elle seule."
        return [_wrong(DMARC, said, mend, publish, Need.DMARC)]
    (policy,) = found
    return [_policy(policy), _alignment(policy, facts, spf=spf, dkim=dkim)]


def _policy(policy: Dmarc) -> Finding:
    place = f"_dmarc.{policy.domain}"
    if policy.policy not in POLICIES:
        said = f"La politique publiée à {place} est illisible (p={policy.policy})."
        return _wrong(DMARC, said, "Écrivez p=none, p=quarantine ou p=reject.", "", Need.DMARC)
    said = f"{policy.domain} a une politique DMARC\u00a0: {policy.policy}."
    if not policy.reports:
        mend = f"Ajoutez «\u00a0rua=mailto:…\u00a0» à {place} pour savoir qui écrit en votre nom."
        return Finding(DMARC, Level.ADVICE, said, mend)
    if policy.policy == "none":
        mend = "Quand les rapports sont bons, passez à p=quarantine, contre les imitateurs."
        return Finding(DMARC, Level.ADVICE, said, mend)
    return Finding(DMARC, Level.GOOD, said)


def _alignment(policy: Dmarc, facts: Facts, *, spf: bool | None, dkim: bool | None) -> Finding:
    by_spf = spf and aligned(facts.bounce_domain, facts.domain, policy, strict=policy.strict_spf)
    by_dkim = dkim  # our key is the sender's own: the same domain
    if by_spf or by_dkim:
        proofs = [name for name, good in ((SPF, by_spf), (DKIM, by_dkim)) if good]
        said = f"Nos courriels satisfont cette politique par {' et par '.join(proofs)}."
        return Finding(DMARC, Level.GOOD, said)
    if by_spf is None or by_dkim is None:
        said = "Il n’est pas possible de dire d’ici si nos courriels satisfont cette politique."
        return Finding(DMARC, Level.UNKNOWN, said, "Regardez d’abord l’SPF et la signature.")
    said = "Nos courriels ne satisfont pas cette politique."
    mend = f"Il faut un SPF qui passe et un retour chez {policy.domain}, ou une signature à ce nom."
    return _wrong(DMARC, said, mend, "", Need.DMARC)


def _wrong(topic: str, said: str, mend: str, publish: str, lacks: Need) -> Finding:
    return Finding(topic, Level.WRONG, said, mend, publish, lacks)


def _ips(ips: Sequence[str]) -> str:
    return " ".join(f"ip{6 if ':' in ip else 4}:{ip}" for ip in ips) or "ip4:ADRESSE"


def _txt(name: str, value: str) -> str:
    """The line as a zone file has it; a string of the DNS is 255 letters at most."""
    strings = " ".join(f'"{value[at : at + 255]}"' for at in range(0, len(value), 255))
    return f"{name}. IN TXT {strings}"
