"""Adopting trained churn models: each becomes a rule of the organisation, from a day on."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from domain.organisation.commands import Rule
from projections.views.churn.in_force import KIND
from projections.views.churn.scorecard import SCORECARD
from projections.views.churn.training import TrainedModel


class TooEarlyToBeKnown(Exception):
    """A model would hold before anybody could have learnt it."""

    def __init__(self, *, valid_from: date, earliest: date) -> None:
        """Carry the day asked for and the first one possible."""
        super().__init__(
            f"a model cannot hold from {valid_from}: what it learnt from was known on {earliest} at the "
            f"earliest; adopt it from then on, or train at earlier cutoffs."
        )


def adopted_name(name: str, kind: str) -> str:
    """The name by which a kind of model is adopted: the scorecard's is the name as it was given."""
    return name if kind == SCORECARD.kind else f"{name}_{kind}"


def rules_of_models(models: Sequence[TrainedModel], *, name: str, valid_from: date) -> tuple[Rule, ...]:
    """One rule per model; TooEarlyToBeKnown where a label window was not over on the day before."""
    return tuple(
        Rule(
            kind=KIND,
            name=adopted_name(name, model.kind),
            valid_from=_checked(model, valid_from),
            body=msgspec.json.encode(model.body, order="sorted").decode(),
        )
        for model in models
    )


def _checked(model: TrainedModel, valid_from: date) -> date:
    training = model.body.training
    if training is not None:
        earliest = training.cutoff + timedelta(days=training.gap_days + model.body.horizon_days + 1)
        if valid_from < earliest:
            raise TooEarlyToBeKnown(valid_from=valid_from, earliest=earliest)
    return valid_from
