"""Exact counts shared out: over days, over chunks of a file, over kinds, nothing lost to rounding."""

from collections.abc import Mapping, Sequence

import polars as pl


def shares(total: int, weights: Sequence[float] | pl.Series) -> pl.Series:
    """Whole numbers in proportion to `weights` that add up to `total`: the largest remainders get one more.

    Ties go to the earlier place. Weights of nothing but zeros count as equal.
    """
    weight = pl.Series(weights, dtype=pl.Float64)
    if weight.is_empty():
        return pl.Series(dtype=pl.Int64)
    if weight.sum() == 0:
        weight = pl.ones(weight.len(), dtype=pl.Float64, eager=True)
    exact = weight * (total / float(weight.sum()))
    whole = exact.floor().cast(pl.Int64)
    missing = total - int(whole.sum())
    rank = (exact - whole).rank("ordinal", descending=True)
    return whole + (rank <= missing).cast(pl.Int64)


def shared_by_name(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """The same for weights with names."""
    return dict(zip(weights, shares(total, list(weights.values())).to_list(), strict=True))


class Deck:
    """Named cards, each there so often, taken hand after hand: every hand is as mixed as what is left.

    By this a file written chunk by chunk holds each kind exactly as often as was wanted.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._left = dict(counts)

    @property
    def left(self) -> int:
        """How many cards there still are."""
        return sum(self._left.values())

    def take(self, count: int) -> dict[str, int]:
        """So many cards, by name; ValueError if there are not as many."""
        if count > self.left:
            raise ValueError(f"{count} of {self.left} cards cannot be taken")
        hand = shared_by_name(count, self._left) if count else dict.fromkeys(self._left, 0)
        self._left = {name: left - hand[name] for name, left in self._left.items()}
        return hand


def portion(total: int, *, before: int, after: int, whole: int) -> int:
    """What of `total` falls to the places from `before` to `after` of `whole`; all portions add up to it."""
    return total * after // whole - total * before // whole


def laid(places: pl.Series, values: pl.Series) -> pl.Series:
    """A column with the values, in order, where `places` is true, and nulls elsewhere."""
    nothing = pl.Series([None], dtype=values.dtype).new_from_index(0, places.len())
    if values.is_empty():
        return nothing
    found = values.gather((places.cum_sum().cast(pl.Int64) - 1).clip(0, values.len() - 1))
    return found.zip_with(places, nothing)
