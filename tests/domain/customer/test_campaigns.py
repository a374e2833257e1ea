"""Customers are put into an arm of a running campaign for good, by name or by a draw anybody can repeat."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.campaign.arms import arm_of
from domain.campaign.state import Campaign
from domain.customer import CustomerCampaignAssigned
from domain.customer.refusals import ArmIsFixed, CampaignNotRunning, InControlGroup, NotInCampaign
from domain.customer.state import Customer
from domain.streams import CUSTOMER as CUSTOMERS
from tests.domain.customer.examples import contact, link, respond, spring, treat, treated
from tests.examples import CAMPAIGN, CAMPAIGN_ID, CUSTOMER, NOW, YESTERDAY, registered, told
from tests.given import Given, given, payload, said

control = told(CustomerCampaignAssigned, campaign_id=CAMPAIGN, arm="control")
drawn = replace(treat, arm=None)


def in_campaign(campaign: Campaign) -> Given:
    return given(CUSTOMERS, registered).beside({CAMPAIGN_ID: campaign})


def test_assigned_to_the_arm_that_is_named() -> None:
    (event,) = in_campaign(Campaign(launched=spring)).when(treat)
    assert (event.campaign_id, said((event,))) == (
        CAMPAIGN,
        [("customer.campaign_assigned", {"arm": "treated"})],
    )


@pytest.mark.parametrize("share", [0, 500_000, 1_000_000])
def test_assigned_by_the_draw_where_no_arm_is_named(share: int) -> None:
    (event,) = in_campaign(Campaign(launched=replace(spring, control_share=share))).when(drawn)
    arm = arm_of(campaign_id=CAMPAIGN, customer_id=CUSTOMER, control_share=share)
    assert isinstance(event, CustomerCampaignAssigned)
    assert event.arm == arm
    assert share == 500_000 or arm == ("control" if share else "treated")


def test_assigned_like_a_linked_pseudonym_where_no_arm_is_named() -> None:
    linked = Customer(arms={CAMPAIGN: "control"})
    beside = {CAMPAIGN_ID: Campaign(launched=replace(spring, control_share=0)), f"customer-{link.to}": linked}
    (event,) = given(CUSTOMERS).beside(beside).and_(link).when(drawn)
    assert isinstance(event, CustomerCampaignAssigned)
    assert event.arm == "control"


def test_assigned_again_is_so_already() -> None:
    assert given(CUSTOMERS, treated).when(treat) == given(CUSTOMERS, treated).when(drawn) == ()


def test_refused_to_change_the_arm() -> None:
    refused = given(CUSTOMERS, treated).when_refused(replace(treat, arm="control"), ArmIsFixed)
    assert (refused.arm, refused.asked) == ("treated", "control")


@pytest.mark.parametrize(
    "campaign",
    [
        Campaign(),
        Campaign(launched=spring, ended_at=NOW),
        Campaign(launched=replace(spring, ends_at=NOW)),
        Campaign(launched=replace(spring, occurred_at=NOW + timedelta(hours=1))),
    ],
    ids=["never launched", "ended", "past its end", "launched later"],
)
def test_refused_in_a_campaign_that_is_not_running(campaign: Campaign) -> None:
    refused = in_campaign(campaign).when_refused(drawn, CampaignNotRunning)
    assert (refused.campaign_id, refused.at) == (CAMPAIGN, NOW)


def test_assigned_at_a_moment_at_which_the_campaign_was_running() -> None:
    over = Campaign(launched=spring, ended_at=NOW)
    assert in_campaign(over).when(replace(drawn, occurred_at=YESTERDAY + timedelta(hours=1)))


def test_refused_to_contact_whoever_the_campaign_leaves_alone() -> None:
    story = given(CUSTOMERS, registered, control)
    about_it = replace(contact, campaign_id=CAMPAIGN)
    assert story.when_refused(about_it, InControlGroup).campaign_id == CAMPAIGN
    assert story.when(contact)
    assert story.when(replace(contact, campaign_id="desk:autumn"))
    assert given(CUSTOMERS, registered, treated).when(about_it)


@pytest.mark.parametrize("assigned", [treated, control], ids=lambda event: event.arm)
def test_responded_whatever_the_arm(assigned: CustomerCampaignAssigned) -> None:
    (event,) = given(CUSTOMERS, assigned).when(respond)
    assert (event.campaign_id, payload(event)) == (CAMPAIGN, {"answer": "interested"})


def test_refused_a_response_of_somebody_not_in_the_campaign() -> None:
    given(CUSTOMERS).when_refused(respond, NotInCampaign)
