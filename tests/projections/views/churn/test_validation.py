"""Validation never asks a model about whom it learnt from, and measures as scikit-learn does."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from projections.views.churn.model import ChurnModel, Scored, in_order, scored
from projections.views.churn.rule_score import RULE_SCORE
from projections.views.churn.scorecard import SCORECARD
from projections.views.churn.validation import (
    ROLLING,
    CutoffExamples,
    auc,
    cross_fitted,
    folds,
    lift_table,
    quality,
    rolling,
)
from tests.projections.views.churn.examples import FEATURES, contract_customers

CUSTOMERS = contract_customers(600)
LEARNING: dict[str, Any] = {"features": FEATURES, "seed": 1, "horizon_days": 60}
JANUARY = date(2024, 1, 31)
told_rows = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=60)


def fit_names(examples: pl.DataFrame, **_: Any) -> dict[str, list[Any]]:
    return {
        "names": examples["customer_id"].to_list(),
        "cutoffs": examples["cutoff"].unique().sort().to_list(),
    }


def score_names(body: dict[str, list[Any]], customers: pl.DataFrame) -> Scored:
    """1 of whom the body learnt from, 0 of everybody else."""
    points = customers.select(
        "customer_id", known=pl.col("customer_id").is_in(body["names"]).cast(pl.Int64) * 1000
    )
    return scored(points, base=0)


MEMORY = ChurnModel(kind="memory", body=dict, reads=pl.lit(value=True), fit=fit_names, score=score_names)
"""A model that only knows by heart whom it learnt from."""


def as_told(rows: list[tuple[int, bool]]) -> pl.DataFrame:
    schema = {"probability": pl.Int64, "churned": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("probability") / 6)


@settings(max_examples=40)
@given(rows=told_rows)
def test_auc_is_that_of_scikit_learn_with_ties(rows: list[tuple[int, bool]]) -> None:
    told = as_told(rows)
    if told["churned"].n_unique() == 1:
        assert auc(told) is None
    else:
        assert auc(told) == pytest.approx(roc_auc_score(told["churned"], told["probability"]))


def test_the_lift_table_asks_the_likeliest_first() -> None:
    told = pl.DataFrame(
        {"probability": [0.9, 0.8, 0.3, 0.3, 0.2, 0.1], "churned": [True, True, True, False, False, False]}
    )
    assert lift_table(told, parts=3).rows() == [
        (1, 2, 2, 1.0, 2.0, 2 / 3),
        (2, 2, 1, 0.5, 1.0, 1.0),
        (3, 2, 0, 0.0, 0.0, 1.0),
    ]


@settings(max_examples=40)
@given(rows=told_rows)
def test_the_lift_table_counts_everybody_once(rows: list[tuple[int, bool]]) -> None:
    table = lift_table(as_told(rows))
    assert table["examples"].sum() == len(rows)
    assert table["churned"].sum() == sum(churned for _, churned in rows)
    assert table["gain"].last() == (pytest.approx(1.0) if any(churned for _, churned in rows) else None)


def test_quality_needs_examples() -> None:
    with pytest.raises(ValueError, match="no examples"):
        quality(as_told([]))
    alike = quality(as_told([(3, False), (3, False)]))
    assert (alike.examples, alike.churned, alike.auc, alike.lift) == (2, 0, None, None)
    assert (alike.brier, alike.calibration_error, alike.calibration_error_by_width) == (0.25, 0.5, 0.5)


def test_folds_keep_a_customer_together_and_are_alike() -> None:
    twice = pl.concat([CUSTOMERS, CUSTOMERS.sample(fraction=1.0, shuffle=True, seed=2)])
    dealt = twice.with_columns(fold=pl.Series(folds(twice, seed=4)))
    assert dealt.group_by("customer_id").agg(pl.col("fold").n_unique())["fold"].max() == 1
    sizes = (
        dealt.group_by("fold", "churned")
        .len()
        .group_by("churned")
        .agg(apart=pl.col("len").max() - pl.col("len").min())
    )
    assert sizes["apart"].to_numpy().max() <= 2 * 2
    again = twice.sample(fraction=1.0, shuffle=True, seed=9)
    other = again.with_columns(fold=pl.Series(folds(again, seed=4)))
    first, second = (each.unique("customer_id").sort("customer_id")["fold"] for each in (dealt, other))
    assert first.equals(second)


def test_nobody_is_told_by_a_body_that_learnt_from_them() -> None:
    twice = pl.concat([CUSTOMERS.with_columns(cutoff=JANUARY + timedelta(days=days)) for days in (0, 30)])
    told = cross_fitted(MEMORY, twice, **LEARNING)
    assert told["score"].unique().to_list() == [0]
    assert told.select("customer_id", "cutoff").equals(in_order(twice).select("customer_id", "cutoff"))
    assert told["churned"].equals(in_order(twice)["churned"])


def at_cutoffs(*, months: int, labels_after_days: int) -> list[CutoffExamples]:
    cutoffs = [JANUARY + timedelta(days=30 * month) for month in range(months)]
    return [
        CutoffExamples(
            cutoff=cutoff,
            labels_known=cutoff + timedelta(days=labels_after_days),
            examples=contract_customers(400, seed=place),
        )
        for place, cutoff in enumerate(cutoffs)
    ]


def test_a_cutoff_is_told_from_cutoffs_whose_labels_were_known_at_it() -> None:
    found = rolling(SCORECARD, [*reversed(at_cutoffs(months=4, labels_after_days=60))], **LEARNING)
    learnt = found.select("cutoff", "learnt_from", "first_cutoff", "last_cutoff", "examples").rows()
    march, april = JANUARY + timedelta(days=60), JANUARY + timedelta(days=90)
    assert learnt == [
        (march, 400, JANUARY, JANUARY, 400),
        (april, 800, JANUARY, JANUARY + timedelta(days=30), 400),
    ]
    assert found.schema == pl.Schema(ROLLING)
    assert found["auc"].to_numpy().min() > 0.65


def test_a_cutoff_before_which_nothing_can_be_learnt_is_left_out() -> None:
    assert rolling(SCORECARD, at_cutoffs(months=3, labels_after_days=61), **LEARNING).is_empty()
    nobody = [
        CutoffExamples(
            cutoff=each.cutoff,
            labels_known=each.labels_known,
            examples=each.examples.with_columns(churned=pl.lit(value=False)),
        )
        for each in at_cutoffs(months=3, labels_after_days=30)
    ]
    assert rolling(SCORECARD, nobody, **LEARNING).is_empty()


def test_a_written_model_is_not_validated_by_learning() -> None:
    with pytest.raises(ValueError, match="rule_score is written, not learnt"):
        cross_fitted(RULE_SCORE, CUSTOMERS, **LEARNING)
