"""How well a model does on customers that it did not learn from: across folds, and from cutoff to cutoff."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from projections.views.churn.calibration import brier_score, calibration_error, reliability
from projections.views.churn.model import (
    CHURNED,
    CUTOFF,
    ID,
    ChurnModel,
    Feature,
    NothingToLearnFrom,
    in_order,
    order_of,
)

FOLDS = 5
TENTHS = 10


ROLLING = {
    "cutoff": pl.Date(),
    "learnt_from": pl.Int64(),
    "first_cutoff": pl.Date(),
    "last_cutoff": pl.Date(),
    "examples": pl.Int64(),
    "churned": pl.Int64(),
    "auc": pl.Float64(),
    "lift": pl.Float64(),
    "brier": pl.Float64(),
    "calibration_error": pl.Float64(),
    "calibration_error_by_width": pl.Float64(),
}


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How well probabilities told who churned.

    `auc` and `lift` (of the tenth with the highest probability) are null where all or none churned.
    `calibration_error` is over ten bins of equally many examples: churn is rare, and bins of equal width
    would put nearly everybody into the lowest; `calibration_error_by_width` is over those.
    """

    examples: int
    churned: int
    auc: float | None
    lift: float | None
    brier: float
    calibration_error: float
    calibration_error_by_width: float


@dataclass(frozen=True, kw_only=True)
class CutoffExamples:
    """The examples of one cutoff, the last local day whose end it is, with who churned after it.

    `labels_known` is the last day of their label window: at the end of this day it is known who churned.
    """

    cutoff: date
    labels_known: date
    examples: pl.DataFrame


def auc(told: pl.DataFrame) -> float | None:
    """How often somebody who churned has the higher probability than somebody who did not; ties are half.

    `told` is [probability, churned]; null where all or none churned. By mean ranks: Hanley & McNeil (1982),
    The meaning and use of the area under a ROC curve, Radiology 143.
    """
    churned = int(told[CHURNED].sum())
    stayed = told.height - churned
    if not churned or not stayed:
        return None
    ranks = float(told.select(pl.col("probability").rank("average").filter(pl.col(CHURNED)).sum()).item())
    return (ranks - churned * (churned + 1) / 2) / (churned * stayed)


def lift_table(told: pl.DataFrame, *, parts: int = TENTHS) -> pl.DataFrame:
    """Who is found by asking the likeliest first: [part, examples, churned, churn_rate, lift, gain].

    Parts are of equally many, the likeliest first; equal probabilities share a part. `lift` is the part's
    churn rate over everybody's, `gain` the share of all who churned found in this part and those before it.
    """
    share = (pl.col("probability").rank("average", descending=True) - 0.5) / pl.len()
    overall = pl.col("churned").sum() / pl.col("examples").sum()
    return (
        told.group_by(part=(share * parts).floor().cast(pl.Int64) + 1)
        .agg(examples=pl.len().cast(pl.Int64), churned=pl.col(CHURNED).sum().cast(pl.Int64))
        .sort("part")
        .with_columns(churn_rate=pl.col("churned") / pl.col("examples"))
        .with_columns(
            lift=pl.when(overall > 0).then(pl.col("churn_rate") / overall),
            gain=pl.when(overall > 0).then(pl.col("churned").cum_sum() / pl.col("churned").sum()),
        )
    )


def quality(told: pl.DataFrame) -> Quality:
    """How well [probability, churned] told who churned; a ValueError without examples."""
    if told.is_empty():
        raise ValueError("quality is asked of no examples")
    lifts = lift_table(told)["lift"]
    return Quality(
        examples=told.height,
        churned=int(told[CHURNED].sum()),
        auc=auc(told),
        lift=lifts[0],
        brier=brier_score(told),
        calibration_error=calibration_error(reliability(told)),
        calibration_error_by_width=calibration_error(reliability(told, equal="width")),
    )


def folds(examples: pl.DataFrame, *, seed: int) -> Any:
    """Each example's fold, from 0 on, in the order of the rows.

    All examples of a customer share a fold, and folds have equally many who churned and who did not.
    """
    customers = examples.group_by(ID).agg(pl.col(CHURNED).any()).sort(ID)
    shuffled = np.random.default_rng(seed).permutation(customers.height)
    dealt = (
        customers[shuffled]
        .sort(CHURNED, maintain_order=True)
        .select(ID, fold=pl.int_range(pl.len(), dtype=pl.Int64) % FOLDS)
    )
    return examples.select(ID).join(dealt, on=ID, how="left", maintain_order="left")["fold"].to_numpy()


def cross_fitted(
    model: ChurnModel,
    examples: pl.DataFrame,
    *,
    features: Sequence[Feature],
    seed: int,
    horizon_days: int,
) -> pl.DataFrame:
    """Every example as told by a body that did not learn from its customer.

    In the order of customers and cutoffs: [customer_id, (cutoff), fold, churned, score, probability].
    """
    ordered = in_order(examples)
    fold = pl.Series("fold", folds(ordered, seed=seed))
    told = [
        _told(
            model,
            learnt_from=ordered.filter(fold != each),
            asked=ordered.filter(fold == each),
            features=features,
            seed=seed,
            horizon_days=horizon_days,
        ).with_columns(fold=pl.lit(each, pl.Int64))
        for each in range(FOLDS)
    ]
    return in_order(pl.concat(told))


def rolling(
    model: ChurnModel,
    cutoffs: Sequence[CutoffExamples],
    *,
    features: Sequence[Feature],
    seed: int,
    horizon_days: int,
) -> pl.DataFrame:
    """Every cutoff as told by a body that learnt from what was known at it, ascending.

    Only cutoffs whose labels were known at the asked one are learnt from; one before which there are none, or
    too few, is left out.
    [cutoff, learnt_from (examples), first_cutoff, last_cutoff, and the columns of Quality].
    """
    ordered = sorted(cutoffs, key=lambda each: each.cutoff)
    rows = [
        row
        for asked in ordered
        for row in _at_cutoff(
            model,
            [each for each in ordered if each.labels_known <= asked.cutoff],
            asked,
            features=features,
            seed=seed,
            horizon_days=horizon_days,
        )
    ]
    return pl.DataFrame(rows, schema=ROLLING)


def _at_cutoff(
    model: ChurnModel, before: Sequence[CutoffExamples], asked: CutoffExamples, **learning: Any
) -> Iterator[dict[str, Any]]:
    if not before or asked.examples.is_empty():
        return
    dated = (each.examples.with_columns(pl.lit(each.cutoff).alias(CUTOFF)) for each in before)
    learnt_from = pl.concat(dated, how="diagonal")
    try:
        told = _told(model, learnt_from=learnt_from, asked=asked.examples, **learning)
    except NothingToLearnFrom:
        return
    yield {
        "cutoff": asked.cutoff,
        "learnt_from": learnt_from.height,
        "first_cutoff": before[0].cutoff,
        "last_cutoff": before[-1].cutoff,
        **asdict(quality(told)),
    }


def _told(
    model: ChurnModel, *, learnt_from: pl.DataFrame, asked: pl.DataFrame, **learning: Any
) -> pl.DataFrame:
    """What a body learnt from some says of others: [customer_id, (cutoff), churned, score, probability]."""
    if model.fit is None:
        raise ValueError(f"{model.kind} is written, not learnt: there is nothing to validate by learning")
    body = model.fit(learnt_from, **learning)
    scores = model.score(body, asked).scores.select("score", "probability")
    return pl.concat([asked.select(order_of(asked)), asked.select(CHURNED), scores], how="horizontal")
