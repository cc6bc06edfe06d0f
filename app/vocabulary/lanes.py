"""Which mailboxes share a throttle: a lane is a group of providers.

Known below the panel, which writes it with each address; `app/messages/lanes.py` says how many
connections a lane may hold.
"""

from __future__ import annotations

from app.vocabulary.messengers import MESSENGER_NAMES

WIDE = "wide"
ORANGE, FREE, SFR, LA_POSTE = "orange", "free", "sfr", "laposte"
MICROSOFT, GOOGLE, YAHOO = "microsoft", "gmail", "yahoo"

# The big providers' own domains. A town hall's own domain says nothing of who hosts it: wide.
DOMAINS: dict[str, tuple[str, ...]] = {
    ORANGE: ("orange.fr", "wanadoo.fr", "voila.fr"),
    FREE: ("free.fr", "aliceadsl.fr", "libertysurf.fr", "online.fr"),
    SFR: ("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr", "9online.fr"),
    LA_POSTE: ("laposte.net",),
    MICROSOFT: (
        "hotmail.com",
        "hotmail.fr",
        "live.com",
        "live.fr",
        "msn.com",
        "outlook.com",
        "outlook.fr",
    ),
    GOOGLE: ("gmail.com", "googlemail.com"),
    YAHOO: ("yahoo.com", "yahoo.fr", "ymail.com", "aol.com", "aol.fr"),
}
LANE_OF_DOMAIN: dict[str, str] = {
    domain: lane for lane, domains in DOMAINS.items() for domain in domains
}
LANE_LABELS: dict[str, str] = {
    ORANGE: "Orange",
    FREE: "Free",
    SFR: "SFR",
    LA_POSTE: "La Poste",
    MICROSOFT: "Microsoft (Outlook, Hotmail)",
    GOOGLE: "Gmail",
    YAHOO: "Yahoo",
    WIDE: "Autres boîtes",  # not « messageries »: so are chats called
    **{channel.value: name for channel, name in MESSENGER_NAMES.items()},
}


def lane_label(lane: str) -> str:
    """What staff call a lane; one that is no longer listed keeps its own name."""
    return LANE_LABELS.get(lane, lane)


def domain_of(mailbox: str) -> str:
    """The domain of a mailbox, in lower case; "" for what is not one."""
    return mailbox.rpartition("@")[2].strip().lower() if "@" in mailbox else ""


def lane_of(email: str) -> str:
    """The lane of a mailbox, by its domain; most providers share one wide lane."""
    return LANE_OF_DOMAIN.get(domain_of(email), WIDE)
