"""How a score card adds up: metrics with weights, and the points of each band of values.

```yaml
- kind: score_card
  name: service
  body:
    parts:
      - metric: complaint_rate
        definition: recorded_per_waybills
        weight: 0.4
        bands: [{points: 100}, {from_value: 2, points: 60}, {from_value: 5, points: 0}]
```
"""

from decimal import Decimal
from itertools import pairwise

import msgspec


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The points of the values from one on, up to the next band; None: of all values below."""

    points: Decimal
    from_value: Decimal | None = None


class ScoredMetric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a card: a metric under a definition (None: its default), its weight and ascending bands."""

    metric: str
    weight: Decimal
    bands: tuple[Band, ...]
    definition: str | None = None

    def __post_init__(self) -> None:
        """Refuse a weight of nothing, and bands that do not ascend."""
        if self.weight <= 0 or not self.bands:
            raise ValueError(f"{self.metric} has a positive weight and at least one band")
        if not all(_is_below(lower, upper) for lower, upper in pairwise(self.bands)):
            raise ValueError(f"the bands of {self.metric} ascend; only the first has no from_value")

    def points_of(self, value: Decimal) -> Decimal | None:
        """Find the points of a value; None below the first band."""
        reached = [band for band in self.bands if band.from_value is None or band.from_value <= value]
        return reached[-1].points if reached else None


class ScoreCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a card, each metric under each definition once."""

    parts: tuple[ScoredMetric, ...]

    def __post_init__(self) -> None:
        """Refuse a card of nothing, and a part that comes twice."""
        scored = [(part.metric, part.definition) for part in self.parts]
        if not scored or len(set(scored)) < len(scored):
            raise ValueError("a card has parts, and each of them once")


def _is_below(lower: Band, upper: Band) -> bool:
    if upper.from_value is None:
        return False
    return lower.from_value is None or lower.from_value < upper.from_value
