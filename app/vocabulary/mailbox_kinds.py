"""What a mailbox's spelling says of it: whose domain, and whether a person or a service reads it.

A guess from the name alone: it orders what the staff mend first, and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class MailboxKind(StrEnum):
    """How likely a mailbox is to outlive the person who reads it, and its provider's whims."""

    OWN_SERVICE = "own_service"  # mairie@ville.fr
    OWN_PERSON = "own_person"  # odile.marchand@ville.fr
    FREE_MAIL = "free_mail"  # mairie.ville@orange.fr


LABELS: Mapping[MailboxKind, str] = {
    MailboxKind.OWN_SERVICE: "boîte de service, domaine propre",
    MailboxKind.OWN_PERSON: "boîte nominative, domaine propre",
    MailboxKind.FREE_MAIL: "boîte d’un fournisseur grand public",
}

# By the first label of the domain, whatever follows it: yahoo.fr, yahoo.com, hotmail.co.uk…
_FREE_MAIL = frozenset(
    {
        *("orange", "wanadoo", "voila", "free", "sfr", "neuf", "cegetel", "club-internet"),
        *("laposte", "gmail", "googlemail", "hotmail", "outlook", "live", "msn", "yahoo"),
        *("bbox", "numericable", "aliceadsl", "aol", "icloud", "me", "gmx", "protonmail", "proton"),
        *("nordnet", "ozone", "netcourrier", "mailo", "caramail", "tiscali", "9online", "dbmail"),
    }
)
_SERVICE = re.compile(
    r"(?:la[-_.]?)?(?:contact|mairie|accueil|secretariat|info|infos|commune|communes|ville|"
    r"administration|courrier|courriel|direction|dgs|agglo|cdc|cc|epci|siege|general|"
    r"collectivite|departement|region|communaute|metropole|numerique|informatique|dsi)"
    r"(?:[-_.0-9].*)?"
)


def mailbox_kind(mailbox: str) -> MailboxKind:
    """The kind of a mailbox, by its spelling."""
    local, _, domain = mailbox.lower().rpartition("@")
    if domain.partition(".")[0] in _FREE_MAIL and domain.count(".") <= 2:
        return MailboxKind.FREE_MAIL
    return MailboxKind.OWN_SERVICE if _SERVICE.fullmatch(local) else MailboxKind.OWN_PERSON
