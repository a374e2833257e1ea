"""One fact built from the whole log: batches folded into partial rows, which are merged once."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import polars as pl

from domain.organisation.rules import RuleBook
from projections.facts.decode import VOIDED_VERSION, readable
from projections.facts.fold import fold, merge
from projections.facts.refold import NO_RULES, refold
from projections.facts.spec import ROW_FIELDS, VOID_TOPIC, FactSpec
from projections.metrics.contributions import CELL, contributions
from projections.metrics.measures import columns_summed, measures_of, neighbours_of
from projections.runner.batch import Skipped
from projections.runner.spill import Memory, Spill
from projections.storage.tables import sum_types

ReadStreams = Callable[[list[str]], pl.DataFrame]
REFOLDED_AT_ONCE = 50_000
EVENTS_AT_ONCE = 150_000
"""Events of whole streams that are folded together; more gain nothing and need memory."""
CELLS_APART = 200_000
"""Cells of several partitions that are held before they are added up."""
SUMMED_HELD_BYTES = 24 * 1024 * 1024
"""Adding a partition up takes ten times its size: what is not parted would be added up at once."""


class Build:
    """Collects what a fact makes of each batch; `rows` gives every row once."""

    def __init__(self, spec: FactSpec, *, skipped: Skipped, memory: Memory | None = None) -> None:
        """`skipped` are the positions that somebody left out of this fact; builds may share `memory`."""
        self.spec, self.skipped = spec, skipped
        self.voided: set[str] = set()
        if spec.whole_stream:
            schema = {**ROW_FIELDS, **spec.fields, VOIDED_VERSION: pl.Int64()}
            self.spill = Spill(by="originator_id", schema=schema, memory=memory)
        else:
            self.spill = Spill(by=spec.key_names[0], schema=spec.schema, memory=memory)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told of the fact."""
        return self.spill.rows == 0 and not self.voided

    def add(self, events: pl.DataFrame) -> None:
        """Take a batch of the fact's stream, voids included."""
        spec = self.spec
        if spec.whole_stream:
            wanted = events.filter(pl.col("topic").is_in([*spec.topics, VOID_TOPIC]))
            self.spill.add(wanted.select(self.spill.schema.keys()))
            return
        voids = events.filter(pl.col("topic") == VOID_TOPIC)
        self.voided.update(voids.get_column("originator_id"))
        self.spill.add(fold(spec, events))

    def rows(self, *, read_streams: ReadStreams, rules: RuleBook = NO_RULES) -> Iterator[pl.DataFrame]:
        """The rows of the fact, partition by partition; `rules` are for facts that read any."""
        if self.spec.whole_stream:
            parts = (part for events in self.spill.partitions() for part in streams_apart(events))
            yield from (refold(self.spec, part, rules=rules) for part in parts)
            return
        stream = self.spec.key_names[0]
        for partials in self.spill.partitions():
            kept = partials.filter(~pl.col(stream).is_in(self.voided)) if self.voided else partials
            yield merged_partials(self.spec, kept)
        voided = sorted(self.voided)
        for start in range(0, len(voided), REFOLDED_AT_ONCE):
            yield self._refolded(read_streams(voided[start : start + REFOLDED_AT_ONCE]))

    def _refolded(self, log: pl.DataFrame) -> pl.DataFrame:
        log = log.filter(~pl.col("position").is_in(self.skipped))
        return refold(self.spec, readable(self.spec, log))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.spill.__exit__(kind, error, traceback)


def streams_apart(events: pl.DataFrame, *, at_once: int = EVENTS_AT_ONCE) -> list[pl.DataFrame]:
    """Part events by their streams, so that the frames of a fold stay small; the hash is never stored."""
    parts = -(-events.height // at_once)
    if parts <= 1:
        return [events]
    part = (pl.col("originator_id").hash(seed=1) % parts).alias("part")
    return events.with_columns(part).partition_by("part", include_key=False)


def merged_partials(spec: FactSpec, partials: pl.DataFrame) -> pl.DataFrame:
    """Merge only the keys that occur more than once; most calls lie within one batch."""
    twice = partials.select(spec.key_names).is_duplicated()
    if not twice.any():
        return partials
    return pl.concat([partials.filter(~twice), merge(spec, partials.filter(twice))])


class Cells:
    """The sums of a fact, added up over its partitions.

    Where a measure looks at neighbours, only the columns that sums need are kept, and parted by the
    neighbours' key, so that neighbours meet.
    """

    def __init__(self, spec: FactSpec, *, zone: str) -> None:
        """`zone` gives the local day of every cell."""
        self.spec, self.zone = spec, zone
        self.neighbours = neighbours_of(spec.name)
        columns = {name: dtype for name, dtype in spec.schema.items() if name in columns_summed(spec.name)}
        by = self.neighbours.key if self.neighbours else spec.key_names[0]
        self.spill = Spill(by=by, schema=columns, memory=Memory(held_bytes=SUMMED_HELD_BYTES))
        self.parts: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        if not measures_of(self.spec.name):
            return
        if self.neighbours:
            self.spill.add(rows.select(self.spill.schema.keys()))
        else:
            self._take(rows)

    def _take(self, rows: pl.DataFrame) -> None:
        """Add rows up; many cells are added up in between, since partitions share most of them."""
        self.parts.append(contributions(self.spec.name, rows, zone=self.zone))
        if sum(part.height for part in self.parts) > max(CELLS_APART, 2 * self.parts[0].height):
            self.parts = [_added_up(self.parts)]

    def total(self) -> pl.DataFrame | None:
        """The cells of all partitions; None for a fact that nobody sums."""
        if not measures_of(self.spec.name):
            return None
        if self.neighbours:
            for rows in self.spill.partitions():
                self._take(rows)
        return _added_up(self.parts).select(sum_types(self.spec.name).keys())


def _added_up(parts: list[pl.DataFrame]) -> pl.DataFrame:
    cells = pl.concat(parts)
    return cells.group_by(CELL).agg(pl.exclude(CELL).sum()) if len(parts) > 1 else cells
