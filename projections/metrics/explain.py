"""Every number opened up into its rows: what counts above and below the line, what does not, and why."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from projections.metrics.answer import cut_periods, settle, slices
from projections.metrics.explained import length_rows, measured_rows
from projections.metrics.explained_roles import told_rows
from projections.metrics.joined_source import with_joined
from projections.metrics.measures import DAYS, fact_of
from projections.metrics.question import Question, check
from projections.metrics.source import FactSource


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of an explanation, how many there are in all, and the position at which they were read.

    Columns: role (numerator, denominator, excluded), reason, fact, stream, key, period_start, the question's
    `by`, contribution, divisor, event_time, first_position, last_position, other_stream (what a derived row
    looked at besides). Contributions of a role within one period and group, over their divisor (the stretches
    of a stock's mean, else 1), are the answer's figure.
    """

    rows: pl.DataFrame
    offset: int
    total: int
    position: int


def explain(
    source: FactSource, question: Question, *, now: datetime, offset: int = 0, limit: int = 1000
) -> Page:
    """A page of the rows behind the answers to a question, above the line first, in order of time."""
    rows = explained_rows(source, question, now=now).sort("role", "event_time", "stream", "key")
    _, position = settle(source, check(question, zone=source.zone, now=now))
    return Page(rows=rows.slice(offset, limit), offset=offset, total=rows.height, position=position)


def explained_rows(source: FactSource, question: Question, *, now: datetime) -> pl.DataFrame:
    """All rows of an explanation, in no particular order, by the same expressions as the answers."""
    asked, position = settle(source, check(question, zone=source.zone, now=now))
    periods = cut_periods(asked)
    known = with_joined(source, asked, periods)
    told = [told_rows(measured_rows(known, asked, periods, part), asked, part) for part, _ in slices(asked)]
    if any(fact_of(name) == DAYS for name in asked.definition.measures):
        told.append(length_rows(known, asked, periods, position=position))
    return pl.concat(told)
