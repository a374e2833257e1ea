"""Where every complaint stands in its closed loop (闭环), with whom, and which clock runs out next.

Listed is what is open, and what was closed in the last 30 local days.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from projections.metrics.derived.complaint_dimensions import rows_about
from projections.metrics.unit_tree import unit_id
from projections.views.complaint_deadlines import CLOCKS, limit_on, with_clocks, with_next
from projections.views.complaint_ladders import with_heights
from projections.views.complaint_standing import STAGES, STEP_COLUMNS, standing
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import process_owners, rule_book
from projections.views.view import Figure, Reconciliation, View

CLOSED_DAYS = 30
GENERAL = "general"


@dataclass(frozen=True, kw_only=True)
class StandingComplaint:
    """A complaint, open or closed in the last 30 days.

    Four clocks may run: until it is handled, until the unit replies, from a promise without a solution, and
    until the solution promised.
    """

    complaint: str
    stage: str
    """filed, assigned, replied, handled, verified_with_unit, verified_with_customer, closed or reopened."""
    is_open: bool
    unit: str | None
    """The unit with whom it lies, as an id without `unit-`."""
    unit_kind: str | None
    """What that unit is: its ladder is that of the kind."""
    filed_unit: str | None
    """The unit that it was filed about, as an id without `unit-`."""
    kind: str | None
    """external, from a customer, or internal, from another unit."""
    channel: str | None
    """The petition channel (信访渠道), such as hotline, walk_in or online, by the source."""
    category: str | None
    subcategory: str | None
    line: str | None
    product: str | None
    severity: str
    """The class: general, repeat or malignant."""
    customer_id: str | None
    process_owner: str | None
    filed_at: datetime | None
    assigned_at: datetime | None
    """When it was assigned last; null before."""
    next_clock: str | None
    """The clock that runs out next; null where none runs."""
    next_clock_at: datetime | None
    """When that one runs out."""
    overdue: str | None
    """The clocks that have run out, comma-joined; null: none."""
    overdue_since: datetime | None
    """When the first of them ran out; null: none."""
    handling_at: datetime | None
    """When the time promised at filing is over; null where that clock does not run."""
    reply_at: datetime | None
    """By when the unit has to reply; null where that clock does not run."""
    no_solution_at: datetime | None
    """30 minutes after a promise; null where that clock does not run."""
    solution_at: datetime | None
    """By when a solution was promised; null where that clock does not run."""
    level: str | None
    """How far up its ladder it went; null: it did not."""
    next_level: str | None
    """The level above, by the ladder of the unit's kind; null: there is none."""
    escalates_at: datetime | None
    """When it goes up if nothing happens; null: it does not."""
    escalates_to: str | None
    """The level that it then goes to; null: it does not."""
    escalations: int
    """How often it went up."""
    handovers: int
    unreached: int
    """Attempts to reach the customer that were in vain, since they were last reached."""
    unreached_limit: int
    """The number of these after which it may be closed."""
    failed: int
    """Follow-ups in which the customer said that it is not resolved."""
    failed_limit: int
    """The number of these that makes it repeat."""
    may_close: bool
    """Whether the customer is content, or was not reached often enough and no promise was broken."""
    resolved_at: datetime | None
    """When a solution was last put to the customer; null before, and since it was opened again."""
    closed_at: datetime | None
    """When it was closed last; null while it is open, or open again."""
    reopened_at: datetime | None
    reopens: int


COMPLAINT_COLUMNS = (
    "kind",
    "channel",
    "category",
    "subcategory",
    "line",
    "product",
    "unit",
    "customer_id",
    "promised_ms",
    "filed_at",
    "assigned_at",
    "handovers",
    "severity",
    "resolved_at",
    "closed_at",
    "reopened_at",
    "reopens",
)


def complaint_loop(reading: ViewReading) -> pl.DataFrame:
    """One row per complaint that is open, or was closed within the last 30 local days."""
    complaints = _listed(reading)
    steps = rows_about(
        reading, "complaint_steps", columns=STEP_COLUMNS, key="complaint", values=complaints["complaint"]
    )
    rules = rule_book(reading, "ladder", "limit")
    known = _with_units(complaints.join(standing(steps), on="complaint", how="left"), reading)
    high = with_heights(known, rules=rules)
    timed = with_clocks(high, rules=rules, zone=reading.zone.key)
    ahead = with_next(timed, reference=reading.reference).with_columns(
        unreached_limit=limit_on(pl.col("filed_day"), "unreached_limit", rules=rules),
        failed_limit=limit_on(pl.col("filed_day"), "failed_limit", rules=rules),
    )
    closing = ahead.with_columns(may_close=_may_close(reading.reference))
    return closing.join(process_owners(reading), left_on="category", right_on="process", how="left")


def _listed(reading: ViewReading) -> pl.DataFrame:
    still = reading.facts("complaints", columns=COMPLAINT_COLUMNS, equal={"closed_at": [None]})
    since = ("closed_at", reading.days_before(CLOSED_DAYS), None)
    closed = reading.facts("complaints", columns=COMPLAINT_COLUMNS, time=since)
    return pl.concat([still, closed.select(still.columns)]).with_columns(
        is_open=pl.col("closed_at").is_null(),
        filed_day=pl.col("filed_at").dt.convert_time_zone(reading.zone.key).dt.date(),
        severity=pl.col("severity").fill_null(GENERAL),
        handovers=pl.col("handovers").fill_null(0),
        reopens=pl.col("reopens").fill_null(0),
        filed_unit="unit",
    )


def _with_units(complaints: pl.DataFrame, reading: ViewReading) -> pl.DataFrame:
    """With whom it lies: whom it was given to last, else whom it was filed about; and that unit's kind."""
    units = reading.facts("units", columns=("kind",)).select(unit_id(), unit_kind="kind")
    stage = (
        pl.when(pl.col("is_open")).then(pl.coalesce("moved_to", pl.lit("filed"))).otherwise(pl.lit("closed"))
    )
    counts, flags = (
        ("escalations", "unreached", "failed"),
        ("is_confirmed", "has_broken_promise", "is_resolved"),
    )
    return complaints.with_columns(
        pl.col(counts).fill_null(0),
        pl.col(flags).fill_null(value=False),
        unit=pl.coalesce("given_to", "filed_unit"),
        stage=stage,
    ).join(units, on="unit", how="left")


def _may_close(reference: datetime) -> pl.Expr:
    """As in `domain.complaint.loop`: after a broken promise only the customer's own word closes it."""
    is_broken = pl.col("has_broken_promise") | (pl.col("promise_due_at") < reference).fill_null(value=False)
    gave_up = (pl.col("unreached") >= pl.col("unreached_limit")) & ~is_broken
    return pl.col("is_open") & (pl.col("is_confirmed") | gave_up)


def overdue_share(rows: pl.DataFrame, _: date) -> float | None:
    """Open complaints with a clock that ran out, over the open ones; None where none is open."""
    standing_open = rows.filter("is_open")
    return standing_open["overdue"].count() / standing_open.height if standing_open.height else None


def open_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[complaint]: open by its turns but not by the view, or the reverse.

    A closing that is told of a time before the filing is left out: the two read it differently.
    """
    by_turns = reading.derived("open_complaints", (reading.begin_of(reading.day), reading.reference))
    turned = by_turns.filter(pl.col("filed_at").is_not_null()).select("complaint")
    listed = rows.filter("is_open", pl.col("filed_at").is_not_null()).select("complaint")
    missing = turned.join(listed, on="complaint", how="anti")
    closed = rows_about(
        reading, "complaints", columns=("filed_at", "closed_at"), key="complaint", values=missing["complaint"]
    ).filter((pl.col("closed_at") >= pl.col("filed_at")) | pl.col("closed_at").is_null())
    return pl.concat([closed.select("complaint"), listed.join(turned, on="complaint", how="anti")]).sort(
        "complaint"
    )


COMPLAINT_LOOP = View(
    name="complaint_loop",
    version=1,
    row=StandingComplaint,
    keys=("complaint",),
    time="filed_at",
    ordered=("next_clock_at",),
    facts=("complaints", "complaint_steps", "complaint_turns", "units", "organisation_rules"),
    make=complaint_loop,
    name_en="complaints in their loop",
    name_zh="投诉闭环",
    figure=Figure(name="overdue_share_of_open", value=overdue_share, lowest=0.0, highest=1.0),
    ranges={
        "a_stage_of_the_loop": pl.col("stage").is_in(STAGES),
        "closed_is_not_open": (pl.col("stage") == "closed") == ~pl.col("is_open"),
        "no_clock_runs_when_closed": pl.col("is_open") | pl.col("next_clock").is_null(),
        "counts_not_negative": pl.min_horizontal("escalations", "handovers", "unreached", "failed") >= 0,
        "a_next_clock_is_one_of_four": pl.col("next_clock").is_null() | pl.col("next_clock").is_in(CLOCKS),
    },
    reconciliations=(
        Reconciliation(
            name="open_complaints",
            meaning="what the view lists as open is what the turns of complaints say is open",
            differences=open_otherwise,
        ),
    ),
)
