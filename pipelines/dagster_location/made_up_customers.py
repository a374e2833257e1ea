"""Contract customers who leave by a known rule, month after month: pictures of models are drawn of them."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from projections.views.churn.validation import CutoffExamples

CUSTOMERS = 1_500
SEED = 6
HORIZON_DAYS, GAP_DAYS = 60, 7
CUTOFFS = tuple(date(2025, month, 28) for month in range(1, 8))
PLANS = {"monthly": 0.9, "yearly": -0.4, "two years": -0.9}


def made_up_examples() -> list[CutoffExamples]:
    """The examples of seven months."""
    return [
        CutoffExamples(
            cutoff=cutoff,
            labels_known=cutoff + timedelta(days=GAP_DAYS + HORIZON_DAYS),
            examples=made_up_customers(seed=SEED + 1 + number),
        )
        for number, cutoff in enumerate(CUTOFFS)
    ]


def made_up_customers(*, seed: int, shorter_by: float = 0.0) -> pl.DataFrame:
    """Customers whose log-odds of leaving are a sum: of tenure, contract's end, complaints, spend and plan.

    `shorter_by` shifts everybody's tenure by so many months, so that something has drifted.
    """
    random = np.random.default_rng(seed)
    tenure = np.maximum(random.integers(0, 84, CUSTOMERS) - shorter_by, 0)
    ends = random.integers(0, 720, CUSTOMERS)
    complaints = random.poisson(0.25, CUSTOMERS)
    trend = np.round(random.normal(1.0, 0.25, CUSTOMERS).clip(0.05), 2)
    plan = random.choice([*PLANS], CUSTOMERS, p=[0.5, 0.3, 0.2])
    log_odds = (
        -2.4
        + 1.6 * np.exp(-tenure / 12)
        + 1.8 * np.exp(-ends / 60)
        + 0.9 * np.minimum(complaints, 3)
        - 2.0 * (trend - 1)
        + np.array([PLANS[one] for one in plan])
    )
    return pl.DataFrame(
        {
            "customer_id": [f"c{number:05}" for number in range(CUSTOMERS)],
            "has_contract": True,
            "tenure_months": tenure.astype(float),
            "contract_ends_in_days": ends.astype(float),
            "complaints_90_days": complaints.astype(float),
            "spend_trend": trend,
            "plan": plan,
            "churned": random.random(CUSTOMERS) < 1 / (1 + np.exp(-log_odds)),
        }
    )
