"""A new master key for the key database: every wrapped key is wrapped again, and nothing else is touched."""

from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from infra.key_store.key_database import KeyDatabase, secret_purpose, subject_purpose
from infra.key_store.sealing import unwrap, wrap

ROWS_AT_ONCE = 20_000
WRAPPED = (
    ("subject_key", "subject", "wrapped_key", subject_purpose),
    ("secret", "name", "wrapped", secret_purpose),
)
ANY_SECRET = "select name, wrapped from secret limit 1"  # noqa: S105 (the name of a table)
SELECT_WRAPPED = SQL("select {name}, {wrapped} from {table}")
UPDATE_WRAPPED = SQL("""
update {table} t
set {wrapped} = r.wrapped
from unnest(%b::text[], %b::bytea[]) as r (name, wrapped)
where t.{name} = r.name
""")


class Rotation(KeyDatabase):
    """Rewraps; whoever has the store open finds the new key by itself."""

    def opens_by(self, master_key: bytes) -> bool:
        """Whether the store's own secrets are wrapped by this master key; a store without any has none."""
        with self._pool.connection() as connection:
            found = connection.execute(ANY_SECRET).fetchone()
        if found is None:
            return False
        name, wrapped = found
        try:
            unwrap(wrapped, master=AESGCM(master_key), purpose=secret_purpose(name))
        except InvalidTag:
            return False
        return True

    def rotate(self, new_master: bytes) -> int:
        """Wrap every key by the new master key, all or none; answers how many keys there are."""
        with self.alone() as connection:
            return sum(self._rewrapped(connection, place, new_master=AESGCM(new_master)) for place in WRAPPED)

    def _rewrapped(self, connection: Connection[Any], place: tuple[Any, ...], *, new_master: AESGCM) -> int:
        table, name, wrapped, purpose = place
        count = 0
        with connection.cursor("wrapped") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(_of(SELECT_WRAPPED, table=table, name=name, wrapped=wrapped), binary=True)
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                again = [
                    wrap(self._unwrap(old, purpose=purpose(one)), master=new_master, purpose=purpose(one))
                    for one, old in rows
                ]
                statement = _of(UPDATE_WRAPPED, table=table, name=name, wrapped=wrapped)
                connection.execute(statement, ([one for one, _ in rows], again))
                count += len(rows)
        return count


def _of(statement: SQL, **names: str) -> Composed:
    return statement.format(**{key: Identifier(name) for key, name in names.items()})
