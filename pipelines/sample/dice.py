"""Random columns that are the same for a seed on every machine and in every version of Polars."""

import random
from collections.abc import Mapping, Sequence

import polars as pl
import pyarrow as pa

from pipelines.sample.shares import shares


class Dice:
    """Draws whole columns; each draw moves on, so the order of draws is part of the seed's meaning."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)  # noqa: S311  (a repeatable sample is wanted, not a secret)

    def fractions(self, count: int) -> pl.Series:
        """Numbers of [0, 1) with 53 random bits each."""
        drawn = pa.py_buffer(self._random.randbytes(count * 8))
        whole = pl.Series(pl.from_arrow(pa.Array.from_buffers(pa.uint64(), count, [None, drawn])))
        return (whole // 2048).cast(pl.Float64) / 2.0**53

    def whole(self, count: int, *, below: int) -> pl.Series:
        """Whole numbers of [0, below), all as likely."""
        return (self.fractions(count) * below).cast(pl.Int64)

    def chances(self, count: int, *, share: float) -> pl.Series:
        """True for about that share."""
        return self.fractions(count) < share

    def choices(self, count: int, *, weights: Sequence[float]) -> pl.Series:
        """Places in `weights`, drawn in proportion to them."""
        ends = (pl.Series(list(weights), dtype=pl.Float64) / sum(weights)).cum_sum()
        places = ends.search_sorted(self.fractions(count), side="right")
        return pl.Series(places).clip(0, len(weights) - 1)

    def picks(self, count: int, weighted: Mapping[str, float]) -> pl.Series:
        """Words, drawn in proportion to their weights."""
        words = pl.Series(list(weighted), dtype=pl.String)
        return words.gather(self.choices(count, weights=list(weighted.values())))

    def durations(self, count: int, *, mean: float) -> pl.Series:
        """Whole seconds, exponentially distributed."""
        return (-(1.0 - self.fractions(count)).log() * mean).round().cast(pl.Int64)

    def order(self, count: int) -> pl.Series:
        """The places 0 to count - 1, shuffled."""
        return self.fractions(count).arg_sort()

    def exactly(self, count: int, *, chosen: int) -> pl.Series:
        """True for exactly `chosen` of `count`, all as likely."""
        return self.order(count) < chosen

    def dealt(self, counts: Mapping[str, int]) -> pl.Series:
        """Each word exactly so often, in random order."""
        words = pl.Series(list(counts), dtype=pl.String)
        places = pl.Series([*counts.values()], dtype=pl.UInt32)
        deck = words.to_frame("word").select(pl.col("word").repeat_by(places)).explode("word")["word"]
        deck = deck.filter(deck.is_not_null())
        return deck.gather(self.order(deck.len())).alias("")

    def parts(self, count: int, *, total: int, least: int = 0) -> pl.Series:
        """Whole numbers of at least `least`, exponentially distributed, that add up to `total` exactly."""
        over = total - count * least
        if over < 0:
            raise ValueError(f"{count} numbers of at least {least} are more than {total}")
        return shares(over, -(1.0 - self.fractions(count)).log()) + least
