"""The night asks for what is missing: yesterday, and every day that was missed while nobody was awake."""

from datetime import UTC, date, datetime, timedelta

from pipelines.dagster_location.asking import Asked, asked_together, run_request
from pipelines.dagster_location.days import Calendar, DayRange
from pipelines.dagster_location.nightly import asked_for, missing

CHINA = Calendar(zone="Asia/Shanghai", first_day=date(2026, 3, 1))
NOW = datetime(2026, 4, 20, 16, 15, tzinfo=UTC)
"""A quarter past midnight of the 21st of April in China."""
YESTERDAY = date(2026, 4, 20)


def before(*days: int) -> list[date]:
    """The days that are so many before yesterday."""
    return sorted(YESTERDAY - timedelta(days=number) for number in days)


def test_of_a_view_that_has_no_stored_day_yesterday_is_missing() -> None:
    assert missing({"scores": []}, upto=YESTERDAY) == {"scores": [YESTERDAY]}


def test_every_night_asks_for_yesterday_of_all_views_in_one_run() -> None:
    stored = {"scores": before(1, 2, 3), "points": before(1)}
    (asked,) = asked_for(stored, calendar=CHINA, now=NOW)
    assert asked == Asked(days=DayRange(YESTERDAY, YESTERDAY), views=("scores", "points"))


def test_days_that_were_slept_through_are_asked_for_in_one_run() -> None:
    asked = asked_for({"scores": before(4, 5), "points": before(4)}, calendar=CHINA, now=NOW)
    assert asked == [Asked(days=DayRange(*before(0, 3)), views=("scores", "points"))]


def test_a_hole_is_filled_where_it_is_and_a_night_that_is_done_asks_for_nothing() -> None:
    holed = {"scores": before(0, 1, 3), "points": before(0, 1, 2, 3)}
    assert asked_for(holed, calendar=CHINA, now=NOW) == [
        Asked(days=DayRange(*before(2) * 2), views=("scores",))
    ]
    assert asked_for({"points": before(0, 1, 2, 3)}, calendar=CHINA, now=NOW) == []


def test_no_more_than_a_month_is_asked_for_and_nothing_before_the_first_partition() -> None:
    (days,) = missing({"scores": before(300)}, upto=YESTERDAY).values()
    assert days == before(*range(31))
    late = Calendar(zone="Asia/Shanghai", first_day=YESTERDAY)
    (asked,) = asked_for({"scores": before(300)}, calendar=late, now=NOW)
    assert list(asked.days) == [YESTERDAY]


def test_views_of_the_same_days_share_a_run_and_a_run_is_known_by_both() -> None:
    asked = asked_together({"a": before(0, 1, 5), "b": before(0, 1), "c": before(5)})
    assert asked == [
        Asked(days=DayRange(*before(5) * 2), views=("a", "c")),
        Asked(days=DayRange(*before(1, 0)), views=("a", "b")),
    ]
    keys = {run_request(one, [], at=at).run_key for one in asked for at in (10, 11)}
    other = run_request(Asked(days=asked[0].days, views=("a", "b")), [], at=10).run_key
    assert len(keys | {other}) == 5
    assert run_request(asked[0], [], at=10).run_key == run_request(asked[0], [], at=10).run_key
