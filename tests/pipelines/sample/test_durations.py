"""Drawn waits are bounded, and adjusted ones add up to the total."""

from datetime import timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sample.dice import Dice
from pipelines.sample.durations import LONGEST, some_time, summing_to

COUNTS = st.integers(min_value=1, max_value=50)


@settings(max_examples=30)
@given(count=COUNTS, mean=st.integers(min_value=1, max_value=100_000), seed=st.integers(min_value=0))
def test_no_wait_is_shorter_than_the_least_or_much_longer_than_the_mean(
    count: int, mean: int, seed: int
) -> None:
    waits = pl.select(some_time(count, mean=mean, dice=Dice(seed), least=10)).to_series()
    assert waits.len() == count
    assert waits.is_between(timedelta(seconds=10), timedelta(seconds=10 + LONGEST * mean)).all()


@settings(max_examples=30)
@given(draws=st.lists(st.integers(0, 1000), min_size=1, max_size=50), total=st.integers(0, 100_000))
def test_adjusted_draws_add_up_and_keep_their_distances(draws: list[int], total: int) -> None:
    adjusted = summing_to(pl.Series(draws, dtype=pl.Int64), total=total)
    assert adjusted.sum() == total
    moved = (adjusted - pl.Series(draws, dtype=pl.Int64)).to_list()
    assert max(moved) - min(moved) <= 1


def test_nothing_adds_up_to_nothing() -> None:
    assert summing_to(pl.Series(dtype=pl.Int64), total=5).is_empty()
