"""Training: the models that the labels allow, each with how well it did on those it did not learn from."""

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

from domain.organisation.churn_models import AdoptedChurnModel, Training
from projections.metrics.source import FactSource
from projections.views.churn.back_test import back_test
from projections.views.churn.calibration import reliability
from projections.views.churn.cutoffs import windows_of
from projections.views.churn.drift import drift
from projections.views.churn.examples import examples, examples_hash, labelling, together
from projections.views.churn.features import HISTORY_DECLARED, features, features_in
from projections.views.churn.in_force import InForce
from projections.views.churn.labels import GAP_DAYS, HORIZON_DAYS, TICK, Labelling, Window
from projections.views.churn.model import CHURNED, ChurnModel, NothingToLearnFrom
from projections.views.churn.models import MODELS
from projections.views.churn.scoring import whom
from projections.views.churn.validation import Quality, cross_fitted, lift_table, quality

MOST_EXAMPLES = 100_000
"""More are drawn from: a scorecard of a hundred thousand examples is no better than one of a million."""
HIGH_SHARE, MEDIUM_SHARE = 0.1, 0.3
"""The bands: a tenth of the examples is high, the next fifth medium."""
SMALLEST_STEP = 1e-6
LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy")


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a model did: `quality`, `reliability` and `lift` on customers that it did not learn from.

    `back_tests` has a row per cutoff, told by what was known at it; `drift` holds today's customers against
    the examples. `history_declared`: entry times of the examples were declared, so that the back-tests may
    know what nobody knew.
    """

    cutoffs: tuple[date, ...]
    told: pl.DataFrame
    quality: Quality
    reliability: pl.DataFrame
    lift: pl.DataFrame
    back_tests: pl.DataFrame
    drift: pl.DataFrame
    history_declared: bool


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A body that may be adopted, and its report."""

    kind: str
    body: AdoptedChurnModel
    report: Report


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What was learnt, and in one sentence by kind of model why something was not: the rule score stays."""

    models: tuple[TrainedModel, ...]
    refusals: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What all models learn from: examples by cutoff, and how."""

    by: Labelling
    windows: tuple[Window, ...]
    known: Mapping[date, pl.DataFrame]
    examples: pl.DataFrame
    seed: int

    @property
    def horizon_days(self) -> int:
        return self.windows[0].horizon_days


def train(  # noqa: PLR0913 - the coordinates of a training, all by name
    source: FactSource,
    *,
    now: datetime,
    cutoffs: Sequence[date] | None = None,
    horizon_days: int = HORIZON_DAYS,
    gap_days: int = GAP_DAYS,
    seed: int = 0,
    position: int | None = None,
) -> Trained:
    """Learn from the customers at each cutoff, the end of a local day, and who left in the window after it.

    Labels are those known at `now`. The same position, cutoffs and seed give the same bodies.
    """
    by = labelling(source, at=now, position=position)
    windows = windows_of(by, cutoffs, gap_days=gap_days, horizon_days=horizon_days)
    lesson = _lesson(by, windows, seed=seed)
    if lesson is None:
        why = f"no cutoff has customers with a window of {gap_days} and {horizon_days} days that is known"
        sentence = (
            f"{why} by {now.isoformat(timespec='minutes')}: choose earlier cutoffs or a shorter horizon"
        )
        return Trained(models=(), refusals={model.kind: sentence for model in MODELS if model.fit})
    learnt: list[TrainedModel] = []
    refusals: dict[str, str] = {}
    for model in MODELS:
        if model.fit is not None:
            try:
                learnt.append(_learnt(model, lesson))
            except NothingToLearnFrom as error:
                refusals[model.kind] = str(error)
    return Trained(models=tuple(learnt), refusals=refusals)


def _lesson(by: Labelling, windows: Sequence[Window], *, seed: int) -> Lesson | None:
    """Cutoffs after which nobody left, or nobody told so, teach nothing and are left out."""
    each = MOST_EXAMPLES // max(len(windows), 1)
    known = {one.cutoff: features(by.reading(one.cut_at)) for one in windows if by.knows(one)}
    told = {
        one.cutoff: _drawn(examples(by, one, known=known[one.cutoff]), most=each, seed=seed)
        for one in windows
        if one.cutoff in known
    }
    kept = tuple(one for one in windows if one.cutoff in told and told[one.cutoff][CHURNED].any())
    if not kept:
        return None
    rows = together([told[one.cutoff] for one in kept])
    return Lesson(by=by, windows=kept, known=known, examples=rows, seed=seed)


def _drawn(told: pl.DataFrame, *, most: int, seed: int) -> pl.DataFrame:
    """At most so many examples, drawn at random and kept in order."""
    if told.height <= most:
        return told
    places = np.random.default_rng(seed).choice(told.height, size=most, replace=False)
    return told[np.sort(places)]


def _learnt(model: ChurnModel, lesson: Lesson) -> TrainedModel:
    own = lesson.examples.filter(model.reads)
    learning: dict[str, Any] = {
        "features": features_in(own),
        "seed": lesson.seed,
        "horizon_days": lesson.horizon_days,
    }
    if model.fit is None or own.is_empty():
        raise NothingToLearnFrom("there are no customers whom it is for")
    body = model.fit(own, **learning)
    told = cross_fitted(model, own, **learning)
    adopted = _adoptable(body, told, own, lesson)
    report = Report(
        cutoffs=tuple(one.cutoff for one in lesson.windows),
        told=told,
        quality=quality(told),
        reliability=reliability(told),
        lift=lift_table(told),
        back_tests=back_test(model, lesson.by, lesson.windows, known=lesson.known, **learning),
        drift=drift_now(InForce(name="", version=None, body=adopted), lesson.by),
        history_declared=bool(own[HISTORY_DECLARED].any()),
    )
    return TrainedModel(kind=model.kind, body=adopted, report=report)


def _adoptable(body: object, told: pl.DataFrame, own: pl.DataFrame, lesson: Lesson) -> AdoptedChurnModel:
    medium = min(max(_threshold(told, MEDIUM_SHARE), SMALLEST_STEP), 1 - 3 * SMALLEST_STEP)
    high = min(max(_threshold(told, HIGH_SHARE), medium + SMALLEST_STEP), 1 - SMALLEST_STEP)
    training = Training(
        cutoffs=tuple(one.cutoff for one in lesson.windows),
        gap_days=lesson.windows[0].gap_days,
        position=lesson.by.at_position,
        examples=own.height,
        churned=int(own[CHURNED].sum()),
        examples_hash=examples_hash(own),
        history_declared=bool(own[HISTORY_DECLARED].any()),
        seed=lesson.seed,
        libraries={name: importlib.metadata.version(name) for name in LIBRARIES},
    )
    return AdoptedChurnModel(
        model=body,  # type: ignore[arg-type] # a ChurnModel's fit gives its body
        horizon_days=lesson.horizon_days,
        medium_from=round(medium, 6),
        high_from=round(high, 6),
        training=training,
    )


def _threshold(told: pl.DataFrame, share: float) -> float:
    """From which probability on a customer is among this share of the likeliest."""
    found = told["probability"].quantile(1 - share, interpolation="higher")
    return 0.0 if found is None else float(found)


def drift_now(one: InForce, by: Labelling) -> pl.DataFrame:
    """How far customers are from the examples at the latest moment told of: [feature, psi, verdict]."""
    latest = by.at if by.known_until is None else min(by.at, by.known_until + TICK)
    mine = features(by.reading(latest)).filter(whom(one))
    scores = next(model for model in MODELS if model.kind == one.kind).score(one.body.model, mine).scores
    return drift(one.body.model, mine, scores)  # type: ignore[arg-type] # of a learnt model only
