"""Examples to learn from: what was known of customers at a cutoff, and who left in the window after it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from projections.metrics.source import FactSource
from projections.views.churn.features import FEATURES_READ, features
from projections.views.churn.labels import LABELS_READ, Window, is_known, known_until, labels
from projections.views.churn.model import CUTOFF, ID
from projections.views.churn.told_rows import ToldRows
from projections.views.reading import ViewReading

READ = tuple(dict.fromkeys((*FEATURES_READ, *LABELS_READ)))


@dataclass(frozen=True, kw_only=True)
class Labelling:
    """The facts as the moment of labelling knows them; `at_position` is the lowest that they stand at."""

    source: FactSource
    at: datetime
    at_position: int

    def reading(self, moment: datetime | None = None) -> ViewReading:
        """The facts as of, and as known at, a moment; null is the moment of labelling."""
        asked = moment or self.at
        return ViewReading(
            source=self.source, now=self.at, as_of=asked, known_at=asked, at_position=self.at_position
        )


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
    cut, now = by.reading(window.cut_at), by.reading()
    customers = features(cut) if known is None else known
    if not is_known(window, until=known_until(now), labelled_at=by.at):
        customers = customers.clear()
    labelled = customers.join(labels(cut, now, window, customers), on=ID)
    names = ToldRows(now).whom(labelled.with_columns(at=window.cut_at), column=ID, at="at", show="name")
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
