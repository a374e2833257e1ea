"""Who may be in another segment by the passing of time alone: what leaves a window, or comes into one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.organisation.segment_conditions import Condition, CountCondition, FieldCondition, within
from projections.views.reading import ViewReading
from projections.views.segments.atoms import source_of
from projections.views.segments.definitions import Unreadable, saved_segments
from projections.views.segments.sources import SOURCES
from projections.views.view import Age, Aged

DAYS_THAT_WERE = {
    "registered_at": Age(fact="customers", column="registered_at", days=0),
    "churned_at": Age(fact="churns", column="churned_at", days=0),
}
"""The fields that `in_last_days` may ask of."""
ATTEMPTS = "callback_attempts"


def aging(reading: ViewReading) -> list[Aged] | None:
    """Whose segments may change on the reading's day though nothing happens; None: everybody's.

    Everybody's may where a month begins and a definition counts by months.
    """
    ages = dict.fromkeys(age for one in _in_force(reading) for age in _ages(one, reading))
    if None in ages:
        return None
    aged = [age.on(reading) for age in ages if age is not None]
    return None if any(_names_nobody(reading, one) for one in aged) else aged


def _in_force(reading: ViewReading) -> Iterator[Condition]:
    """Every part of every segment of the day; those that cannot be read have no members."""
    saved = saved_segments(reading)
    for name in saved.names(on=reading.day):
        try:
            yield from within(saved.condition(name, on=reading.day))
        except Unreadable:
            continue


def _ages(condition: Condition, reading: ViewReading) -> Iterator[Age | None]:
    if isinstance(condition, FieldCondition):
        yield from _of_a_field(condition)
    elif isinstance(condition, CountCondition):
        yield from _of_a_window(condition, reading)


def _of_a_field(condition: FieldCondition) -> Iterator[Age]:
    day = DAYS_THAT_WERE.get(condition.field)
    if condition.in_last_days is not None and day is not None:
        yield replace(day, days=condition.in_last_days)


def _of_a_window(condition: CountCondition, reading: ViewReading) -> Iterator[Age | None]:
    """When what is counted leaves a window of days, comes into one, or is due; None: for everybody."""
    source = SOURCES.get(source_of(condition))
    if source is None:
        return
    if condition.in_last_days is not None:
        yield from _moved(source.happened, condition.in_last_days)
    if condition.in_next_days is not None:
        yield from _moved(source.due, -condition.in_next_days, 0)
    if condition.in_month is not None and reading.day.day == 1:
        yield None


def _moved(ages: Sequence[Age], *days: int) -> list[Age | None]:
    return [replace(one, days=one.days + shift) for one in ages for shift in days] or [None]


def _names_nobody(reading: ViewReading, aged: Aged) -> bool:
    """Whether an attempt to call back ages of which only the callback says whom it was for."""
    if aged.fact != ATTEMPTS:
        return False
    bounds = (aged.column, aged.since, aged.until)
    rows = reading.facts(ATTEMPTS, columns=["customer_id"], time=bounds, envelope=False)
    return rows["customer_id"].null_count() > 0
