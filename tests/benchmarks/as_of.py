"""A rate as of a past moment: only the rows that straddle the moment are folded again from the log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter

import polars as pl

from projections.metrics.answer import answer
from projections.metrics.question import Question
from projections.storage.reader import stored_facts
from tests.benchmarks.call_file import FIRST_DAY, span_days
from tests.benchmarks.figure import Figure
from tests.benchmarks.workbench import Workbench


def measure(bench: Workbench) -> Iterator[Figure]:
    """Half way through the file, by day: the first answer of a new connection, and the median of the next."""
    log = bench.projected
    middle = FIRST_DAY + timedelta(days=span_days(bench.calls) // 2)
    question = Question(
        metric="answer_rate",
        start=FIRST_DAY,
        end=middle,
        grain="day",
        as_of=datetime(middle.year, middle.month, middle.day, 4, tzinfo=UTC),
    )
    with stored_facts(log.conninfo) as source:
        taken = []
        for _ in range(6):
            started = perf_counter()
            answer(source, question, now=datetime.now(UTC))
            taken.append((perf_counter() - started) * 1e3)
    warm = pl.Series(taken[1:]).median()
    yield _figure("first question", taken[0], log.events)
    yield _figure("asked again, median", float(str(warm)), log.events)


def _figure(name: str, milliseconds: float, events: int) -> Figure:
    return Figure(
        benchmark="as_of",
        name=f"answer_rate by day as of a past noon, {name}",
        value=milliseconds,
        unit="ms",
        note=f"{events:,} events",
    )
