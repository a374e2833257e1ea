"""Which churn models are in force on a day: one of each kind, the one adopted last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from domain.organisation.churn_models import AdoptedChurnModel
from domain.organisation.rules import WITHDRAWN
from projections.metrics.derived.spans import rule_book
from projections.views.churn.labels import HORIZON_DAYS
from projections.views.churn.models import BY_BODY
from projections.views.churn.rule_score import DEFAULT
from projections.views.reading import ViewReading

KIND = "churn_model"


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A model by its name, and the day from which it holds: its version. Null is the built-in rule score."""

    name: str
    version: date | None
    body: AdoptedChurnModel

    @property
    def kind(self) -> str:
        return BY_BODY[type(self.body.model)].kind


BUILT_IN = InForce(
    name="rule_score",
    version=None,
    body=AdoptedChurnModel(model=DEFAULT, horizon_days=HORIZON_DAYS, medium_from=0.15, high_from=0.3),
)
"""What holds where nothing was learnt or written: two strong reasons are medium, three are high."""


def models_in_force(reading: ViewReading) -> Sequence[InForce]:
    """The scorecard, the purchase history and the rule score of the reading's day, each where there is one.

    Of several of a kind it is the one that holds since the latest day, by that day the last by name. The rule
    score is the built-in one where the organisation has none of its own. In the order of precedence.
    """
    book = rule_book(reading, KIND)
    dated = [
        (told.valid_from, name, told.body)
        for name in book.names(KIND, on=reading.day)
        for told in book.readings[KIND, name]
        if told.valid_from <= reading.day and told.body != WITHDRAWN
    ]
    latest: dict[str, InForce] = {"rule_score": BUILT_IN}
    for version, name, text in sorted(dated):
        body = msgspec.json.decode(text, type=AdoptedChurnModel)
        one = InForce(name=name, version=version, body=body)
        latest[one.kind] = one
    return [latest[model.kind] for model in BY_BODY.values() if model.kind in latest]
