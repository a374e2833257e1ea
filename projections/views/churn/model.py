"""What a churn model is: what it reads, how it learns a body of plain data, and how that body scores.

A further model is one file with one `ChurnModel`, a line in `MODELS` (models.py) and a struct for its body
(domain/organisation/churn_models.py).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import polars as pl
from threadpoolctl import threadpool_limits

ID = "customer_id"
HAS_CONTRACT = "has_contract"
CHURNED = "churned"
CUTOFF = "cutoff"
"""Where a customer is an example at several cutoffs, their column in examples; it may be left out."""

SCORES = {ID: pl.String(), "base": pl.Int64(), "score": pl.Int64(), "probability": pl.Float64()}
REASONS = {ID: pl.String(), "feature": pl.String(), "points": pl.Int64()}

THOUSANDTHS = 1000
"""Scores, bases and points are whole thousandths of log-odds, so that points add up exactly."""
PROBABILITY_DECIMALS = 6
FEWEST = 30
"""So many examples who churned, and as many who did not, are the fewest to learn from."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """What a model may read of a customer: the column's name, its kind, and the words of a reason.

    A number's column is an integer, float or decimal, a category's text; null is not known, which is told
    apart from every value.
    """

    name: str
    kind: Literal["number", "category"]
    name_en: str
    name_zh: str
    reason_en: str
    reason_zh: str


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What a body says of customers, one row per customer in both frames, in the same order.

    `scores` is [customer_id, base, score, probability]: the probability, from 0 to 1 with 6 decimals, of
    churning within the horizon; base and score are thousandths of log-odds. `points` is [customer_id, one
    column per reason], without nulls: every customer's points add up to score - base. A reason is named as
    the feature behind it.
    """

    scores: pl.DataFrame
    points: pl.DataFrame

    @property
    def reasons(self) -> pl.DataFrame:
        """[customer_id, feature, points], long, without points of nothing."""
        long = self.points.unpivot(index=ID, variable_name="feature", value_name="points")
        return long.filter(pl.col("points") != 0).match_to_schema(REASONS)


@dataclass(frozen=True, kw_only=True)
class ChurnModel:
    """One way to tell who will leave.

    `fit(examples, features=…, seed=…, horizon_days=…)` learns a body from examples: [customer_id,
    has_contract, (cutoff), one column per feature, churned (Boolean)]. The same examples in any order give
    the same body. `NothingToLearnFrom` says why there is nothing to learn. `fit` is null where a model is
    written, not learnt. `score(body, customers)` reads the same columns without `churned`; a feature's column
    that is missing is not known of anybody, and rows keep their order. `reads` is true of the customers whom
    the model is for. Whether a body is calibrated it says itself: `body.is_calibrated`.
    """

    kind: str
    body: type
    reads: pl.Expr
    fit: Callable[..., Any] | None
    score: Callable[[Any, pl.DataFrame], Scored]


class NothingToLearnFrom(ValueError):
    """The examples are too few, all alike, or tell nothing about who churned."""


def order_of(examples: pl.DataFrame) -> list[str]:
    """The columns that name an example: the customer, and the cutoff where there are several."""
    return [name for name in (ID, CUTOFF) if name in examples.columns]


def in_order(examples: pl.DataFrame) -> pl.DataFrame:
    """The examples in the one order in which they are learnt from: by customer, then cutoff."""
    return examples.sort(order_of(examples))


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra on one thread: over several, the last digits of sums differ with the number of cores."""
    # Only what is loaded by then is limited.
    import_module("sklearn.linear_model")
    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits


def has_labels(examples: pl.DataFrame) -> bool:
    """Whether it is known of every example whether it churned, and enough did and did not."""
    churned = examples[CHURNED]
    return churned.null_count() == 0 and FEWEST <= churned.sum() <= examples.height - FEWEST


def check_labels(examples: pl.DataFrame) -> None:
    """Refuse examples of whom too few churned, or too few stayed, for anything to be learnt."""
    if not has_labels(examples):
        churned = examples[CHURNED].sum()
        raise NothingToLearnFrom(
            f"{churned} of {examples.height} examples churned; at least {FEWEST} who did and {FEWEST} who "
            "did not are needed: choose an earlier first cutoff or a longer horizon, or keep the rule score"
        )


def with_missing(customers: pl.DataFrame, features: Sequence[str]) -> pl.DataFrame:
    """The customers with a column of nulls for every feature that is missing."""
    missing = [name for name in dict.fromkeys(features) if name not in customers.columns]
    return customers.with_columns(pl.lit(None).alias(name) for name in missing)


def scored(points: pl.DataFrame, *, base: int) -> Scored:
    """Customers with their points [customer_id, one column per reason], summed up from a base."""
    total = pl.sum_horizontal(pl.lit(base, pl.Int64), pl.all().exclude(ID))
    scores = points.select(ID, base=pl.lit(base, pl.Int64), score=total)
    return Scored(scores=scores.with_columns(probability=probability("score")), points=points)


def probability(score: str) -> pl.Expr:
    """The probability whose log-odds are so many thousandths."""
    return (1 / (1 + (-pl.col(score) / THOUSANDTHS).exp())).round(PROBABILITY_DECIMALS)
