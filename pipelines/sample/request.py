"""What a sample is asked for: a year, a seed, how large, and where to."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipelines.sample.dice import Dice
from pipelines.sample.shares import shared_by_name


@dataclass(frozen=True, kw_only=True)
class Request:
    """The same request writes the same bytes; at scale 1 every count is the organisation's own."""

    year: int
    seed: int
    scale: Fraction
    out: Path

    def scaled(self, count: int, *, least: int = 0) -> int:
        """A count at the scale asked for, to the nearest whole number."""
        return max(
            least, (2 * count * self.scale.numerator + self.scale.denominator) // (2 * self.scale.denominator)
        )

    def scaled_parts(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Counts at the scale asked for, so that their sum is the scaled sum."""
        return shared_by_name(self.scaled(sum(counts.values())), counts)

    def dice(self, *names: object) -> Dice:
        """Dice of their own for one thing, so that no other thing's draws move them."""
        return Dice("/".join(map(str, (self.seed, *names))))
