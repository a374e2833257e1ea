"""What was weighed turned into events: personal text sealed, bytes encoded, in the order of the file."""

from datetime import datetime

import polars as pl

from domain.envelope import stored_time
from pipelines.ingest.doors import Door
from pipelines.ingest.encode import encode_states, time_text
from pipelines.ingest.plan import HIDDEN, RECORD, STREAM, Plan, Telling
from pipelines.ingest.times import INSTANT
from pipelines.ingest.weigh import Weighed, subject_of

ORDER = f"{HIDDEN}order"
WHEN = f"{HIDDEN}when"


class ErasedMeanwhile(Exception):
    """Somebody was erased since their row was weighed, which is then to be weighed again."""


def tell(
    weighed: Weighed, *, plan: Plan, now: datetime, door: Door, is_correction: bool = False
) -> pl.DataFrame:
    """RECORD, originator_id, topic, state (Binary), occurred_at; a record's events together, by time.

    `recorded_at` is never later than `now`; a correction is recorded now whatever the mapping declares.
    Raises ErasedMeanwhile if text cannot be sealed any more.
    """
    recorded = _recorded(plan, now=now, is_correction=is_correction)
    events = [
        _encoded(
            _sealed(frame, telling, door=door), telling, place=place, source=plan.source, recorded=recorded
        )
        for place, (frame, telling) in enumerate(zip(weighed.frames, plan.tellings, strict=True))
    ]
    return pl.concat(events).sort(RECORD, "occurred_at", ORDER).drop(ORDER)


def _encoded(
    frame: pl.DataFrame, telling: Telling, *, place: int, source: str, recorded: pl.Expr
) -> pl.DataFrame:
    event_class = telling.event_class
    told = frame.with_columns(time_text(pl.col("occurred_at")).alias(WHEN), source=pl.lit(source))
    stored = told.with_columns(occurred_at=pl.col(WHEN), recorded_at=recorded)
    return frame.select(
        RECORD,
        pl.col(STREAM).alias("originator_id"),
        pl.lit(event_class.TOPIC).alias("topic"),
        encode_states(stored, event_class),
        "occurred_at",
        pl.lit(place, dtype=pl.UInt8).alias(ORDER),
    )


def _recorded(plan: Plan, *, now: datetime, is_correction: bool) -> pl.Expr:
    """The text of recorded_at: our clock, or an earlier time that the source or its history gives.

    Nothing is on record before it happened: where a row was entered before, it was completed then.
    """
    clock = pl.lit(stored_time(now))
    if is_correction or not (plan.declares_history or plan.recorded_at is not None):
        return clock
    if plan.recorded_at is None:
        return pl.when(pl.col("occurred_at") <= pl.lit(now, dtype=INSTANT)).then(WHEN).otherwise(clock)
    completed = pl.when(pl.col("recorded_at").is_not_null()).then(
        pl.max_horizontal("recorded_at", "occurred_at")
    )
    return time_text(pl.min_horizontal(completed, pl.lit(now, dtype=INSTANT)))


def _sealed(frame: pl.DataFrame, telling: Telling, *, door: Door) -> pl.DataFrame:
    """Seal every personal field."""
    for name in sorted(telling.event_class.PERSONAL.intersection(telling.fields)):
        frame = _sealed_field(frame, name, door=door)
    return frame


def _sealed_field(frame: pl.DataFrame, name: str, *, door: Door) -> pl.DataFrame:
    present = frame.select(RECORD, text=name, subject=subject_of(frame)).drop_nulls("text")
    texts = door.protect_all(present["subject"].to_list(), name, present["text"].to_list())
    sealed = pl.Series(name, texts, dtype=pl.String)
    if sealed.null_count():
        raise ErasedMeanwhile
    ciphertext = present.select(RECORD, sealed)
    return frame.drop(name).join(ciphertext, on=RECORD, how="left", maintain_order="left")
