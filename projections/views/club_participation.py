"""Who goes to the clubs: visits by month, club, kind and tier, over two years."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from projections.views.against_metrics import against_numerators
from projections.views.member_tier import with_member_tier
from projections.views.months import by_month, first_month, month_of
from projections.views.partner_names import partner_kinds
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

MONTHS_BEFORE = 24
"""How many months are shown before the day's own."""
NAMED = ("partner_id", "kind", "tier")
GROUP = ("month", "partner_id", "kind", "tier", "member_tier")
SETTLED_BY = {
    "settled_by_entitlement": "entitlement",
    "settled_by_points": "points",
    "settled_by_payment": "paid",
}


@dataclass(frozen=True, kw_only=True)
class ClubParticipation:
    """Visits to a club in one of the 25 months that end with the day's own, in the organisation's zone.

    Each visit was settled by an entitlement, by points or by payment.
    """

    month: date
    partner_id: str | None
    """The club, as an id without `partner-`."""
    kind: str | None
    """That of the entitlement which the visit would use."""
    tier: str | None
    """The tier as the source said it with the visit."""
    member_tier: str | None
    brand: str | None
    """The club's brand; null where none is told."""
    visits: int
    members: int
    """How many different memberships came."""
    guests: int
    """How many guests came with them."""
    settled_by_entitlement: int
    """Visits settled by an entitlement."""
    settled_by_points: int
    """Visits settled by points."""
    settled_by_payment: int
    """Visits that were paid."""
    settlement_amount: Decimal
    """What the club is owed for all of them."""


def club_participation(reading: ViewReading) -> pl.DataFrame:
    """The visits of 25 months as of a moment."""
    since = reading.begin_of(first_month(reading.day, before=MONTHS_BEFORE))
    columns = ("visited_at", "guests", "settled_by", "settlement_amount", *NAMED)
    visits = reading.facts("club_visits", columns=columns, time=("visited_at", since, None))
    brands = partner_kinds(reading).select("partner_id", "brand")
    known = with_member_tier(reading, visits, at="visited_at")
    dated = known.with_columns(month=month_of("visited_at", zone=reading.zone.key))
    return _counted(dated).join(brands, on="partner_id", how="left")


def _counted(visits: pl.DataFrame) -> pl.DataFrame:
    return visits.group_by(GROUP).agg(
        visits=pl.len(),
        members=pl.col("member").n_unique(),
        guests=pl.col("guests").clip(lower_bound=0).sum(),
        settlement_amount=pl.col("settlement_amount").sum(),
        **{name: (pl.col("settled_by") == settled).sum() for name, settled in SETTLED_BY.items()},
    )


def visits_this_month(rows: pl.DataFrame, day: date) -> float:
    """Visits in the day's month so far."""
    return float(rows.filter(month=day.replace(day=1))["visits"].sum())


def against_club_visits(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Months and clubs in which the view's visits are not those of the metric."""
    counted = rows.group_by("partner_id", period_start="month").agg(in_view=pl.col("visits").sum())
    since = first_month(reading.day, before=MONTHS_BEFORE)
    return against_numerators(
        reading, counted, by_month(reading, "club_visits", since=since, by=("partner_id",))
    )


CLUB_PARTICIPATION = View(
    name="club_participation",
    version=1,
    row=ClubParticipation,
    keys=GROUP,
    time="month",
    facts=("club_visits", "member_tiers", "partners"),
    make=club_participation,
    name_en="club participation",
    name_zh="俱乐部参与",
    figure=Figure(name="visits_month_to_date", value=visits_this_month, lowest=0.0),
    ranges={
        "at_least_one_visit_a_member": pl.col("members") <= pl.col("visits"),
        "a_visit_is_settled_at_most_once": pl.sum_horizontal(*SETTLED_BY) <= pl.col("visits"),
    },
    reconciliations=(
        Reconciliation(
            name="club_visits",
            meaning="visits of the view = the numerator of club_visits.count, by month and club",
            differences=against_club_visits,
        ),
    ),
)
