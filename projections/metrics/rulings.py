"""Which definition of a metric holds when: as ruled then, under today's rule, and where a series breaks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from projections.metrics.answer import answer, cut_periods
from projections.metrics.answer_rows import Answer
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import definitions_of, find_definition
from projections.metrics.derived_source import BoundReading
from projections.metrics.periods import local_time, moment
from projections.metrics.question import Asked, Question, check
from projections.metrics.source import FactSource

DEFINITION = "definition"
"""The kind of rule that says under which definition (body) a metric (name) is reported from a day on."""


@dataclass(frozen=True, kw_only=True)
class Break:
    """A day on which the numbers begin to mean something else, and what was ruled."""

    day: date
    kind: str
    name: str
    ruled: str

    def __str__(self) -> str:
        return f"{self.day}: {self.kind} {self.name} is now {self.ruled}"


def as_ruled_then(source: FactSource, question: Question, *, now: datetime) -> list[Answer]:
    """Every stretch of the question under the definition that held on its first day.

    A period in which the definition changes is answered in two parts, each under its own.
    """
    asked = check(question, zone=source.zone, now=now)
    metric = asked.definition.metric
    ruled = _ruled_definitions(source, asked)
    answers: list[Answer] = []
    for start, end in pairwise([asked.start, *_turns(asked, ruled), asked.end]):
        held = in_force(metric, local_time(start, zone=asked.zone).date(), ruled=ruled)
        part = replace(question, metric=metric, definition=held.id, start=start, end=end)
        answers += answer(source, part, now=now)
    return answers


def under_todays_rule(source: FactSource, question: Question, *, now: datetime) -> Question:
    """The question under the definition that holds on the day it is asked as of."""
    asked = check(question, zone=source.zone, now=now)
    today = local_time(asked.reference, zone=asked.zone).date()
    held = in_force(asked.definition.metric, today, ruled=_ruled_definitions(source, asked))
    return replace(question, metric=held.metric, definition=held.id)


def breaks(source: FactSource, question: Question, *, now: datetime) -> list[Break]:
    """The days within the question, but its first, on which a rule that the metric depends on changes."""
    asked = check(question, zone=source.zone, now=now)
    first, last = (local_time(at, zone=asked.zone).date() for at in (asked.start, asked.end))
    found = [
        Break(day=day, kind=DEFINITION, name=asked.definition.metric, ruled=ruled)
        for day, ruled in _ruled_definitions(source, asked)
    ]
    for kind in asked.definition.ruled_by:
        rows = _reading(source, asked).rules(kind)
        found += [
            Break(day=day, kind=kind, name=name, ruled=str(json.loads(body)))
            for name, day, body in rows.rows()
        ]
    return sorted((one for one in found if first < one.day < last), key=lambda one: (one.day, one.kind))


def in_force(metric: str, day: date, *, ruled: Sequence[tuple[date, str]]) -> MetricDefinition:
    """The definition ruled for a day; where none is, the first listed that is in effect then."""
    held = [definition for valid_from, definition in ruled if valid_from <= day]
    if held:
        return find_definition(metric, held[-1])
    listed = definitions_of(metric)
    effective = [one for one in listed if _is_effective(one, day)]
    return (effective or listed)[0]


def _is_effective(definition: MetricDefinition, day: date) -> bool:
    begun = definition.effective_from is None or definition.effective_from <= day
    return begun and (definition.effective_to is None or day < definition.effective_to)


def _ruled_definitions(source: FactSource, asked: Asked) -> list[tuple[date, str]]:
    """[(valid from, id)] that the organisation configured for this metric, in order."""
    rows, metric = _reading(source, asked).rules(DEFINITION), asked.definition.metric
    return [(day, str(json.loads(body))) for name, day, body in rows.rows() if name == metric]


def _reading(source: FactSource, asked: Asked) -> BoundReading:
    return BoundReading(source, asked, cut_periods(replace(asked, grain="total")))


def _turns(asked: Asked, ruled: Sequence[tuple[date, str]]) -> list[datetime]:
    """The moments within the question at which another definition begins to hold."""
    days = {day for day, _ in ruled}
    listed = definitions_of(asked.definition.metric)
    days |= {one.effective_from for one in listed if one.effective_from is not None}
    days |= {one.effective_to for one in listed if one.effective_to is not None}
    metric, day_start = asked.definition.metric, asked.question.day_start
    turns = []
    for day in sorted(days):
        before, after = (in_force(metric, one, ruled=ruled).id for one in (day - timedelta(days=1), day))
        begins = moment(day, zone=asked.zone, day_start=day_start)
        if before != after and asked.start < begins < asked.end:
            turns.append(begins)
    return turns
