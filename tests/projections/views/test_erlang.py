"""Erlang C gives the numbers that others print, and what follows from its meaning."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.views.erlang import MOST_AGENTS, agents_needed, served, waiting_probability

VECTORS = [
    # erlangs, handling time, agents, share within 20 s, mean wait
    (10, 180, 13, 79.56, 17.12),
    (10, 180, 14, 88.84, 7.84),
    (24, 240, 29, 84.03, 11.63),
]


def floats(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(("erlangs", "aht", "agents", "percent", "asa"), VECTORS)
def test_published_queues(erlangs: float, aht: float, agents: int, percent: float, asa: float) -> None:
    reached = served(floats(erlangs), np.array([agents]), aht_seconds=floats(aht), within_seconds=floats(20))
    assert (round(100 * reached.service_level[0], 2), round(reached.asa_seconds[0], 2)) == (percent, asa)


def plain(erlangs: float, agents: int) -> float:
    """Erlang C as it is printed."""
    waits = erlangs**agents / factorial(agents) * agents / (agents - erlangs)
    return waits / (sum(erlangs**n / factorial(n) for n in range(agents)) + waits)


@settings(max_examples=40)
@given(erlangs=st.floats(0.01, 60), spare=st.integers(1, 30))
def test_the_recursion_is_the_printed_formula(erlangs: float, spare: int) -> None:
    agents = int(erlangs) + spare
    (found,) = waiting_probability(floats(erlangs), np.array([agents]))
    assert found == pytest.approx(plain(erlangs, agents), rel=1e-9)


@settings(max_examples=40)
@given(
    erlangs=st.lists(st.floats(0, 200), min_size=1, max_size=5),
    aht=st.floats(1, 2_000),
    within=st.floats(0, 120),
    share=st.floats(0.01, 0.99),
)
def test_the_fewest_agents_reach_the_share_and_one_less_does_not(
    erlangs: list[float], aht: float, within: float, share: float
) -> None:
    load, size = floats(*erlangs), len(erlangs)
    terms = {"aht_seconds": np.full(size, aht), "within_seconds": np.full(size, within)}
    found = agents_needed(load, share=np.full(size, share), **terms)
    assert (found.service_level >= share).all()
    fewer = served(load, found.agents - 1, **terms)
    assert ((fewer.service_level < share) | (found.agents == np.floor(load) + 1)).all()


def test_as_many_agents_as_erlangs_are_too_few() -> None:
    reached = served(floats(5), np.array([5]), aht_seconds=floats(60), within_seconds=floats(20))
    assert (reached.service_level[0], reached.asa_seconds[0], reached.occupancy[0]) == (0, np.inf, 1)


def test_a_load_beyond_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="needs more than 100,000 agents"):
        agents_needed(
            floats(MOST_AGENTS), aht_seconds=floats(60), within_seconds=floats(0), share=floats(0.999)
        )
