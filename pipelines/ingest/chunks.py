"""Pieces of a file turned into chunks to append, with what was left out of them and why."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from polars.exceptions import PolarsError

from infra.event_store.chunk import Chunk
from pipelines.ingest.assemble import assemble
from pipelines.ingest.doors import Door
from pipelines.ingest.evaluate import evaluate, trimmed
from pipelines.ingest.exchange import Exchanged, exchange
from pipelines.ingest.faults import FileFault
from pipelines.ingest.ordinals import ORDINAL, Ordinals, natural_keys
from pipelines.ingest.plan import LINE, RECORD, Plan
from pipelines.ingest.reading import Piece, Records
from pipelines.ingest.releases import releasing
from pipelines.ingest.row_faults import DETAIL, REASON, masked, no_rejects
from pipelines.ingest.tell import ErasedMeanwhile, tell
from pipelines.ingest.weigh import Weighed, as_read, weigh

EVENTS_PER_CHUNK = 40_000
ATTEMPTS = 10
FIRST_PIECE = 1 << 20
SMALLEST_PIECE, LARGEST_PIECE = 64 << 10, 32 << 20


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Rows evaluated, what the usable ones would tell, and all others with the reason of each.

    evaluated: every row. rows: those that tell something.
    """

    evaluated: pl.DataFrame
    rows: pl.DataFrame
    rejects: pl.DataFrame
    weighed: Weighed


@dataclass(frozen=True, kw_only=True)
class Made:
    """A chunk, how its rows were judged, how many there were, and where in the file they end."""

    chunk: Chunk
    judged: Judged
    records: int
    ends: int

    @property
    def rows(self) -> pl.DataFrame:
        """The usable rows, evaluated, one per record of the chunk."""
        return self.judged.rows

    @property
    def rejects(self) -> pl.DataFrame:
        """The other rows, personal cells masked."""
        return self.judged.rejects


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
        self, records: Records, plan: Plan, *, door: Door, hmac_key: bytes, clock: Callable[[], datetime]
    ) -> None:
        self._records, self._plan, self._door = records, plan, door
        self._hmac_key, self._clock = hmac_key, clock
        self._layout = records.faults

    def make_all(self) -> Iterator[Made]:
        """The chunks of the file, in its order."""
        size, ordinals = PieceSize(), Ordinals()
        for piece in self._pieces(size):
            with self._computable(piece):
                made = self.make(self._read(piece, ordinals), ends=piece.ends)
            # A row that is rejected takes as much as an event.
            size.learn(size=piece.weight, events=max(made.chunk.events.height, made.records))
            yield made

    def releasing_rows(self) -> Iterator[pl.DataFrame]:
        """The rows that tell a release, piece by piece, as they were read, with what `in_turns` asks for."""
        ordinals = Ordinals()
        for piece in self._pieces(lambda: FIRST_PIECE):
            with self._computable(piece):
                read = self._read(piece, ordinals)
                found = releasing(self._judged(read, now=self._clock())[1].weighed, self._plan)
            yield read.join(found, on=RECORD, maintain_order="left")

    def make(self, read: pl.DataFrame, *, ends: int) -> Made:
        """The chunk of some rows, which have their ordinals if the mapping wants any."""
        now = self._clock()
        judged, events = self._settled(read, now=now)
        return Made(
            chunk=assemble(events, judged.rows, plan=self._plan, hmac_key=self._hmac_key),
            judged=judged,
            records=read.height,
            ends=ends,
        )

    def _pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        try:
            yield from self._records.pieces(wanted)
        except PolarsError as error:
            problem = f"cannot be read: {str(error).splitlines()[0]}."
            raise FileFault(path=self._records.path, problem=problem) from error

    def _read(self, piece: Piece, ordinals: Ordinals) -> pl.DataFrame:
        """The rows with their ordinals, if the mapping wants any; those that will be rejected count too.

        Rows that bring their ordinals keep them.
        """
        read = trimmed(piece.rows, self._plan).with_row_index(RECORD)
        if not self._plan.has_ordinal or ORDINAL in read.columns:
            return read
        return read.with_columns(ordinals.of(natural_keys(read, self._plan)))

    def _settled(self, read: pl.DataFrame, *, now: datetime) -> tuple[Judged, pl.DataFrame]:
        """What rows tell, with every key committed; judged again if somebody was erased in between."""
        for _ in range(ATTEMPTS):
            exchanged, judged = self._judged(read, now=now)
            if exchanged.keep(judged.rows[RECORD], plan=self._plan, door=self._door):
                with suppress(ErasedMeanwhile):
                    return judged, tell(judged.weighed, plan=self._plan, now=now, door=self._door)
        problem = f"was overtaken {ATTEMPTS} times by changes to the key store; ingest it again."
        raise FileFault(path=self._records.path, problem=problem)

    def _judged(self, read: pl.DataFrame, *, now: datetime) -> tuple[Exchanged, Judged]:
        plan = self._plan
        exchanged = exchange(read, plan=plan, door=self._door)
        evaluated = evaluate(exchanged.rows, rows=read, plan=plan, layout=self._layout)
        weighed = weigh(evaluated.usable, plan=plan, now=now, door=self._door)
        rows, silent = _parted(evaluated.usable, weighed)
        rejects = [evaluated.rejects, weighed.rejects, _silent(silent, plan)]
        return exchanged, Judged(
            evaluated=evaluated.judged,
            rows=rows,
            rejects=pl.concat(rejects).sort(RECORD),
            weighed=weighed,
        )

    @contextmanager
    def _computable(self, piece: Piece) -> Iterator[None]:
        try:
            yield
        except PolarsError as error:
            first = int(piece.rows[LINE][0])
            problem = f"cannot be computed from line {first} on: {str(error).splitlines()[0]}."
            raise FileFault(path=self._records.path, problem=problem) from error


def _parted(rows: pl.DataFrame, weighed: Weighed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that tell something, and rows that could and do not."""
    tells = rows[RECORD].is_in(weighed.records.implode())
    if tells.all():
        return rows, rows.clear()
    silent = rows.filter(~tells).join(weighed.rejects, on=RECORD, how="anti", maintain_order="left")
    return rows.filter(tells), silent


def _silent(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Rows of which the mapping tells no event are listed and not lost in silence."""
    if rows.is_empty():
        return no_rejects(plan)
    said = masked(as_read(rows, plan), plan).with_columns(
        pl.lit("nothing_told").alias(REASON),
        pl.lit("none of the mapping's events applies to it").alias(DETAIL),
    )
    return said.select(no_rejects(plan).columns)
