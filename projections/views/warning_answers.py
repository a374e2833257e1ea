"""What somebody did about warnings: the first action or contact from each on, and whether it came in time."""

from datetime import datetime

import polars as pl

from projections.metrics.derived.customer_standing import churns_of, is_gone
from projections.views.read_once import ReadOnce
from projections.views.reading import INSTANT


def with_answers(reading: ReadOnce, warnings: pl.DataFrame) -> pl.DataFrame:
    """Add the first action or contact from each warning on, `status` and `is_in_time`."""
    keyed = warnings.with_row_index("place")
    met = keyed.select("place", "customer", "warned_at").join(_actions(reading, keyed), on="customer")
    first = (
        met.filter(pl.col("acted_at") >= pl.col("warned_at"))
        .sort("acted_at", "turn", "last_position")
        .unique("place", keep="first", maintain_order=True)
        .select("place", "acted_at", "action", "action_kind", "outcome", "acted_by")
    )
    gone = churns_of(reading).with_columns(now=pl.lit(reading.reference, INSTANT)).filter(is_gone("now"))
    has_left = pl.col("customer").is_in(gone["customer"].unique().implode())
    answered = keyed.join(first, on="place", how="left").with_columns(has_left=has_left)
    return answered.with_columns(_status(reading.reference)).drop("place")


def _actions(reading: ReadOnce, warnings: pl.DataFrame) -> pl.DataFrame:
    since: datetime | None = warnings["warned_at"].min()  # type: ignore[assignment]
    taken = reading.facts(
        "retention_actions",
        envelope=False,
        columns=("kind", "outcome", "agent_id", "taken_at", "last_position"),
        time=("taken_at", since, None),
    )
    made = reading.facts(
        "contacts",
        envelope=False,
        columns=("channel", "agent_id", "contacted_at", "last_position"),
        time=("contacted_at", since, None),
    )
    acted = ("customer", "last_position", "acted_at", "turn", "action", "action_kind", "outcome", "acted_by")
    actions = taken.with_columns(
        acted_at="taken_at",
        turn=pl.lit(0),
        action=pl.lit("retention_action"),
        action_kind="kind",
        acted_by="agent_id",
    )
    contacts = made.with_columns(
        acted_at="contacted_at",
        turn=pl.lit(1),
        action=pl.lit("contact"),
        action_kind="channel",
        outcome=pl.lit(None, pl.String),
        acted_by="agent_id",
    )
    return pl.concat([actions.select(acted), contacts.select(acted)])


def _status(now: datetime) -> list[pl.Expr]:
    is_due = (pl.col("due_at") < now).fill_null(value=False)
    status = (
        pl.when(pl.col("acted_at").is_not_null())
        .then(pl.lit("acted_on"))
        .when(pl.col("settled_at").is_not_null())
        .then(pl.lit("settled"))
        .when("has_left")
        .then(pl.lit("left"))
        .when(is_due)
        .then(pl.lit("overdue"))
        .otherwise(pl.lit("open"))
    )
    in_time = (pl.col("acted_at") <= pl.col("due_at")).fill_null(value=False)
    is_judged = pl.col("due_at").is_not_null() & (is_due | pl.col("acted_at").is_not_null())
    return [status.alias("status"), pl.when(is_judged).then(in_time).alias("is_in_time")]
