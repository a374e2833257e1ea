"""The chance of a surge is a binomial tail, written out, and grows where days vary beyond chance."""

from decimal import Decimal
from math import comb

import polars as pl
import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from projections.views.surge_test import chance, dispersion, is_surge


def plainly(observed: int, total: int, days: int) -> float:
    """The binomial tail, written out."""
    trials, odds = observed + total, Decimal(1) / (days + 1)
    tail = (comb(trials, k) * odds**k * (1 - odds) ** (trials - k) for k in range(observed, trials + 1))
    return float(sum(tail))


@settings(max_examples=40, deadline=None)
@for_any(st.integers(0, 30), st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_the_chance_is_the_binomial_tail_where_days_vary_by_chance_alone(
    observed: int, before: list[int]
) -> None:
    rows = pl.DataFrame({"observed": [observed], "before": [before], "dispersion": [1.0]})
    assert chance(rows).item() == pytest.approx(plainly(observed, sum(before), len(before)), abs=1e-6)


@pytest.mark.parametrize(
    ("before", "excess"), [([4], 1.0), ([0, 0], 1.0), ([2, 2, 2], 1.0), ([0, 4], 4.0), ([1, 2, 9], 4.75)]
)
def test_dispersion_is_the_variance_over_the_mean_and_at_least_one(before: list[int], excess: float) -> None:
    assert pl.DataFrame({"before": [before]}).select(dispersion("before")).item() == excess


def test_dispersion_makes_the_same_counts_less_surprising() -> None:
    rows = pl.DataFrame(
        {"observed": [12, 12], "before": [[3] * 8, [3] * 8], "dispersion": [1.0, 3.0]},
    )
    steady, restless = chance(rows)
    assert steady < 0.001 < restless


def test_without_a_day_before_there_is_no_chance_and_no_surge() -> None:
    rows = pl.DataFrame(
        {"observed": [50], "before": [[]], "dispersion": [1.0]},
        schema_overrides={"before": pl.List(pl.Int64)},
    )
    tested = rows.with_columns(chance=chance(rows))
    assert tested.select("chance", surge=is_surge()).row(0) == (None, False)


@pytest.mark.parametrize(
    ("observed", "likely", "surge"), [(5, 0.0009, True), (4, 0.0009, False), (5, 0.001, False)]
)
def test_a_surge_is_unlikely_and_at_least_five(observed: int, likely: float, surge: bool) -> None:
    rows = pl.DataFrame({"observed": [observed], "chance": [likely]})
    assert rows.select(is_surge()).item() is surge
