"""Keys of subjects, and what is done with them: seal, find, reveal; none is made again once destroyed."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection

from infra.key_store.key_database import KeyDatabase, select_pairs, subject_purpose
from infra.key_store.sealing import KEY_BYTES, seal_all, unseal
from infra.key_store.search_terms import CLASSES, search_terms

# "on conflict do nothing" waits for whoever is inserting the same row, so all insert in one order: by value.
SELECT_KEYS = "select subject, wrapped_key from subject_key where subject = any(%b::text[])"
INSERT_KEYS = """
insert into subject_key (subject, wrapped_key)
select * from unnest(%b::text[], %b::bytea[])
on conflict do nothing
"""
SELECT_ERASED = "select subject from erasure where subject = any(%b::text[])"
INSERT_TERMS = """
insert into search_term (term, subject, class)
select term, subject, %b::text
from unnest(%b::bytea[], %b::text[]) as r (term, subject)
on conflict do nothing
"""
FIND_SUBJECTS = "select subject from search_term where term = %s order by subject"


class NoKeyError(Exception):
    """There is no key for a subject: nothing was ever sealed for it, or it was erased."""

    def __init__(self, *, subject: str) -> None:
        super().__init__(f"there is no key for {subject}: nothing was sealed for it, or it was erased")
        self.subject = subject


class SubjectErasedError(Exception):
    """Whoever was erased cannot be held any more."""

    def __init__(self, *, subject: str) -> None:
        super().__init__(f"{subject} was erased, so nothing is left to hold")
        self.subject = subject


class SubjectKeys(KeyDatabase):
    """Open keys never leave this object's calls; what it makes is committed before it is answered."""

    def subject_keys(self, subjects: Iterable[str]) -> dict[str, bytes]:
        """The key of each subject, made where there was none; whoever was erased is not in the answer."""
        wanted = sorted(set(subjects))
        with self.while_nobody_is_erased() as connection:
            wrapped = self._keys_of(connection, wanted)
        return self._unwrapped(wrapped)

    def protect(self, subject: str, kind: str, text: str) -> str | None:
        """The text sealed for the subject; None if that person was erased."""
        [sealed] = self.protect_all([subject], kind, [text])
        return sealed

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str | None]:
        """Each text sealed for the subject at the same place, and found by `find`; None if it was erased."""
        terms = search_terms(self.index_key(), kind, texts) if kind in CLASSES else None
        with self.while_nobody_is_erased() as connection:
            wrapped = self._keys_of(connection, sorted(set(subjects)))
            if terms is not None:
                entries = {
                    (term, subject)
                    for term, subject in zip(terms, subjects, strict=True)
                    if term is not None and subject in wrapped
                }
                enter_terms(connection, CLASSES[kind], entries)
        ciphers = {subject: AESGCM(key) for subject, key in self._unwrapped(wrapped).items()}
        return seal_all(
            texts, ciphers=[ciphers.get(subject) for subject in subjects], subjects=subjects, kind=kind
        )

    def reveal(self, subject: str, kind: str, ciphertext: str) -> str:
        """The text again; NoKeyError after erasure, UnreadableError if it is another's or altered."""
        [text] = self.reveal_all([subject], kind, [ciphertext])
        if text is None:
            raise NoKeyError(subject=subject)
        return text

    def reveal_all(self, subjects: Sequence[str], kind: str, ciphertexts: Sequence[str]) -> list[str | None]:
        """Each text again, sealed for the subject at the same place; None where the subject has no key."""
        keys = self._unwrapped(self._select(SELECT_KEYS, sorted(set(subjects))))
        return [
            unseal(sealed, key=keys[subject], subject=subject, kind=kind) if subject in keys else None
            for subject, sealed in zip(subjects, ciphertexts, strict=True)
        ]

    def terms(self, kind: str, texts: Sequence[str]) -> list[bytes | None]:
        """The keyed hash by which each text is found; None if it names nobody or its kind is not searched."""
        return search_terms(self.index_key(), kind, texts)

    def find(self, kind: str, text: str) -> list[str]:
        """The subjects for whom such a text was sealed, in order."""
        [term] = self.terms(kind, [text])
        with self._pool.connection() as connection:
            return [subject for (subject,) in connection.execute(FIND_SUBJECTS, (term,)).fetchall()]

    def erased_among(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects for whom nothing is sealed any more."""
        with self._pool.connection() as connection:
            return erased_among(connection, sorted(set(subjects)))

    def having_keys(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects for whom something was sealed."""
        return set(self._select(SELECT_KEYS, sorted(set(subjects))))

    def _keys_of(self, connection: Connection[Any], wanted: Sequence[str]) -> dict[str, bytes]:
        wrapped = select_pairs(connection, SELECT_KEYS, wanted)
        gone = erased_among(connection, wanted)
        missing = [subject for subject in wanted if subject not in wrapped and subject not in gone]
        if missing:
            made = [self._wrap(os.urandom(KEY_BYTES), purpose=subject_purpose(one)) for one in missing]
            connection.execute(INSERT_KEYS, (missing, made))
            wrapped |= select_pairs(connection, SELECT_KEYS, missing)
        return {subject: key for subject, key in wrapped.items() if subject not in gone}

    def _unwrapped(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        return {
            subject: self._unwrap(one, purpose=subject_purpose(subject)) for subject, one in wrapped.items()
        }


def erased_among(connection: Connection[Any], subjects: Sequence[str]) -> set[str]:
    """Those of the subjects whose erasure was asked for or is done."""
    found = connection.execute(SELECT_ERASED, (list(subjects),), binary=True).fetchall()
    return {subject for (subject,) in found}


def enter_terms(connection: Connection[Any], group: str, entries: Iterable[tuple[bytes, str]]) -> None:
    """Let each term find its subject."""
    ordered = sorted(entries)
    if ordered:
        terms, subjects = zip(*ordered, strict=True)
        connection.execute(INSERT_TERMS, (group, list(terms), list(subjects)))
