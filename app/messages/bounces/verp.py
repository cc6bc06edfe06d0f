"""The return path of a message: its own address, signed, so that a bounce names what it is about.

`rebonds+<message id>-<signature>@domain` (variable envelope return path). Servers that quote
nothing of a mail still write to its return path; and what we did not sign is nobody's bounce.
"""

from __future__ import annotations

import hmac
import re
from uuid import UUID

from app.links.signed import Signer

PURPOSE = "bounce"
SIGNATURE_LETTERS = 16  # of 64 bits; guessed wrong, it is a mail for the staff
_TOKEN = re.compile(rf"\+([0-9a-f]{{32}})-([0-9a-f]{{{SIGNATURE_LETTERS}}})@", re.IGNORECASE)


def return_path(bounce_address: str, message_id: UUID, signer: Signer) -> str:
    """The envelope sender of a message, the same at every try while the key lives."""
    local, _, domain = bounce_address.partition("@")
    signature = _signature(message_id, signer, signer.key_id)
    return f"{local}+{message_id.hex}-{signature}@{domain}"


def token_of(address: str) -> str:
    """What a return path holds of ours, unread; "" when it is not one."""
    found = _TOKEN.search(address)
    return f"{found.group(1)}-{found.group(2)}".lower() if found else ""


def message_of(token: str, signer: Signer) -> UUID | None:
    """The message that a token of ours names; None for what we did not sign."""
    name, dash, signature = token.partition("-")
    if not dash or not re.fullmatch(r"[0-9a-f]{32}", name):
        return None
    message_id = UUID(hex=name)
    good = False
    for key_id in signer.key_ids:
        expected = _signature(message_id, signer, key_id)
        good |= hmac.compare_digest(signature.encode(), expected.encode())
    return message_id if good else None


def _signature(message_id: UUID, signer: Signer, key_id: int) -> str:
    return signer.digest(PURPOSE, message_id.bytes, key_id).hex()[:SIGNATURE_LETTERS]
