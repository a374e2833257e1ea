"""Where every request stands: what is open, and what ended in the last 30 local days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl

from projections.metrics.question import Question
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import process_owners
from projections.views.view import Figure, Reconciliation, View

ENDED_DAYS = 30
STAGES = ("raised", "handed_over", "returned", "fulfilled", "cancelled")
OUTCOMES = ("fulfilled", "cancelled")


@dataclass(frozen=True, kw_only=True)
class StandingRequest:
    """A request, open or ended in the last 30 days."""

    request: str
    stage: str
    """raised, handed_over, returned, fulfilled or cancelled."""
    is_open: bool
    kind: str | None
    """What is asked for: order, address_change, paper_hold, policy_service, line_fault and so on."""
    channel: str | None
    """How it was raised, as the source names it."""
    unit: str | None
    """The unit where it was raised, as an id without `unit-`."""
    with_unit: str | None
    """The unit that has to do it now; null before one got it, once it was returned, and when it is over."""
    customer_id: str | None
    tier: str | None
    process_owner: str | None
    """The unit that owns requests of this kind on the day; null: none named."""
    raised_at: datetime
    due_at: datetime | None
    """By when it is to be done; null where no time was set."""
    until: datetime | None
    """Until when it is to hold, such as a paper hold; null where it has no end."""
    is_late: bool | None
    """Whether it was not done by its due time; null without one. Cancelled before is not late."""
    handed_over_at: datetime | None
    handovers: int
    returned_at: datetime | None
    returned_for: str | None
    returns: int
    outcome_at: datetime | None
    """When it was fulfilled or cancelled; null while it is open."""
    cancelled_for: str | None
    amount: Decimal | None
    """How much is asked for, such as copies or money; null where the request has no amount."""
    fulfilled_amount: Decimal | None


COLUMNS = (
    "kind",
    "channel",
    "unit",
    "customer_id",
    "tier",
    "raised_at",
    "due_at",
    "until",
    "handed_over_to",
    "handed_over_at",
    "handovers",
    "returned_at",
    "returned_for",
    "returns",
    "outcome",
    "outcome_at",
    "fulfilled_at",
    "cancelled_at",
    "cancelled_for",
    "amount",
    "fulfilled_amount",
)


def request_progress(reading: ViewReading) -> pl.DataFrame:
    """One row per request that was raised and is open, or ended within the last 30 local days."""
    still = reading.facts("requests", columns=COLUMNS, equal={"outcome": [None]})
    since = ("outcome_at", reading.days_before(ENDED_DAYS), None)
    ended = reading.facts("requests", columns=COLUMNS, time=since)
    listed = pl.concat([still, ended.select(still.columns)]).filter(pl.col("raised_at").is_not_null())
    return (
        listed.with_columns(
            is_open=pl.col("outcome").is_null(),
            stage=pl.coalesce("outcome", _stage_of_open()),
            is_late=is_late(reading.reference),
            handovers=pl.col("handovers").fill_null(0),
            returns=pl.col("returns").fill_null(0),
        )
        .with_columns(with_unit=pl.when(pl.col("stage") == "handed_over").then("handed_over_to"))
        .join(process_owners(reading), left_on="kind", right_on="process", how="left")
    )


def _stage_of_open() -> pl.Expr:
    """Back once it was returned, until it is handed over again."""
    was_returned = (pl.col("returned_at") >= pl.col("handed_over_at")).fill_null(
        pl.col("returned_at").is_not_null()
    )
    return (
        pl.when(was_returned)
        .then(pl.lit("returned"))
        .when(pl.col("handed_over_at").is_not_null())
        .then(pl.lit("handed_over"))
        .otherwise(pl.lit("raised"))
    )


def is_late(reference: datetime) -> pl.Expr:
    """Whether a request's due time has passed and it was neither done nor given up by then; null without one.

    As the metric `requests_on_time` counts what fell due.
    """
    due = pl.col("due_at")
    was_done = (pl.col("fulfilled_at") <= due).fill_null(value=False)
    was_given_up = (pl.col("cancelled_at") < due).fill_null(value=False)
    return (due < reference) & ~was_done & ~was_given_up


def late_share_of_open(rows: pl.DataFrame, _: date) -> float | None:
    """Late ones of the open requests that have a due time; None where none has."""
    due = rows.filter(pl.col("is_open") & pl.col("due_at").is_not_null())
    return int(due["is_late"].sum()) / due.height if due.height else None


def late_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[unit, listed, counted] where another number is late than the metric says, of the 29 days before.

    What fell due then and was late is open, or ended since, and so is listed.
    """
    first, day = reading.day - timedelta(days=ENDED_DAYS - 1), reading.day
    told = reading.ask(Question(metric="requests_on_time", start=first, end=day, by=("unit",)))
    counts = [(one.by["unit"], (one.denominator or 0) - (one.numerator or 0)) for one in told]
    metric = pl.DataFrame(counts, schema={"unit": pl.String, "counted": pl.Int64}, orient="row")
    within = pl.col("due_at").is_between(reading.begin_of(first), reading.begin_of(day), closed="left")
    late = rows.filter(within & pl.col("is_late")).group_by("unit").agg(listed=pl.len().cast(pl.Int64))
    both = late.join(metric, on="unit", how="full", nulls_equal=True, coalesce=True)
    return both.with_columns(pl.col("listed", "counted").fill_null(0)).filter(
        pl.col("listed") != pl.col("counted")
    )


REQUEST_PROGRESS = View(
    name="request_progress",
    version=1,
    row=StandingRequest,
    keys=("request",),
    time="raised_at",
    ordered=("due_at",),
    facts=("requests", "organisation_rules"),
    make=request_progress,
    name_en="requests in progress",
    name_zh="工单进度",
    figure=Figure(name="late_share_of_open", value=late_share_of_open, lowest=0.0, highest=1.0),
    ranges={
        "a_known_stage": pl.col("stage").is_in(STAGES),
        "over_is_not_open": pl.col("stage").is_in(OUTCOMES) == ~pl.col("is_open"),
        "late_only_when_due": pl.col("is_late").is_null() == pl.col("due_at").is_null(),
        "counts_not_negative": pl.min_horizontal("handovers", "returns") >= 0,
    },
    reconciliations=(
        Reconciliation(
            name="requests_on_time",
            meaning="as many requests are late, by unit, as the metric counts due and not done",
            differences=late_otherwise,
        ),
    ),
)
