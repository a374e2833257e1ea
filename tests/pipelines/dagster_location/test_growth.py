"""Days are refreshed once the log has fallen silent about them, never half told."""

from datetime import date

import polars as pl

from pipelines.dagster_location.days import DayRange
from pipelines.dagster_location.growth import Growth, Look, days_told, grown, ripe, with_holes

FIRST, SECOND, THIRD = (date(2026, 3, day) for day in (1, 2, 3))


def seen(*days: date, upto: int, is_all: bool = True) -> Look:
    return Look(upto=upto, days=days, is_all=is_all)


def after(*days: date, position: int) -> Growth:
    return Growth(position=position, told=tuple(DayRange.of(days)))


def test_a_day_that_was_just_told_of_waits_for_a_look_without_it() -> None:
    at_first = Growth()
    assert ripe(at_first, seen(FIRST, SECOND, upto=10), projected=10) == []
    then = grown(at_first, seen(FIRST, SECOND, upto=10))
    assert then == after(FIRST, SECOND, position=10)
    assert ripe(then, seen(SECOND, THIRD, upto=20), projected=20) == [FIRST]
    assert grown(then, seen(SECOND, THIRD, upto=20)).without([FIRST]) == after(SECOND, THIRD, position=20)


def test_a_day_waits_until_what_was_told_of_it_is_projected() -> None:
    told = after(FIRST, position=10)
    assert ripe(told, seen(upto=10), projected=9) == []
    assert ripe(told, seen(upto=30), projected=10) == [FIRST]


def test_no_day_is_ripe_while_there_is_more_to_read() -> None:
    told = after(FIRST, position=10)
    assert ripe(told, seen(upto=500_010, is_all=False), projected=600_000) == []


def test_the_days_of_a_log_are_the_zones_and_those_of_the_topics() -> None:
    log = pl.DataFrame(
        {
            "topic": ["call.rated", "call.rated", "unit.closed", "call.rated"],
            "state": [
                '{"occurred_at":"2026-03-01T15:59:59.999999Z"}',
                '{"occurred_at":"2026-03-01T16:00:00.000000Z"}',
                '{"occurred_at":"2026-03-09T00:00:00.000000Z"}',
                '{"occurred_at":"soon"}',
            ],
        }
    )
    assert days_told(log, topics={"call.rated"}, zone="Asia/Shanghai") == [FIRST, SECOND]


def test_days_between_that_were_never_stored_are_refreshed_too() -> None:
    assert with_holes([FIRST, THIRD], stored=[FIRST]) == [FIRST, SECOND, THIRD]
    assert with_holes([FIRST, THIRD], stored=[SECOND]) == [FIRST, THIRD]
    assert with_holes([], stored=[]) == []
