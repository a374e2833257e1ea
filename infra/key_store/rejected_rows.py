"""Rejected rows of files: sealed, kept for thirty days, and found by the erasure of whom they are about."""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.json import encode
from psycopg import Connection

from infra.event_store.copy_buffers import COPY_HEADER, COPY_TRAILER, copy_rows
from infra.key_store import rejected_statements as statements
from infra.key_store.key_database import select_pairs
from infra.key_store.sealing import NONCE_BYTES
from infra.key_store.store import KeyStore
from infra.key_store.subject_keys import erased_among

KEPT = timedelta(days=30)
DAY_SECRET = "rejects:"  # noqa: S105 (how the names of secrets begin)
# In binary form PostgreSQL counts microseconds since then.
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
PAGE = pl.Schema({"id": pl.Int64, "line": pl.Int64, "reason": pl.String, "content": pl.Binary})
SAME = ("line", "reason", "content")


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
    ids: list[int] | None = None


class Source(NamedTuple):
    """Where kept rows are from: one mapping and one file, as it was given; `upto` is the last one's id."""

    mapping: str
    file: str
    upto: int


class KeptNow(NamedTuple):
    """What became of rejects: how many rows were stored, and the ids of those that were kept already."""

    stored: int
    again: list[int]


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

    def keep(self, rejects: Rejects, *, now: datetime) -> KeptNow:
        """Keep the rows that are not kept already and are about nobody who was erased."""
        if rejects.rows.is_empty():
            return KeptNow(0, [])
        sealed_by = _day_secret(now)
        sealed = _sealed(rejects, ciphers=[self._cipher(sealed_by)] * rejects.rows.height)
        rows = rejects.rows.with_row_index("place").with_columns(sealed)
        kept = self._kept(rejects).join(rows, on=list(SAME), how="semi")
        rows = rows.join(kept, on=list(SAME), how="anti")
        marks = pl.concat([rejects.marks, self._subject_marks(rejects.subjects)])
        with self._keys.while_nobody_is_erased() as connection:
            gone = _about_erased(connection, rejects)
            stored = rows.join(gone, on="place", how="anti").sort("place")
            if stored.height:
                stored = stored.with_columns(_reserved_ids(connection, stored.height))
                _copy_rows(connection, stored, rejects=rejects, sealed_by=sealed_by, now=now)
                _copy_marks(connection, stored, marks=marks)
        return KeptNow(stored.height, kept["id"].to_list())

    def renew(self, rejects: Rejects, *, ids: pl.Series) -> None:
        """Say anew why these rows are rejected; each stays sealed by its day, and goes with that.

        `rejects` are the rows of `ids`, in their order. What is about somebody who was erased goes.
        """
        if rejects.rows.is_empty():
            return
        sealed_by = self._sealed_by(ids)
        ciphers = [self._cipher(sealed_by[one]) if one in sealed_by else None for one in ids]
        rows = rejects.rows.with_columns(ids.alias("id"), _sealed(rejects, ciphers=ciphers))
        rows = rows.with_row_index("place").drop_nulls("sealed")
        marks = pl.concat([rejects.marks, self._subject_marks(rejects.subjects)])
        with self._keys.while_nobody_is_erased() as connection:
            gone = rows.join(_about_erased(connection, rejects), on="place", how="semi")
            connection.execute(statements.DELETE_IDS, (gone["id"].to_list(),))
            _renew(connection, rows.join(gone, on="place", how="anti"), marks=marks)

    def delete(self, ids: Collection[int]) -> int:
        """Take these rows away; answers how many there were."""
        with self._keys.while_nobody_is_erased() as connection:
            return connection.execute(statements.DELETE_IDS, (list(ids),)).rowcount

    def prune(self, *, now: datetime) -> int:
        """Destroy what was kept for thirty days, rows and secrets; answers how many rows."""
        oldest = _day_secret(now - KEPT)
        with self._keys.while_nobody_is_erased() as connection:
            gone = connection.execute(statements.DELETE_ROWS, (oldest,)).rowcount
            connection.execute(statements.DELETE_SECRETS, (DAY_SECRET, oldest))
        return gone

    def listed(self, which: Which, *, limit: int) -> list[RejectedRow]:
        """The first kept rows, oldest first."""
        asked = {**which._asdict(), "limit": limit}
        with self._keys.while_nobody_is_erased() as connection:
            return [RejectedRow(*row) for row in connection.execute(statements.SELECT_ROWS, asked).fetchall()]

    def count(self, which: Which) -> int:
        """How many rows are kept."""
        with self._keys.while_nobody_is_erased() as connection:
            found = connection.execute(statements.COUNT_ROWS, which._asdict()).fetchone()
        return int(found[0]) if found else 0

    def sources(self, which: Which) -> list[Source]:
        """The mappings and files of which rows are kept, in the order in which they were."""
        with self._keys.while_nobody_is_erased() as connection:
            rows = connection.execute(statements.SELECT_SOURCES, which._asdict()).fetchall()
        return [Source(*row) for row in rows]

    def source(self, *, mapping: str, file: str) -> Source | None:
        """What is kept of exactly this mapping and file; None if nothing is."""
        with self._keys.while_nobody_is_erased() as connection:
            [(upto,)] = connection.execute(statements.SELECT_HIGHEST, (mapping, file)).fetchall()
        return None if upto is None else Source(mapping, file, upto)

    def count_of(self, source: Source) -> int:
        """How many rows are kept of a source, up to its last one."""
        with self._keys.while_nobody_is_erased() as connection:
            [(count,)] = connection.execute(statements.COUNT_UPTO, source).fetchall()
        return int(count)

    def pages(
        self, source: Source, *, size: int, reason: str | None = None, ids: list[int] | None = None
    ) -> Iterator[pl.DataFrame]:
        """The rows of a source in the order of its file, opened: id, line, reason, content."""
        asked = {**source._asdict(), "size": size, "reason": reason, "ids": ids, "line": -1, "id": -1}
        while True:
            with self._keys.while_nobody_is_erased() as connection:
                found = connection.execute(statements.SELECT_PAGE, asked, binary=True).fetchall()
            if not found:
                return
            opened = [(row.id, row.line, row.reason, content) for row, content in map(self._opened, found)]
            yield pl.DataFrame(opened, schema=PAGE, orient="row")
            asked |= {"id": opened[-1][0], "line": opened[-1][1]}

    def reveal(self, row_id: int) -> tuple[RejectedRow, bytes]:
        """One row and its content; NoSuchRejectError if it is not kept (any more)."""
        with self._keys.while_nobody_is_erased() as connection:
            found = connection.execute(statements.SELECT_ROW, (row_id,)).fetchone()
        if found is None:
            raise NoSuchRejectError(id=row_id)
        return self._opened(found)

    def _kept(self, rejects: Rejects) -> pl.DataFrame:
        """What is kept of the same lines of the same file: id, line, reason, content."""
        asked = (rejects.mapping, rejects.file, rejects.rows["line"].to_list())
        with self._keys.while_nobody_is_erased() as connection:
            found = connection.execute(statements.SELECT_KEPT, asked, binary=True).fetchall()
        opened = [(row.id, row.line, row.reason, content) for row, content in map(self._opened, found)]
        return pl.DataFrame(opened, schema=PAGE, orient="row")

    def _opened(self, found: Sequence[Any]) -> tuple[RejectedRow, bytes]:
        *told, sealed, sealed_by = found
        row, cipher = RejectedRow(*told), self._cipher(sealed_by)
        return row, cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(row))

    def _sealed_by(self, ids: pl.Series) -> dict[int, str]:
        with self._keys.while_nobody_is_erased() as connection:
            return select_pairs(connection, statements.SELECT_SEALED_BY, ids.to_list())

    def _cipher(self, sealed_by: str) -> AESGCM:
        if sealed_by not in self._ciphers:
            self._ciphers[sealed_by] = AESGCM(self._keys.secret(sealed_by))
        return self._ciphers[sealed_by]

    def _subject_marks(self, subjects: pl.DataFrame) -> pl.DataFrame:
        distinct = subjects["subject"].unique()
        marks = pl.Series("mark", self._keys.subject_marks(distinct.to_list()), dtype=pl.Binary)
        return subjects.join(pl.DataFrame([distinct, marks]), on="subject").select("place", "mark")


def _sealed(rejects: Rejects, *, ciphers: Sequence[AESGCM | None]) -> pl.Series:
    """Each row sealed on its own, so that one person's can be destroyed; bound to where it stood and why."""
    about = (rejects.mapping, rejects.file)
    nonces = os.urandom(NONCE_BYTES * rejects.rows.height)
    sealed: list[bytes | None] = []
    for place, (line, reason, content) in enumerate(
        rejects.rows.select("line", "reason", "content").iter_rows()
    ):
        nonce, cipher = nonces[place * NONCE_BYTES : (place + 1) * NONCE_BYTES], ciphers[place]
        bound_to = encode([*about, line, reason])
        sealed.append(None if cipher is None else nonce + cipher.encrypt(nonce, content, bound_to))
    return pl.Series("sealed", sealed, dtype=pl.Binary)


def _renew(connection: Connection[Any], rows: pl.DataFrame, *, marks: pl.DataFrame) -> None:
    columns = [rows[name].to_list() for name in ("id", "reason", "sealed")]
    found = connection.execute(statements.RENEW_ROWS, columns, binary=True).fetchall()
    there = rows.filter(pl.col("id").is_in([one for (one,) in found])).select("place", "id")
    about = marks.join(there, on="place")
    connection.execute(statements.INSERT_MARKS, (about["mark"].to_list(), about["id"].to_list()))


def _bound_to(row: RejectedRow) -> bytes:
    return encode([row.mapping, row.file, row.line, row.reason])


def _day_secret(now: datetime) -> str:
    return f"{DAY_SECRET}{now.astimezone(UTC):%Y-%m-%d}"


def _about_erased(connection: Connection[Any], rejects: Rejects) -> pl.DataFrame:
    """The places of rows that name somebody who was erased, at whatever time."""
    buried = _first_column(connection, statements.SELECT_BURIED, rejects.marks["mark"])
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
    found = connection.execute(statements.RESERVE_IDS, (count,), binary=True).fetchall()
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
    _copy(connection, statements.COPY_ROWS, columns)


def _copy_marks(connection: Connection[Any], stored: pl.DataFrame, *, marks: pl.DataFrame) -> None:
    # In the order of the index into which they go.
    about = marks.join(stored.select("place", "id"), on="place").select("mark", "id").unique().sort("mark")
    if about.height:
        _copy(connection, statements.COPY_MARKS, about)


def _copy(connection: Connection[Any], statement: LiteralString, frame: pl.DataFrame) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        copy.write(copy_rows(frame))
        copy.write(COPY_TRAILER)
