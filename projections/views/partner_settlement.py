"""What clubs and merchants are owed, and how good they are: by month and partner, over two years."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from projections.facts.spec import UTC
from projections.views.against_metrics import against_numerators
from projections.views.months import by_month, first_month, month_of, month_spans
from projections.views.partner_names import partner_id, partner_kinds
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

MONTHS_BEFORE = 24
"""How many months are shown before the day's own."""
GROUP = ("month", "partner_id")
MARKS = ("quality", "price", "cooperation", "satisfaction")
COUNTS = ("redemptions", "points", "visits", "guests", "inspections")
AMOUNTS = ("redemption_settlement", "visit_settlement")


@dataclass(frozen=True, kw_only=True)
class PartnerSettlement:
    """A partner's month: one of the 25 that end with the day's own, in the organisation's zone.

    In the day's own month every partner that has not been removed has a row, in earlier ones those with
    redemptions, visits or inspections. The grade and its marks are those last given until the month's end.
    Amounts that name no partner stand in a row without one.
    """

    month: date
    partner_id: str | None
    partner_kind: str | None
    brand: str | None
    """The partner's brand; null where none is told."""
    grade: str | None
    quality: Decimal | None
    price: Decimal | None
    cooperation: Decimal | None
    satisfaction: Decimal | None
    inspections: int
    """Inspections in the month."""
    inspection_score: float | None
    """Points reached over points possible, from 0 to 1; null without inspections."""
    redemptions: int
    """How often points were redeemed with the partner."""
    points: Decimal
    """The points redeemed with the partner."""
    visits: int
    guests: int
    """How many guests came with members."""
    redemption_settlement: Decimal
    """What the partner is owed for redemptions."""
    visit_settlement: Decimal
    """What the partner is owed for visits."""
    owed: Decimal
    """What the partner is owed in all."""


def partner_settlement(reading: ViewReading) -> pl.DataFrame:
    """The partners' months as of a moment."""
    found = _partners_now(reading)
    for part in (_redemptions(reading), _visits(reading), _inspections(reading)):
        found = found.join(part, on=GROUP, how="full", coalesce=True, nulls_equal=True)
    counted = found.with_columns(pl.col(*COUNTS, *AMOUNTS).fill_null(0)).with_columns(
        owed=pl.sum_horizontal(AMOUNTS)
    )
    kinds = partner_kinds(reading)
    return _with_grades(reading, counted).join(kinds, on="partner_id", how="left")


def _partners_now(reading: ViewReading) -> pl.DataFrame:
    """The day's own month of every partner that is there."""
    partners = reading.facts("partners", columns=("onboarded_at", "removed_at"))
    here = partners.filter(pl.col("onboarded_at").is_not_null(), pl.col("removed_at").is_null())
    return here.select(pl.lit(reading.day.replace(day=1)).alias("month"), partner_id())


def _monthly(reading: ViewReading, fact: str, *, at: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """Rows of the months shown, with their month; those that are about no partner owe at least something."""
    since = reading.begin_of(first_month(reading.day, before=MONTHS_BEFORE))
    rows = reading.facts(fact, columns=(at, "partner_id", *columns), time=(at, since, None))
    said = [name for name in ("partner_id", "settlement_amount") if name in rows.columns]
    mine = rows.filter(pl.any_horizontal(pl.col(said).is_not_null()))
    return mine.with_columns(month=month_of(at, zone=reading.zone.key))


def _redemptions(reading: ViewReading) -> pl.DataFrame:
    rows = _monthly(reading, "point_redemptions", at="redeemed_at", columns=("points", "settlement_amount"))
    return rows.group_by(GROUP).agg(
        redemptions=pl.len(),
        points=pl.col("points").sum(),
        redemption_settlement=pl.col("settlement_amount").sum(),
    )


def _visits(reading: ViewReading) -> pl.DataFrame:
    rows = _monthly(reading, "club_visits", at="visited_at", columns=("guests", "settlement_amount"))
    return rows.group_by(GROUP).agg(
        visits=pl.len(),
        guests=pl.col("guests").clip(lower_bound=0).sum(),
        visit_settlement=pl.col("settlement_amount").sum(),
    )


def _inspections(reading: ViewReading) -> pl.DataFrame:
    rows = _monthly(reading, "partner_inspections", at="inspected_at", columns=("points", "out_of"))
    possible = pl.col("out_of").sum()
    reached = pl.col("points").sum().cast(pl.Float64) / possible.cast(pl.Float64)
    return rows.group_by(GROUP).agg(
        inspections=pl.len(), inspection_score=pl.when(possible > 0).then(reached)
    )


def _with_grades(reading: ViewReading, months: pl.DataFrame) -> pl.DataFrame:
    """Add to each month the grade that was given last before it ended."""
    told = reading.facts("partner_grades", columns=("graded_at", "grade", *MARKS))
    grades = told.sort("graded_at", "last_position").select(partner_id(), "graded_at", "grade", *MARKS)
    spans = month_spans(reading, before=MONTHS_BEFORE)
    ends = pl.DataFrame(
        {"month": [first_month(reading.day, before=ago) for ago in range(MONTHS_BEFORE, -1, -1)]}
    ).with_columns(ends_at=pl.Series([end for _, end in spans], dtype=UTC))
    dated = months.join(ends, on="month").sort("ends_at")
    return dated.join_asof(
        grades,
        left_on="ends_at",
        right_on="graded_at",
        by="partner_id",
        allow_exact_matches=False,
        check_sortedness=False,
    )


def owed_this_month(rows: pl.DataFrame, day: date) -> float:
    """What all partners are owed for the day's month so far."""
    return float(rows.filter(month=day.replace(day=1))["owed"].sum() or 0)


def against_owed(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Months and partners of which the view says another amount than the metric."""
    counted = rows.select("partner_id", period_start="month", in_view="owed")
    since = first_month(reading.day, before=MONTHS_BEFORE)
    return against_numerators(
        reading, counted, by_month(reading, "partner_settlement", since=since, by=("partner_id",))
    )


def against_partners(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Partners whose grade in the day's month is not their latest: [partner_id, grade, latest]."""
    latest = reading.facts("partners", columns=("grade",)).select(partner_id(), latest="grade")
    now = rows.filter(month=reading.day.replace(day=1)).join(latest, on="partner_id")
    return now.filter(pl.col("grade").ne_missing(pl.col("latest"))).select("partner_id", "grade", "latest")


PARTNER_SETTLEMENT = View(
    name="partner_settlement",
    version=1,
    row=PartnerSettlement,
    keys=GROUP,
    time="month",
    facts=("partners", "partner_grades", "partner_inspections", "point_redemptions", "club_visits"),
    make=partner_settlement,
    name_en="partner settlement",
    name_zh="合作商评级与结算",
    figure=Figure(name="owed_month_to_date", value=owed_this_month),
    ranges={
        "owed_is_for_redemptions_and_visits": (
            pl.col("redemption_settlement") + pl.col("visit_settlement") == pl.col("owed")
        ),
        "inspection_score_between_0_and_1": pl.col("inspection_score").is_between(0, 1),
    },
    reconciliations=(
        Reconciliation(
            name="partner_settlement",
            meaning="owed = the numerator of partner_settlement.amount, by month and partner",
            differences=against_owed,
        ),
        Reconciliation(
            name="grades",
            meaning="the grade in the day's month = the latest of the partner",
            differences=against_partners,
        ),
    ),
)
