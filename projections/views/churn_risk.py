"""Who is about to leave: for every customer a probability for a stated horizon, its band, and the reasons."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from projections.metrics.derived.customer_standing import standing
from projections.views.churn.ages import aging
from projections.views.churn.features import FEATURES_READ, features
from projections.views.churn.in_force import models_in_force
from projections.views.churn.model import ID
from projections.views.churn.reasons import adds_up
from projections.views.churn.scoring import BANDS, HIGH, scored_by
from projections.views.churn.told_rows import ToldRows
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View


@dataclass(frozen=True, kw_only=True)
class ChurnRisk:
    """A customer: registered, not churned, not erased; persons joined by links.

    All points are thousandths of log-odds.
    """

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    horizon_days: int
    """The days in which leaving is foretold."""
    probability: float
    """That they leave in these days, from 0 to 1, by the model in force that day."""
    band: str
    """The band of the probability, by the model's own thresholds."""
    is_calibrated: bool
    """Whether it is a probability; where false it only puts customers in an order."""
    history_declared: bool
    """Whether something of this was known only by a declared entry time."""
    model: str
    """The model's name in the organisation's rules, or that of the rule score that is built in."""
    model_version: date | None
    """The day from which the model holds; null of the rule score that is built in."""
    base_points: int
    """Points that everybody has."""
    score_points: int
    """Points in all: the base and those of the reasons."""
    reasons: str | None
    """reason=points, greatest first, comma-joined, the small ones together as others."""


def churn_risk(reading: ViewReading) -> pl.DataFrame:
    """Every customer by the models of the reading's day; what was recorded later changes nothing."""
    return scored_by(models_in_force(reading), features(reading))


def high_risk_share(rows: pl.DataFrame, _: date) -> float | None:
    """Of all customers those in the band `high`; None without customers."""
    return rows.filter(band=HIGH).height / rows.height if rows.height else None


def not_one_row_each(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id, expected, found] of whom nobody linked, where their own facts say otherwise."""
    told = ToldRows(reading)
    here = standing(reading, [reading.reference]).select(ID, "customer", "is_here")
    erased = reading.facts("customers", columns=("erased_at",)).filter(pl.col("erased_at").is_not_null())
    counted = here.select(
        ID, expected=pl.col("is_here") & ~pl.col("customer").is_in(erased["customer"].implode())
    )
    joined = told.persons.tenures["customer_id"].implode()
    found = rows.group_by(ID).agg(found=pl.len())
    both = counted.join(found, on=ID, how="full", coalesce=True).filter(~pl.col(ID).is_in(joined))
    return both.select(
        ID,
        expected=pl.col("expected").cast(pl.Int64).fill_null(0),
        found=pl.col("found").cast(pl.Int64).fill_null(0),
    ).filter(pl.col("expected") != pl.col("found"))


CHURN_RISK = View(
    name="churn_risk",
    version=1,
    row=ChurnRisk,
    keys=("customer_id",),
    ordered=("probability",),
    is_large=True,
    facts=(*FEATURES_READ, "organisation_rules"),
    make=churn_risk,
    name_en="churn risk",
    name_zh="流失风险",
    figure=Figure(name="high_risk_share", value=high_risk_share, lowest=0.0, highest=1.0),
    ranges={
        "probability_between_0_and_1": pl.col("probability").is_between(0, 1),
        "band_is_known": pl.col("band").is_in(BANDS),
        "reasons_add_up": pl.col("base_points") + adds_up("reasons") == pl.col("score_points"),
    },
    reconciliations=(
        Reconciliation(
            name="one_row_per_customer",
            meaning="Whoever is registered, not churned and not erased has one row, and nobody else has any.",
            differences=not_one_row_each,
        ),
    ),
    aging=aging,
)
