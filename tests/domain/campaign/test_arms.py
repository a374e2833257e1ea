"""The draw of arms: the same for ever, as large as asked, nested, and independent between campaigns."""

from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.campaign.arms import CONTROL, EVERYBODY, arm_of

IDS = st.text(max_size=40)
SHARES = st.integers(0, EVERYBODY)
DRAWS = 10_000
# A fair draw stays within five standard deviations but for one time in 1.7 million; these draws are fixed.
DEVIATIONS = 5


def controls(campaign_id: str, share: int) -> set[int]:
    return {
        number
        for number in range(DRAWS)
        if arm_of(campaign_id=campaign_id, customer_id=f"p:{number:032x}", control_share=share) == CONTROL
    }


def is_about(counted: int, share: float) -> bool:
    return abs(counted - DRAWS * share) <= DEVIATIONS * sqrt(DRAWS * share * (1 - share))


def test_the_draw_never_changes() -> None:
    arms = [arm_of(campaign_id="desk:spring", customer_id=f"p:{n}", control_share=300_000) for n in range(12)]
    assert [number for number, arm in enumerate(arms) if arm == CONTROL] == [4, 5, 6]


@given(IDS, IDS)
def test_nobody_and_everybody(campaign_id: str, customer_id: str) -> None:
    assert arm_of(campaign_id=campaign_id, customer_id=customer_id, control_share=0) == "treated"
    assert arm_of(campaign_id=campaign_id, customer_id=customer_id, control_share=EVERYBODY) == CONTROL


@given(IDS, IDS, SHARES, SHARES)
def test_a_larger_share_keeps_everybody_who_was_left_alone(
    campaign_id: str, customer_id: str, one: int, other: int
) -> None:
    arms = [
        arm_of(campaign_id=campaign_id, customer_id=customer_id, control_share=share)
        for share in sorted((one, other))
    ]
    assert arms != [CONTROL, "treated"]


@pytest.mark.parametrize("share", [1_000, 100_000, 333_333, 500_000, 900_000])
@pytest.mark.parametrize("campaign_id", ["desk:spring", "desk:autumn", ""])
def test_as_many_are_left_alone_as_the_share_says(campaign_id: str, share: int) -> None:
    assert is_about(len(controls(campaign_id, share)), share / EVERYBODY)


def test_every_tenth_of_the_draw_is_as_likely() -> None:
    within = [len(controls("desk:spring", tenth * 100_000)) for tenth in range(11)]
    assert all(is_about(higher - lower, 0.1) for lower, higher in pairwise(within))


def test_one_campaign_says_nothing_of_another() -> None:
    both = controls("desk:spring", 300_000) & controls("desk:autumn", 300_000)
    assert is_about(len(both), 0.09)
