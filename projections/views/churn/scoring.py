"""Customers scored by whichever model in force is for them: probability, band and reasons."""

from collections.abc import Iterable, Sequence

import polars as pl

from projections.views.churn.features import HISTORY_DECLARED
from projections.views.churn.in_force import InForce
from projections.views.churn.model import ID
from projections.views.churn.models import BY_KIND
from projections.views.churn.purchase_history import PURCHASE_HISTORY, READ
from projections.views.churn.reasons import reason_texts

HIGH, MEDIUM, LOW = "high", "medium", "low"
BANDS = (HIGH, MEDIUM, LOW)


def scored_by(models: Sequence[InForce], customers: pl.DataFrame) -> pl.DataFrame:
    """One row per customer, as CHURN_RISK has them; the first model that is for a customer scores them."""
    return pl.concat(_scored(one, mine) for one, mine in shared_out(models, customers))


def shared_out(models: Sequence[InForce], customers: pl.DataFrame) -> Iterable[tuple[InForce, pl.DataFrame]]:
    """Each model with the customers that it scores; nobody twice."""
    left = customers
    for one in models:
        is_mine = whom(one)
        yield one, left.filter(is_mine)
        left = left.filter(~is_mine)


def whom(one: InForce) -> pl.Expr:
    """Whom a model can say something about: a purchase history those who ever bought."""
    reads = BY_KIND[one.kind].reads
    has_bought = pl.all_horizontal(pl.col(name).is_not_null() for name in READ)
    return reads & has_bought if one.kind == PURCHASE_HISTORY.kind else reads


def band(probability: str, one: InForce) -> pl.Expr:
    """The band of a probability, by the thresholds of the model's body, which belong to the band above."""
    return (
        pl.when(pl.col(probability) >= one.body.high_from)
        .then(pl.lit(HIGH))
        .when(pl.col(probability) >= one.body.medium_from)
        .then(pl.lit(MEDIUM))
        .otherwise(pl.lit(LOW))
    )


def _scored(one: InForce, customers: pl.DataFrame) -> pl.DataFrame:
    told = BY_KIND[one.kind].score(one.body.model, customers)
    return told.scores.select(
        ID,
        pl.lit(one.body.horizon_days, pl.Int64).alias("horizon_days"),
        "probability",
        band("probability", one).alias("band"),
        pl.lit(one.body.model.is_calibrated).alias("is_calibrated"),
        customers[HISTORY_DECLARED],
        pl.lit(one.name).alias("model"),
        pl.lit(one.version, pl.Date()).alias("model_version"),
        pl.col("base").alias("base_points"),
        pl.col("score").alias("score_points"),
        reason_texts(told.points),
    )
