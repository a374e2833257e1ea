"""One fact built from the whole log: batches folded into partial rows, which are merged once."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import polars as pl

from domain.organisation.rules import RuleBook
from projections.facts.decode import VOIDED_VERSION, readable
from projections.facts.fold import fold
from projections.facts.refold import NO_RULES, refold
from projections.facts.spec import ROW_FIELDS, VOID_TOPIC, FactSpec
from projections.runner.batch import Skipped
from projections.runner.partials import Partials
from projections.runner.spill import Memory, Spill

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
        memory = memory or Memory()
        schema = {**ROW_FIELDS, **spec.fields, VOIDED_VERSION: pl.Int64()}
        self.events = Spill(by="originator_id", schema=schema, memory=memory)
        self.partials = Partials(spec, memory=memory)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told of the fact."""
        return self.size == 0 and not self.voided

    @property
    def size(self) -> int:
        """How much was told, in events or partial rows."""
        return self.events.rows + self.partials.rows

    def add(self, events: pl.DataFrame) -> None:
        """Take a batch of the fact's stream, voids included."""
        spec = self.spec
        if spec.whole_stream:
            wanted = events.filter(pl.col("topic").is_in([*spec.topics, VOID_TOPIC]))
            self.events.add(wanted.select(self.events.schema.keys()))
            return
        voids = events.filter(pl.col("topic") == VOID_TOPIC)
        self.voided.update(voids.get_column("originator_id"))
        self.partials.add(fold(spec, events))

    def rows(self, *, read_streams: ReadStreams, rules: RuleBook = NO_RULES) -> Iterator[pl.DataFrame]:
        """The rows of the fact, partition by partition; `rules` are for facts that read any."""
        if self.spec.whole_stream:
            parts = (part for events in self.events.partitions() for part in streams_apart(events))
            yield from (refold(self.spec, part, rules=rules) for part in parts)
            return
        stream = self.spec.key_names[0]
        for rows in self.partials.merged():
            yield rows.filter(~pl.col(stream).is_in(self.voided)) if self.voided else rows
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
        self.events.__exit__(kind, error, traceback)
        self.partials.__exit__(kind, error, traceback)


def streams_apart(events: pl.DataFrame, *, at_once: int = EVENTS_AT_ONCE) -> list[pl.DataFrame]:
    """Part events by their streams, so that the frames of a fold stay small; the hash is never stored."""
    parts = -(-events.height // at_once)
    if parts <= 1:
        return [events]
    part = (pl.col("originator_id").hash(seed=1) % parts).alias("part")
    return events.with_columns(part).partition_by("part", include_key=False)
