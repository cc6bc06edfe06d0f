"""What writing a message needs from the settings: addresses, names and the signer of links."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.links.signed import Signer
from app.messages.bounces.verp import return_path

TELEGRAM = "https://t.me/"
"""Where Telegram opens itself, on the telephone or in the browser."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of every letter of this house; the only way to the address of a link."""

    public_url: str  # no final slash
    signer: Signer
    sender_name: str
    sender_address: str
    help_address: str
    help_phone: str
    dpo_address: str
    card_attached: bool
    secret: str  # keys the hashes of suppressed addresses
    telegram_bot: str = ""  # its name, without @; "": no mail speaks of Telegram
    bounce_address: str = ""  # the mailbox that reads what comes back; "": the sender's own

    def answer_url(self, link_id: UUID, key_id: int, purpose: str = "answer") -> str:
        """The page of an answer or delegated link."""
        return f"{self.public_url}/r/{self.signer.token(link_id, purpose, key_id)}"

    def stop_url(self, link_id: UUID, key_id: int) -> str:
        """Where one asks for no more messages."""
        return f"{self.public_url}/stop/{self.signer.token(link_id, 'stop', key_id)}"

    def card_url(self, link_id: UUID, key_id: int) -> str:
        """The report card as a page."""
        return f"{self.public_url}/fiche/{self.signer.token(link_id, 'card', key_id)}"

    def several_url(self, link_id: UUID, key_id: int) -> str:
        """All the authorities of one mailbox on one page."""
        return f"{self.public_url}/communes/{self.signer.token(link_id, 'several', key_id)}"

    def renew_url(self, link_id: UUID, key_id: int) -> str:
        """Where one takes over with a new link."""
        return f"{self.public_url}/nouveau/{self.signer.token(link_id, 'renew', key_id)}"

    def continue_url(self, link_id: UUID, key_id: int) -> str:
        """Where one goes on, once, from a chat."""
        return f"{self.public_url}/continuer/{self.signer.token(link_id, 'web', key_id)}"

    def telegram_url(self, link_id: UUID, key_id: int) -> str:
        """Opens Telegram on our bot, with what ties the chat once; "" when there is no bot."""
        if not self.telegram_bot:
            return ""
        token = self.signer.token(link_id, "chat", key_id)
        return f"{TELEGRAM}{self.telegram_bot}?start={token}"

    def envelope_sender(self, message_id: UUID) -> str:
        """Where a mail about this message comes back to; "" when nothing reads bounces."""
        if not self.bounce_address:
            return ""
        return return_path(self.bounce_address, message_id, self.signer)

    @property
    def notice_url(self) -> str:
        """The page that says what becomes of people's data."""
        return f"{self.public_url}/donnees-personnelles"
