"""Every measure and every declared grouping, read top to bottom, and what follows from them per fact."""

from functools import cache

from projections.facts import SPECS
from projections.metrics.catalogue.call_measures import CALL_GROUPINGS, CALL_MEASURES
from projections.metrics.catalogue.complaint_measures import (
    COMPLAINT_GROUPINGS,
    COMPLAINT_MEASURES,
    LIABILITY_GROUPINGS,
    LIABILITY_MEASURES,
)
from projections.metrics.catalogue.volume_measures import VOLUME_GROUPINGS, VOLUME_MEASURES
from projections.metrics.derived import DERIVED
from projections.metrics.measure import Measure, Neighbours, SqlType

Grouping = tuple[str, ...]

MEASURES: tuple[Measure, ...] = (
    *CALL_MEASURES,
    *COMPLAINT_MEASURES,
    *LIABILITY_MEASURES,
    *VOLUME_MEASURES,
)

GROUPINGS: dict[str, tuple[Grouping, ...]] = {
    "calls": CALL_GROUPINGS,
    "complaints": COMPLAINT_GROUPINGS,
    "complaint_liabilities": LIABILITY_GROUPINGS,
    "volumes": VOLUME_GROUPINGS,
}
"""Per fact, the sets of at most two dimensions that are stored; never the cross of all."""

KEYS: dict[str, tuple[str, ...]] = {
    **{name: tuple(spec.key_names) for name, spec in SPECS.items()},
    **{name: derived.keys for name, derived in DERIVED.items()},
}
"""Per fact, the columns that identify a row."""


def measures_of(fact: str) -> tuple[Measure, ...]:
    """The measures of a fact in declared order; none for a fact that nobody sums."""
    return tuple(measure for measure in MEASURES if measure.fact == fact)


def measure_named(name: str) -> Measure:
    return next(measure for measure in MEASURES if measure.name == name)


def widest_measure(fact: str, time: str) -> Measure:
    """The first measure declared for a time, which counts whatever the others may count.

    Where it is 0 there is nothing to tell: a stored cell may be there for the sake of another time.
    """
    return next(measure for measure in measures_of(fact) if measure.time == time)


def neighbours_of(fact: str) -> Neighbours | None:
    """What the fact's measures look at beyond their own row, if anything."""
    return next((measure.neighbours for measure in measures_of(fact) if measure.neighbours), None)


def time_columns(fact: str) -> tuple[str, ...]:
    """The distinct times that give the fact's measures their days, in order of first use."""
    return tuple(dict.fromkeys(measure.time for measure in measures_of(fact)))


def sum_columns(fact: str) -> list[tuple[str, SqlType]]:
    """The measure columns of a fact's stored sums with their SQL types, in declared order."""
    return [(measure.name, measure.sql_type) for measure in measures_of(fact)]


def grouping_name(grouping: Grouping) -> str:
    """How a grouping is written in the `grouping` column: its dimensions, or `all` for none."""
    return ",".join(grouping) or "all"


@cache
def columns_summed(fact: str) -> list[str]:
    """The columns that the sums of a fact are made from."""
    spec, measures = neighbours_of(fact), measures_of(fact)
    expressions = [measure.value for measure in measures] + ([spec.among] if spec else [])
    read = dict.fromkeys(name for expression in expressions for name in expression.meta.root_names())
    dimensions = (name for grouping in GROUPINGS.get(fact, ()) for name in grouping)
    read |= dict.fromkeys([*KEYS.get(fact, ()), *dimensions, *time_columns(fact), "voided"])
    derived = (spec.derived,) if spec else ()
    return [
        name for name in read | dict.fromkeys([spec.key, spec.time] if spec else []) if name not in derived
    ]
