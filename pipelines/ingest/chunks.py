"""Pieces of a file turned into chunks to append, with what was left out of them and why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from polars.exceptions import PolarsError

from infra.event_store.append_keys import append_key_list, content_key_list
from infra.event_store.chunk import Chunk
from pipelines.ingest.evaluate import Door, evaluate, trimmed
from pipelines.ingest.faults import FileFault
from pipelines.ingest.ordinals import ORDINAL, Ordinals
from pipelines.ingest.plan import LINE, RECORD, Plan
from pipelines.ingest.row_faults import DETAIL, REASON, masked, no_rejects
from pipelines.ingest.rows import Piece, layout_faults, pieces, read_rows
from pipelines.ingest.table import Table
from pipelines.ingest.tell import Told, as_read, tell

EVENTS_PER_CHUNK = 40_000
FIRST_PIECE = 1 << 20
SMALLEST_PIECE, LARGEST_PIECE = 64 << 10, 32 << 20


@dataclass(frozen=True, kw_only=True)
class Made:
    """A chunk, its usable rows (evaluated, one per record), its rejects, and where in the file it ends."""

    chunk: Chunk
    rows: pl.DataFrame
    rejects: pl.DataFrame
    records: int
    ends: int


class PieceSize:
    """How many bytes to read next so that a chunk has about 40,000 events; follows what was seen."""

    def __init__(self) -> None:
        self._size = FIRST_PIECE

    def __call__(self) -> int:
        return self._size

    def learn(self, *, size: int, events: int) -> None:
        wanted = size * EVENTS_PER_CHUNK // max(events, 1)
        self._size = min(max(wanted, SMALLEST_PIECE), LARGEST_PIECE)


class ChunkMaker:
    """Reads, evaluates and encodes one file; every record is in one chunk or among its rejects."""

    def __init__(
        self, table: Table, plan: Plan, *, door: Door, hmac_key: bytes, clock: Callable[[], datetime]
    ) -> None:
        self._table, self._plan, self._door = table, plan, door
        self._hmac_key, self._clock = hmac_key, clock
        self._ordinals = Ordinals() if plan.has_ordinal else None

    def make_all(self) -> Iterator[Made]:
        """The chunks of the file, in its order."""
        size = PieceSize()
        for piece in pieces(self._table, size):
            try:
                made = self.make(piece)
            except PolarsError as error:
                problem = f"cannot be computed from line {piece.first_line} on: {str(error).splitlines()[0]}."
                raise FileFault(path=self._table.path, problem=problem) from error
            size.learn(size=len(piece.content), events=made.chunk.events.height)
            yield made

    def make(self, piece: Piece) -> Made:
        """The chunk of one piece."""
        plan, rows = self._plan, trimmed(read_rows(piece, self._table), self._plan).with_row_index(RECORD)
        evaluated = evaluate(
            rows, plan=plan, door=self._door, ordinals=self._ordinals, layout=layout_faults(self._table)
        )
        told = tell(evaluated.rows, plan=plan, now=self._clock(), door=self._door)
        usable, silent = _parted(evaluated.rows, told)
        return Made(
            chunk=assemble(told.events, usable, plan=plan, hmac_key=self._hmac_key),
            rows=usable,
            rejects=pl.concat([evaluated.rejects, told.rejects, _silent(silent, plan)]).sort(RECORD),
            records=rows.height,
            ends=piece.ends,
        )


def _parted(rows: pl.DataFrame, told: Told) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that told something, and rows that could have and did not."""
    spoke = rows[RECORD].is_in(told.events[RECORD].unique().implode())
    if spoke.all():
        return rows, rows.clear()
    silent = rows.filter(~spoke).join(told.rejects, on=RECORD, how="anti", maintain_order="left")
    return rows.filter(spoke), silent


def _silent(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Rows of which the mapping tells no event are listed and not lost in silence."""
    said = masked(as_read(rows, plan), plan).with_columns(
        pl.lit("nothing_told").alias(REASON),
        pl.lit("none of the mapping's events applies to it").alias(DETAIL),
    )
    return said.select(no_rejects(plan).columns)


def assemble(events: pl.DataFrame, rows: pl.DataFrame, *, plan: Plan, hmac_key: bytes) -> Chunk:
    """Number the records of a chunk from 0 and name each by its keyed hashes."""
    # Events are in the order of their records, and no record here is without one.
    runs = events[RECORD].rle().struct.unnest()
    numbers = pl.int_range(runs.height, dtype=pl.UInt32, eager=True)
    numbered = pl.DataFrame({"record": numbers, "n": runs["len"]}).select(pl.col("record").repeat_by("n"))
    return Chunk(
        events=events.select(numbered.explode("record").to_series(), "originator_id", "topic", "state"),
        records=pl.DataFrame(
            {
                "key": pl.Series(
                    append_key_list(hmac_key, plan.source, _key_columns(rows, plan)), dtype=pl.Binary
                ),
                "content": pl.Series(content_key_list(hmac_key, contents(rows, plan)), dtype=pl.Binary),
                "n": runs["len"].cast(pl.UInt32),
            }
        ),
        mapping=plan.name,
    )


def _key_columns(rows: pl.DataFrame, plan: Plan) -> list[list[str]]:
    names = [*plan.key_parts, *([ORDINAL] if plan.has_ordinal else [])]
    return [rows[name].to_list() for name in names]


def contents(rows: pl.DataFrame, plan: Plan) -> Sequence[bytes]:
    """What each row says in the columns that are read by name, personal ones left out, before casting."""
    cells = as_read(rows, plan).select(pl.struct(plan.content_columns).struct.json_encode().cast(pl.Binary))
    return cells.to_series().to_list()


def key_text(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Where each row is found again: its line, and its key columns by name, personal ones hidden."""
    named = [
        pl.concat_str([pl.lit(f"{name} "), pl.lit("***") if name in plan.personal else pl.col(name)])
        for name in plan.key_columns
    ]
    return as_read(rows, plan).select(line=pl.col(LINE), key=pl.concat_str(named, separator=", "))
