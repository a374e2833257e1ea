"""Erlang's formulas for a queue whose callers wait: how many wait, how long, and how many agents it takes.

A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges" (1917). Calls come at random, talk for exponential times, and nobody hangs up: an upper bound.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
MOST_AGENTS = 100_000


class Served(NamedTuple):
    """Per row: agents, the share answered in time, the mean wait of all calls in seconds, occupancy."""

    agents: Whole
    service_level: Floats
    asa_seconds: Floats
    occupancy: Floats


def waiting_probability(erlangs: Floats, agents: Whole) -> Floats:
    """Erlang C: the probability that a call waits; 1 where there are no more agents than erlangs.

    By the recursion of Erlang B, B(n) = aB(n−1) / (n + aB(n−1)), which stays between 0 and 1.
    """
    blocked = np.ones_like(erlangs)
    reached = np.ones_like(erlangs)
    for number in range(1, int(agents.max(initial=0)) + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
        reached = np.where(agents == number, blocked, reached)
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = agents * reached / (agents - erlangs * (1 - reached))
    return np.where(agents > erlangs, waiting, 1.0)


def served(erlangs: Floats, agents: Whole, *, aht_seconds: Floats, within_seconds: Floats) -> Served:
    """What so many agents reach; with too few nobody is answered in time and the wait has no end."""
    waiting = waiting_probability(erlangs, agents)
    spare = agents - erlangs
    is_enough = spare > 0
    safe = np.where(is_enough, spare, 1.0)
    late = waiting * np.exp(-safe * within_seconds / aht_seconds)
    return Served(
        agents=agents,
        service_level=np.where(is_enough, 1 - late, 0.0),
        asa_seconds=np.where(is_enough, waiting * aht_seconds / safe, np.inf),
        occupancy=np.where(is_enough, erlangs / np.maximum(agents, 1), 1.0),
    )


def agents_needed(erlangs: Floats, *, aht_seconds: Floats, within_seconds: Floats, share: Floats) -> Served:
    """The fewest agents with whom the share of calls is answered in time, and what they reach.

    Rows of any number; erlangs are not negative, aht_seconds positive. Raises ValueError beyond MOST_AGENTS.
    """
    agents = np.floor(erlangs).astype(np.int64) + 1
    while True:
        reached = served(erlangs, agents, aht_seconds=aht_seconds, within_seconds=within_seconds)
        is_short = reached.service_level < share
        if not is_short.any():
            return reached
        if int(agents.max()) >= MOST_AGENTS:
            raise ValueError(
                f"a queue of {float(erlangs.max()):,.0f} erlangs needs more than {MOST_AGENTS:,} agents"
            )
        agents = agents + is_short
