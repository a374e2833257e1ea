"""Why one customer is at risk: every feature that counts, its value, and its points, to the last one."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from projections.metrics.persons import persons
from projections.views.churn.feature_words import feature_named
from projections.views.churn.features import features
from projections.views.churn.in_force import models_in_force
from projections.views.churn.model import ID
from projections.views.churn.models import BY_KIND
from projections.views.churn.scoring import scored_by, shared_out
from projections.views.reading import ViewReading


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A feature that counts, in words, with the customer's value; points are thousandths of log-odds."""

    feature: str
    reason_en: str
    reason_zh: str
    value: Any
    points: int


@dataclass(frozen=True, kw_only=True)
class Why:
    """A customer's row of the view `churn_risk`, and all reasons, the greatest first."""

    row: dict[str, Any]
    reasons: tuple[Reason, ...]


def why(reading: ViewReading, customer: str) -> Why | None:
    """Why a customer is told to leave or stay; null of whoever is no customer at the reading's moment.

    `customer` is any pseudonym of a person; only what is told of this person is read.
    """
    known = persons(reading)
    everybody = [one for one in known.everybody([customer]) if one is not None]
    found = features(reading.only(everybody))
    if found.is_empty():
        return None
    models = models_in_force(reading)
    (one, mine) = next((one, mine) for one, mine in shared_out(models, found.head(1)) if mine.height)
    points = BY_KIND[one.kind].score(one.body.model, mine).points
    row = scored_by(models, mine).row(0, named=True)
    return Why(row=row, reasons=_reasons(points.drop(ID), mine))


def _reasons(points: pl.DataFrame, mine: pl.DataFrame) -> tuple[Reason, ...]:
    values = mine.row(0, named=True)
    counted = [(name, told) for name, told in points.row(0, named=True).items() if told]
    return tuple(
        Reason(
            feature=name,
            reason_en=feature_named(name).reason_en,
            reason_zh=feature_named(name).reason_zh,
            value=values.get(name),
            points=told,
        )
        for name, told in sorted(counted, key=lambda each: (-abs(each[1]), each[0]))
    )
