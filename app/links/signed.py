"""Links are signed, not stored: a copy of the database holds no usable token.

A token is `base64url(link id ‖ HMAC-SHA256(key, purpose ‖ id)[:16])`: 43 characters, the same at
every retry and reminder. A forged one dies here, before any query.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from uuid import UUID

from app.errors import Refused

ID_BYTES = 16
MAC_BYTES = 16
TOKEN_LENGTH = 43


class BadLink(Refused):
    """A token that we did not sign, for this purpose."""

    sentence = (
        "Ce lien n’est pas valable. Copiez-le en entier depuis notre message, "
        "ou demandez-en un nouveau à l’adresse d’aide."
    )
    status = 404


class Signer:
    """Signs and reads tokens; several keys during a rotation, the newest signs."""

    def __init__(self, keys: Mapping[int, str]) -> None:
        self._keys = {number: secret.encode() for number, secret in keys.items()}
        self.key_id = max(self._keys)

    def token(self, link_id: UUID, purpose: str, key_id: int) -> str:
        """The token of a link, for one purpose only: the one that stops mail cannot answer.

        `key_id`: the key that was the newest when the link was made, so that its address stays the
        same while that key serves. Once it was taken out, the newest signs: the link lives on, at
        another address, and what the former key signed opens nothing.
        """
        secret = self._keys.get(key_id, self._keys[self.key_id])
        raw = link_id.bytes + self._mac(secret, purpose, link_id.bytes)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def read(self, token: str, purpose: str) -> UUID:
        """The link's id, or `BadLink`. Only the canonical spelling is accepted.

        Four last characters decode to the same bytes: without that check, four spellings would
        pass for one token.
        """
        raw = self._decoded(token)
        link_id, mac = raw[:ID_BYTES], raw[ID_BYTES:]
        good = False
        for secret in self._keys.values():
            good |= hmac.compare_digest(mac, self._mac(secret, purpose, link_id))
        if not good:
            raise BadLink
        return UUID(bytes=link_id)

    def digest(self, purpose: str, message: bytes, key_id: int) -> bytes:
        """32 keyed bytes for another use than a token; no token has that purpose."""
        return self._digest(self._keys[key_id], purpose, message)

    @property
    def key_ids(self) -> tuple[int, ...]:
        """The keys in use; what an older one signed is void."""
        return tuple(self._keys)

    @staticmethod
    def _decoded(token: str) -> bytes:
        if len(token) != TOKEN_LENGTH or not token.isascii():
            raise BadLink
        try:
            raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
        except binascii.Error:
            raise BadLink from None
        if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
            raise BadLink
        return raw

    @classmethod
    def _mac(cls, secret: bytes, purpose: str, link_id: bytes) -> bytes:
        return cls._digest(secret, purpose, link_id)[:MAC_BYTES]

    @staticmethod
    def _digest(secret: bytes, purpose: str, message: bytes) -> bytes:
        return hmac.new(secret, purpose.encode() + b"\x00" + message, hashlib.sha256).digest()
