"""The key database: keys of subjects, pseudonyms of personal ids, and the store's secrets."""

import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.json import encode
from psycopg import Connection
from psycopg_pool import ConnectionPool

from infra.key_store.master_key import MasterKeyError
from infra.key_store.sealing import KEY_BYTES, seal_all, unseal, unwrap, wrap
from infra.postgres.conninfo import parameters

# "on conflict do nothing" waits for whoever is inserting the same row, so all insert in one order: by value.
SELECT_KEYS = "select subject, wrapped_key from subject_key where subject = any(%b::text[])"
INSERT_KEYS = """
insert into subject_key (subject, wrapped_key)
select * from unnest(%b::text[], %b::bytea[])
on conflict do nothing
"""
SELECT_ALIASES = """
select alias, replace(pseudonym::text, '-', '')
from alias
where alias = any(%b::bytea[])
"""
INSERT_ALIASES = """
insert into alias (alias, pseudonym)
select * from unnest(%b::bytea[], %b::text[]::uuid[])
on conflict do nothing
"""
SELECT_SECRET = "select wrapped from secret where name = %s"  # noqa: S105 (the name of a table)
INSERT_SECRET = "insert into secret (name, wrapped) values (%s, %s) on conflict do nothing"  # noqa: S105


class NoKeyError(Exception):
    """There is no key for a subject: nothing was ever sealed for it, or it was erased."""

    def __init__(self, *, subject: str) -> None:
        super().__init__(f"there is no key for {subject}: nothing was sealed for it, or it was erased")
        self.subject = subject


class KeyStore:
    """Open keys never leave this object's calls; what it makes is committed before it is answered."""

    def __init__(self, conninfo: str, master_key: bytes) -> None:
        self._master = AESGCM(master_key)
        self._database = parameters(conninfo)["dbname"]
        self._pool: ConnectionPool[Connection[Any]] = ConnectionPool(
            conninfo,
            min_size=0,
            max_size=4,
            num_workers=1,
            kwargs={"autocommit": True},
            check=ConnectionPool.check_connection,
            open=True,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def subject_keys(self, subjects: Iterable[str]) -> dict[str, bytes]:
        """The key of each subject, made and committed where there was none."""
        wanted = sorted(set(subjects))
        wrapped = self._select(SELECT_KEYS, wanted)
        missing = [subject for subject in wanted if subject not in wrapped]
        if missing:
            made = [wrap(os.urandom(KEY_BYTES), master=self._master, purpose=_of(one)) for one in missing]
            self._execute(INSERT_KEYS, missing, made)
            wrapped |= self._select(SELECT_KEYS, missing)
        return self._unwrapped(wrapped)

    def protect(self, subject: str, kind: str, text: str) -> str:
        """The text sealed for the subject."""
        return self.protect_all([subject], kind, [text])[0]

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str]:
        """Each text sealed for the subject at the same place."""
        ciphers = {subject: AESGCM(key) for subject, key in self.subject_keys(subjects).items()}
        return seal_all(
            texts, ciphers=[ciphers[subject] for subject in subjects], subjects=subjects, kind=kind
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

    def pseudonyms(self, issuer: str, ids: Sequence[str]) -> list[str]:
        """For each personal id its 32 hex digits, random when first seen and the same ever after."""
        key = self.secret("alias")
        aliases = {one: hmac.digest(key, encode([issuer, one]), "sha256") for one in set(ids)}
        known = self._select(SELECT_ALIASES, sorted(aliases.values()))
        missing = sorted(set(aliases.values()) - known.keys())
        if missing:
            self._execute(INSERT_ALIASES, missing, [os.urandom(16).hex() for _ in missing])
            known |= self._select(SELECT_ALIASES, missing)
        return [known[aliases[one]] for one in ids]

    def secret(self, name: str) -> bytes:
        """The store's own 32 random bytes of that name, made once; MasterKeyError if they do not open."""
        with self._pool.connection() as connection:
            found = connection.execute(SELECT_SECRET, (name,)).fetchone()
            if found is None:
                made = wrap(os.urandom(KEY_BYTES), master=self._master, purpose=f"secret|{name}")
                connection.execute(INSERT_SECRET, (name, made))
                found = connection.execute(SELECT_SECRET, (name,)).fetchone()
        assert found is not None  # noqa: S101 (inserted above, and secrets are never deleted)
        return self._unwrap(found[0], purpose=f"secret|{name}")

    def _unwrapped(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        return {subject: self._unwrap(one, purpose=_of(subject)) for subject, one in wrapped.items()}

    def _unwrap(self, wrapped: bytes, *, purpose: str) -> bytes:
        try:
            return unwrap(wrapped, master=self._master, purpose=purpose)
        except InvalidTag as error:
            raise MasterKeyError(database=self._database) from error

    def _select(self, statement: LiteralString, wanted: Sequence[Any]) -> dict[Any, Any]:
        with self._pool.connection() as connection:
            return dict(connection.execute(statement, (list(wanted),), binary=True).fetchall())

    def _execute(self, statement: LiteralString, *columns: Sequence[Any]) -> None:
        with self._pool.connection() as connection:
            connection.execute(statement, [list(column) for column in columns])


def _of(subject: str) -> str:
    return f"subject|{subject}"
