"""Whether mails are signed so that a provider can verify it: DKIM, by our key or the relay's."""

from __future__ import annotations

from app.messages.check.dmarc import tags
from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, Need, txt_line, wrong
from app.messages.check.published_key import FEWEST_BITS, WISE_BITS, KeyKind, PublishedKey
from app.messages.dkim_key import DkimKey

DKIM, BUTTON = "DKIM", "Bouton"
_ED25519 = "La clé est de type Ed25519, que plusieurs fournisseurs ne lisent pas encore."
_RSA_BETTER = "Préférez une clé RSA de 2048 bits."


def dkim_findings(resolver: Resolver, facts: Facts) -> list[Finding]:
    """Whether the public half of the key that signs is where receivers look for it."""
    key = facts.key
    if key is None and facts.relay_selector:
        return [_of_relay(resolver, f"{facts.relay_selector}._domainkey.{facts.domain}")]
    if key is None and facts.relay_signs:
        said = "Votre serveur d’envoi signe lui-même\u00a0: cela ne se vérifie pas d’ici."
        mend = (
            "Demandez à qui le tient sous quel nom (sélecteur) il publie sa clé chez "
            f"{facts.domain}, et relancez avec --relay-selector et ce nom."
        )
        return [Finding(DKIM, Level.UNKNOWN, said, mend)]
    if key is None:
        mend = "Faites une clé et donnez-la à DKIM_KEY_FILE (docs/envoyer.md)."
        return [wrong(DKIM, "Les courriels partent sans signature.", mend, "", Need.DKIM)]
    found = [_dkim_of(resolver.txt(key.place), key)]
    if key.algorithm.startswith("ed25519"):
        found.append(Finding(DKIM, Level.ADVICE, _ED25519, _RSA_BETTER))
    return found


def button_findings(facts: Facts) -> list[Finding]:
    """Whether mail programs may offer to unsubscribe with one click (RFC 8058): signed, by https.

    Gmail asks for it of advertising, which ours is not: nobody refuses for it.
    """
    if facts.key is None:
        said = "Sans clé à nous, le bouton de désinscription des messageries n’est pas proposé."
        mend = "Le lien du courriel demeure. Pour l’avoir, réglez DKIM_KEY_FILE (docs/envoyer.md)."
        return [Finding(BUTTON, Level.ADVICE, said, mend)]
    if not facts.site_is_private:
        said = "PUBLIC_URL n’est pas en https\u00a0: les messageries ignorent notre désinscription."
        return [
            Finding(BUTTON, Level.ADVICE, said, "Servez le site en https et réglez PUBLIC_URL.")
        ]
    said = "Les messageries peuvent proposer de se désinscrire d’un clic."
    return [Finding(BUTTON, Level.GOOD, said)]


def _of_relay(resolver: Resolver, place: str) -> Finding:
    """The key that a sending server publishes for our domain, judged by what it is."""
    records = [one for one in resolver.txt(place) if "p" in tags(one)]
    ask = "Publiez l’enregistrement que donne qui tient le serveur d’envoi (souvent un CNAME)."
    if len(records) != 1:
        many = f"{len(records)} clés sont publiées" if records else "Aucune clé n’est publiée"
        return wrong(DKIM, f"{many} à {place}.", ask, "", Need.DKIM)
    key = PublishedKey.read(records[0])
    if key.kind is KeyKind.REVOKED:
        return wrong(DKIM, f"La clé publiée à {place} a été retirée.", ask, "", Need.DKIM)
    if key.kind is KeyKind.UNREADABLE:
        return wrong(DKIM, f"La clé publiée à {place} est illisible.", ask, "", Need.DKIM)
    if key.kind is KeyKind.ED25519:
        return Finding(DKIM, Level.ADVICE, _ED25519, _RSA_BETTER)
    said = f"Une clé de {key.n_bits} bits est publiée à {place}"
    longer = f"Demandez à qui tient le serveur d’envoi une clé de {WISE_BITS} bits."
    if key.n_bits < FEWEST_BITS:
        return wrong(DKIM, f"{said}\u00a0: elle est trop courte.", longer, "", Need.DKIM)
    if key.n_bits < WISE_BITS:
        return Finding(DKIM, Level.ADVICE, f"{said}\u00a0: c’est court.", longer)
    mend = (
        "Pour voir qu’il signe, envoyez-vous un courriel\u00a0: l’en-tête DKIM-Signature la nomme."
    )
    return Finding(DKIM, Level.GOOD, f"{said}.", mend)


def _dkim_of(records: list[str], key: DkimKey) -> Finding:
    published = [one for one in records if "p" in tags(one)]
    publish = txt_line(key.place, key.record)
    if len(published) != 1:
        many = f"{len(published)} clés sont publiées" if published else "Aucune clé n’est publiée"
        said = f"{many} à {key.place}."
        return wrong(DKIM, said, "Publiez cette ligne, et elle seule.", publish, Need.DKIM)
    found = tags(published[0])
    public = "".join(found["p"].split())
    if public != key.public:
        why = "a été retirée" if not public else "n’est pas celle de DKIM_KEY_FILE"
        sentence = f"La clé publiée à {key.place} {why}."
        mend = "Remplacez-la par cette ligne."
        return wrong(DKIM, sentence, mend, publish, Need.DKIM)
    if "y" in found.get("t", "").split(":"):
        sentence = (
            f"La clé publiée à {key.place} se dit à l’essai (t=y)\u00a0: certains l’ignorent."
        )
        return Finding(DKIM, Level.ADVICE, sentence, "Publiez la même sans t=y.", publish)
    return Finding(DKIM, Level.GOOD, f"La clé publiée à {key.place} est la nôtre.")
