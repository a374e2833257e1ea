"""What the points that members still have will cost: by month of earning, programme and tier, since ever."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from domain.member.lots import OVERDRAFT
from projections.metrics.derived.developed_lots import COUNTED, with_ultimate
from projections.metrics.derived.valued_lots import point_values, worth_of
from projections.views import ledger_proof
from projections.views.against_metrics import against_numerators
from projections.views.lot_lapses import EXPIRING, LAPSE_COLUMNS, with_lapses
from projections.views.months import by_month, month_of
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

GROUP = ("month", "programme", "tier")
SIDES = ("earned", "reversed", "drawn", "refunded", "expired", "balance")
SUMMED = (*SIDES, "pending", "lapsed", *EXPIRING)


@dataclass(frozen=True, kw_only=True)
class PointsLiability:
    """Lots of one vintage: earned in one month (of the organisation's zone), by programme and tier.

    Of all lots earned - reversed = drawn - refunded + expired + balance. A member's `overdraft` lot, what was
    spent beyond every lot, stands in the month in which the member first spent; its balance is below zero.
    The **estimates** are of points earned and not reversed, if these lots go on as older ones did.
    """

    month: date
    """The first day of the month in which the lots were earned."""
    programme: str | None
    tier: str | None
    """The tier as the source said it with the earning."""
    lots: int
    """How many lots."""
    earned: Decimal
    reversed: Decimal
    drawn: Decimal
    refunded: Decimal
    expired: Decimal
    balance: Decimal
    """What is left: earned - reversed - drawn + refunded - expired."""
    overdrawn: Decimal
    """How much of the balance overdraft lots take."""
    pending: Decimal
    """What of the balance cannot be spent yet."""
    lapsed: Decimal
    """What of the balance fell due, its expiry not told yet."""
    expiring_30_days: Decimal
    expiring_60_days: Decimal
    expiring_90_days: Decimal
    value: Decimal | None
    """The balance at the programme's value of a point; null: it names none."""
    estimated_ultimate: Decimal
    """An estimate: what will have been redeemed in the end."""
    estimated_breakage: Decimal
    """An estimate: what will never be redeemed."""
    estimated_breakage_rate: float | None
    """An estimate: the share that will never be redeemed; null without points."""


def points_liability(reading: ViewReading) -> pl.DataFrame:
    """The vintages of all lots as of a moment."""
    columns = dict.fromkeys(("opened_at", "tier", *LAPSE_COLUMNS, *SIDES, *COUNTED))
    lots = reading.facts("member_lots", columns=tuple(columns)).with_columns(
        pl.col(SIDES).fill_null(0), month=month_of("opened_at", zone=reading.zone.key)
    )
    values = point_values(reading, lots["programme"])
    counted = _counted(with_lapses(lots, reading).with_columns(value=worth_of("balance", values)))
    estimated = _estimated(with_ultimate(lots, at=reading.reference))
    return (
        counted.join(estimated, on=GROUP, how="left", nulls_equal=True)
        .with_columns(pl.col("issued", "estimated_ultimate").fill_null(0))
        .with_columns(estimated_breakage=pl.col("issued") - pl.col("estimated_ultimate"))
        .with_columns(estimated_breakage_rate=_rate())
    )


def _counted(lots: pl.DataFrame) -> pl.DataFrame:
    owed = pl.when(pl.col("lot_id") == OVERDRAFT).then(-pl.col("balance")).otherwise(0)
    value = pl.when(pl.col("value").count() > 0).then(pl.col("value").sum())
    return lots.group_by(GROUP).agg(
        pl.col(SUMMED).sum(), lots=(pl.col("earned") > 0).sum(), overdrawn=owed.sum(), value=value
    )


def _estimated(developed: pl.DataFrame) -> pl.DataFrame:
    return developed.group_by(GROUP).agg(pl.col("issued").sum(), estimated_ultimate=pl.col("ultimate").sum())


def _rate() -> pl.Expr:
    """One division of two sums; points are whole in their fourth place."""
    share = pl.col("estimated_breakage").cast(pl.Float64) / pl.col("issued").cast(pl.Float64)
    return pl.when(pl.col("issued") > 0).then(share)


def value_outstanding(rows: pl.DataFrame, _: date) -> float:
    """What all points left are worth."""
    return float(rows["value"].sum() or 0)


def against(metric: str, column: str, definition: str | None = None) -> Callable[..., pl.DataFrame]:
    """Compare a column's sums by month of earning with a metric's numerators."""

    def differences(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
        first = rows["month"].min()
        since = first if isinstance(first, date) else reading.day
        counted = rows.group_by(period_start="month").agg(in_view=pl.col(column).sum())
        return against_numerators(
            reading, counted, by_month(reading, metric, definition=definition, since=since)
        )

    return differences


def unproven(reading: ViewReading, _: pl.DataFrame) -> pl.DataFrame:
    """The lots and members of which the ledger is not proven."""
    return ledger_proof.unproven(reading)


KEPT = pl.col("earned") - pl.col("reversed")
GONE = pl.col("drawn") - pl.col("refunded") + pl.col("expired") + pl.col("balance")

POINTS_LIABILITY = View(
    name="points_liability",
    version=1,
    row=PointsLiability,
    keys=GROUP,
    time="month",
    facts=(*ledger_proof.FACTS, "organisation_rules"),
    make=points_liability,
    name_en="points liability",
    name_zh="积分负债",
    figure=Figure(name="value_outstanding", value=value_outstanding),
    ranges={
        "vintages_add_up": KEPT == GONE,
        "expiring_sooner_is_part_of_expiring_later": (
            (pl.col("expiring_30_days") <= pl.col("expiring_60_days"))
            & (pl.col("expiring_60_days") <= pl.col("expiring_90_days"))
        ),
        "what_expires_is_there": pl.col("expiring_90_days") + pl.col("lapsed")
        <= pl.col("balance") + pl.col("overdrawn"),
    },
    reconciliations=(
        Reconciliation(
            name="points_outstanding",
            meaning="balances = the numerator of points_outstanding.vintage, by month of earning",
            differences=against("points_outstanding", "balance", "vintage"),
        ),
        Reconciliation(
            name="points_earned",
            meaning="points earned = the numerator of points_earned.amount, by month of earning",
            differences=against("points_earned", "earned"),
        ),
        Reconciliation(
            name="value_outstanding",
            meaning="values = the numerator of points_liability.vintage, by month of earning",
            differences=against("points_liability", "value"),
        ),
        Reconciliation(
            name="breakage",
            meaning="estimated breakage = the numerator of breakage.additive, by month of earning",
            differences=against("breakage", "estimated_breakage"),
        ),
        Reconciliation(
            name="ledger_proof",
            meaning="every lot adds up, and every member's lots to what was told of the member",
            differences=unproven,
        ),
    ),
)
