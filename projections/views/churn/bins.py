"""How numbers and categories are sorted into bins: learnt from examples, then one expression per feature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from domain.organisation.churn_bins import CategoryBins, NumberBins
from projections.views.churn.model import CHURNED, Feature

MOST_BINS = 8
SMALLEST_SHARE = 0.005
SMALLEST_BIN = 20
"""No bin of fewer examples, nor of a smaller share of them: rarer categories are pooled."""
EDGE_DIGITS = 6
"""Edges lie halfway between two values that occurred, and are told with so many digits."""


@dataclass(frozen=True, kw_only=True)
class Binning:
    """Bins of one feature: between ascending edges, or one per category and one for all others.

    The last bin is that of values that are not known.
    """

    feature: str
    edges: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many bins there are: the last two are all other and unknown, or the highest and unknown."""
        return max(len(self.edges), len(self.categories)) + 2

    def index(self) -> pl.Expr:
        """Which bin a customer lies in, from 0 on."""
        told = category(self.feature) if self.categories else number(self.feature)
        if self.categories:
            places = {name: place for place, name in enumerate(self.categories)}
            place = told.replace_strict(places, default=len(places), return_dtype=pl.Int64)
        else:
            place = bin_of(told, self.edges)
        return pl.when(told.is_null()).then(self.count - 1).otherwise(place).alias(self.feature)


def number(feature: str) -> pl.Expr:
    """A feature as a number; one that is not a number is not known."""
    return pl.col(feature).cast(pl.Float64, strict=False).fill_nan(None)


def category(feature: str) -> pl.Expr:
    """A feature as text."""
    return pl.col(feature).cast(pl.String)


def bin_of(value: pl.Expr, edges: Sequence[float]) -> pl.Expr:
    """In which bin a number lies: as many edges as it exceeds."""
    return pl.sum_horizontal([pl.lit(0, pl.Int64), *((value > edge).cast(pl.Int64) for edge in edges)])


def points_of(part: NumberBins | CategoryBins) -> pl.Expr:
    """A customer's points for a part of a scorecard."""
    if isinstance(part, NumberBins):
        points = [each.points for each in part.bins]
        told = number(part.feature)
        steps = zip(part.edges, points, points[1:], strict=False)
        rises = ((told > edge).cast(pl.Int64) * (after - before) for edge, before, after in steps)
        found = pl.sum_horizontal([pl.lit(points[0], pl.Int64), *rises])
    else:
        told = category(part.feature)
        named = {name: each.points for name, each in part.bins.items()}
        found = told.replace_strict(named, default=part.other.points, return_dtype=pl.Int64)
    return pl.when(told.is_null()).then(pl.lit(part.unknown.points, pl.Int64)).otherwise(found)


def binnings(examples: pl.DataFrame, features: Sequence[Feature], *, seed: int) -> list[Binning]:
    """The bins of every feature that tells examples apart at all."""
    made = (
        _number_bins(examples, feature.name, seed=seed)
        if feature.kind == "number"
        else _category_bins(examples, feature.name)
        for feature in features
        if feature.name in examples.columns
    )
    return [each for each in made if examples.select(each.index().n_unique()).item() > 1]


def _number_bins(examples: pl.DataFrame, feature: str, *, seed: int) -> Binning:
    """Where a decision tree would cut this one feature, to tell who churned."""
    from sklearn.tree import DecisionTreeClassifier

    known = examples.select(number(feature), CHURNED).drop_nulls()
    if known[feature].n_unique() < 2:
        return Binning(feature=feature)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=MOST_BINS, min_samples_leaf=_smallest(examples), random_state=seed
    ).fit(known.select(feature).to_numpy(), known[CHURNED].to_numpy())
    cuts = tree.tree_.threshold[tree.tree_.feature >= 0]
    return Binning(feature=feature, edges=tuple(sorted({float(f"{cut:.{EDGE_DIGITS}g}") for cut in cuts})))


def _category_bins(examples: pl.DataFrame, feature: str) -> Binning:
    """The categories that are not rare, the most frequent first; where all are, the frequent one."""
    counts = examples.select(category(feature)).drop_nulls().group_by(feature).len("examples")
    ordered = counts.sort("examples", feature, descending=[True, False])
    frequent = ordered.filter((pl.col("examples") >= _smallest(examples)) | (pl.int_range(pl.len()) == 0))
    return Binning(feature=feature, categories=tuple(frequent[feature].to_list()))


def _smallest(examples: pl.DataFrame) -> int:
    return max(SMALLEST_BIN, round(SMALLEST_SHARE * examples.height))


def bin_indices(made: Sequence[Binning], customers: pl.DataFrame) -> Any:
    """Each customer's bin of every feature, as a matrix of whole numbers [customers, features]."""
    return customers.select(each.index() for each in made).to_numpy()
