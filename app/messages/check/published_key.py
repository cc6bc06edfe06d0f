"""A DKIM key as a domain publishes it (RFC 6376, 3.6.1; RFC 8463)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.messages.check.dmarc import tags

FEWEST_BITS = 1_024  # RFC 8301: whoever verifies takes no shorter one
WISE_BITS = 2_048
ED25519_BYTES = 32


class KeyKind(StrEnum):
    """What a receiver can do with it."""

    RSA = "rsa"
    ED25519 = "ed25519"
    REVOKED = "revoked"  # published empty, on purpose
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """What a record holds. `n_bits`: of an RSA key, else 0."""

    kind: KeyKind
    n_bits: int = 0

    @classmethod
    def read(cls, record: str) -> PublishedKey:
        """The key of a record that has a `p`."""
        found = tags(record)
        public = "".join(found["p"].split())
        if not public:
            return cls(KeyKind.REVOKED)
        try:
            raw = base64.b64decode(public, validate=True)
            if found.get("k", "rsa").lower() == "ed25519":
                return cls(KeyKind.ED25519 if len(raw) == ED25519_BYTES else KeyKind.UNREADABLE)
            key = load_der_public_key(raw)
        except (ValueError, binascii.Error, UnsupportedAlgorithm):
            return cls(KeyKind.UNREADABLE)
        if not isinstance(key, RSAPublicKey):
            return cls(KeyKind.UNREADABLE)
        return cls(KeyKind.RSA, key.key_size)
