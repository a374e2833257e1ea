"""Time is cut where local days, weeks, months and business days begin."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from projections.metrics.errors import TooManyPeriods
from projections.metrics.periods import GRAINS, Grain, Periods, cut, moment
from tests.projections.metrics.examples import at

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def local(start: date, end: date, grain: Grain, *, zone: ZoneInfo = SHANGHAI, hours: int = 0) -> Periods:
    begin = timedelta(hours=hours)
    return cut(
        moment(start, zone=zone, day_start=begin),
        moment(end, zone=zone, day_start=begin),
        grain=grain,
        zone=zone,
        day_start=begin,
    )


def labels(periods: Periods) -> list[tuple[str, str]]:
    return [(str(periods.label(start)), str(periods.label(end))) for start, end in periods.spans]


def test_months_are_cut_to_the_range() -> None:
    periods = local(date(2024, 1, 15), date(2024, 3, 10), "month")
    assert labels(periods) == [
        ("2024-01-15", "2024-02-01"),
        ("2024-02-01", "2024-03-01"),
        ("2024-03-01", "2024-03-10"),
    ]


def test_weeks_begin_on_monday_and_do_not_end_with_the_year() -> None:
    periods = local(date(2024, 12, 30), date(2025, 1, 7), "week")
    assert labels(periods) == [("2024-12-30", "2025-01-06"), ("2025-01-06", "2025-01-07")]


@pytest.mark.parametrize(("grain", "count"), [*zip(GRAINS, [731 * 24, 731, 105, 24, 8, 2, 1], strict=True)])
def test_two_years_hold_so_many_of_each_grain(grain: Grain, count: int) -> None:
    assert len(local(date(2024, 1, 1), date(2026, 1, 1), grain).spans) == count


def test_a_day_of_the_clock_change_has_its_own_length() -> None:
    periods = local(date(2024, 3, 31), date(2024, 4, 1), "hour", zone=BERLIN)
    assert len(periods.spans) == 23


def test_a_business_day_begins_when_it_is_said_to() -> None:
    periods = local(date(2024, 1, 1), date(2024, 1, 2), "day", hours=6)
    assert periods.spans == ((at("2023-12-31T22:00"), at("2024-01-01T22:00")),)
    assert labels(periods) == [("2024-01-01", "2024-01-02")]


def test_a_time_that_begins_no_day_is_shown_with_its_offset() -> None:
    periods = cut(at("2024-01-01T04:00"), at("2024-01-01T16:00"), grain="total", zone=SHANGHAI)
    assert labels(periods) == [("2024-01-01 12:00:00+08:00", "2024-01-02")]
    assert not periods.is_whole_days


def test_instants_find_their_piece() -> None:
    periods = local(date(2024, 1, 1), date(2024, 1, 4), "day")
    instants = pl.Series([at("2023-12-31T16:00"), at("2024-01-01T15:59"), at("2024-01-01T16:00")]).cast(
        pl.Datetime("us", "UTC")
    )
    assert periods.pieces_of(instants).to_list() == [0, 0, 1]


def test_a_piece_is_ripe_once_its_end_lies_far_enough_back() -> None:
    periods = local(date(2024, 1, 1), date(2024, 1, 3), "month")
    assert periods.ripe(timedelta(days=7), by=at("2024-01-08T16:00")) == [True, False]


def test_more_pieces_than_anyone_reads_are_refused() -> None:
    with pytest.raises(TooManyPeriods, match="coarser grain"):
        local(date(1900, 1, 1), date(2024, 1, 1), "hour")
