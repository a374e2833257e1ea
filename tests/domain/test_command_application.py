"""Events of several streams are numbered each after its own; a stream that nobody read cannot be told."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from domain.agent.commands import JoinAgent
from domain.campaign.commands import LaunchCampaign
from domain.command_application import numbered_by_stream
from domain.customer_service import CustomerService
from infra.stores import Store
from tests.domain.agent.examples import join
from tests.domain.callback.examples import scheduled, unreached
from tests.domain.campaign.examples import launch
from tests.examples import AGENT, CALLBACK_ID, CAMPAIGN, CUSTOMER_ID, NOW, registered


@pytest.fixture
def service(embedded_store: Store) -> Iterator[CustomerService]:
    env = embedded_store.service_env()
    with CustomerService(env, protect=embedded_store.keys.protect, clock=lambda: NOW) as opened:
        yield opened


def test_each_stream_is_numbered_after_its_own_highest_and_the_order_told_stays() -> None:
    told = numbered_by_stream([scheduled, registered, unreached], after={CALLBACK_ID: 4, CUSTOMER_ID: 7})
    assert [(event.TOPIC, event.originator_version) for event in told] == [
        ("callback.scheduled", 5),
        ("customer.registered", 8),
        ("callback.attempted", 6),
    ]


def test_refused_an_event_of_a_stream_that_nobody_read() -> None:
    with pytest.raises(KeyError, match=CUSTOMER_ID):
        numbered_by_stream([scheduled, registered], after={CALLBACK_ID: 0})


def test_an_agents_and_a_campaigns_own_stream_says_whose_it_is(service: CustomerService) -> None:
    joined: JoinAgent = replace(join, agent_id=None)
    launched: LaunchCampaign = replace(launch, campaign_id=None)
    (of_agent,) = service.join_agent(joined, idempotency_key="k1").events
    (of_campaign,) = service.launch_campaign(launched, idempotency_key="k2").events
    assert (of_agent.agent_id, of_campaign.campaign_id) == (AGENT, CAMPAIGN)
