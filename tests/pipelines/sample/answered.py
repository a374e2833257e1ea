"""Metrics asked of what a sample's files tell, without a store: events folded into facts in memory."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from projections.facts import SPECS
from projections.facts.decode import readable
from projections.facts.refold import refold
from projections.metrics.answer import Answer, answer
from projections.metrics.question import Question
from tests.pipelines.sample.given import NOW, Told
from tests.projections.metrics.memory import Memory


def memory_of(told: Iterable[Told], *facts: str) -> Memory:
    """These facts of the events that files tell, one file after the other."""
    events = pl.concat(one.events for one in told)
    log = events.with_columns(
        position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        originator_version=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("originator_id"),
    )
    return Memory({name: _folded(name, log) for name in facts})


def _folded(fact: str, log: pl.DataFrame) -> pl.DataFrame:
    spec = SPECS[fact]
    of_stream = log.filter(pl.col("originator_id").str.starts_with(f"{spec.stream}-"))
    return refold(spec, readable(spec, of_stream))


def ask(memory: Memory, metric: str, *, start: date, end: date, **asked: Any) -> list[Answer]:
    """The answers to a question that is asked after everything has happened."""
    question = Question(metric=metric, start=start, end=end, as_of=NOW, **asked)
    return answer(memory, question, now=NOW)


def only(memory: Memory, metric: str, *, start: date, end: date, **asked: Any) -> Answer:
    """The one answer to a question about a whole period."""
    (found,) = ask(memory, metric, start=start, end=end, **asked)
    return found
