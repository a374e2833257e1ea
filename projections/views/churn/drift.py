"""Whether customers still are as those were whom a model learnt from: the population stability index.

PSI = Σ (found - expected) x ln(found / expected) over the shares of bins: Siddiqi 2006, Credit Risk
Scorecards, chapter 10. By its custom below 0.1 nothing has changed, up to 0.25 something has and is watched,
from there on the model is learnt anew.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl

from domain.organisation.churn_bins import CategoryBins, NumberBins, Spread
from domain.organisation.churn_models import PurchaseHistory, Scorecard
from projections.views.churn.bins import Binning
from projections.views.churn.model import with_missing

WATCHED_FROM = 0.1
DRIFTED_FROM = 0.25
TENTHS = 10
ABSENT = 0.5
"""An empty bin counts as half a customer, so that the index stays finite."""
SCORE = "score"
DRIFT = {"feature": pl.String(), "psi": pl.Float64(), "verdict": pl.String()}

Verdict = Literal["stable", "watched", "drifted"]


def stability_index(expected: Sequence[int], found: Sequence[int]) -> float:
    """The index of two counts of the same bins; 0 where their shares agree or nobody is counted."""
    if not sum(expected) or not sum(found):
        return 0.0
    was, now = (np.maximum(np.asarray(counts, float), ABSENT) for counts in (expected, found))
    was, now = was / was.sum(), now / now.sum()
    return float(np.sum((now - was) * np.log(now / was)))


def verdict(psi: float) -> Verdict:
    """What the index is taken to mean."""
    if psi < WATCHED_FROM:
        return "stable"
    return "watched" if psi < DRIFTED_FROM else "drifted"


def drift(body: Scorecard | PurchaseHistory, customers: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """How far customers are from the examples: [feature, psi, verdict], the score first, then by feature.

    `customers` are those whom the model is for, with their features; `scores` is [score] of the same.
    """
    found = [(SCORE, stability_index(body.spread.examples, spread_counts(body.spread, scores[SCORE])))]
    if isinstance(body, Scorecard):
        found += _feature_drift(body, customers)
    rows = [{"feature": feature, "psi": psi, "verdict": verdict(psi)} for feature, psi in found]
    return pl.DataFrame(rows, schema=DRIFT)


def spread_of(scores: pl.Series) -> Spread:
    """The spread of scores over tenths: equal scores share one, so there may be fewer."""
    tenths = [scores.quantile(part / TENTHS, interpolation="lower") for part in range(1, TENTHS)]
    highest = scores.max()
    edges = sorted({int(edge) for edge in tenths if edge is not None and edge != highest})
    blank = Spread(edges=tuple(edges), examples=(0,) * (len(edges) + 1))
    return Spread(edges=blank.edges, examples=tuple(spread_counts(blank, scores)))


def spread_counts(spread: Spread, scores: pl.Series) -> list[int]:
    """How many scores lie in each part of a spread."""
    exceeded = np.searchsorted(np.asarray(spread.edges, int), scores.to_numpy(), side="left")
    return _counts(exceeded, len(spread.examples))


def _feature_drift(body: Scorecard, customers: pl.DataFrame) -> Iterator[tuple[str, float]]:
    known = with_missing(customers, [part.feature for part in body.parts])
    for part in body.parts:
        binning = binning_of(part)
        found = _counts(known.select(binning.index()).to_series().to_numpy(), binning.count)
        yield part.feature, stability_index([each.examples for each in part.all_bins], found)


def binning_of(part: NumberBins | CategoryBins) -> Binning:
    """How a part of a scorecard sorts."""
    if isinstance(part, NumberBins):
        return Binning(feature=part.feature, edges=part.edges)
    return Binning(feature=part.feature, categories=tuple(part.bins))


def _counts(places: Any, count: int) -> list[int]:
    return [int(each) for each in np.bincount(places, minlength=count)]
