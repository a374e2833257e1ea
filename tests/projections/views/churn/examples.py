"""Named examples of churn models: features, customers whose leaving follows a known rule, and purchases."""

from typing import Any

import numpy as np
import polars as pl

from projections.views.churn.model import Feature
from projections.views.churn.purchase_history import AGE, READ, RECENCY, REPEATS


def feature(name: str, kind: Any = "number") -> Feature:
    return Feature(name=name, kind=kind, name_en=name, name_zh=name, reason_en=name, reason_zh=name)


FEATURES = (
    feature("months"),
    feature("complaints"),
    feature("spend"),
    feature("plan", "category"),
    feature("city", "category"),
)
PURCHASES = tuple(feature(name) for name in READ)
PLANS = {"monthly": 1.2, "yearly": -0.8, "two years": -1.6}


def contract_customers(count: int = 2000, *, seed: int = 7) -> pl.DataFrame:
    """Customers whose log-odds of leaving are a sum: of months, complaints and plan, not of spend or city.

    Spend is unknown of every tenth, and some cities are rare.
    """
    random = np.random.default_rng(seed)
    months = random.integers(0, 72, count)
    complaints = random.poisson(0.4, count)
    plan = random.choice([*PLANS], count, p=[0.5, 0.3, 0.2])
    weight = pl.Series(plan).replace_strict(PLANS).to_numpy()
    log_odds = -1.0 + 1.5 * np.exp(-months / 12) + 0.7 * np.minimum(complaints, 3) + weight
    spend = pl.Series(np.round(random.gamma(2.0, 30.0, count), 2))
    return pl.DataFrame(
        {
            "customer_id": [f"c{number:05}" for number in range(count)],
            "has_contract": True,
            "months": months,
            "complaints": complaints,
            "spend": pl.select(pl.when(pl.Series(random.random(count) > 0.1)).then(spend)).to_series(),
            "plan": plan,
            "city": random.choice(["A", "B", "C", "rare"], count, p=[0.6, 0.3, 0.099, 0.001]),
            "churned": random.random(count) < 1 / (1 + np.exp(-log_odds)),
        }
    )


def buyers(count: int = 4000, *, seed: int = 3, ahead: int = 90) -> pl.DataFrame:
    """Buyers as BG/NBD would have them: r 0.6, alpha 40 days, a 0.8, b 2.5; churned: buys none ahead."""
    random = np.random.default_rng(seed)
    rate, leaves = random.gamma(0.6, 1 / 40, count), random.beta(0.8, 2.5, count)
    age = random.integers(200, 700, count).astype(float)
    repeats, last, later, clock = (np.zeros(count) for _ in range(4))
    goes_on = np.ones(count, bool)
    while goes_on.any():
        clock = np.where(goes_on, clock + random.exponential(1 / np.maximum(rate, 1e-12)), clock)
        goes_on &= clock <= age + ahead
        before = goes_on & (clock <= age)
        repeats, later = repeats + before, later + (goes_on & ~before)
        last = np.where(before, clock, last)
        goes_on &= random.random(count) >= leaves
    bought = {REPEATS: repeats.astype(int), RECENCY: np.round(last), AGE: age, "churned": later == 0}
    names = {"customer_id": [f"b{number:05}" for number in range(count)], "has_contract": False}
    return pl.DataFrame({**names, **bought})
