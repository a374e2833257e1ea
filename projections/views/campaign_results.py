"""What became of everybody in a campaign, arm by arm, and what it moved against those left alone on purpose.

Campaigns to which somebody was assigned in the last year are shown, with all who were ever assigned to them.
Outcomes are judged once the campaign's window after an assignment is over (the rule `campaign_window`, else
90 days): until then an answer may still come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from domain.campaign.arms import CONTROL
from projections.metrics.catalogue import uplift
from projections.metrics.derived.campaign_outcomes import WINDOW, campaign_windows
from projections.metrics.derived.contacted_customers import outbound_contacts
from projections.views.campaign_checks import RECONCILIATIONS
from projections.views.read_once import reading_once
from projections.views.reading import STREAM, ViewReading
from projections.views.view import Figure, View

DAYS_SHOWN = 365
GROUP = ("campaign_id", "arm")
PLACES = 6
"""Places of percentage points: the bounds are square roots."""


@dataclass(frozen=True, kw_only=True)
class CampaignResult:
    """One arm of a campaign; the arm `control` was left alone on purpose.

    What is judged is that of customers whose window is over.
    """

    campaign_id: str
    arm: str | None
    kind: str | None
    """What the campaign is: an offer, a survey, an event."""
    first_assigned_on: date
    """The local day of the first assignment to the arm."""
    last_assigned_on: date
    """The local day of the last assignment to the arm."""
    window_days: int
    """How many days after an assignment its outcome is judged."""
    is_mature: bool
    """Whether all windows are over; until then the figures may still move."""
    matures_on: date
    """The local day by whose end all windows are over."""
    assigned: int
    """Customers assigned to the arm."""
    contacted: int
    """Of these, reached out to for the campaign since; in the control group against the rule."""
    responded_so_far: int
    """Of these, who answered within their window by now."""
    judged: int
    """Of these, whose window is over."""
    responded: int
    """Of those judged, who answered in their window."""
    response_rate: float | None
    """responded / judged; null where nobody is judged yet."""
    kept: int
    """Of those judged, who did not leave in their window."""
    kept_rate: float | None
    """kept / judged; null where nobody is judged yet."""
    complaints: int
    """Complaints that those judged filed in their window."""
    complaints_per_customer: float | None
    """complaints / judged; null where nobody is judged yet."""
    uplift_points: float | None
    """kept_rate of the arm less that of the control group, in percentage points; null of that group."""
    uplift_lower_points: float | None
    """The lower bound of its 95 % interval (Newcombe 1998, method 10), in percentage points."""
    uplift_upper_points: float | None
    """The upper bound of that interval, in percentage points."""


def campaign_results(reading: ViewReading) -> pl.DataFrame:
    """One row per campaign shown and arm."""
    shown = shown_campaigns(reading)
    if shown.is_empty():
        return pl.DataFrame(schema=CAMPAIGN_RESULTS.schema)
    outcomes = campaign_members(reading, shown)
    counted = outcomes.group_by(GROUP).agg(
        pl.col("kind").first(),
        first_assigned_on=pl.col("assigned_on").min(),
        last_assigned_on=pl.col("assigned_on").max(),
        window_days=pl.col("window").dt.total_days().first(),
        assigned=pl.len().cast(pl.Int64),
        contacted=pl.col("is_contacted").sum().cast(pl.Int64),
        responded_so_far=pl.col("has_responded").sum().cast(pl.Int64),
        judged=pl.col("is_judged").sum().cast(pl.Int64),
        responded=(pl.col("is_judged") & pl.col("has_responded")).sum().cast(pl.Int64),
        kept=(pl.col("is_judged") & ~pl.col("has_left")).sum().cast(pl.Int64),
        complaints=pl.col("complaints").filter("is_judged").sum(),
    )
    rated = counted.with_columns(
        response_rate=_share("responded", "judged"),
        kept_rate=_share("kept", "judged"),
        complaints_per_customer=_share("complaints", "judged"),
        is_mature=pl.col("judged") == pl.col("assigned"),
        matures_on=pl.col("last_assigned_on") + pl.duration(days="window_days"),
    )
    return rated.join(_uplifts(rated), on=GROUP, how="left", nulls_equal=True)


def shown_campaigns(reading: ViewReading) -> pl.DataFrame:
    """[campaign_id, first_at] of campaigns to which somebody was assigned in the last year."""
    since = reading.days_before(DAYS_SHOWN)
    columns = ("assigned_at",)
    recent = reading.facts(
        "campaign_assignments", envelope=False, columns=columns, time=("assigned_at", since, None)
    )
    names = recent["campaign_id"].unique().sort().to_list()
    earlier = reading.facts(
        "campaign_assignments",
        envelope=False,
        columns=columns,
        time=("assigned_at", None, since),
        equal={"campaign_id": names},
    )
    both = pl.concat([recent, earlier])
    return both.group_by("campaign_id").agg(first_at=pl.col("assigned_at").min())


def campaign_members(reading: ViewReading, shown: pl.DataFrame) -> pl.DataFrame:
    """Everybody assigned to these campaigns, with their outcome, the window, and if it is over.

    As the metrics have it, a window is over with the last one that began on the same local day, unless it is
    longer than 90 days: then to the moment.
    """
    first: datetime = shown["first_at"].min()  # type: ignore[assignment]
    until = reading.begin_of(reading.day + timedelta(days=1))
    outcomes = reading.derived("campaign_outcomes", (first, until)).join(shown, on="campaign_id", how="semi")
    local = pl.col("assigned_at").dt.convert_time_zone(reading.zone.key)
    day_over = local.dt.truncate("1d").dt.offset_by("1d").dt.convert_time_zone("UTC")
    known = outcomes.join(campaign_windows(reading, outcomes), on="campaign_id").with_columns(
        assigned_on=local.dt.date(),
        is_judged=(pl.col("assigned_at") + pl.col("window") <= reading.reference)
        & (day_over + pl.min_horizontal("window", pl.lit(WINDOW)) <= reading.reference),
    )
    return known.with_columns(_is_contacted(reading, known, since=first, until=until))


def _is_contacted(
    reading: ViewReading, members: pl.DataFrame, *, since: datetime, until: datetime
) -> pl.Series:
    campaigns = members["campaign_id"].unique().sort().to_list()
    contacts = outbound_contacts(reading_once(reading, (since, until)), since=since, campaigns=campaigns)
    made = contacts.filter(pl.col("campaign_id").is_not_null()).select(
        "campaign_id", "contacted_at", customer=STREAM + pl.col("customer_id")
    )
    met = members.select("customer", "campaign_id", "assigned_at").join(made, on=["customer", "campaign_id"])
    after = met.filter(pl.col("contacted_at") >= pl.col("assigned_at"))
    keys = after.select("customer", "campaign_id").unique().with_columns(is_contacted=pl.lit(value=True))
    found = members.join(keys, on=["customer", "campaign_id"], how="left", maintain_order="left")
    return found["is_contacted"].fill_null(value=False)


def _uplifts(arms: pl.DataFrame) -> pl.DataFrame:
    """[campaign_id, arm, uplift…] of each arm against the control group of its campaign."""
    control = arms.filter(arm=CONTROL).select(
        "campaign_id", campaign_control="judged", campaign_control_kept="kept"
    )
    met = arms.filter(pl.col("arm") != CONTROL).join(control, on="campaign_id")
    told = met.rename({"judged": "campaign_treated", "kept": "campaign_treated_kept"})
    names = ("uplift_points", "uplift_lower_points", "uplift_upper_points")
    schema = {**{name: pl.String() for name in GROUP}, **{name: pl.Float64() for name in names}}
    rows = [(row["campaign_id"], row["arm"], *_points(row)) for row in told.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _points(sums: Mapping[str, Any]) -> list[float | None]:
    found = [uplift.difference(sums), uplift.lower_95(sums), uplift.upper_95(sums)]
    return [None if one is None else round(100 * float(one), PLACES) for one in found]


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def response_rate_of_treated(rows: pl.DataFrame, _: date) -> float | None:
    """Responded of judged in all arms but the control groups; null where nobody is judged yet."""
    treated = rows.filter(pl.col("arm") != CONTROL)
    judged = int(treated["judged"].sum())
    return int(treated["responded"].sum()) / judged if judged else None


CAMPAIGN_RESULTS = View(
    name="campaign_results",
    version=1,
    row=CampaignResult,
    keys=GROUP,
    time="first_assigned_on",
    facts=(
        "campaign_assignments",
        "campaigns",
        "churns",
        "complaints",
        "contacts",
        "callback_attempts",
        "callbacks",
        "organisation_rules",
    ),
    make=campaign_results,
    name_en="campaign results",
    name_zh="活动成效",
    figure=Figure(name="response_rate_of_treated", value=response_rate_of_treated, lowest=0.0, highest=1.0),
    ranges={
        "judged_at_most_assigned": pl.col("judged") <= pl.col("assigned"),
        "contacted_at_most_assigned": pl.col("contacted") <= pl.col("assigned"),
        "kept_and_responded_at_most_judged": pl.max_horizontal("kept", "responded") <= pl.col("judged"),
        "uplift_within_its_interval": pl.col("uplift_points").is_null()
        | pl.col("uplift_points").is_between("uplift_lower_points", "uplift_upper_points"),
        "uplift_within_100_points": pl.col("uplift_points").is_null()
        | pl.col("uplift_points").is_between(-100, 100),
    },
    reconciliations=RECONCILIATIONS,
)
