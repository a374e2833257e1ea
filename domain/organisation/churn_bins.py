"""The bins into which a churn model sorts numbers and categories, and how its scores are calibrated."""

from itertools import pairwise
from math import isfinite

import msgspec


class Bin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The points of a bin's customers against the mean of the examples, and how many of these lay in it."""

    points: int
    examples: int


class NumberBins(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="number", tag_field="kind"
):
    """A number's bins: a value lies in the first bin whose upper edge is not below it, else in the last."""

    feature: str
    edges: tuple[float, ...]
    bins: tuple[Bin, ...]
    unknown: Bin

    def __post_init__(self) -> None:
        """Refuse edges that do not ascend, and bins that do not lie between them."""
        if not all(map(isfinite, self.edges)) or any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError(f"the edges of {self.feature} are finite and ascend")
        if len(self.bins) != len(self.edges) + 1:
            raise ValueError(f"{self.feature} has one bin more than edges")

    @property
    def all_bins(self) -> tuple[Bin, ...]:
        """From the lowest to the highest, and that of values that are not known."""
        return (*self.bins, self.unknown)


class CategoryBins(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="category", tag_field="kind"
):
    """A category's bins: one per value, one for all rare or unheard of values."""

    feature: str
    bins: dict[str, Bin]
    other: Bin
    unknown: Bin

    @property
    def all_bins(self) -> tuple[Bin, ...]:
        """Each category's, that of all others, and that of values that are not known."""
        return (*self.bins.values(), self.other, self.unknown)


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calibrated log-odds = slope x log-odds + intercept, learnt from customers that were not learnt from."""

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        """Refuse what would turn the order of customers round."""
        if not (0 < self.slope < float("inf") and isfinite(self.intercept)):
            raise ValueError(f"slope {self.slope} is positive, intercept {self.intercept} finite")


class Spread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the scores of the examples were spread: edges as of a number's bins, and examples in each bin."""

    edges: tuple[int, ...]
    examples: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse edges that do not ascend, and counts that do not lie between them."""
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError("the edges of a spread ascend")
        if len(self.examples) != len(self.edges) + 1:
            raise ValueError("a spread has one count more than edges")
