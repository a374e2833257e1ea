"""The purchase history: how likely a customer without a contract buys nothing within the horizon, by BG/NBD.

Churned means: no purchase in the horizon. Where examples say who churned, the log-odds are calibrated on them
(the model itself never sees who did); else they are as the model gives them, and not called calibrated.
"""

from collections.abc import Sequence

import polars as pl

from domain.organisation.churn_bins import Calibration
from domain.organisation.churn_models import PurchaseHistory
from projections.views.churn.bgnbd import Rates, fitted, histories, log_odds_silent
from projections.views.churn.calibration import calibration
from projections.views.churn.drift import spread_of
from projections.views.churn.model import (
    CHURNED,
    HAS_CONTRACT,
    ID,
    THOUSANDTHS,
    ChurnModel,
    Feature,
    NothingToLearnFrom,
    Scored,
    has_labels,
    in_order,
    one_thread,
    scored,
    with_missing,
)

REPEATS = "purchase_count"
RECENCY = "purchase_recency_days"
AGE = "purchase_age_days"
READ = (REPEATS, RECENCY, AGE)
HIGHEST = 20.0
"""Log-odds beyond this are told as this: one in half a billion."""


def fit(
    examples: pl.DataFrame, *, features: Sequence[Feature], seed: int, horizon_days: int
) -> PurchaseHistory:
    """Learn from repeat purchases, recency and age, whatever other features there are; nothing is drawn."""
    missing = set(READ) - {feature.name for feature in features}
    if missing:
        raise ValueError(f"a purchase history needs the features {', '.join(READ)}: add {sorted(missing)}")
    bought = in_order(examples.filter(pl.col(name).is_not_null() for name in READ))
    if bought.is_empty():
        raise NothingToLearnFrom("no example has a purchase: a purchase history has nothing to learn from")
    with one_thread():
        rates = fitted(histories(bought.select(repeats=REPEATS, recency=RECENCY, age=AGE)))
        raw = bought.select(silent=_silent(rates, horizon_days, recency=RECENCY))["silent"]
        learnt = calibration(raw, bought[CHURNED]) if has_labels(bought) else None
    scores = bought.select(score=_score(rates, learnt, horizon_days, recency=RECENCY))["score"]
    return PurchaseHistory(
        r=rates.r,
        alpha=rates.alpha,
        a=rates.a,
        b=rates.b,
        horizon_days=horizon_days,
        base=round(int(scores.sum()) / scores.len()),
        calibration=learnt,
        spread=spread_of(scores),
    )


def score(body: PurchaseHistory, customers: pl.DataFrame) -> Scored:
    """Points of silence, against having bought just now, and of how many purchases there were in which time.

    Who bought nothing has points of nothing: nothing is known but the mean.
    """
    rates = Rates(r=body.r, alpha=body.alpha, a=body.a, b=body.b)
    known = with_missing(customers, READ)
    told, just_bought = (
        _score(rates, body.calibration, body.horizon_days, recency=recency) for recency in (RECENCY, AGE)
    )
    points = known.select(
        ID,
        (told - just_bought).fill_null(0).alias(RECENCY),
        (just_bought - body.base).fill_null(0).alias(REPEATS),
    )
    return scored(points, base=body.base)


def _score(rates: Rates, known: Calibration | None, horizon_days: int, *, recency: str) -> pl.Expr:
    """Thousandths of log-odds; null where a purchase, its time or the recency is not known."""
    log_odds = _silent(rates, horizon_days, recency=recency)
    calibrated = log_odds * known.slope + known.intercept if known else log_odds
    whole = (calibrated.clip(-HIGHEST, HIGHEST) * THOUSANDTHS).round().cast(pl.Int64)
    return pl.when(pl.all_horizontal(pl.col(name).is_not_null() for name in READ)).then(whole)


def _silent(rates: Rates, horizon_days: int, *, recency: str) -> pl.Expr:
    repeats, last, age = (pl.col(name).cast(pl.Float64) for name in (REPEATS, recency, AGE))
    return log_odds_silent(rates, repeats=repeats, recency=last, age=age, ahead=horizon_days)


PURCHASE_HISTORY = ChurnModel(
    kind="purchase_history", body=PurchaseHistory, reads=~pl.col(HAS_CONTRACT), fit=fit, score=score
)
