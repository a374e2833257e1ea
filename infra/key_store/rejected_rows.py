"""Rejected rows of files: sealed, kept for thirty days, and found by the erasure of whom they are about."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.json import encode
from psycopg import Connection

from infra.event_store.copy_buffers import COPY_HEADER, COPY_TRAILER, copy_rows
from infra.key_store.sealing import NONCE_BYTES
from infra.key_store.store import KeyStore
from infra.key_store.subject_keys import erased_among

KEPT = timedelta(days=30)
DAY_SECRET = "rejects:"  # noqa: S105 (how the names of secrets begin)
# In binary form PostgreSQL counts microseconds since then.
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

RESERVE_IDS = "select nextval(pg_get_serial_sequence('rejected_row', 'id')) from generate_series(1, %s)"
COPY_ROWS = """
copy rejected_row (id, mapping, file, line, reason, sealed, sealed_by, rejected_at)
from stdin with (format binary)
"""
COPY_MARKS = "copy rejected_row_mark (mark, row) from stdin with (format binary)"
SELECT_KEPT = """
select id, mapping, file, line, reason, rejected_at, sealed, sealed_by
from rejected_row
where mapping = %s and file = %s and line between %s and %s
"""
SELECT_BURIED = "select distinct alias from tombstone where alias = any(%b::bytea[])"
COUNT_ROWS = """
select count(*)
from rejected_row
where (%(mapping)s::text is null or mapping = %(mapping)s)
    and (%(file)s::text is null or file = %(file)s or right(file, length(%(file)s) + 1) = '/' || %(file)s)
    and (%(reason)s::text is null or reason = %(reason)s)
"""
SELECT_ROWS = """
select id, mapping, file, line, reason, rejected_at
from rejected_row
where (%(mapping)s::text is null or mapping = %(mapping)s)
    and (%(file)s::text is null or file = %(file)s or right(file, length(%(file)s) + 1) = '/' || %(file)s)
    and (%(reason)s::text is null or reason = %(reason)s)
order by id
limit %(limit)s
"""
SELECT_ROW = """
select id, mapping, file, line, reason, rejected_at, sealed, sealed_by
from rejected_row
where id = %s
"""
# The days in the names of secrets are written so that their order is that of the names.
DELETE_ROWS = 'delete from rejected_row where sealed_by collate "C" < %s'
DELETE_SECRETS = 'delete from secret where starts_with(name, %s) and name collate "C" < %s'


class RejectedRow(NamedTuple):
    """Where a rejected row stands, and why it was rejected: nothing personal."""

    id: int
    mapping: str
    file: str
    line: int
    reason: str
    rejected_at: datetime


class Which(NamedTuple):
    """Which rows are meant: all that fit; a file by its path as it was given, or by the end of it."""

    mapping: str | None = None
    file: str | None = None
    reason: str | None = None


class NoSuchRejectError(Exception):
    """There is no such row: it was never kept, its thirty days are over, or whom it was about was erased."""

    def __init__(self, *, id: int) -> None:  # noqa: A002 (what users call it)
        super().__init__(
            f"there is no rejected row {id}: its 30 days are over, or whom it was about was erased; "
            "kefu rejects list shows those there are"
        )
        self.id = id


@dataclass(frozen=True, kw_only=True)
class Rejects:
    """Rows of one file to be kept, found by the places that they have in `rows`.

    rows: line (Int64), reason (String), content (Binary). marks: place (UInt32), mark (Binary).
    subjects: place (UInt32), subject (String): who is named otherwise than by a personal id.
    """

    mapping: str
    file: str
    rows: pl.DataFrame
    marks: pl.DataFrame
    subjects: pl.DataFrame


class RejectedRows:
    """The rejected rows of a store; each day's are sealed by a secret that is destroyed with them."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._ciphers: dict[str, AESGCM] = {}

    def keep(self, rejects: Rejects, *, now: datetime) -> int:
        """Keep the rows that are not kept already and are about nobody who was erased; answers how many."""
        if rejects.rows.is_empty():
            return 0
        sealed_by = _day_secret(now)
        sealed = _sealed(rejects, cipher=self._cipher(sealed_by))
        rows = rejects.rows.with_row_index("place").with_columns(sealed)
        rows = rows.join(self._kept(rejects), on=["line", "reason", "content"], how="anti")
        marks = pl.concat([rejects.marks, self._subject_marks(rejects.subjects)])
        with self._keys.while_nobody_is_erased() as connection:
            gone = _about_erased(connection, rejects)
            stored = rows.join(gone, on="place", how="anti").sort("place")
            if stored.height:
                stored = stored.with_columns(_reserved_ids(connection, stored.height))
                _copy_rows(connection, stored, rejects=rejects, sealed_by=sealed_by, now=now)
                _copy_marks(connection, stored, marks=marks)
        return stored.height

    def prune(self, *, now: datetime) -> int:
        """Destroy what was kept for thirty days, rows and secrets; answers how many rows."""
        oldest = _day_secret(now - KEPT)
        with self._keys.while_nobody_is_erased() as connection:
            gone = connection.execute(DELETE_ROWS, (oldest,)).rowcount
            connection.execute(DELETE_SECRETS, (DAY_SECRET, oldest))
        return gone

    def listed(self, which: Which, *, limit: int) -> list[RejectedRow]:
        """The first kept rows, oldest first."""
        asked = {**which._asdict(), "limit": limit}
        with self._keys.while_nobody_is_erased() as connection:
            return [RejectedRow(*row) for row in connection.execute(SELECT_ROWS, asked).fetchall()]

    def count(self, which: Which) -> int:
        """How many rows are kept."""
        with self._keys.while_nobody_is_erased() as connection:
            found = connection.execute(COUNT_ROWS, which._asdict()).fetchone()
        return int(found[0]) if found else 0

    def reveal(self, row_id: int) -> tuple[RejectedRow, bytes]:
        """One row and its content; NoSuchRejectError if it is not kept (any more)."""
        with self._keys.while_nobody_is_erased() as connection:
            found = connection.execute(SELECT_ROW, (row_id,)).fetchone()
        if found is None:
            raise NoSuchRejectError(id=row_id)
        return self._opened(found)

    def _kept(self, rejects: Rejects) -> pl.DataFrame:
        """What is kept of the same lines of the same file: line, reason, content."""
        told = rejects.rows.select("line", "reason", "content")
        asked = (rejects.mapping, rejects.file, told["line"].min(), told["line"].max())
        with self._keys.while_nobody_is_erased() as connection:
            found = connection.execute(SELECT_KEPT, asked, binary=True).fetchall()
        opened = [(row.line, row.reason, content) for row, content in map(self._opened, found)]
        return pl.DataFrame(opened, schema=told.schema, orient="row")

    def _opened(self, found: Sequence[Any]) -> tuple[RejectedRow, bytes]:
        *told, sealed, sealed_by = found
        row, cipher = RejectedRow(*told), self._cipher(sealed_by)
        return row, cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(row))

    def _cipher(self, sealed_by: str) -> AESGCM:
        if sealed_by not in self._ciphers:
            self._ciphers[sealed_by] = AESGCM(self._keys.secret(sealed_by))
        return self._ciphers[sealed_by]

    def _subject_marks(self, subjects: pl.DataFrame) -> pl.DataFrame:
        distinct = subjects["subject"].unique()
        marks = pl.Series("mark", self._keys.subject_marks(distinct.to_list()), dtype=pl.Binary)
        return subjects.join(pl.DataFrame([distinct, marks]), on="subject").select("place", "mark")


def _sealed(rejects: Rejects, *, cipher: AESGCM) -> pl.Series:
    """Each row sealed on its own, so that one person's can be destroyed; bound to where it stood and why."""
    about = (rejects.mapping, rejects.file)
    nonces = os.urandom(NONCE_BYTES * rejects.rows.height)
    sealed = []
    for place, (line, reason, content) in enumerate(
        rejects.rows.select("line", "reason", "content").iter_rows()
    ):
        nonce = nonces[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
        sealed.append(nonce + cipher.encrypt(nonce, content, encode([*about, line, reason])))
    return pl.Series("sealed", sealed, dtype=pl.Binary)


def _bound_to(row: RejectedRow) -> bytes:
    return encode([row.mapping, row.file, row.line, row.reason])


def _day_secret(now: datetime) -> str:
    return f"{DAY_SECRET}{now.astimezone(UTC):%Y-%m-%d}"


def _about_erased(connection: Connection[Any], rejects: Rejects) -> pl.DataFrame:
    """The places of rows that name somebody who was erased, at whatever time."""
    buried = _first_column(connection, SELECT_BURIED, rejects.marks["mark"])
    erased = erased_among(connection, rejects.subjects["subject"].unique().to_list())
    return pl.concat(
        [
            rejects.marks.filter(pl.col("mark").is_in(buried)).select("place"),
            rejects.subjects.filter(pl.col("subject").is_in(list(erased))).select("place"),
        ]
    )


def _first_column(connection: Connection[Any], statement: LiteralString, marks: pl.Series) -> list[bytes]:
    found = connection.execute(statement, (marks.unique().to_list(),), binary=True).fetchall()
    return [mark for (mark,) in found]


def _reserved_ids(connection: Connection[Any], count: int) -> pl.Series:
    found = connection.execute(RESERVE_IDS, (count,), binary=True).fetchall()
    return pl.Series("id", [one for (one,) in found], dtype=pl.Int64)


def _copy_rows(
    connection: Connection[Any], stored: pl.DataFrame, *, rejects: Rejects, sealed_by: str, now: datetime
) -> None:
    microseconds = (now - POSTGRES_EPOCH) // timedelta(microseconds=1)
    columns = stored.select(
        "id",
        pl.lit(rejects.mapping).alias("mapping"),
        pl.lit(rejects.file).alias("file"),
        "line",
        "reason",
        "sealed",
        pl.lit(sealed_by).alias("sealed_by"),
        pl.lit(microseconds, dtype=pl.Int64).alias("rejected_at"),
    )
    _copy(connection, COPY_ROWS, columns)


def _copy_marks(connection: Connection[Any], stored: pl.DataFrame, *, marks: pl.DataFrame) -> None:
    # In the order of the index into which they go.
    about = marks.join(stored.select("place", "id"), on="place").select("mark", "id").unique().sort("mark")
    if about.height:
        _copy(connection, COPY_MARKS, about)


def _copy(connection: Connection[Any], statement: LiteralString, frame: pl.DataFrame) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        copy.write(copy_rows(frame))
        copy.write(COPY_TRAILER)
