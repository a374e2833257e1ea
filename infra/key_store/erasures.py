"""The register of erasures, and the destruction of everything that finds or opens a person."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, LiteralString, NamedTuple

from psycopg import Connection

from infra.key_store import erasure_statements as statements
from infra.key_store.key_database import KeyDatabase
from infra.key_store.legal_holds import UnderLegalHoldError, holds_on
from infra.key_store.pseudonyms import PERSON_ISSUER
from infra.key_store.search_terms import subject_mark


class Destroyed(NamedTuple):
    """What one destruction took away; rejects are rows."""

    keys: int
    aliases: int
    terms: int
    rejects: int


class Kept(NamedTuple):
    """What the key store holds about some subjects."""

    keys: int
    aliases: int
    terms: int
    rejects: int
    anonymous: tuple[str, ...]
    sharing: int


class Erasures(KeyDatabase):
    """Asked for, told to the log, destroyed: from the first on nothing is sealed for a subject."""

    def request_erasure(self, subjects: Collection[str]) -> None:
        """Seal nothing more for these subjects; UnderLegalHoldError if one of them is held."""
        with self.alone() as connection:
            holds = holds_on(connection, subjects)
            if holds:
                raise UnderLegalHoldError(holds=holds)
            connection.execute(statements.INSERT_REQUESTS, (sorted(set(subjects)),))

    def destroy(self, subjects: Collection[str], *, keep: Collection[str] = ()) -> Destroyed:
        """Take keys, aliases, search terms and rejected rows of these subjects away, all at once.

        Anonymous streams that carry one of their phone numbers go with them, but for those in `keep`. A
        tombstone stays for every alias. Subjects under a legal hold raise UnderLegalHoldError.
        """
        with self.alone() as connection:
            lost = {*subjects, *_anonymous(connection, subjects)} - set(keep)
            holds = holds_on(connection, lost)
            if holds:
                raise UnderLegalHoldError(holds=holds)
            return self._destroy(connection, sorted(lost))

    def kept(self, subjects: Collection[str]) -> Kept:
        """What would be destroyed with these subjects, and how many other persons share a phone with them."""
        with self.while_nobody_is_erased() as connection:
            anonymous = _anonymous(connection, subjects)
            asked = {"subjects": sorted({*subjects, *anonymous})}
            counts = connection.execute(statements.COUNT_KEPT, asked).fetchone()
            sharing = connection.execute(statements.COUNT_SHARING, asked).fetchone()
            aliases = connection.execute(statements.SELECT_ALIASES, (_pseudonyms(subjects),)).fetchall()
            marks = self._marks(connection, asked["subjects"], [alias for (alias,) in aliases])
            rejects = connection.execute(statements.COUNT_REJECTED, (marks,)).fetchone()
        assert counts and sharing and rejects  # noqa: S101, PT018 (counts are always one row)
        return Kept(
            keys=counts[0],
            aliases=len(aliases),
            terms=counts[1],
            rejects=rejects[0],
            anonymous=tuple(anonymous),
            sharing=sharing[0],
        )

    def rejected(self, marks: Sequence[bytes]) -> int:
        """How many rejected rows carry one of these marks."""
        with self._pool.connection() as connection:
            found = connection.execute(statements.COUNT_REJECTED, (list(marks),)).fetchone()
        return int(found[0]) if found else 0

    def destroy_rejected(self, marks: Sequence[bytes]) -> int:
        """Take away the rejected rows with one of these marks: of somebody known by nothing else."""
        with self.alone() as connection:
            return connection.execute(statements.DELETE_REJECTED, (list(marks),)).rowcount

    def erased(self) -> set[str]:
        """Every subject for whom nothing is sealed any more."""
        return self._subjects(statements.SELECT_ERASED)

    def destroyed(self) -> set[str]:
        """Every subject of whom nothing is left."""
        return self._subjects(statements.SELECT_DESTROYED)

    def unfinished_erasures(self) -> set[str]:
        """Subjects whose erasure was asked for and of whom something is left."""
        return self._subjects(statements.SELECT_UNFINISHED)

    def subject_marks(self, subjects: Sequence[str]) -> list[bytes]:
        """By what a rejected row is found that names a subject which is no personal id."""
        key = self.index_key()
        return [subject_mark(key, subject) for subject in subjects]

    def _destroy(self, connection: Connection[Any], lost: list[str]) -> Destroyed:
        buried = connection.execute(statements.BURY_ALIASES, (_pseudonyms(lost),)).fetchall()
        aliases = [alias for (alias,) in buried]
        rejects = connection.execute(
            statements.DELETE_REJECTED, (self._marks(connection, lost, aliases),)
        ).rowcount
        gone = connection.execute(statements.DELETE_ALIASES, (aliases,)).fetchall()
        connection.execute(statements.DELETE_RELEASES, ([pseudonym for (pseudonym,) in gone],))
        terms = connection.execute(statements.DELETE_TERMS, (lost,)).rowcount
        phones = connection.execute(statements.DELETE_KEYS, (lost,)).fetchall()
        connection.execute(statements.MARK_DESTROYED, (lost,))
        terms += sum(has_phone for (has_phone,) in phones)
        return Destroyed(keys=len(phones), aliases=len(gone), terms=terms, rejects=rejects)

    def _marks(self, connection: Connection[Any], subjects: list[str], aliases: list[bytes]) -> list[bytes]:
        terms = connection.execute(statements.SELECT_MARKS, (subjects,)).fetchall()
        return [*aliases, *(term for (term,) in terms), *self.subject_marks(subjects)]

    def _subjects(self, statement: LiteralString) -> set[str]:
        with self._pool.connection() as connection:
            return {subject for (subject,) in connection.execute(statement).fetchall()}


def _anonymous(connection: Connection[Any], subjects: Iterable[str]) -> list[str]:
    found = connection.execute(statements.SELECT_ANONYMOUS, {"subjects": sorted(set(subjects))}).fetchall()
    return [subject for (subject,) in found]


def _pseudonyms(subjects: Iterable[str]) -> list[str]:
    """The 32 hex digits of those subjects that are known by a pseudonym."""
    ids = (subject.removeprefix("customer-") for subject in subjects)
    return sorted({one.removeprefix(PERSON_ISSUER) for one in ids if one.startswith(PERSON_ISSUER)})
