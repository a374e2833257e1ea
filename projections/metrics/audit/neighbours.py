"""Readings near to what a report says: other times, other places, means of parts, whichever would give it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import SHARE, Case, next_month, scale_of, shifted, year_before
from projections.metrics.audit.claims import COMPUTED, candidate
from projections.metrics.audit.findings import Candidate
from projections.metrics.definition import MetricDefinition

TELLING = 3
"""Fewer digits than these fit too much by chance to look further than what is said."""


def neighbours(case: Case, definition: MetricDefinition, asker: Asker) -> Iterator[Candidate]:
    """Readings of the same definition over other times and places, each with what it stands for."""
    if case.printed.significant < TELLING:
        return
    compute = COMPUTED[case.claim]
    for name in case.where:
        wider = replace(case, where={other: case.where[other] for other in case.where if other != name})
        yield from _named(compute(wider, definition, asker), f"without {_kept(case, name)}")
    for start, end in _times(case):
        yield from _named(compute(case.over(start, end), definition, asker), f"from {start} to {end}")
    if case.claim == "value":
        yield from _means_of_parts(case, definition, asker)


def _named(found: list[Candidate], stands_for: str) -> list[Candidate]:
    return [replace(one, stands_for=stands_for) for one in found]


def _kept(case: Case, name: str) -> str:
    return f"{name}={', '.join(value or '' for value in case.where[name])}"


def _times(case: Case) -> list[tuple[date, date]]:
    """The month, quarter, half year, year around; the time before, after, a year before; a month off."""
    last = case.end - timedelta(days=1)
    around = [
        (first, next_month(first, months=months))
        for day in (case.start, last)
        for months in (1, 3, 6, 12)
        for first in [date(day.year, (day.month - 1) // months * months + 1, 1)]
    ]
    beside = [shifted(case, by=-1), shifted(case, by=1), year_before(case)]
    found = [*around, *((other.start, other.end) for other in beside)]
    if (case.start.day, case.end.day) == (1, 1):
        found += [(case.start, next_month(case.end, months=by)) for by in (-1, 1)]
        found += [(next_month(case.start, months=by), case.end) for by in (-1, 1)]
    return [(a, b) for a, b in dict.fromkeys(found) if a < b and (a, b) != (case.start, case.end)]


def _means_of_parts(case: Case, definition: MetricDefinition, asker: Asker) -> Iterator[Candidate]:
    """The plain mean of the months' or quarters' values: what is taken where counts are not at hand."""
    if definition.denominator is None:
        return
    for grain, months in (("month", 1), ("quarter", 3)):
        edges = [case.start]
        while edges[-1] < case.end:
            edges.append(next_month(edges[-1], months=months))
        parts = [case.over(*edge).take(asker, definition) for edge in pairwise(edges)]
        values = [part.value for part in parts if part.value is not None]
        if len(values) == len(parts) > 1 and edges[-1] == case.end:
            scale = scale_of(case.printed, is_share=definition.unit == SHARE)
            mean = scale * sum(values, start=Fraction(0)) / len(values)
            found = candidate(case, definition, mean, f"the mean of {len(values)} {grain}s")
            yield replace(found, stands_for=f"as the plain mean of the {grain}s' values")
