"""One batch of the log, read and decoded once per stream for all the facts that want it."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from projections.facts.decode import Decoded, decode, wanted_fields
from projections.facts.spec import VOID_TOPIC, FactSpec, stream_topics


@dataclass(frozen=True)
class Batch:
    """Events with `after` < position <= `upto`, as the log holds them."""

    log: pl.DataFrame
    after: int
    upto: int


class Streams:
    """A batch's events per stream, decoded at first use."""

    def __init__(self, batch: Batch, specs: Iterable[FactSpec]) -> None:
        self.batch = batch
        self.specs = tuple(specs)
        self._parts = split_by_stream(batch.log)
        self._decoded: dict[str, Decoded] = {}

    def touches(self, spec: FactSpec) -> bool:
        """Whether any event of the batch may change the fact."""
        part = self._parts.get(spec.stream)
        return part is not None and part.get_column("topic").is_in([*spec.topics, VOID_TOPIC]).any()

    def decoded(self, stream: str) -> Decoded:
        if stream not in self._decoded:
            fields = wanted_fields(one for one in self.specs if one.stream == stream)
            self._decoded[stream] = decode(self._parts[stream], fields=fields, topics=stream_topics(stream))
        return self._decoded[stream]


def split_by_stream(log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The log's rows by the stream that their ids name, voids among them."""
    stream = pl.col("originator_id").str.split_exact("-", 1).struct.field("field_0")
    parts = log.with_columns(stream=stream).partition_by("stream", as_dict=True, include_key=False)
    return {str(name): part for (name,), part in parts.items()}


def has_void(events: pl.DataFrame) -> bool:
    return bool((events.get_column("topic") == VOID_TOPIC).any())
