"""A member's programme is read by moment as the rule book reads it, and a day ends in its zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.member.terms import end_of_its_day, ever_qualifies, terms_of
from domain.organisation.programme_in_force import DEFAULT_PROGRAMME, programme_at
from domain.organisation.rules import read_rules
from tests.examples import rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
QUARTER = timedelta(minutes=15)

moments = st.integers(0, 35 * 24 * 4).map(
    lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + quarters * QUARTER
)
changing = read_rules(
    [
        rule("zone", "zone", '"Asia/Shanghai"'),
        rule("zone", "zone", '"Pacific/Auckland"', valid_from=date(2026, 2, 1)),
        rule("programme", "club", '{"pending_days":1}'),
        rule("programme", "club", '{"pending_days":2}', valid_from=date(2026, 1, 10)),
        rule("programme", "club", '{"pending_days":3,"zone":"Asia/Tokyo"}', valid_from=date(2026, 1, 11)),
        rule("programme", "other", '{"pending_days":9}', valid_from=date(2026, 1, 5)),
    ]
)


@given(st.lists(moments, max_size=9))
def test_read_once_per_stretch_as_if_read_at_every_moment(at: list[datetime]) -> None:
    terms = terms_of(changing, "club")
    assert [terms(moment) for moment in at] == [programme_at(changing, "club", at=moment) for moment in at]


def test_a_member_of_no_programme_has_the_empty_one_in_the_organisations_zone() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert terms_of(changing, None)(moment) == (DEFAULT_PROGRAMME, SHANGHAI)


def test_points_decide_on_tiers_where_any_reading_has_a_qualification() -> None:
    qualified = '{"tiers":[{"name":"x"}],"qualification":{"by":"balance"}}'
    rules = [
        rule("programme", "once", qualified),
        rule("programme", "once", "null", valid_from=date(2026, 1, 1)),
        rule("programme", "never", "{}"),
    ]
    book = read_rules(rules)
    assert [ever_qualifies(book, name) for name in ("once", "never", "unknown", None)] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_a_day_ends_with_its_last_microsecond_in_the_zone(hours: int) -> None:
    midnight = datetime(2026, 2, 28, tzinfo=SHANGHAI)
    end = end_of_its_day(midnight + timedelta(hours=hours), zone=SHANGHAI)
    assert end == datetime(2026, 2, 28, 15, 59, 59, 999_999, tzinfo=UTC)


def test_a_day_of_23_hours_ends_at_its_end() -> None:
    zone = ZoneInfo("America/New_York")
    end = end_of_its_day(datetime(2026, 3, 8, 1, tzinfo=zone), zone=zone)
    assert end == datetime(2026, 3, 9, 3, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize("moment", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_beyond_the_calendar_a_moment_stands_for_itself(moment: datetime) -> None:
    zones = (ZoneInfo("Pacific/Auckland"), ZoneInfo("America/New_York"))
    assert moment in [end_of_its_day(moment, zone=zone) for zone in zones]
