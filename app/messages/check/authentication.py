"""Whether mails prove that they are from whom they say: DMARC, which joins SPF and DKIM."""

from __future__ import annotations

from app.messages.check.dmarc import POLICIES, Dmarc, aligned, policies
from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, Need, txt_line, wrong
from app.messages.check.permission import SPF
from app.messages.check.signature import DKIM

DMARC = "DMARC"


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
        publish = txt_line(f"_dmarc.{facts.domain}", wanted)
        mend = "Publiez cette ligne, et elle seule."
        return [wrong(DMARC, said, mend, publish, Need.DMARC)]
    (policy,) = found
    return [_policy(policy), _alignment(policy, facts, spf=spf, dkim=dkim)]


def _policy(policy: Dmarc) -> Finding:
    place = f"_dmarc.{policy.domain}"
    if policy.policy not in POLICIES:
        said = f"La politique publiée à {place} est illisible (p={policy.policy})."
        mend = "Écrivez p=none, p=quarantine ou p=reject."
        if policy.reports:
            # RFC 7489, 6.6.3: with somewhere to report to, it stands for p=none.
            return Finding(DMARC, Level.ADVICE, f"{said[:-1]}\u00a0: elle vaut p=none.", mend)
        return wrong(DMARC, said, mend, "", Need.DMARC)
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
    near = facts.domain if policy.strict_spf else policy.domain
    mend = (
        f"Réglez BOUNCE_ADDRESS sur une adresse de {near} dont l’SPF passe, ou faites signer au "
        f"nom de {facts.domain} (DKIM)."
    )
    return wrong(DMARC, said, mend, "", Need.DMARC)
