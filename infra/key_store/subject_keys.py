"""Keys of subjects, and what is done with them: seal, find, reveal; none is made again once destroyed."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection

from infra.key_store.key_database import Entry, KeyDatabase, subject_purpose
from infra.key_store.sealing import KEY_BYTES, seal_all, unseal, unseal_any
from infra.key_store.search_terms import CLASSES, PHONE, search_terms

# "on conflict do nothing" waits for whoever is inserting the same row, so all insert in one order: by value.
SELECT_KEYS_AND_PHONES = "select subject, wrapped_key, phone from subject_key where subject = any(%b::text[])"
INSERT_KEYS = """
insert into subject_key (subject, wrapped_key, phone)
select * from unnest(%b::text[], %b::bytea[], %b::bytea[])
on conflict do nothing
"""
SELECT_ERASED = "select subject from erasure where subject = any(%b::text[])"
INSERT_TERMS = """
insert into search_term (term, subject, class)
select term, subject, %b::text
from unnest(%b::bytea[], %b::text[]) as r (term, subject)
on conflict do nothing
"""
REMEMBERED_TERMS = 100_000
FIND_SUBJECTS = "select distinct subject from found_by where term = %s order by subject"


NO_PHONES: Mapping[str, bytes] = {}


class KeptKey(NamedTuple):
    """A wrapped key as it is stored, and the search term of the phone number that stands in its row."""

    wrapped: bytes
    phone: bytes | None


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
            kept = self._keys_of(connection, wanted)
        return self._unwrapped(kept)

    def protect(self, subject: str, kind: str, text: str) -> str | None:
        """The text sealed for the subject; None if that person was erased."""
        [sealed] = self.protect_all([subject], kind, [text])
        return sealed

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str | None]:
        """Each text sealed for the subject at the same place, and found by `find`; None if it was erased."""
        terms = search_terms(self.index_key(), kind, texts)
        entries = set(zip(terms, subjects, strict=True)) - self._entered if kind in CLASSES else set()
        found = {(term, one) for term, one in entries if term is not None}
        phones = {one: term for term, one in found} if CLASSES.get(kind) == PHONE else {}
        with self.while_nobody_is_erased() as connection:
            kept = self._keys_of(connection, sorted(set(subjects)), phones=phones)
            new = [(term, one) for term, one in found if one in kept and kept[one].phone != term]
            enter_terms(connection, CLASSES.get(kind, ""), new)
        self._remember(new)
        ciphers = {subject: AESGCM(key) for subject, key in self._unwrapped(kept).items()}
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
        with self._pool.connection() as connection:
            keys = self._unwrapped(kept_keys(connection, sorted(set(subjects))))
        return [
            unseal(sealed, key=keys[subject], subject=subject, kind=kind) if subject in keys else None
            for subject, sealed in zip(subjects, ciphertexts, strict=True)
        ]

    def reveal_any(
        self, subjects: Sequence[Sequence[str]], kind: str, ciphertexts: Sequence[str]
    ) -> list[str | None]:
        """Each text again, sealed for one of the subjects at the same place; None where no key fits."""
        with self._pool.connection() as connection:
            wanted = sorted({one for several in subjects for one in several})
            keys = self._unwrapped(kept_keys(connection, wanted))
        ciphers = {subject: AESGCM(key) for subject, key in keys.items()}
        return [
            unseal_any(sealed, ciphers=ciphers, subjects=several, kind=kind)
            for several, sealed in zip(subjects, ciphertexts, strict=True)
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
        with self._pool.connection() as connection:
            return set(kept_keys(connection, sorted(set(subjects))))

    def _remember(self, entered: Sequence[Entry]) -> None:
        """Entries stay until their subject is erased, who gets none ever after: they need no second look."""
        if len(self._entered) + len(entered) > REMEMBERED_TERMS:
            self._entered = set()
        self._entered.update(entered[:REMEMBERED_TERMS])

    def _keys_of(
        self, connection: Connection[Any], wanted: Sequence[str], *, phones: Mapping[str, bytes] = NO_PHONES
    ) -> dict[str, KeptKey]:
        """The keys of whoever is not erased, made where there is none; a new one is found by its phone."""
        kept = kept_keys(connection, wanted)
        gone = erased_among(connection, wanted)
        missing = [subject for subject in wanted if subject not in kept and subject not in gone]
        if missing:
            made = [self._wrap(os.urandom(KEY_BYTES), purpose=subject_purpose(one)) for one in missing]
            connection.execute(INSERT_KEYS, (missing, made, [phones.get(one) for one in missing]))
            kept |= kept_keys(connection, missing)
        return {subject: key for subject, key in kept.items() if subject not in gone}

    def _unwrapped(self, kept: Mapping[str, KeptKey]) -> dict[str, bytes]:
        return {
            subject: self._unwrap(key.wrapped, purpose=subject_purpose(subject))
            for subject, key in kept.items()
        }


def kept_keys(connection: Connection[Any], subjects: Sequence[str]) -> dict[str, KeptKey]:
    """The rows of those subjects that have a key."""
    found = connection.execute(SELECT_KEYS_AND_PHONES, (list(subjects),), binary=True).fetchall()
    return {subject: KeptKey(wrapped, phone) for subject, wrapped, phone in found}


def erased_among(connection: Connection[Any], subjects: Sequence[str]) -> set[str]:
    """Those of the subjects whose erasure was asked for or is done."""
    found = connection.execute(SELECT_ERASED, (list(subjects),), binary=True).fetchall()
    return {subject for (subject,) in found}


def enter_terms(connection: Connection[Any], group: str, entries: Sequence[tuple[bytes, str]]) -> None:
    """Let each term find its subject."""
    if entries:
        ordered = sorted(entries)
        terms, subjects = zip(*ordered, strict=True)
        connection.execute(INSERT_TERMS, (group, list(terms), list(subjects)))
