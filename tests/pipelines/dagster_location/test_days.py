"""The organisation's days: partitions, ended days, ranges."""

from datetime import UTC, date, datetime

import pytest

from infra.settings import read_settings
from infra.stores import Store
from pipelines.dagster_location.days import Calendar, DayRange, read_calendar
from tests.pipelines.dagster_location.given import a_rated_day, rating, told_and_projected

CHINA = Calendar(zone="Asia/Shanghai", first_day=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 3, 3, 15, 59, tzinfo=UTC), "2026-03-02"),
        (datetime(2026, 3, 3, 16, 1, tzinfo=UTC), "2026-03-03"),
    ],
)
def test_a_day_has_a_partition_when_it_has_ended_in_the_organisations_zone(now: datetime, last: str) -> None:
    keys = CHINA.partitions().get_partition_keys(current_time=now)
    assert keys[0] == "2026-03-01"
    assert keys[-1] == last
    days = [date(2026, 2, 28), *map(date.fromisoformat, keys), date(2026, 3, 4)]
    assert CHINA.ended(days, now=now) == [date.fromisoformat(key) for key in keys]


def test_days_become_the_fewest_ranges() -> None:
    days = [date(2026, 3, day) for day in (5, 1, 2, 3, 2, 7)]
    ranges = DayRange.of(days)
    assert [str(one) for one in ranges] == ["2026-03-01 to 2026-03-03", "2026-03-05", "2026-03-07"]
    assert [day for one in ranges for day in one] == sorted(set(days))


def test_a_store_that_does_not_run_is_not_started(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    settings = read_settings({"KEFU_HOME": str(home)})
    calendar = read_calendar(settings, remembered=home / "dagster" / "calendar.json")
    assert calendar == Calendar(zone="Asia/Shanghai", first_day=None)
    assert list(home.iterdir()) == []


def test_the_calendar_begins_with_the_first_call_or_rating_and_is_remembered(
    embedded_store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    remembered = tmp_path_factory.mktemp("home") / "dagster" / "calendar.json"
    empty = read_calendar(embedded_store.settings, remembered=remembered)
    told_and_projected(embedded_store, a_rated_day(3))
    after_calls = read_calendar(embedded_store.settings, remembered=remembered)
    told_and_projected(embedded_store, rating(1, 1, satisfied=True))
    after_a_rating = read_calendar(embedded_store.settings, remembered=remembered)
    firsts = [calendar.first_day for calendar in (empty, after_calls, after_a_rating)]
    assert firsts == [None, date(2026, 3, 4), date(2026, 3, 2)]
    elsewhere = read_settings({"KEFU_HOME": str(remembered.parent.parent)})
    assert read_calendar(elsewhere, remembered=remembered) == after_a_rating
