"""A tiny question beside somebody who pulls ten thousand rows at a time, with two worker processes."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter, sleep

import httpx
import polars as pl

from infra.settings import Settings
from tests.benchmarks.api import listening
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.graphql import QUERY, ROWS, told_store
from tests.benchmarks.workbench import Workbench

WORKERS = 2
PER_SECOND = 20
MEDIAN_BAR = 20.0
BUDGET = 10**9 - 1
"""Values a minute: the puller is to be slowed by nothing but the server."""
TINY = {"query": "{ calls(limit: 1) { id } }"}


def measure(bench: Workbench) -> Iterator[Figure]:
    """Milliseconds from question to answer, each over a connection of its own, alone and beside."""
    settings = unlimited(bench.store_settings("beside"))
    _, key = told_store(settings)
    with listening(settings, "--workers", str(WORKERS)) as address:
        sleep(2.0)  # until the second worker serves as well
        alone = _asked(address, key, seconds=bench.seconds / 2)
        stop = threading.Event()
        puller = _Puller(address, key, stop)
        puller.start()
        beside = _asked(address, key, seconds=bench.seconds / 2)
        stop.set()
        puller.join()
    yield Figure(
        benchmark="beside",
        name=f"a tiny question beside pulls of {ROWS:,} rows, {WORKERS} workers, median",
        value=_quantile(beside, 0.5),
        unit="ms",
        yardstick=_quantile(alone, 0.5),
        beside="alone",
        bar=Bar(limit=MEDIAN_BAR, is_floor=False),
        note=f"p99 {_quantile(beside, 0.99):.1f}, alone {_quantile(alone, 0.99):.1f}; {puller.pulls} pulls",
    )


def unlimited(settings: Settings) -> Settings:
    """The same, without a budget for each caller."""
    return replace(settings, serving=replace(settings.serving, cost_per_minute=BUDGET))


class _Puller(threading.Thread):
    """Pulls without a pause; what goes wrong is raised when it is joined."""

    def __init__(self, address: str, key: str, stop: threading.Event) -> None:
        super().__init__()
        self.address, self.key, self.stop = address, key, stop
        self.pulls = 0
        self.problem: Exception | None = None

    def run(self) -> None:
        try:
            with httpx.Client(base_url=self.address, headers={"x-api-key": self.key}, timeout=60) as client:
                while not self.stop.is_set():
                    _rows(client.post("/graphql", json={"query": QUERY}), ROWS)
                    self.pulls += 1
        except (httpx.HTTPError, AssertionError) as problem:
            self.problem = problem

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        if self.problem is not None:
            raise self.problem


def _asked(address: str, key: str, *, seconds: float) -> list[float]:
    """A new connection each time: the kernel gives it to either worker."""
    taken = []
    until = perf_counter() + seconds
    while perf_counter() < until:
        with httpx.Client(base_url=address, headers={"x-api-key": key}) as client:
            started = perf_counter()
            _rows(client.post("/graphql", json=TINY), 1)
            taken.append((perf_counter() - started) * 1e3)
        sleep(max(0.0, 1 / PER_SECOND - taken[-1] / 1e3))
    return taken


def _rows(answer: httpx.Response, count: int) -> None:
    if b'"errors"' in answer.content[:200] or answer.content.count(b'"id"') != count:
        raise AssertionError(f"{answer.content[:300]!r} is no answer of {count} rows")


def _quantile(taken: list[float], share: float) -> float:
    return float(pl.Series(taken).quantile(share) or 0)
