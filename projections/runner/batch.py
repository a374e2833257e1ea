"""One batch of the log, read and decoded once per stream for all the facts that want it."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from domain.topics import TOPICS, UPCASTERS
from projections.facts.decode import Decoded, decode, wanted_fields
from projections.facts.spec import VOID_TOPIC, FactSpec, stream_topics

RULES_STREAM = "organisation"
Skipped = tuple[int, ...]
"""Positions that somebody decided to leave out of a fact."""


@dataclass(frozen=True)
class Batch:
    """Events with `after` < position <= `upto`, as the log holds them."""

    log: pl.DataFrame
    after: int
    upto: int


class Streams:
    """A batch's events per stream, decoded once for all facts that stand at the same place."""

    def __init__(self, batch: Batch, specs: Iterable[FactSpec]) -> None:
        self.batch = batch
        self.specs = tuple(specs)
        self._parts = split_by_stream(batch.log)
        self._decoded: dict[tuple[str, int, Skipped], Decoded] = {}

    @property
    def upto(self) -> int:
        return self.batch.upto

    def touches(self, spec: FactSpec) -> bool:
        """Whether any event of the batch may change the fact, or is of a topic that nobody knows."""
        if spec.rules and RULES_STREAM in self._parts:
            return True
        part = self._parts.get(spec.stream)
        return part is not None and bool(part.select(_concerns(spec).any()).item())

    def decoded_for(self, spec: FactSpec, *, after: int, skipped: Skipped = ()) -> Decoded:
        """The events above `after` without the skipped ones; a poison stops only facts that read it."""
        left = pl.col("position").is_in(skipped).not_() & (pl.col("position") > after)
        part = self._parts.get(spec.stream, self.batch.log.clear()).filter(left)
        place = (spec.stream, after, skipped)
        if place not in self._decoded:
            fields = wanted_fields(one for one in self.specs if one.stream == spec.stream)
            self._decoded[place] = decode(part, fields=fields, topics=stream_topics(spec.stream))
        shared = self._decoded[place]
        if shared.poison is None:
            return shared
        return decode(part.filter(_concerns(spec)), fields=spec.fields, topics=spec.topics)


def _concerns(spec: FactSpec) -> pl.Expr:
    known = [*TOPICS, *(upcaster.from_topic for upcaster in UPCASTERS)]
    read = [*spec.topics, *(one.from_topic for one in UPCASTERS), VOID_TOPIC]
    return pl.col("topic").is_in(read) | ~pl.col("topic").is_in(known)


def split_by_stream(log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The log's rows by the stream that their ids name, voids among them."""
    stream = pl.col("originator_id").str.split_exact("-", 1).struct.field("field_0")
    parts = log.with_columns(stream=stream).partition_by("stream", as_dict=True, include_key=False)
    return {str(name): part for (name,), part in parts.items()}
