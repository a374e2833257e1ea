"""A sealed range as the rebuild takes it: each fact's events, typed already, with what is raw decoded."""

from collections.abc import Iterable

import polars as pl

from projections.facts.decode import VOIDED_VERSION, Decoded
from projections.facts.spec import ROW_FIELDS, VOID_TOPIC, FactSpec
from projections.runner.batch import Batch, Skipped, Streams
from projections.segments.sealed_range import SealedRange

STREAM = pl.col("originator_id").str.split_exact("-", 1).struct.field("field_0")


class SealedWindow:
    """What facts read of one range; its files are read when this is made. Raises DamagedRange."""

    def __init__(self, sealed: SealedRange, specs: Iterable[FactSpec]) -> None:
        """Read what these facts want, each topic once."""
        self.upto = sealed.upto
        specs = tuple(specs)
        self._raw = sealed.raw()
        self._told_raw = Streams(Batch(log=self._raw, after=sealed.after, upto=sealed.upto), specs)
        self._topics = {topic: sealed.read(topic, columns) for topic, columns in _wanted(specs).items()}

        voids = self._topics[VOID_TOPIC].group_by(STREAM.alias("stream"), maintain_order=True)
        self._voids = {str(name): frame for (name,), frame in voids}

    def touches(self, spec: FactSpec) -> bool:
        """Whether any event of the range may change the fact, or is of a topic that nobody knows."""
        told = any(self._topics[topic].height for topic in spec.topics)
        return told or spec.stream in self._voids or self._told_raw.touches(spec)

    def decoded_for(self, spec: FactSpec, *, after: int, skipped: Skipped = ()) -> Decoded:
        """The events above `after` without the skipped ones, up to the first poison."""
        frames = [pl.DataFrame(schema=_schema(spec)), *self._frames(spec, skipped=skipped)]
        poison = None
        if self._told_raw.touches(spec):
            decoded = self._told_raw.decoded_for(spec, after=after, skipped=skipped)
            frames, poison = [*frames, decoded.events], decoded.poison
        left = pl.lit(value=True) if poison is None else pl.col("position") < poison.position
        events = pl.concat(frames, how="diagonal").select(_schema(spec).keys())
        return Decoded(events.filter(left & (pl.col("position") > after)).sort("position"), poison)

    def _frames(self, spec: FactSpec, *, skipped: Skipped) -> list[pl.DataFrame]:
        voids = self._voids.get(spec.stream, pl.DataFrame())
        frames = [*(self._topics[topic] for topic in spec.topics), voids]
        told = [frame.select(_of(spec, frame)) for frame in frames if frame.height]
        return [frame.filter(~pl.col("position").is_in(skipped)) for frame in told] if skipped else told


def _wanted(specs: Iterable[FactSpec]) -> dict[str, set[str]]:
    """The columns to read of each topic."""
    wanted: dict[str, set[str]] = {}
    for spec in specs:
        for topic in (*spec.topics, VOID_TOPIC):
            wanted.setdefault(topic, set()).update(_schema(spec))
    return wanted


def _schema(spec: FactSpec) -> dict[str, pl.DataType]:
    return {**ROW_FIELDS, **spec.fields, VOIDED_VERSION: pl.Int64()}


def _of(spec: FactSpec, frame: pl.DataFrame) -> list[str]:
    return [name for name in _schema(spec) if name in frame.columns]
