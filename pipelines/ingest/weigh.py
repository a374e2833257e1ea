"""What usable rows would tell: events with their fields and owners, and the rows of which one is unusable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipelines.ingest.doors import Door
from pipelines.ingest.owners import name_owners
from pipelines.ingest.plan import RECORD, STREAM, Plan, RowFault, Telling, raw_text
from pipelines.ingest.row_faults import FAULT, first_fault, list_rejects, no_rejects, without_cells
from pipelines.ingest.times import INSTANT

FURTHEST_AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One frame per telling, of the records that can be told, and the list of those that cannot.

    frames: RECORD, STREAM, occurred_at, recorded_at where the source has one, and the fields, unsealed.
    """

    frames: list[pl.DataFrame]
    rejects: pl.DataFrame

    @property
    def records(self) -> pl.Series:
        """The records of which something is told."""
        return pl.concat(frame[RECORD] for frame in self.frames).unique()


def weigh(rows: pl.DataFrame, *, plan: Plan, now: datetime, door: Door) -> Weighed:
    """Compute every event of the evaluated rows; a record with one unusable event tells none."""
    faults = [(*telling.faults, _in_the_future(telling, now=now)) for telling in plan.tellings]
    frames = pl.collect_all(
        [
            _told(rows.lazy(), telling, entered=plan.recorded_at, faults=found)
            for telling, found in zip(plan.tellings, faults, strict=True)
        ]
    )
    frames, gone = name_owners(frames, plan.tellings, door=door)
    gone = pl.concat([gone, _of_erased(frames, plan.tellings, door=door)]).unique()
    is_gone = pl.col(RECORD).is_in(gone.implode())
    erased = no_rejects(plan) if gone.is_empty() else without_cells(rows.filter(is_gone), plan)
    rejects = _unusable(frames, faults, rows=rows, plan=plan, erased=erased)
    if not rejects.is_empty():
        frames = [frame.join(rejects, on=RECORD, how="anti", maintain_order="left") for frame in frames]
    return Weighed(frames=frames, rejects=rejects)


def as_read(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Evaluated rows with the text again in columns that became numbers or days."""
    typed = [name for name in plan.columns if raw_text(name) in rows.columns]
    return rows.with_columns(pl.col(raw_text(name)).alias(name) for name in typed)


def subject_of(frame: pl.DataFrame) -> pl.Expr:
    """For whom personal text of an event is sealed: the customer, else the stream."""
    return pl.coalesce(*(["customer_id"] if "customer_id" in frame.columns else []), STREAM)


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


def _of_erased(frames: Iterable[pl.DataFrame], tellings: Sequence[Telling], *, door: Door) -> pl.Series:
    """The records with an event about a customer who was erased, or with text to be sealed for one."""
    if not door.has_erased():
        return pl.Series(RECORD, dtype=pl.UInt32)
    about = [
        frame.select(RECORD, subject=subject_of(frame))
        for frame, telling in zip(frames, tellings, strict=True)
        if "customer_id" in telling.fields or telling.event_class.PERSONAL
    ]
    if not about:
        return pl.Series(RECORD, dtype=pl.UInt32)
    subjects = pl.concat(about).drop_nulls()
    gone = door.erased_among(subjects["subject"].unique().to_list())
    return subjects.filter(pl.col("subject").is_in(list(gone)))[RECORD]


def _unusable(
    frames: list[pl.DataFrame],
    faults: list[tuple[RowFault, ...]],
    *,
    rows: pl.DataFrame,
    plan: Plan,
    erased: pl.DataFrame,
) -> pl.DataFrame:
    """The records of which an event cannot be told, each once: the erased, then by the first fault."""
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
    if erased.is_empty() and not listed:
        return no_rejects(plan)
    found = pl.concat([no_rejects(plan), erased, *listed])
    return found.unique(RECORD, keep="first", maintain_order=True).sort(RECORD)
