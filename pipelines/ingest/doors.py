"""The doors through which personal data goes: the key store's, and one that keeps nothing for a dry run."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

import polars as pl

from infra.key_store import KeyStore
from infra.key_store.proposed import Candidate, ProposedPseudonyms, has_erased

CANDIDATES = pl.Schema([("id", pl.String), ("pseudonym", pl.String), ("is_proposed", pl.Boolean)])
LAPSES = pl.Schema([("pseudonym", pl.String), ("since", pl.Datetime("us", "UTC")), ("owner", pl.String)])


class Door(Protocol):
    """Where personal ids become pseudonyms and personal text becomes ciphertext."""

    def look_up(self, issuer: str, ids: Sequence[str]) -> Sequence[Candidate]:
        """What stands for each id, or would; nothing is made."""

    def keep(self, issuer: str, ids: Sequence[str]) -> bool:
        """Commit what was proposed for these ids; False if it must be looked up again."""

    def lapses(self, pseudonyms: Sequence[str]) -> pl.DataFrame:
        """Whose each number is from which moment on (LAPSES, ordered); a null owner was erased."""

    def has_erased(self) -> bool:
        """Whether anybody was erased."""

    def erased_among(self, subjects: Sequence[str]) -> set[str]:
        """Those of the subjects that were erased."""

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str | None]:
        """Seal each text for the subject at its place; None if that one was erased."""


class KeyStoreDoor:
    """Pseudonyms and ciphertext of a store, their keys committed before they are answered."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._proposed = ProposedPseudonyms(keys)

    def look_up(self, issuer: str, ids: Sequence[str]) -> Sequence[Candidate]:
        return self._proposed.look_up(issuer, ids) if ids else []

    def keep(self, issuer: str, ids: Sequence[str]) -> bool:
        return self._proposed.keep(issuer, ids) if ids else True

    def lapses(self, pseudonyms: Sequence[str]) -> pl.DataFrame:
        return pl.DataFrame(self._keys.lapses(pseudonyms), schema=LAPSES, orient="row")

    def has_erased(self) -> bool:
        return has_erased(self._keys)

    def erased_among(self, subjects: Sequence[str]) -> set[str]:
        return self._keys.erased_among(subjects)

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str | None]:
        return self._keys.protect_all(subjects, kind, texts) if texts else []


class ForgetfulDoor:
    """Pseudonyms and ciphertext that look alike and mean nothing, for a run that writes nothing."""

    def __init__(self) -> None:
        self._forgotten = os.urandom(32)

    def look_up(self, issuer: str, ids: Sequence[str]) -> Sequence[Candidate]:
        """The same for an id every time, and another in the next run."""
        digests = [
            blake2b(f"{issuer}:{one}".encode(), key=self._forgotten, digest_size=16).hexdigest()
            for one in ids
        ]
        return [Candidate(digest, is_proposed=True) for digest in digests]

    def keep(self, issuer: str, ids: Sequence[str]) -> bool:
        """Nothing is kept."""
        return True

    def lapses(self, pseudonyms: Sequence[str]) -> pl.DataFrame:
        """No number is known to have changed hands."""
        return LAPSES.to_frame()

    def has_erased(self) -> bool:
        """Nobody is known."""
        return False

    def erased_among(self, subjects: Sequence[str]) -> set[str]:
        """Nobody is known."""
        return set()

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str | None]:
        """A mark in the place of each text."""
        return ["v1:" for _ in texts]
