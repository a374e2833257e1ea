"""A churn model as data: bins and points, parameters, or conditions; and what it was learnt from.

```yaml
- kind: churn_model
  name: contract_customers
  valid_from: 2024-07-01
  body:
    model: {kind: rule_score, base: -2200, conditions: [{feature: open_complaints, at_least: 1, points: 600}]}
    horizon_days: 60
    medium_from: 0.2
    high_from: 0.5
```

All points and bases are whole thousandths of log-odds.
"""

from datetime import date

import msgspec

from domain.organisation.churn_bins import Calibration, CategoryBins, NumberBins, Spread


class Scorecard(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="scorecard", tag_field="kind"
):
    """Log-odds of churning = base + the points of every part; the calibration is in the points already."""

    base: int
    parts: tuple[NumberBins | CategoryBins, ...]
    calibration: Calibration
    spread: Spread

    def __post_init__(self) -> None:
        """Refuse a card of nothing, and a feature that comes twice."""
        features = [part.feature for part in self.parts]
        if not features or len(set(features)) < len(features):
            raise ValueError("a scorecard has parts, and each feature once")

    @property
    def is_calibrated(self) -> bool:
        """Always: there is no card without its calibration."""
        return True


class PurchaseHistory(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="purchase_history",
    tag_field="kind",
):
    """BG/NBD: purchases come at a rate of gamma(r, alpha) per day, each the last with chance beta(a, b).

    `horizon_days` is the time without a purchase that counts as churned; `calibration` is that of its
    log-odds, null where no labels were known. `base` is the mean score of the examples.
    """

    r: float
    alpha: float
    a: float
    b: float
    horizon_days: int
    base: int
    calibration: Calibration | None
    spread: Spread

    def __post_init__(self) -> None:
        """Refuse parameters of no distribution."""
        if not all(0 < value < float("inf") for value in (self.r, self.alpha, self.a, self.b)):
            raise ValueError(f"r {self.r}, alpha {self.alpha}, a {self.a} and b {self.b} are positive")
        if self.horizon_days <= 0:
            raise ValueError(f"horizon_days {self.horizon_days} is positive")

    @property
    def is_calibrated(self) -> bool:
        """Whether it was known of the examples who churned."""
        return self.calibration is not None


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points of the customers whose feature lies within these bounds, or is one of these values.

    An unknown value meets no condition.
    """

    feature: str
    points: int
    at_least: float | None = None
    at_most: float | None = None
    any_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a condition that asks nothing, or of numbers and of texts at once."""
        has_bound = self.at_least is not None or self.at_most is not None
        if has_bound == bool(self.any_of):
            raise ValueError(f"a condition on {self.feature} has bounds or any_of")


class RuleScore(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rule_score", tag_field="kind"
):
    """Log-odds of churning = base + the points of every condition that is met; learnt from nothing."""

    base: int
    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        """Refuse a score of nothing."""
        if not self.conditions:
            raise ValueError("a rule score has conditions")

    @property
    def is_calibrated(self) -> bool:
        """Never: its points are somebody's judgement."""
        return False


class Training(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model was learnt from: examples of which customers, known until when, by which programs.

    `cutoffs` are the days at whose ends examples were taken, `position` that of the log when it was learnt,
    `examples_hash` the SHA-256 of the examples in order, `libraries` name and version.
    """

    cutoffs: tuple[date, ...]
    gap_days: int
    position: int
    examples: int
    churned: int
    examples_hash: str
    history_declared: bool
    seed: int
    libraries: dict[str, str]

    def __post_init__(self) -> None:
        """Refuse a training at no cutoff."""
        if not self.cutoffs:
            raise ValueError("a training has a cutoff")

    @property
    def cutoff(self) -> date:
        """The last of the cutoffs."""
        return max(self.cutoffs)


class AdoptedChurnModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A churn model in force: what it is, for how many days ahead, from which probability bands begin.

    `training` is null of a model that was written, not learnt.
    """

    model: Scorecard | PurchaseHistory | RuleScore
    horizon_days: int
    medium_from: float
    high_from: float
    training: Training | None = None

    def __post_init__(self) -> None:
        """Refuse a horizon of nothing, and bands that do not ascend."""
        if self.horizon_days <= 0:
            raise ValueError(f"horizon_days {self.horizon_days} is positive")
        if not 0 < self.medium_from < self.high_from < 1:
            raise ValueError(
                f"0 < medium_from ({self.medium_from}) < high_from ({self.high_from}) < 1 is needed"
            )
