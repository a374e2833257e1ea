"""The doors through which personal data goes: the key store's, and one that keeps nothing for a dry run."""

from collections.abc import Sequence
from uuid import uuid4

from infra.key_store import KeyStore


class KeyStoreDoor:
    """Pseudonyms and ciphertext of a store, their keys committed before they are answered."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def pseudonyms(self, issuer: str, ids: Sequence[str]) -> list[str]:
        """Exchange each id."""
        return self._keys.pseudonyms(issuer, ids) if ids else []

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str]:
        """Seal each text for the subject at its place."""
        return self._keys.protect_all(subjects, kind, texts) if texts else []


class ForgetfulDoor:
    """Pseudonyms and ciphertext that look alike and mean nothing, for a run that writes nothing."""

    def pseudonyms(self, issuer: str, ids: Sequence[str]) -> list[str]:
        """Random pseudonyms."""
        return [uuid4().hex for _ in ids]

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str]:
        """A mark in the place of each text."""
        return ["v1:" for _ in texts]
