"""Hidden complaints (隐形投诉): callers who pressed the complaint key, and nobody was ever held liable.

Looked at are the calls of the last 90 local days. A call ripens 30 days after the end of its day: until then
liability may yet be attributed, and no share counts it. Hidden is a call from which no complaint was filed,
and one whose complaint was never attributed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from projections.metrics.catalogue.complaint_metrics import ATTRIBUTION_PERIOD
from projections.metrics.derived.complaint_dimensions import rows_about
from projections.metrics.derived.handled_purposes import EARLIER
from projections.metrics.derived.hidden_complaints import DIMENSIONS
from projections.metrics.question import Question
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

WINDOW_DAYS = 90
GROUP = ("unit", "category")


@dataclass(frozen=True, kw_only=True)
class HiddenComplaint:
    """A call with the complaint key pressed for which nobody was held liable."""

    call: str
    offered_at: datetime
    hotline: str | None
    queue: str | None
    channel: str | None
    """How the customer made contact, as the source names it."""
    purpose: str | None
    """Why, as known when it was offered."""
    line: str | None
    unit: str | None
    agent_id: str | None
    """Who handled it last, as an id without `agent-`."""
    tier: str | None
    customer_id: str | None
    complaint: str | None
    """The stream id of the complaint filed from the call; null where none was."""
    category: str | None
    """The category of that complaint; null where none was filed."""
    subcategory: str | None
    """The subcategory of that complaint; null where none was filed."""
    is_ripe: bool
    """Whether liability can no longer be expected."""
    ripens_on: date
    """The local day on which it becomes so."""


@dataclass(frozen=True, kw_only=True)
class HiddenComplaintShare:
    """Calls with the complaint key pressed, of one unit and one category of what was filed from them."""

    unit: str | None
    category: str | None
    """The category of the complaint filed from the call; null where none was filed."""
    key_presses: int
    """Calls of the last 90 local days in which the complaint key was pressed."""
    hidden: int
    """Of these, for which nobody was held liable."""
    attributed: int
    """Of these, for which somebody was held liable."""
    ripe_key_presses: int
    """Of these, the ones for which liability can no longer be expected."""
    ripe_hidden: int
    """Of the ripe ones, for which nobody was held liable."""
    hidden_share: float | None
    """ripe_hidden / ripe_key_presses (隐形投诉占比); null where nothing is ripe."""


def key_presses(reading: ViewReading) -> pl.DataFrame:
    """Calls of the window with the key pressed: their dimensions, what was filed, is_hidden, is_ripe."""
    since = reading.days_before(WINDOW_DAYS)
    calls = (
        reading.facts(
            "calls",
            columns=(*DIMENSIONS, "offered_at"),
            time=("key_pressed_at", since - EARLIER, None),
            equal={"direction": ["inbound"]},
        )
        .filter(pl.col("offered_at").is_between(since, reading.reference, closed="left"))
        .with_columns(
            call_id=pl.col("call").str.strip_prefix("call-"),
            day=pl.col("offered_at").dt.convert_time_zone(reading.zone.key).dt.date(),
        )
    )
    filed = calls.join(_filed(reading, calls["call_id"]), on="call_id", how="left")
    return filed.with_columns(pl.col("is_hidden").fill_null(value=True)).join(_ripening(reading), on="day")


def _filed(reading: ViewReading, call_ids: pl.Series) -> pl.DataFrame:
    """[call_id, complaint, category, subcategory, is_hidden]: the first complaint of each call, by its id."""
    columns = ("call_id", "category", "subcategory", "attributions")
    told = rows_about(reading, "complaints", columns=columns, key="call_id", values=call_ids)
    return (
        told.sort("complaint")
        .group_by("call_id")
        .agg(
            pl.col("complaint", "category", "subcategory").first(),
            is_hidden=~(pl.col("attributions") > 0).fill_null(value=False).any(),
        )
    )


def hidden_complaints(reading: ViewReading) -> pl.DataFrame:
    """One row per hidden complaint of the window."""
    return key_presses(reading).filter("is_hidden")


def hidden_complaint_shares(reading: ViewReading) -> pl.DataFrame:
    """One row per unit and category of the window."""
    hidden, ripe = pl.col("is_hidden"), pl.col("is_ripe")
    counted = (
        key_presses(reading)
        .group_by(GROUP)
        .agg(
            key_presses=pl.len(),
            hidden=hidden.sum(),
            attributed=(~hidden).sum(),
            ripe_key_presses=ripe.sum(),
            ripe_hidden=(ripe & hidden).sum(),
        )
    )
    whole = pl.col("ripe_key_presses")
    return counted.with_columns(hidden_share=pl.when(whole > 0).then(pl.col("ripe_hidden") / whole))


def _ripening(reading: ViewReading) -> pl.DataFrame:
    """[day, is_ripe, ripens_on] of every local day of the window."""
    days = [reading.day - timedelta(days=back) for back in range(WINDOW_DAYS)]
    ripe_at = [reading.begin_of(day + timedelta(days=1)) + ATTRIBUTION_PERIOD for day in days]
    return pl.DataFrame(
        {
            "day": days,
            "is_ripe": [moment <= reading.reference for moment in ripe_at],
            "ripens_on": [moment.astimezone(reading.zone).date() for moment in ripe_at],
        }
    )


def ripe_hidden_share(rows: pl.DataFrame, _: date) -> float | None:
    """Hidden of the ripe key presses of all units; None where nothing is ripe."""
    hidden, presses = int(rows["ripe_hidden"].sum()), int(rows["ripe_key_presses"].sum())
    return hidden / presses if presses else None


def counted_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[unit, ripe_hidden, ripe_key_presses, numerator, denominator] where the metric says otherwise."""
    told = reading.ask(
        Question(
            metric="hidden_complaint_rate",
            start=reading.day - timedelta(days=WINDOW_DAYS - 1),
            end=reading.day + timedelta(days=1),
            by=("unit",),
        )
    )
    schema = {"unit": pl.String, "numerator": pl.Int64, "denominator": pl.Int64}
    counts = [(one.by["unit"], one.numerator, one.denominator) for one in told]
    metric = pl.DataFrame(counts, schema=schema, orient="row")
    own = rows.group_by("unit").agg(pl.col("ripe_hidden", "ripe_key_presses").sum())
    both = own.join(metric, on="unit", how="full", nulls_equal=True, coalesce=True)
    return both.with_columns(pl.exclude("unit").fill_null(0)).filter(
        (pl.col("ripe_hidden") != pl.col("numerator")) | (pl.col("ripe_key_presses") != pl.col("denominator"))
    )


def not_in_shares(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[unit, category, listed, hidden] where the listed calls are not as many as the shares count."""
    listed = rows.group_by(GROUP).agg(listed=pl.len().cast(pl.Int64))
    counted = reading.view(HIDDEN_COMPLAINT_SHARES).select(*GROUP, "hidden")
    both = counted.join(listed, on=GROUP, how="full", nulls_equal=True, coalesce=True)
    return both.with_columns(pl.col("listed", "hidden").fill_null(0)).filter(
        pl.col("listed") != pl.col("hidden")
    )


FACTS = ("calls", "complaints")

HIDDEN_COMPLAINT_SHARES = View(
    name="hidden_complaint_shares",
    version=1,
    row=HiddenComplaintShare,
    keys=GROUP,
    facts=FACTS,
    make=hidden_complaint_shares,
    name_en="hidden complaints by unit and category",
    name_zh="隐形投诉占比",
    figure=Figure(name="ripe_hidden_share", value=ripe_hidden_share, lowest=0.0, highest=1.0),
    ranges={
        "hidden_and_attributed_are_all": pl.col("hidden") + pl.col("attributed") == pl.col("key_presses"),
        "ripe_at_most_all": (pl.col("ripe_key_presses") <= pl.col("key_presses"))
        & (pl.col("ripe_hidden") <= pl.col("hidden")),
        "share_between_0_and_1": pl.col("hidden_share").is_between(0, 1),
    },
    reconciliations=(
        Reconciliation(
            name="hidden_complaint_rate",
            meaning="ripe key presses and hidden ones are the denominator and numerator of the metric",
            differences=counted_otherwise,
        ),
    ),
)
HIDDEN_COMPLAINTS = View(
    name="hidden_complaints",
    version=1,
    row=HiddenComplaint,
    keys=("call",),
    time="offered_at",
    facts=FACTS,
    make=hidden_complaints,
    name_en="hidden complaints",
    name_zh="隐形投诉",
    views=(HIDDEN_COMPLAINT_SHARES,),
    ranges={"a_call_has_an_id": pl.col("call").str.starts_with("call-")},
    reconciliations=(
        Reconciliation(
            name="hidden_complaint_shares",
            meaning="as many calls are listed of a unit and category as its shares count",
            differences=not_in_shares,
        ),
    ),
)
