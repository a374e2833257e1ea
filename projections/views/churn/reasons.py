"""Reasons in words with their points, the greatest first, as one text per customer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from projections.views.churn.feature_words import feature_named
from projections.views.churn.model import ID

MOST_REASONS = 8
OTHERS = "others"


def reason_texts(points: pl.DataFrame, *, most: int = MOST_REASONS) -> pl.Series:
    """`contract ending=900,time as a customer=-420,…` of each customer, in the order of the rows.

    `points` is [customer_id, one column of whole points per feature]. Reasons without points are left out,
    and what lies beyond the greatest `most`, whether they raise the score or lower it, is summed up as
    `others`: the numbers of a text add up. Null where there are none.
    """
    features = [name for name in points.columns if name != ID]
    matrix = points.select(features).to_numpy()
    greatest = np.argsort(-np.abs(matrix), axis=1, kind="stable")[:, :most]
    told = np.take_along_axis(matrix, greatest, axis=1).sum(axis=1)
    others = pl.Series("others", matrix.sum(axis=1) - told, dtype=pl.Int64)
    texts = _texts(features, matrix, greatest).with_columns(others)
    rest = pl.when(pl.col("others") != 0).then(pl.format(f"{OTHERS}={{}}", "others"))
    ranked = [name for name in texts.columns if name != "others"]
    joined = texts.select(reasons=pl.concat_str(*ranked, rest, separator=",", ignore_nulls=True))
    return joined.select(pl.when(pl.col("reasons") != "").then("reasons").alias("reasons")).to_series()


def _texts(features: Sequence[str], matrix: Any, greatest: Any) -> pl.DataFrame:
    """One column per rank: each distinct pair of feature and points is written once, then looked up."""
    labels: list[str | None] = []
    codes = np.zeros_like(matrix)
    for place, feature in enumerate(features):
        distinct, found = np.unique(matrix[:, place], return_inverse=True)
        codes[:, place] = len(labels) + found
        words = feature_named(feature).reason_en
        labels += [f"{words}={value}" if value else None for value in distinct.tolist()]
    written = pl.Series(labels, dtype=pl.String)
    ranked = np.take_along_axis(codes, greatest, axis=1)
    return pl.DataFrame([written.gather(ranked[:, rank]).alias(f"{rank}") for rank in range(ranked.shape[1])])


def adds_up(reasons: str) -> pl.Expr:
    """The sum of the points in a text of reasons."""
    parts = pl.col(reasons).str.split(",").list.eval(pl.element().str.split("=").list.last().cast(pl.Int64))
    return parts.list.sum().fill_null(0)
