"""Examples to learn from: what was known of customers at a cutoff, and who left in the window after it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from projections.metrics.source import FactSource
from projections.views.churn.features import FEATURES_READ, features
from projections.views.churn.labels import LABELS_READ, Labelling, Window, labels
from projections.views.churn.model import CUTOFF, ID

READ = tuple(dict.fromkeys((*FEATURES_READ, *LABELS_READ)))


def labelling(source: FactSource, *, at: datetime, position: int | None = None) -> Labelling:
    """Label as of a moment in UTC, at the lowest position of all that is read, or an earlier one."""
    lowest = min(source.position(fact) for fact in READ)
    return Labelling(source=source, at=at, at_position=lowest if position is None else min(position, lowest))


def examples(by: Labelling, window: Window, *, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """[customer_id, has_contract, history_declared, features…, cutoff, churned], one row per customer.

    No rows where the window is not over, or not told of to its end. A customer is called as the labelling
    moment calls them, so that one person has one name at all cutoffs. `known` are the features at the cutoff
    where they are known already.
    """
    customers = features(by.reading(window.cut_at)) if known is None else known
    labelled = customers.join(labels(by, window, customers), on=ID)
    names = by.told.whom(labelled.with_columns(at=pl.lit(window.cut_at)), column=ID, at="at", show="name")
    return (
        labelled.with_columns(names.alias(ID), pl.lit(window.cutoff).alias(CUTOFF))
        .sort(ID)
        .unique(ID, keep="first", maintain_order=True)
    )


def together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Examples of several cutoffs: a scheme that one of them does not have yet is not known there."""
    return pl.concat(parts, how="diagonal")


def examples_hash(told: pl.DataFrame) -> str:
    """SHA-256 over the examples in the order of cutoffs and customers, columns by name, all digits."""
    ordered = told.select(sorted(told.columns)).sort(CUTOFF, ID)
    return hashlib.sha256(ordered.write_csv(null_value="\\N").encode()).hexdigest()
