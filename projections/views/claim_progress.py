"""Where every claim stands and what it waits for: what is open, and what ended in the last 30 local days."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from domain.organisation.claim_rules_in_force import ANY_LINE, approval_levels
from domain.organisation.rules import RuleBook
from projections.metrics.derived.complaint_dimensions import rows_about
from projections.views.missing_documents import DOCUMENT_LIST, missing_documents
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book
from projections.views.view import Figure, Reconciliation, View

ENDED_DAYS = 30
OPEN_STAGES = ("reported", "dispatched", "assessed", "approval_requested", "approved", "paid", "reopened")
ENDS = ("closed", "withdrawn", "rejected")
WAITS = ("assessment", "documents", "approval_request", "approval", "payment", "closing")


@dataclass(frozen=True, kw_only=True)
class StandingClaim:
    """A claim, open or ended in the last 30 days.

    Approvals before a reopening count no more.
    """

    claim: str
    stage: str
    """reported, dispatched, assessed, approval_requested, approved, paid, reopened, closed, withdrawn or
    rejected.
    """
    is_open: bool
    waiting_for: str | None
    """assessment, documents, approval_request, approval, payment or closing; null: it ended."""
    waiting_since: datetime | None
    """When the last step was taken; null: it ended."""
    level: str | None
    """The level whose approval it waits for, by the levels of the view's day; null: for none."""
    next_stage: str | None
    """Where that leads."""
    documents_missing: str | None
    """By the list of the day of the report, and what is claimed or assessed; null: none."""
    line: str | None
    channel: str | None
    """How the claim was reported, as the source names it."""
    cause: str | None
    """The cause of the loss, as reported."""
    product: str | None
    unit: str | None
    customer_id: str | None
    customer_class: str | None
    tier: str | None
    reported_at: datetime
    claimed_amount: Decimal | None
    assessed_amount: Decimal | None
    approved_amount: Decimal | None
    paid_amount: Decimal | None
    notified_at: datetime | None
    reopens: int
    ended_at: datetime | None
    """When it was last closed, withdrawn or rejected; null while it is open, or open again."""


CLAIM_COLUMNS = (
    "line",
    "channel",
    "cause",
    "product",
    "unit",
    "customer_id",
    "customer_class",
    "tier",
    "reported_at",
    "claimed_amount",
    "dispatched_at",
    "assessed_amount",
    "assessed_at",
    "requested_level",
    "requested_at",
    "approved_amount",
    "paid_amount",
    "last_paid_at",
    "notified_at",
    "rejected_at",
    "withdrawn_at",
    "closed_at",
    "ended_at",
    "reopened_at",
    "reopens",
)


def claim_progress(reading: ViewReading) -> pl.DataFrame:
    """One row per claim that was reported and is open, or ended within the last 30 local days."""
    claims = _listed(reading)
    rules = rule_book(reading, DOCUMENT_LIST, "approval_levels")
    open_claims = claims.filter("is_open")
    lacking = missing_documents(open_claims, _received(reading, open_claims), rules=rules)
    known = (
        claims.join(_approvals(reading, open_claims), on="claim", how="left")
        .join(lacking, on="claim", how="left")
        .with_columns(is_approved=pl.col("is_approved").fill_null(value=False))
        .with_columns(is_requested=_is_requested())
    )
    staged = known.with_columns(stage=_stage(), waiting_for=_waiting_for())
    levelled = _with_level(staged, rules, on=reading.day)
    is_open = pl.when("is_open")
    return levelled.with_columns(
        next_stage=is_open.then(_next_stage()), waiting_since=is_open.then(_last_step_at())
    )


def _listed(reading: ViewReading) -> pl.DataFrame:
    begun = ("reported_at", None, reading.reference)
    still = reading.facts("claims", columns=CLAIM_COLUMNS, time=begun, equal={"ended_at": [None]})
    since = ("ended_at", reading.days_before(ENDED_DAYS), None)
    ended = reading.facts("claims", columns=CLAIM_COLUMNS, time=since)
    return (
        pl.concat([still, ended.select(still.columns)])
        .filter(pl.col("reported_at").is_not_null())
        .with_columns(
            is_open=pl.col("ended_at").is_null(),
            reported_day=pl.col("reported_at").dt.convert_time_zone(reading.zone.key).dt.date(),
            amount=pl.max_horizontal(pl.col("claimed_amount", "assessed_amount").fill_null(0)),
            reopens=pl.col("reopens").fill_null(0),
        )
    )


def _received(reading: ViewReading, claims: pl.DataFrame) -> pl.DataFrame:
    return rows_about(reading, "claim_documents", columns=("kind",), key="claim", values=claims["claim"])


def _approvals(reading: ViewReading, claims: pl.DataFrame) -> pl.DataFrame:
    """[claim, is_approved, step_at, step_level]: the steps of approval since the report or last reopening."""
    columns = ("level", "final", "approved_at")
    told = rows_about(reading, "claim_approvals", columns=columns, key="claim", values=claims["claim"])
    return (
        told.join(claims.select("claim", "reopened_at"), on="claim")
        .filter(pl.col("reopened_at").is_null() | (pl.col("approved_at") >= pl.col("reopened_at")))
        .sort("approved_at", "first_position")
        .group_by("claim")
        .agg(
            is_approved=pl.col("final").any(),
            step_at=pl.col("approved_at").last(),
            step_level=pl.col("level").last(),
        )
    )


def _is_requested() -> pl.Expr:
    """Whether a level was asked that has not answered; a step and the request above it are of one moment."""
    asked = pl.col("requested_at")
    is_above = (asked == pl.col("step_at")) & (pl.col("requested_level") != pl.col("step_level"))
    is_open_since = ((asked > pl.col("step_at")) | is_above).fill_null(pl.col("step_at").is_null())
    is_of_now = (asked >= pl.col("reopened_at")).fill_null(value=True)
    return pl.col("is_open") & asked.is_not_null() & is_open_since & is_of_now & ~pl.col("is_approved")


def _is_paid() -> pl.Expr:
    return pl.col("paid_amount").fill_null(0) >= pl.col("approved_amount").fill_null(0)


def _stage() -> pl.Expr:
    was_assessed = pl.col("assessed_at").is_not_null()
    is_fresh = (pl.col("assessed_at") < pl.col("reopened_at")).fill_null(pl.col("reopened_at").is_not_null())
    return (
        pl.when(pl.col("closed_at").is_not_null())
        .then(pl.lit("closed"))
        .when(pl.col("withdrawn_at").is_not_null())
        .then(pl.lit("withdrawn"))
        .when(pl.col("rejected_at").is_not_null())
        .then(pl.lit("rejected"))
        .when(pl.col("is_approved") & _is_paid() & (pl.col("paid_amount") > 0))
        .then(pl.lit("paid"))
        .when("is_approved")
        .then(pl.lit("approved"))
        .when("is_requested")
        .then(pl.lit("approval_requested"))
        .when(is_fresh & pl.col("step_at").is_null())
        .then(pl.lit("reopened"))
        .when(was_assessed)
        .then(pl.lit("assessed"))
        .when(pl.col("dispatched_at").is_not_null())
        .then(pl.lit("dispatched"))
        .otherwise(pl.lit("reported"))
    )


def _waiting_for() -> pl.Expr:
    return (
        pl.when(~pl.col("is_open"))
        .then(None)
        .when(pl.col("is_approved") & _is_paid())
        .then(pl.lit("closing"))
        .when("is_approved")
        .then(pl.lit("payment"))
        .when(pl.col("assessed_at").is_null())
        .then(pl.lit("assessment"))
        .when(pl.col("documents_missing").is_not_null())
        .then(pl.lit("documents"))
        .when("is_requested")
        .then(pl.lit("approval"))
        .otherwise(pl.lit("approval_request"))
    )


def _next_stage() -> pl.Expr:
    return (
        pl.when(pl.col("waiting_for") == "closing")
        .then(pl.lit("closed"))
        .when("is_approved")
        .then(pl.lit("paid"))
        .when("is_requested")
        .then(pl.lit("approved"))
        .when(pl.col("assessed_at").is_not_null())
        .then(pl.lit("approval_requested"))
        .otherwise(pl.lit("assessed"))
    )


def _last_step_at() -> pl.Expr:
    steps = ("reported_at", "dispatched_at", "assessed_at", "requested_at", "step_at", "last_paid_at")
    return pl.max_horizontal(*steps, "reopened_at")


def _with_level(claims: pl.DataFrame, rules: RuleBook, *, on: date) -> pl.DataFrame:
    """Add the level that was asked, or the one above the last that approved: who may do what that day."""
    placed = claims.with_columns(levels_line=pl.col("line").fill_null(ANY_LINE))
    told = []
    for line, step in placed.select("levels_line", "step_level").unique().rows():
        above = approval_levels(rules, line=line, on=on).above(step)
        told.append((line, step, above and above.level))
    schema = dict.fromkeys(("levels_line", "step_level", "above"), pl.String)
    found = placed.join(
        pl.DataFrame(told, schema=schema, orient="row"),
        on=["levels_line", "step_level"],
        how="left",
        nulls_equal=True,
    )
    asks = pl.col("assessed_at").is_not_null() & ~pl.col("is_approved") & pl.col("is_open")
    return found.with_columns(level=pl.when("is_requested").then("requested_level").when(asks).then("above"))


def waiting_for_documents(rows: pl.DataFrame, _: date) -> float:
    """How many open claims wait for documents."""
    return float((rows["waiting_for"] == "documents").sum())


def open_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[claim]: open by what the metric of open claims counts but not by the view, or the reverse."""
    counted = reading.derived("open_claims", (reading.begin_of(reading.day), reading.reference))
    listed = rows.filter("is_open").select("claim")
    missing = counted.select("claim").join(listed, on="claim", how="anti")
    return pl.concat([missing, listed.join(counted, on="claim", how="anti")]).sort("claim")


CLAIM_PROGRESS = View(
    name="claim_progress",
    version=1,
    row=StandingClaim,
    keys=("claim",),
    time="reported_at",
    facts=("claims", "claim_documents", "claim_approvals", "organisation_rules"),
    make=claim_progress,
    name_en="claims in progress",
    name_zh="理赔进度",
    figure=Figure(name="claims_waiting_for_documents", value=waiting_for_documents, lowest=0.0),
    ranges={
        "a_known_stage": pl.col("stage").is_in(OPEN_STAGES + ENDS),
        "ended_is_not_open": pl.col("stage").is_in(ENDS) == ~pl.col("is_open"),
        "an_open_claim_waits_for_something": pl.col("waiting_for").is_in(WAITS) == pl.col("is_open"),
        "documents_are_missing_where_waited_for": (pl.col("waiting_for") != "documents")
        | pl.col("documents_missing").is_not_null(),
    },
    reconciliations=(
        Reconciliation(
            name="open_claims",
            meaning="what the view lists as open is what the metric of open claims counts",
            differences=open_otherwise,
        ),
    ),
)
