"""Dice repeat themselves for a seed, and deal exact counts and exact sums."""

from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.sample.dice import Dice
from pipelines.sample.people import id_numbers, names, phones
from pipelines.sample.profiles import Profile, days_between, entered, moments, over_days


def test_a_seed_gives_the_same_numbers_on_every_machine() -> None:
    assert Dice(7).fractions(2).to_list() == [0.9478653604918701, 0.394823494868085]
    assert Dice("7/calls").whole(3, below=10).to_list() == Dice("7/calls").whole(3, below=10).to_list()


def test_words_are_dealt_exactly_and_in_another_order() -> None:
    dealt = Dice(1).dealt({"a": 30, "b": 0, "c": 70})
    assert dealt.value_counts().sort("").rows() == [("a", 30), ("c", 70)]
    assert not dealt.is_sorted()
    assert Dice(1).dealt({"a": 0}).to_list() == []


def test_exactly_so_many_are_chosen() -> None:
    assert Dice(1).exactly(1_000, chosen=37).sum() == 37


def test_parts_add_up_and_none_is_too_small() -> None:
    parts = Dice(1).parts(1_000, total=21_750, least=3)
    assert (parts.sum(), parts.len()) == (21_750, 1_000)
    assert parts.min() == 3
    with pytest.raises(ValueError, match="10 numbers of at least 3 are more than 29"):
        Dice(1).parts(10, total=29, least=3)


def test_counts_follow_the_week_and_moments_the_day() -> None:
    days = days_between(date(2025, 1, 1), date(2025, 12, 31))
    counts = over_days(36_500, days, profile=Profile(), dice=Dice(1))
    assert (counts.len(), counts.sum()) == (365, 36_500)
    by_day = (
        pl.DataFrame({"day": days, "count": counts})
        .group_by(pl.col("day").dt.weekday())
        .agg(pl.mean("count"))
    )
    monday, sunday = (by_day.filter(pl.col("day") == number)["count"].item() for number in (1, 7))
    assert monday > 2 * sunday
    at = moments(days, counts, profile=Profile(), dice=Dice(2))
    assert at.is_sorted()
    assert at.dt.date().value_counts(name="count").sort("at")["count"].to_list() == counts.to_list()
    assert (at.dt.hour() == 10).sum() > 20 * (at.dt.hour() == 3).sum()


def test_some_of_what_happened_is_entered_days_late_and_nothing_early() -> None:
    days = days_between(date(2025, 1, 1), date(2025, 1, 31))
    at = moments(days, [100] * 31, profile=Profile(), dice=Dice(1))
    late = entered(at, dice=Dice(2), late=0.1) - at
    assert late.min() >= timedelta(0)
    assert 200 < (late > timedelta(days=1)).sum() < 420


def test_people_plainly_do_not_exist() -> None:
    numbers = pl.Series([0, 1, 9_999_999])
    assert phones(numbers).to_list() == ["10000000000", "10000000001", "10009999999"]
    assert id_numbers(numbers).str.len_chars().to_list() == [18, 18, 18]
    assert names(50, dice=Dice(1)).str.contains("^(欧阳|司马|.)[甲乙丙丁戊己庚辛壬癸]{2}$").all()
