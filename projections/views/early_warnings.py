"""Early warnings and key moments (预警, 关键时刻) of customers, and what somebody did about each in time.

Warnings that a source tells (`customer.warned`), and moments that facts tell by themselves: a contract that
ends within 30 days, an open complaint, and, of customers in a population, spend below three quarters of the
mean of the three months before. A moment is left out where somebody was warned of the same kind a month
before it, or since. What facts do not tell (a device changed, a competitor's call) only a source can warn of.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from projections.metrics.persons import STREAM, persons
from projections.metrics.question import Question
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.forgotten import erased_persons
from projections.views.key_moments import DAYS_SHOWN, ENDING_DAYS, FALL_DAYS, MOMENT, USAGE_DAYS, key_moments
from projections.views.read_once import ReadOnce, reading_once
from projections.views.reading import INSTANT, ViewReading
from projections.views.view import Age, Figure, Reconciliation, View
from projections.views.warning_answers import with_answers

OPEN_DAYS = 365
"""What nobody answered is shown for so many local days."""
SAME_MATTER = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class EarlyWarning:
    """One warning of the last 90 days, due in them, or of the last 365 days and not answered yet."""

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    warning: str
    """Which of the customer's warnings it is."""
    kind: str | None
    """What of, a code."""
    is_recorded: bool
    """Whether a source told it; else facts did."""
    warned_at: datetime
    due_at: datetime | None
    """By when it is to be answered by an action or a contact; null where no time was set."""
    unit: str | None
    agent_id: str | None
    tier: str | None
    status: str
    """acted_on; settled (another contract was signed without that); left; open; overdue."""
    is_in_time: bool | None
    """Whether it was acted on by the due moment; null where that is to come, or there is none."""
    acted_at: datetime | None
    """When it was first acted on; null before."""
    action: str | None
    """retention_action or contact; null before."""
    action_kind: str | None
    """The kind of the action, or the channel of the contact; null before."""
    outcome: str | None
    """What came of the action, a code; null of a contact, and where nobody said."""
    acted_by: str | None
    """Who acted, as an id without `agent-`; null before, and where nobody is named."""


def early_warnings(reading: ViewReading) -> pl.DataFrame:
    """One row per warning of customers who are not erased."""
    return everybody(reading).join(erased_persons(reading, persons(reading)), on="person", how="anti")


def everybody(reading: ViewReading) -> pl.DataFrame:
    """One row per warning, those of the erased among them, with `person`."""
    once = reading_once(reading)
    recorded = recorded_warnings(once)
    told = pl.concat([recorded, _not_told(key_moments(once), recorded)])
    answered = with_answers(once, told)
    shown = answered.filter(
        (pl.col("warned_at") >= reading.days_before(DAYS_SHOWN))
        | (pl.col("due_at") >= reading.days_before(DAYS_SHOWN)).fill_null(value=False)
        | (
            pl.col("status").is_in(["open", "overdue"])
            & (pl.col("warned_at") >= reading.days_before(OPEN_DAYS))
        )
    )
    known = persons(reading)
    return shown.with_columns(
        known.of(shown, column="customer", at="warned_at", show="name").alias("customer_id"),
        known.of(shown, column="customer", at="warned_at").alias("person"),
        warning=pl.concat_str(
            "kind", pl.col("customer").str.strip_prefix(STREAM), "subject", separator=" ", ignore_nulls=True
        ),
    )


def recorded_warnings(reading: ReadOnce) -> pl.DataFrame:
    """Warnings of the last year, and older ones due in the last 90 days, as moments with `is_recorded`."""
    view = reading.reading
    columns = ("kind", "warned_at", "due_at", "unit", "agent_id", "tier")
    windows = (("warned_at", OPEN_DAYS), ("due_at", DAYS_SHOWN))
    found = [
        reading.facts("warnings", envelope=False, columns=columns, time=(name, view.days_before(days), None))
        for name, days in windows
    ]
    told = pl.concat(found).unique(["customer", "version"], maintain_order=True)
    return told.select(
        "customer",
        *columns,
        subject=pl.format("#{}", "version"),
        settled_at=pl.lit(None, INSTANT),
        is_recorded=pl.lit(value=True),
    ).select(*MOMENT, "is_recorded")


def _not_told(moments: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """Moments of which no source warned, from a month before them on."""
    warned = recorded.select("customer", "kind", told_at="warned_at")
    met = moments.select("customer", "kind", "subject", "warned_at").join(warned, on=["customer", "kind"])
    told = met.filter(pl.col("told_at") >= pl.col("warned_at") - SAME_MATTER)
    left = moments.join(told, on=["customer", "kind", "subject"], how="anti")
    return left.with_columns(is_recorded=pl.lit(value=False)).select(recorded.columns)


def in_time_share(rows: pl.DataFrame, _: date) -> float | None:
    """Acted on in time, of all whose time is over or who were acted on; null where there is none."""
    judged = rows["is_in_time"].drop_nulls()
    return int(judged.sum()) / judged.len() if judged.len() else None


def acted_on_in_time(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Compare recorded warnings that fell due in the 90 days, by kind, with `warnings_on_time`."""
    last = reading.day + timedelta(days=1)
    question = Question(
        metric="warnings_on_time", start=last - timedelta(days=DAYS_SHOWN), end=last, by=("kind",)
    )
    due = _with_erased(reading, rows).filter(
        "is_recorded",
        pl.col("due_at").is_between(reading.days_before(DAYS_SHOWN), reading.reference, closed="left"),
    )
    by_kind = due.group_by("kind")
    return pl.concat(
        [
            against_numerators(reading, by_kind.agg(in_view=pl.col("is_in_time").sum()), question),
            against_denominators(reading, by_kind.agg(in_view=pl.len()), question),
        ]
    )


def _with_erased(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    columns = ("kind", "is_recorded", "due_at", "is_in_time")
    erased = erased_persons(reading, persons(reading))
    if erased.is_empty():
        return rows.select(columns)
    theirs = everybody(reading).join(erased, on="person", how="semi")
    return pl.concat([rows.select(columns), theirs.select(columns)])


AGES = (
    *(Age(fact="warnings", column="warned_at", days=days) for days in (DAYS_SHOWN, OPEN_DAYS)),
    *(Age(fact="warnings", column="due_at", days=days) for days in (0, DAYS_SHOWN)),
    *(
        Age(fact="contracts", column="ends_at", days=days)
        for days in (-ENDING_DAYS, 0, DAYS_SHOWN - ENDING_DAYS)
    ),
    Age(fact="contracts", column="signed_at", days=DAYS_SHOWN),
    *(Age(fact="complaints", column="filed_at", days=days) for days in (DAYS_SHOWN, OPEN_DAYS)),
    *(Age(fact="complaints", column="due_at", days=days) for days in (0, DAYS_SHOWN)),
    *(Age(fact="usage_months", column="period_end", days=days) for days in (-1, FALL_DAYS)),
    Age(fact="usage_months", column="period_start", days=USAGE_DAYS),
)

EARLY_WARNINGS = View(
    name="early_warnings",
    version=1,
    row=EarlyWarning,
    keys=("customer_id", "warning"),
    time="warned_at",
    ordered=("due_at",),
    facts=(
        "warnings",
        "retention_actions",
        "contacts",
        "contracts",
        "complaints",
        "usage_months",
        "churns",
        "customer_classes",
        "customers",
        "customer_links",
        "organisation_rules",
    ),
    make=early_warnings,
    name_en="early warnings",
    name_zh="预警",
    figure=Figure(name="acted_on_in_time", value=in_time_share, lowest=0.0, highest=1.0),
    ranges={
        "acted_on_after_the_warning": pl.col("acted_at").is_null()
        | (pl.col("acted_at") >= pl.col("warned_at")),
        "an_action_has_its_moment": pl.col("acted_at").is_null() == pl.col("action").is_null(),
        "in_time_is_acted_on": ~pl.col("is_in_time").fill_null(value=False)
        | (pl.col("status") == "acted_on"),
    },
    reconciliations=(
        Reconciliation(
            name="acted_on_in_time",
            meaning="recorded warnings due in the 90 days = both sides of warnings_on_time, by kind",
            differences=acted_on_in_time,
        ),
    ),
    ages=AGES,
)
