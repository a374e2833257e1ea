"""A day of a view is the view at the day's end, kept by its differences from the day before."""

from datetime import date

import pytest

from projections.views import VIEWS
from projections.views.refresh import DayNotOver, day_end, make_partition
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")


def rated_at_noon(number: int, day: int) -> dict[str, object]:
    moment = at(f"2024-01-{day:02}T04:00")
    return call(number, offered_at=moment, rated_at=moment, rating_satisfied=True)


def test_a_day_ends_in_the_organisation_s_zone() -> None:
    assert day_end(date(2024, 1, 10), zone="Asia/Shanghai") == at("2024-01-10T16:00")


def test_a_partition_holds_what_was_known_at_the_day_s_end() -> None:
    told_late = rated_at_noon(3, 10) | {"last_recorded_at": at("2024-01-11T00:00")}
    calls = frame("calls", [rated_at_noon(1, 10), rated_at_noon(2, 11), told_late])
    partition = make_partition(Memory({"calls": calls}), SATISFACTION_SCORES, date(2024, 1, 10), now=NOW)
    assert (partition.rows["ratings"].to_list(), partition.position) == ([1], 100)


def test_a_day_that_is_not_over_is_refused() -> None:
    with pytest.raises(DayNotOver, match="before the day ends at 2024-06-01T16:00"):
        make_partition(Memory({}), SATISFACTION_SCORES, date(2024, 6, 1), now=NOW)


def test_facts_at_different_positions_are_read_at_the_lowest() -> None:
    calls = frame("calls", [rated_at_noon(1, 10), rated_at_noon(2, 10) | {"last_position": 9}])
    source = Memory({"calls": calls}, positions={"calls": 9, "customer_ratings": 8})
    partition = make_partition(source, SATISFACTION_SCORES, date(2024, 1, 10), now=NOW)
    assert (partition.rows["ratings"].to_list(), partition.position) == ([1], 8)


def test_views_are_listed_once_each() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)


def test_every_view_has_its_keys_among_its_columns() -> None:
    for view in VIEWS:
        assert set(view.keys) <= set(view.schema)
        assert list(view.schema) == list(view.pg_types)


def test_a_view_stands_behind_those_that_it_reads() -> None:
    for place, view in enumerate(VIEWS):
        assert {other.name for other in view.views} <= {earlier.name for earlier in VIEWS[:place]}
