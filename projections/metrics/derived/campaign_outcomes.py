"""What became of everybody in a campaign within its window: answered, complained, left."""

from datetime import datetime, timedelta

import polars as pl

from domain.campaign.arms import CONTROL
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, customer_id, rule_book

WINDOW = timedelta(days=90)
WINDOW_RULE = "campaign_window"
COLUMNS = ("arm", "unit", "tier", "assigned_at", "responded_at", "answer")
KEYS = ["customer", "campaign_id"]


def campaign_outcomes(reading: Reading) -> pl.DataFrame:
    """Assignments by their time; what happened within the campaign's window after them, its end left out."""
    start, end = reading.spans[0][0], reading.spans[-1][1]
    assigned = reading.facts("campaign_assignments", columns=COLUMNS, time=("assigned_at", start, end))
    windows = campaign_windows(reading, assigned)
    rows = assigned.join(windows, on="campaign_id", how="left").with_columns(
        customer_id(),
        until=pl.col("assigned_at") + pl.col("window"),
        is_treated=pl.col("arm") != CONTROL,
    )
    return (
        rows.join(_leavings(reading, rows), on=KEYS, how="left")
        .join(_complaints(reading, rows), on=KEYS, how="left")
        .join(_kinds(reading), on="campaign_id", how="left")
        .with_columns(
            has_left=pl.col("has_left").fill_null(value=False),
            complaints=pl.col("complaints").fill_null(0),
            has_responded=(pl.col("responded_at") < pl.col("until")).fill_null(value=False),
            is_over=(pl.col("until") <= reading.reference) | (pl.col("window") <= WINDOW),
        )
        .select(*KEYS, *SCHEMA, *ENVELOPE_COLUMNS)
    )


def campaign_windows(reading: Reading, assigned: pl.DataFrame) -> pl.DataFrame:
    """[campaign_id, window]: as the rule `campaign_window` of that name, or `any`, says in days, else 90.

    The rule is the one in force on the day of the campaign's first assignment asked for.
    """
    book = rule_book(reading, WINDOW_RULE)
    firsts = assigned.group_by("campaign_id").agg(pl.col("assigned_at").min())

    def days(name: str, first: datetime) -> int:
        on = first.astimezone(reading.zone).date()
        by_default = book.read(WINDOW_RULE, "any", on=on, body_type=int, default=WINDOW.days)
        return book.read(WINDOW_RULE, name, on=on, body_type=int, default=by_default)

    told = [(name, timedelta(days=days(name, first))) for name, first in firsts.rows()]
    return pl.DataFrame(told, schema={"campaign_id": pl.String, "window": pl.Duration("us")}, orient="row")


def _leavings(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    since: datetime | None = rows["assigned_at"].min()  # type: ignore[assignment]
    churns = reading.facts("churns", columns=("churned_at",), time=("churned_at", since, None))
    met = rows.select(*KEYS, "assigned_at", "until").join(
        churns.select("customer", "churned_at"), on="customer"
    )
    return _within(met, "churned_at").select(KEYS).unique().with_columns(has_left=pl.lit(value=True))


def _complaints(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    since: datetime | None = rows["assigned_at"].min()  # type: ignore[assignment]
    filed = reading.facts("complaints", columns=("customer_id", "filed_at"), time=("filed_at", since, None))
    met = rows.select(*KEYS, "customer_id", "assigned_at", "until").join(
        filed.select("customer_id", "filed_at"), on="customer_id"
    )
    return _within(met, "filed_at").group_by(KEYS).agg(complaints=pl.len().cast(pl.Int64))


def _within(met: pl.DataFrame, time: str) -> pl.DataFrame:
    return met.filter(pl.col(time) >= pl.col("assigned_at"), pl.col(time) < pl.col("until"))


def _kinds(reading: Reading) -> pl.DataFrame:
    campaigns = reading.facts("campaigns", columns=("kind",))
    return campaigns.select("kind", campaign_id=pl.col("campaign").str.strip_prefix("campaign-"))


SCHEMA = {
    "customer_id": pl.String(),
    "kind": pl.String(),
    "arm": pl.String(),
    "unit": pl.String(),
    "tier": pl.String(),
    "answer": pl.String(),
    "is_treated": pl.Boolean(),
    "is_over": pl.Boolean(),
    "has_responded": pl.Boolean(),
    "has_left": pl.Boolean(),
    "complaints": pl.Int64(),
    "assigned_at": INSTANT,
}

CAMPAIGN_OUTCOMES = Derived(
    name="campaign_outcomes",
    reads=("campaign_assignments", "campaigns", "churns", "complaints", "organisation_rules"),
    keys=("customer", "campaign_id"),
    schema=SCHEMA,
    rows=campaign_outcomes,
)
