"""A day far from the four weeks before it is told of; what hardly moves may move a little."""

from datetime import date, timedelta

import pytest

from pipelines.dagster_location.drift import Drift, drifts

FIRST = date(2026, 3, 1)


def days(*values: float | None) -> dict[date, float | None]:
    return {FIRST + timedelta(days=number): value for number, value in enumerate(values)}


@pytest.mark.parametrize(
    ("before", "value", "is_told"),
    [
        ([100.0] * 7, 120.0, False),
        ([100.0] * 7, 120.1, True),
        ([100.0] * 7, 0.0, True),
        ([100.0] * 6, 0.0, False),
        # Half of these days are ten or more from their median: 100 ± 3 × 1.4826 × 10.
        ([80.0, 90.0, 90.0, 100.0, 110.0, 110.0, 120.0], 144.4, False),
        ([80.0, 90.0, 90.0, 100.0, 110.0, 110.0, 120.0], 144.5, True),
        ([1.0] * 30 + [100.0] * 28, 1.0, True),
        ([0.0] * 7, 1.0, True),
    ],
)
def test_a_day_is_told_of_when_it_is_far_from_the_days_before(
    before: list[float], value: float, *, is_told: bool
) -> None:
    values = days(*before, value)
    day = max(values)
    expected = [Drift(day=day, value=value, usual=before[-1] if len(set(before)) < 3 else 100.0)]
    assert drifts(values, [day]) == (expected if is_told else [])


def test_a_day_without_a_number_is_neither_compared_nor_counted() -> None:
    values = days(*[100.0] * 6, None, 0.0)
    assert drifts(values, values) == []
    assert drifts(days(*[100.0] * 7, None, 0.0), values) == []
    later = days(*[100.0] * 7, None, 0.0)
    assert [one.day for one in drifts(later, later)] == [FIRST + timedelta(days=8)]
