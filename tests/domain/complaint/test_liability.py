"""The four readings of liability for a late shipment give the parties of both vectors, to the minute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.complaint.liability import (
    LIABILITY_RULES,
    Overrun,
    Stage,
    against_clock,
    delays,
    first_late,
    own_overrun,
    own_overruns,
    positive_overrun,
    split_shares,
)

HOUR_MS = 3_600_000

DEPOTS = tuple(
    Stage(
        stage=f"depot {ordinal}",
        ordinal=ordinal,
        party="operations",
        standard_ms=standard * HOUR_MS,
        actual_ms=actual * HOUR_MS,
    )
    for ordinal, (standard, actual) in enumerate([(36, 1), (48, 42), (48, 3), (48, 30)], start=1)
)


def clocked(ordinal: int, stage: str, *, due: tuple[int, int, int], ended: tuple[int, int, int]) -> Stage:
    due_at, ended_at = (datetime(2026, 3, *at, tzinfo=UTC) for at in (due, ended))
    return Stage(stage=stage, ordinal=ordinal, party="operations", due_at=due_at, ended_at=ended_at)


SHIPMENT = (
    clocked(1, "pick-up", due=(16, 19, 50), ended=(16, 18, 21)),
    clocked(2, "origin hub", due=(17, 5, 0), ended=(17, 4, 52)),
    clocked(3, "linehaul", due=(18, 4, 0), ended=(18, 10, 5)),
    clocked(4, "destination hub", due=(18, 12, 0), ended=(19, 2, 0)),
    clocked(5, "delivery", due=(18, 17, 30), ended=(19, 11, 7)),
)


def blamed(overrun: Overrun | None) -> tuple[str, timedelta] | None:
    return (overrun.stage.stage, overrun.over) if overrun else None


def test_vector_1_own_overrun_blames_the_second_depot_though_it_was_six_hours_early() -> None:
    assert blamed(own_overrun(DEPOTS)) == ("depot 2", timedelta(hours=-6))


def test_vector_1_positive_overrun_blames_nobody() -> None:
    assert positive_overrun(DEPOTS) is None


def test_vector_1_without_times_nobody_is_late_by_the_clock() -> None:
    assert (against_clock(DEPOTS), first_late(DEPOTS)) == (None, None)


def test_vector_2_first_late_is_the_linehaul() -> None:
    assert blamed(first_late(SHIPMENT)) == ("linehaul", timedelta(hours=6, minutes=5))


def test_vector_2_the_latest_against_the_clock_is_the_delivery() -> None:
    assert blamed(against_clock(SHIPMENT)) == ("delivery", timedelta(hours=17, minutes=37))


def test_vector_2_the_largest_own_overrun_is_the_destination_hub() -> None:
    hub = ("destination hub", timedelta(hours=7, minutes=55))
    assert (blamed(own_overrun(SHIPMENT)), blamed(positive_overrun(SHIPMENT))) == (hub, hub)


def test_own_times_are_differences_so_that_the_first_stage_is_no_candidate() -> None:
    assert [overrun.stage.stage for overrun in own_overruns(SHIPMENT)] == [
        "origin hub",
        "linehaul",
        "destination hub",
        "delivery",
    ]


def test_a_standard_of_its_own_goes_before_the_difference_of_due_times() -> None:
    stricter = (*SHIPMENT[:4], replace(SHIPMENT[4], standard_ms=HOUR_MS))
    assert blamed(own_overrun(stricter)) == ("delivery", timedelta(hours=8, minutes=7))


def test_of_equal_overruns_the_later_stage_is_liable() -> None:
    tied = (replace(DEPOTS[1], stage="earlier", ordinal=2), replace(DEPOTS[1], stage="later", ordinal=3))
    assert blamed(own_overrun(reversed(tied))) == ("later", timedelta(hours=-6))


def test_an_overrun_of_nothing_is_not_positive() -> None:
    to_the_minute = replace(DEPOTS[1], actual_ms=DEPOTS[1].standard_ms)
    assert positive_overrun([to_the_minute]) is None


def test_a_stage_without_a_standard_is_no_candidate() -> None:
    unmeasured = replace(DEPOTS[1], standard_ms=None)
    assert blamed(own_overrun((DEPOTS[0], unmeasured, *DEPOTS[2:]))) == ("depot 4", timedelta(hours=-18))


def test_a_stage_on_time_to_the_minute_is_not_late() -> None:
    on_time = replace(SHIPMENT[2], ended_at=SHIPMENT[2].due_at)
    assert delays([on_time]) == []


@pytest.mark.parametrize("rule", LIABILITY_RULES.values())
def test_without_stages_nobody_is_liable(rule: object) -> None:
    assert callable(rule)
    assert rule(()) is None


@pytest.mark.parametrize("rule", LIABILITY_RULES.values())
@given(order=st.permutations([*DEPOTS, *SHIPMENT[2:]]))
def test_the_order_of_measuring_does_not_matter(rule: object, order: list[Stage]) -> None:
    numbered = [replace(stage, ordinal=place) for place, stage in enumerate([*DEPOTS, *SHIPMENT[2:]])]
    by_name = {stage.stage: stage for stage in numbered}
    assert callable(rule)
    assert rule([by_name[stage.stage] for stage in order]) == rule(numbered)


@given(st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_shares_are_a_whole_and_the_remainder_goes_to_the_largest(weights: list[int]) -> None:
    shares = split_shares(weights)
    assert sum(shares) == 1_000_000
    exact = [weight * 1_000_000 / sum(weights) for weight in weights]
    largest = weights.index(max(weights))
    below = [share for place, share in enumerate(shares) if place != largest]
    assert below == [
        weight * 1_000_000 // sum(weights) for place, weight in enumerate(weights) if place != largest
    ]
    assert 0 <= shares[largest] - int(exact[largest]) <= len(weights)


def test_three_equal_shares_give_the_remainder_to_the_first() -> None:
    assert split_shares([1, 1, 1]) == (333_334, 333_333, 333_333)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_are_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="nothing can be split"):
        split_shares(weights)
