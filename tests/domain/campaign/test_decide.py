"""A campaign is launched once and ended; whether it is running depends on the moment."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from domain.campaign import CampaignEnded
from domain.campaign.refusals import (
    CampaignEndsBeforeItBegins,
    CampaignLaunchedOtherwise,
    CampaignNotLaunched,
    ControlShareOutOfRange,
)
from domain.campaign.state import Campaign, evolve
from domain.folding import fold_live
from domain.streams import CAMPAIGN
from tests.domain.campaign.examples import ENDS, end, launch, launched
from tests.examples import NOW, YESTERDAY, told
from tests.given import given, payload, said

MOMENT = timedelta(microseconds=1)


def test_launched() -> None:
    assert said(given(CAMPAIGN).when(launch)) == [("campaign.launched", payload(launched))]


def test_launched_again_is_so_already() -> None:
    assert given(CAMPAIGN, launched).when(launch) == ()


@pytest.mark.parametrize("other", [{"kind": "survey"}, {"control_share": 1}, {"ends_at": None}])
def test_refused_to_launch_otherwise(other: dict[str, object]) -> None:
    given(CAMPAIGN, launched).when_refused(replace(launch, **other), CampaignLaunchedOtherwise)


@pytest.mark.parametrize("share", [0, 1_000_000])
def test_launched_leaving_nobody_or_everybody_alone(share: int) -> None:
    assert given(CAMPAIGN).when(replace(launch, control_share=share))


@pytest.mark.parametrize("share", [-1, 1_000_001])
def test_refused_a_share_beyond_everybody(share: int) -> None:
    refused = given(CAMPAIGN).when_refused(replace(launch, control_share=share), ControlShareOutOfRange)
    assert refused.control_share == share


def test_refused_to_end_before_the_beginning() -> None:
    refused = given(CAMPAIGN).when_refused(replace(launch, ends_at=NOW), CampaignEndsBeforeItBegins)
    assert (refused.ends_at, refused.launched_at) == (NOW, NOW)


def test_ended() -> None:
    assert said(given(CAMPAIGN, launched).when(end)) == [("campaign.ended", {})]
    assert given(CAMPAIGN, launched).and_(end).when(end) == ()


def test_refused_to_end_what_was_never_launched() -> None:
    given(CAMPAIGN).when_refused(end, CampaignNotLaunched)


@pytest.mark.parametrize(
    ("at", "is_running"),
    [(YESTERDAY - MOMENT, False), (YESTERDAY, True), (NOW - MOMENT, True), (NOW, False), (ENDS, False)],
)
def test_running_from_the_launch_to_before_the_end(at: datetime, is_running: bool) -> None:
    ended = given(CAMPAIGN, launched, told(CampaignEnded, at=NOW)).events
    campaign = fold_live(ended, initial=Campaign(), evolve=evolve)
    assert campaign.is_running(at=at) is is_running


def test_running_to_before_the_end_it_was_given() -> None:
    campaign = evolve(Campaign(), launched)
    assert campaign.is_running(at=ENDS - MOMENT)
    assert not campaign.is_running(at=ENDS)
