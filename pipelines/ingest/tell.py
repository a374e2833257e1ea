"""Usable rows turned into events: times bounded by our clock, personal text sealed, bytes encoded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from domain.envelope import stored_time
from pipelines.ingest.encode import encode_states, time_text
from pipelines.ingest.evaluate import Door
from pipelines.ingest.plan import HIDDEN, RECORD, Plan, RowFault, Telling, raw_text
from pipelines.ingest.row_faults import FAULT, first_fault, list_rejects, no_rejects
from pipelines.ingest.times import INSTANT

STREAM = f"{HIDDEN}stream"
ORDER = f"{HIDDEN}order"
WHEN = f"{HIDDEN}when"
FURTHEST_AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Told:
    """Events of usable records in the order they are appended, and the records that turned out unusable.

    events: RECORD, originator_id, topic, state (Binary), occurred_at; a record's events together, by time.
    """

    events: pl.DataFrame
    rejects: pl.DataFrame


def tell(rows: pl.DataFrame, *, plan: Plan, now: datetime, door: Door, is_correction: bool = False) -> Told:
    """Tell every event of the evaluated rows; a record with one unusable event tells none.

    `recorded_at` is never later than `now`; a correction is recorded now whatever the mapping declares.
    """
    faults = [(*telling.faults, _in_the_future(telling, now=now)) for telling in plan.tellings]
    frames = pl.collect_all(
        [
            _told(rows.lazy(), telling, entered=plan.recorded_at, faults=found)
            for telling, found in zip(plan.tellings, faults, strict=True)
        ]
    )
    rejects = _unusable(frames, faults, rows=rows, plan=plan)
    if not rejects.is_empty():
        frames = [frame.join(rejects, on=RECORD, how="anti", maintain_order="left") for frame in frames]
    recorded = _recorded(plan, now=now, is_correction=is_correction)
    events = [
        _encoded(
            _sealed(frame, telling, door=door), telling, place=place, source=plan.source, recorded=recorded
        )
        for place, (frame, telling) in enumerate(zip(frames, plan.tellings, strict=True))
    ]
    return Told(events=pl.concat(events).sort(RECORD, "occurred_at", ORDER).drop(ORDER), rejects=rejects)


def _told(
    rows: pl.LazyFrame, telling: Telling, *, entered: pl.Expr | None, faults: Sequence[RowFault]
) -> pl.LazyFrame:
    return rows.filter(telling.when).select(
        RECORD,
        pl.col(telling.stream).alias(STREAM),
        telling.occurred_at.alias("occurred_at"),
        *([] if entered is None else [entered.alias("recorded_at")]),
        *[value.alias(name) for name, value in telling.fields.items()],
        first_fault(faults),
    )


def _in_the_future(telling: Telling, *, now: datetime) -> RowFault:
    return RowFault(
        reason="in_the_future",
        when=telling.occurred_at > pl.lit(now + FURTHEST_AHEAD, dtype=INSTANT),
        columns=telling.occurred_columns,
        says="is more than a day ahead of our clock",
    )


def _unusable(
    frames: list[pl.DataFrame], faults: list[tuple[RowFault, ...]], *, rows: pl.DataFrame, plan: Plan
) -> pl.DataFrame:
    """The records of which an event cannot be told, each once, with the first fault found."""
    listed = [
        list_rejects(
            frame.filter(pl.col(FAULT).is_not_null()).select(RECORD, FAULT),
            rows=as_read(rows, plan),
            faults=found,
            plan=plan,
        )
        for frame, found in zip(frames, faults, strict=True)
        if frame[FAULT].null_count() < frame.height
    ]
    return (
        pl.concat([no_rejects(plan), *listed]).unique(RECORD, keep="first", maintain_order=True).sort(RECORD)
    )


def as_read(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Evaluated rows with the text again in columns that became numbers or days."""
    typed = [name for name in plan.columns if raw_text(name) in rows.columns]
    return rows.with_columns(pl.col(raw_text(name)).alias(name) for name in typed)


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
    """The text of recorded_at: our clock, or an earlier time that the source or its history gives."""
    clock = pl.lit(stored_time(now))
    if is_correction or not (plan.declares_history or plan.recorded_at is not None):
        return clock
    if plan.recorded_at is None:
        return pl.when(pl.col("occurred_at") <= pl.lit(now, dtype=INSTANT)).then(WHEN).otherwise(clock)
    return time_text(pl.min_horizontal("recorded_at", pl.lit(now, dtype=INSTANT)))


def _sealed(frame: pl.DataFrame, telling: Telling, *, door: Door) -> pl.DataFrame:
    """Seal every personal field."""
    for name in sorted(telling.event_class.PERSONAL.intersection(telling.fields)):
        frame = _sealed_field(frame, name, door=door)
    return frame


def _sealed_field(frame: pl.DataFrame, name: str, *, door: Door) -> pl.DataFrame:
    """Seal a field's text for its subject: the customer, else the stream."""
    has_customer = "customer_id" in frame.columns
    subject = pl.coalesce(*(["customer_id"] if has_customer else []), STREAM)
    present = frame.select(RECORD, text=name, subject=subject).drop_nulls("text")
    sealed = door.protect_all(present["subject"].to_list(), name, present["text"].to_list())
    ciphertext = present.select(RECORD, pl.Series(name, sealed, dtype=pl.String))
    return frame.drop(name).join(ciphertext, on=RECORD, how="left", maintain_order="left")
