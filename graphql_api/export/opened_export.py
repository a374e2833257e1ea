"""An export that has begun: what its headers say of it, and its bytes as they are made."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
from psycopg.sql import SQL, Identifier

from graphql_api.access.masking import Opener, opened_columns, personal_columns, subject_columns
from graphql_api.access.reach import Reach, RowScope, permission_tag
from graphql_api.datasets.dataset import Dataset
from graphql_api.export.columns import ExportColumn, export_columns, said_by_place
from graphql_api.export.export_asked import ExportAsked
from graphql_api.export.formats import ARROW, CSV, NDJSON
from graphql_api.export.rows_to_bytes import (
    BINARY_FORM,
    CSV_FORM,
    JSON_FORM,
    Kinds,
    batches,
    batches_of,
    csv_lines,
    json_lines,
    written,
)
from graphql_api.export.snapshot import Piece, Selected, Snapshot
from graphql_api.export.sources import FrameRows, SqlRows
from graphql_api.sign_in import Caller

GZIP_LEVEL, GZIP_FORMAT = 3, 31
"""Level 3 takes a third of the usual level's time; 16 + 15 is what zlib calls gzip."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: what limits their rows, and who opens what is sealed."""

    caller: Caller
    scope: RowScope | None
    reach: Reach | None
    keys: Opener


@dataclass
class Tally:
    """What was sent so far; `bytes` as they left."""

    rows: int = 0
    bytes: int = 0


@dataclass(kw_only=True)
class OpenedExport:
    """`chunks` may be asked for by one thread at a time; close it in the end, and cancel it from anywhere."""

    position: int
    day: date | None
    places: tuple[str, ...]
    next_cursor: str | None
    tag: str
    chunks: Iterator[bytes]
    tally: Tally
    snapshot: Snapshot | None = field(default=None)

    def cancel(self) -> None:
        if self.snapshot is not None:
            self.snapshot.cancel()

    def close(self) -> None:
        if self.snapshot is not None:
            self.snapshot.close()


def open_export(
    asked: ExportAsked, rows: SqlRows | FrameRows, reader: Reader, *, conninfo: str
) -> OpenedExport:
    """Begin to read; raises GraphQLError for what may not be read, psycopg's OperationalError."""
    if isinstance(rows, FrameRows):
        return _opened_frame(asked, rows, reader)
    snapshot = Snapshot(conninfo)
    try:
        return _opened_sql(asked, rows, reader, snapshot)
    except BaseException:
        snapshot.close()
        raise


def _opened_frame(asked: ExportAsked, rows: FrameRows, reader: Reader) -> OpenedExport:
    columns = export_columns(asked.model.dataset, asked.stretch.columns, own_id=SQL(""))
    kinds, tally = _kinds(columns), Tally()
    typed = _counted(batches_of(rows.frame, kinds), tally)
    return OpenedExport(
        position=rows.position,
        day=rows.day,
        places=rows.places,
        next_cursor=rows.next_cursor,
        tag=_tag(asked, reader, rows.position, rows.standing),
        chunks=_packed(written(typed, kinds, form=asked.form, has_bom=asked.has_bom), asked, tally),
        tally=tally,
    )


def _opened_sql(asked: ExportAsked, rows: SqlRows, reader: Reader, snapshot: Snapshot) -> OpenedExport:
    position = snapshot.position_of(rows.fact) if rows.position is None else rows.position
    if reader.scope is not None and reader.reach is not None:
        snapshot.become_reader(reader.scope, reader.reach)
    tally = Tally()
    return OpenedExport(
        position=position,
        day=rows.day,
        places=rows.places,
        next_cursor=_next_cursor(snapshot, rows),
        tag=_tag(asked, reader, position, str(rows.day)),
        chunks=_packed(_bytes_of(asked, rows, reader, snapshot, tally), asked, tally),
        tally=tally,
        snapshot=snapshot,
    )


def _next_cursor(snapshot: Snapshot, rows: SqlRows) -> str | None:
    """That of the last row asked for, if more would follow: looked up before any row is sent."""
    if rows.limit is None:
        return None
    found = snapshot.rows(rows.select([Identifier(name) for name in rows.places], 2, rows.limit - 1))
    return rows.cursor(found[0]) if len(found) == 2 else None


def _bytes_of(
    asked: ExportAsked, rows: SqlRows, reader: Reader, snapshot: Snapshot, tally: Tally
) -> Iterator[bytes]:
    model, names = asked.model, asked.stretch.columns
    is_personal = bool(set(names) & set(personal_columns(model.dataset)))
    form = ARROW if is_personal else asked.form
    besides = [one for one in subject_columns(model.dataset) if is_personal and one not in names]
    columns = export_columns(model.dataset, [*names, *besides], own_id=model.columns["id"])
    selected = rows.select(said_by_place(columns, form), rows.limit, 0)
    if form is CSV:
        lines = _counted_lines(snapshot.copied(selected, form=CSV_FORM), tally)
        return csv_lines(lines, names, has_bom=asked.has_bom)
    if form is NDJSON:
        return json_lines(_counted_lines(snapshot.copied(_as_json(selected, names), form=JSON_FORM), tally))
    kinds = _kinds(columns)
    typed = _counted(batches(snapshot.copied(selected, form=BINARY_FORM), kinds), tally)
    if is_personal:
        typed = (_opened(batch, model.dataset, reader).select(list(names)) for batch in typed)
    return written(typed, _kinds(columns[: len(names)]), form=asked.form, has_bom=asked.has_bom)


def _as_json(selected: Selected, names: Iterable[str]) -> Selected:
    statement, parameters = selected
    # No column has a name with a space in it.
    line = SQL('select row_to_json("the line") from ({}) as "the line" ({})')
    return line.format(statement, SQL(", ").join(map(Identifier, names))), parameters


def _opened(batch: pa.RecordBatch, dataset: Dataset, reader: Reader) -> pa.RecordBatch:
    """With personal text as the caller may see it."""
    sealed = {*personal_columns(dataset), *subject_columns(dataset)} & set(batch.schema.names)
    told = {name: batch.column(name).to_pylist() for name in sealed}
    opened = opened_columns(told, dataset, role=reader.caller.role, keys=reader.keys)
    arrays = [
        pa.array(opened[name], pa.string()) if name in personal_columns(dataset) else batch.column(name)
        for name in batch.schema.names
    ]
    return pa.record_batch(arrays, schema=batch.schema)


def _kinds(columns: Iterable[ExportColumn]) -> Kinds:
    return {column.name: column.kind for column in columns}


def _counted_lines(pieces: Iterable[Piece], tally: Tally) -> Iterator[Piece]:
    for piece in pieces:
        tally.rows += len(piece)
        yield piece


def _counted(typed: Iterable[pa.RecordBatch], tally: Tally) -> Iterator[pa.RecordBatch]:
    for batch in typed:
        tally.rows += batch.num_rows
        yield batch


def _packed(chunks: Iterator[bytes], asked: ExportAsked, tally: Tally) -> Iterator[bytes]:
    for chunk in _gzipped(chunks) if asked.is_gzipped else chunks:
        tally.bytes += len(chunk)
        yield chunk


def _gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_FORMAT)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _tag(asked: ExportAsked, reader: Reader, position: int, standing: str) -> str:
    """Equal only for the same rows in the same bytes: of what was asked, of when, and who may see it."""
    told: tuple[Any, ...] = (
        asked.name,
        asked.model.dataset.table,
        asked.form.name,
        asked.has_bom,
        asked.is_gzipped,
        asked.stretch,
        sorted(asked.given.items(), key=lambda item: item[0]),
        position,
        standing,
        permission_tag(reader.caller),
        reader.reach,
    )
    return f'"{hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()}"'
