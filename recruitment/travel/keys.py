"""The keys of case files: the own one, under which this installation seals, and those whose files it takes in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from recruitment.travel import verify_case_file as verifier


@dataclass(frozen=True)
class Seal:
    """The key of this installation."""

    key: Ed25519PrivateKey

    @classmethod
    def own(cls) -> Seal:
        """The key in ``TRAVEL_KEY``."""
        return cls(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.TRAVEL_KEY)))

    @cached_property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        return verifier.fingerprint(self.public_key)

    def account_id(self, user_pk: int) -> str:
        """What an account of this installation is called in its case files: the same in each, and no key of a row."""
        return hashlib.sha256(self.public_key + f":{user_pk}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """Fingerprints of the installations whose case files are taken in."""

    fingerprints: frozenset[str]

    @classmethod
    def known(cls, also: Iterable[str] = ()) -> TrustedKeys:
        """The own key, those in ``TRAVEL_TRUSTED_KEYS``, and ``also``: fingerprints as people write them, or public
        keys of 64 hexadecimal signs."""
        given = [Seal.own().fingerprint, *settings.TRAVEL_TRUSTED_KEYS, *also]
        return cls(frozenset(_normalised(key) for key in given))

    def has(self, public_key: bytes) -> bool:
        return _normalised(verifier.fingerprint(public_key)) in self.fingerprints


def _normalised(key: str) -> str:
    signs = verifier.plain(key)
    return verifier.plain(verifier.fingerprint(bytes.fromhex(signs))) if len(signs) == 64 else signs
