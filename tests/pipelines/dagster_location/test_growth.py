"""Days are refreshed once the log has fallen silent about them, never half told, in the views they touch."""

from datetime import date, timedelta

import polars as pl

from pipelines.dagster_location.days import DayRange
from pipelines.dagster_location.growth import (
    MONTH,
    Growth,
    Look,
    days_of_views,
    days_told,
    grown,
    ripe,
    topics_of,
    unasked,
    with_holes,
)
from projections.views.satisfaction_scores import SATISFACTION_SCORES

FIRST, SECOND, THIRD = (date(2026, 3, day) for day in (1, 2, 3))


def seen(upto: int, *, is_all: bool = True, **days: list[date]) -> Look:
    return Look(upto=upto, days=days, is_all=is_all)


def after(position: int, **days: list[date]) -> Growth:
    return Growth(position=position, views={view: tuple(DayRange.of(told)) for view, told in days.items()})


def test_a_day_that_was_just_told_of_waits_for_a_look_without_it() -> None:
    at_first = Growth()
    assert ripe(at_first, seen(10, scores=[FIRST, SECOND]), projected={"scores": 10}) == {}
    then = grown(at_first, seen(10, scores=[FIRST, SECOND]))
    assert then == after(10, scores=[FIRST, SECOND])
    assert ripe(then, seen(20, scores=[SECOND, THIRD]), projected={"scores": 20}) == {"scores": [FIRST]}
    assert grown(then, seen(20, scores=[SECOND, THIRD])).without({"scores": [FIRST]}) == (
        after(20, scores=[SECOND, THIRD])
    )


def test_each_view_waits_for_silence_about_its_own_days() -> None:
    then = after(10, scores=[FIRST], points=[FIRST])
    found = seen(20, points=[FIRST])
    assert ripe(then, found, projected={"scores": 20, "points": 20}) == {"scores": [FIRST]}
    assert grown(then, found).without({"scores": [FIRST]}) == after(20, points=[FIRST])


def test_a_day_waits_until_what_was_told_of_it_is_projected() -> None:
    told = after(10, scores=[FIRST])
    assert ripe(told, seen(10), projected={"scores": 9}) == {}
    assert ripe(told, seen(30), projected={"scores": 10}) == {"scores": [FIRST]}


def test_no_day_is_ripe_while_there_is_more_to_read() -> None:
    told = after(10, scores=[FIRST])
    assert ripe(told, seen(500_010, is_all=False), projected={"scores": 600_000}) == {}


def test_an_event_tells_of_the_day_whose_end_knows_it_first_and_of_the_views_that_read_it() -> None:
    log = pl.DataFrame(
        {
            "topic": ["call.rated", "call.rated", "call.rated", "unit.closed", "call.rated"],
            "state": [
                '{"occurred_at":"2026-03-01T15:59:59.999999Z","recorded_at":"2026-03-01T15:59:59.999999Z"}',
                '{"occurred_at":"2026-03-01T15:59:59.999999Z","recorded_at":"2026-03-01T16:00:00.000000Z"}',
                '{"occurred_at":"2026-03-02T16:00:00.000000Z","recorded_at":"2026-03-02T10:00:00.000000Z"}',
                '{"occurred_at":"2026-03-09T00:00:00.000000Z","recorded_at":"2026-03-09T00:00:00.000000Z"}',
                '{"occurred_at":"soon","recorded_at":"later"}',
            ],
        }
    )
    told = days_told(log, zone="Asia/Shanghai")
    assert told.rows() == [
        ("call.rated", FIRST),
        ("call.rated", SECOND),
        ("call.rated", THIRD),
        ("unit.closed", date(2026, 3, 9)),
    ]
    assert "call.rated" in topics_of(SATISFACTION_SCORES)
    assert days_of_views(told, [SATISFACTION_SCORES]) == {"satisfaction_scores": [FIRST, SECOND, THIRD]}


def test_days_between_that_were_never_stored_are_refreshed_too() -> None:
    assert with_holes([FIRST, THIRD], told=[FIRST, THIRD], stored=[FIRST]) == [FIRST, SECOND, THIRD]
    assert with_holes([FIRST, THIRD], told=[FIRST, THIRD], stored=[SECOND]) == [FIRST, THIRD]
    assert with_holes([FIRST, THIRD], told=[], stored=[FIRST, THIRD]) == [SECOND]
    assert with_holes([], told=[], stored=[]) == []


def test_the_views_that_were_told_of_share_the_days_and_others_are_left_alone() -> None:
    days = {"scores": [FIRST], "points": [THIRD], "units": []}
    three = [FIRST, SECOND, THIRD]
    assert unasked(days, stored={}) == {"scores": three, "points": three}
    assert unasked(days, stored={"points": three}) == {"scores": three, "points": [THIRD]}


def test_of_a_long_history_the_newest_month_is_refreshed_unasked_and_what_is_stored() -> None:
    long_ago = THIRD - timedelta(days=400)
    days = {"scores": [long_ago, THIRD - MONTH, FIRST, THIRD], "points": [long_ago]}
    month = [FIRST, SECOND, THIRD]
    assert unasked(days, stored={"scores": [long_ago]}) == {"scores": [long_ago, *month], "points": month}
    assert unasked({}, stored={}) == {}
