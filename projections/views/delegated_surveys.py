"""Surveys and assessments done for or by other branches: overdue, papers missing, fees due and settled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl

from projections.metrics.derived.directed_delegations import direction, our_units
from projections.metrics.question import Question
from projections.views.against_metrics import against_denominators
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

DONE_DAYS = 90
COLUMNS = (
    "line",
    "customer_id",
    "kind",
    "from_unit",
    "to_unit",
    "relation",
    "due_at",
    "fee_due",
    "delegated_at",
    "documents_complete",
    "completed_at",
    "settled_amount",
    "settled_at",
)


@dataclass(frozen=True, kw_only=True)
class DelegatedSurvey:
    """A delegation that is not done, whose fee is not settled, or that was done in the last 90 local days."""

    claim: str
    delegation_id: str
    kind: str | None
    """survey or assessment."""
    direction: str | None
    """received, sent or intra_province (both units are ours); null: neither is."""
    relation: str | None
    from_unit: str | None
    to_unit: str | None
    """The branch that does the work, as an id without `unit-`."""
    counterpart: str | None
    line: str | None
    delegated_at: datetime | None
    due_at: datetime | None
    """By when it is to be done; null where no time was set."""
    completed_at: datetime | None
    is_overdue: bool | None
    """Whether it is due and not done; null without a due time."""
    was_late: bool | None
    """Whether it was done after it was due; null while it is not done, or without a due time."""
    papers_missing: bool | None
    """Whether documents were told to be incomplete; null while it is not done, or nobody said."""
    fee_due: Decimal | None
    settled_amount: Decimal | None
    settled_at: datetime | None
    fee_open: Decimal | None
    """The fee due less what was paid of it; null where no fee was agreed."""


def delegated_surveys(reading: ViewReading) -> pl.DataFrame:
    """One row per listed delegation."""
    since = pl.lit(reading.days_before(DONE_DAYS))
    is_unsettled = pl.col("fee_due").is_not_null() & pl.col("settled_at").is_null()
    is_recent = (pl.col("completed_at") >= since) | (pl.col("settled_at") >= since)
    return all_delegations(reading).filter(
        pl.col("completed_at").is_null() | is_unsettled | is_recent.fill_null(value=False)
    )


def all_delegations(reading: ViewReading) -> pl.DataFrame:
    """Every delegation with its direction, its counterpart, and how it stands at the moment."""
    told = reading.facts("claim_delegations", columns=COLUMNS)
    is_sent = pl.col("direction").is_in(["sent", "intra_province"])
    is_due = pl.col("due_at") < pl.lit(reading.reference)
    is_done = pl.col("completed_at").is_not_null()
    return (
        told.filter(pl.col("delegated_at").is_not_null())
        .with_columns(direction(our_units(reading)))
        .with_columns(
            counterpart=pl.when(is_sent).then("to_unit").otherwise("from_unit"),
            is_overdue=is_due & ~is_done,
            was_late=pl.col("completed_at") > pl.col("due_at"),
            papers_missing=pl.when(is_done).then(~pl.col("documents_complete")),
            fee_open=pl.col("fee_due") - pl.col("settled_amount").fill_null(Decimal(0)),
        )
    )


def unlike_completeness(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Delegations done in the 90 days, by direction, beside those that the metric counts."""
    start = reading.day - timedelta(days=DONE_DAYS - 1)
    done = rows.filter(
        pl.col("completed_at") >= reading.begin_of(start), pl.col("papers_missing").is_not_null()
    )
    counted = done.group_by("direction").agg(in_view=pl.len())
    question = Question(
        metric="delegation_completeness",
        start=start,
        end=reading.day + timedelta(days=1),
        by=("direction",),
    )
    return against_denominators(reading, counted, question)


def overdue(rows: pl.DataFrame, _: date) -> float:
    """How many are due and not done."""
    return float(rows["is_overdue"].sum())


DELEGATED_SURVEYS = View(
    name="delegated_surveys",
    version=1,
    row=DelegatedSurvey,
    keys=("claim", "delegation_id"),
    time="delegated_at",
    facts=("claim_delegations", "unit_moves"),
    make=delegated_surveys,
    name_en="delegated surveys",
    name_zh="双代查勘",
    figure=Figure(name="overdue", value=overdue, lowest=0.0),
    ranges={
        "overdue_is_not_done": ~pl.col("is_overdue") | pl.col("completed_at").is_null(),
        "a_fee_is_not_negative": pl.col("fee_due") >= 0,
    },
    reconciliations=(
        Reconciliation(
            name="done_as_the_metric_counts",
            meaning="delegations done in 90 days, by direction, are those of delegation_completeness",
            differences=unlike_completeness,
        ),
    ),
)
