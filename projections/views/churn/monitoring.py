"""How the models in force are doing: drift of today's customers, and who left since they were learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from domain.organisation.churn_bins import Spread
from domain.organisation.churn_models import RuleScore
from projections.metrics.source import FactSource
from projections.views.churn.cutoffs import latest_cutoffs
from projections.views.churn.drift import drift, spread_counts
from projections.views.churn.examples import examples, labelling
from projections.views.churn.features import HISTORY_DECLARED, features
from projections.views.churn.in_force import InForce, models_in_force
from projections.views.churn.labels import GAP_DAYS, TICK, Labelling, Window
from projections.views.churn.model import CHURNED, ID
from projections.views.churn.models import BY_KIND
from projections.views.churn.scoring import whom
from projections.views.churn.validation import Quality, quality


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A model in force, held to the facts.

    `drift` is [feature, psi, verdict]; `spread` is that of the examples' scores, and `found` the customers in
    each part of it; all are null of a model that was not learnt. `window` is the latest known one after that
    of the training, `since` how the model did on it; both are null where there is none. `customers`: how many
    it scores.
    """

    one: InForce
    customers: int
    drift: pl.DataFrame | None
    spread: Spread | None
    found: Sequence[int] | None
    window: Window | None
    since: Quality | None
    history_declared: bool


def watch(source: FactSource, *, now: datetime, position: int | None = None) -> list[Watched]:
    """Every model in force at `now`, at the latest moment told of; the built-in one if it scores anybody."""
    by = labelling(source, at=now, position=position)
    latest = now if by.known_until is None else min(now, by.known_until + TICK)
    customers = features(by.reading(latest))
    rows, is_left = [], pl.lit(value=True)
    for one in models_in_force(by.reading(now)):
        is_mine = is_left & whom(one)
        rows.append(_watched(one, is_mine, customers.filter(is_mine), by))
        is_left &= ~whom(one)
    return [watched for watched in rows if watched.customers or watched.one.version]


def _watched(one: InForce, is_mine: pl.Expr, customers: pl.DataFrame, by: Labelling) -> Watched:
    window = _window(one, by)
    body = one.body.model
    drifted = spread = found = None
    if not isinstance(body, RuleScore):
        scores = BY_KIND[one.kind].score(body, customers).scores
        drifted = drift(body, customers, scores)
        spread, found = body.spread, spread_counts(body.spread, scores["score"])
    return Watched(
        one=one,
        customers=customers.height,
        drift=drifted,
        spread=spread,
        found=found,
        window=window,
        since=None if window is None else _since(one, is_mine, window, by),
        history_declared=bool(customers[HISTORY_DECLARED].any()),
    )


def _window(one: InForce, by: Labelling) -> Window | None:
    """The latest known window of the model's own horizon and gap; after its training's, if it was learnt."""
    training = one.body.training
    gap = GAP_DAYS if training is None else training.gap_days
    days = latest_cutoffs(by, gap_days=gap, horizon_days=one.body.horizon_days)[:1]
    windows = [
        Window(cutoff=day, gap_days=gap, horizon_days=one.body.horizon_days, zone=by.told.reading.zone)
        for day in days
        if training is None or day > training.cutoff
    ]
    return next(iter(windows), None)


def _since(one: InForce, is_mine: pl.Expr, window: Window, by: Labelling) -> Quality | None:
    asked = examples(by, window).filter(is_mine)
    if asked.is_empty():
        return None
    scores = BY_KIND[one.kind].score(one.body.model, asked).scores
    return quality(pl.concat([scores.select(ID, "probability"), asked.select(CHURNED)], how="horizontal"))
