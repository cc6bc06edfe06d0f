"""Where a mailbox comes from, as the law asks that its reader be told. Pure."""

from __future__ import annotations

from collections.abc import Iterable

# By `contacts.origin`; GDPR, article 14, 2 (f).
_SENTENCES = {
    "annuaire": (
        "Votre adresse vient de l’annuaire de l’administration de la DILA (Service-Public)."
    ),
    "csv": ("Votre adresse nous a été transmise par votre syndicat numérique."),
    "respondent": (
        "Votre adresse nous a été donnée par un collègue, pour répondre à cette enquête."
    ),
    "staff": (
        "Votre adresse a été trouvée par l’équipe de l’enquête, quand une autre adresse de votre "
        "collectivité a cessé de recevoir nos messages."
    ),
    "renewal": "Votre adresse nous a été donnée avec la demande de ce lien.",
    "simulated": "Votre adresse a été inventée pour cette démonstration.",
}


def source_sentence(origins: Iterable[str]) -> str:
    """One sentence for each origin, in the order given; an operator's own word is quoted."""
    sentences = dict.fromkeys(
        _SENTENCES.get(origin, f"Votre adresse vient de «\u00a0{origin}\u00a0».")
        for origin in origins
        if origin
    )
    return " ".join(sentences)
