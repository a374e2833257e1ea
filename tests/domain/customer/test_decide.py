"""What is told of a customer: once, each time, or not at all; a released number inherits no history."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.campaign import CampaignLaunched
from domain.campaign.state import Campaign
from domain.checks import HappensTooFarAhead, PeriodIsEmpty, ScoreOutOfRange
from domain.customer import (
    CustomerChurned,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerDissatisfied,
    CustomerErased,
    CustomerNumberReleased,
)
from domain.customer.commands import (
    AssignCustomerManager,
    AssignCustomerToCampaign,
    ChangeCustomerConsent,
    ChooseCustomerAsCase,
    ClassifyCustomer,
    ContactCustomer,
    EndCustomerContract,
    EraseCustomer,
    LinkCustomer,
    RecordCustomerCampaignResponse,
    RecordCustomerChurn,
    RecordCustomerDissatisfaction,
    RecordCustomerRating,
    RecordCustomerUsage,
    RegisterCustomer,
    ReleaseCustomerNumber,
    RepairCustomer,
    RequestCustomerRating,
    SignCustomerContract,
    TakeCustomerRetentionAction,
    WarnOfCustomer,
    WinBackCustomer,
)
from domain.customer.refusals import (
    ArmIsFixed,
    ContractNotRunning,
    CustomerHasNotChurned,
    CustomerIsErased,
    CustomerLinkedToItself,
    CustomerToldOtherwise,
    NothingToRepair,
    NotInCampaign,
)
from domain.customer.state import Customer, evolve
from domain.envelope import Event
from domain.folding import fold_live
from domain.streams import CUSTOMER as CUSTOMERS
from domain.telling import Command
from tests.examples import CAMPAIGN_ID, CUSTOMER, CUSTOMER_ID, ONE_OF_EACH, registered, told
from tests.given import Given, given, payload, said

spring = told(CampaignLaunched, kind="offer", control_share=100_000)
register = RegisterCustomer(originator_id=CUSTOMER_ID, name="v1:a", phone="v1:b", id_number="v1:c")
classify = ClassifyCustomer(originator_id=CUSTOMER_ID, scheme="value", value="high")
link = LinkCustomer(originator_id=CUSTOMER_ID, to="p:other")
sign = SignCustomerContract(originator_id=CUSTOMER_ID, contract_id="c1", product="5g")
end = EndCustomerContract(originator_id=CUSTOMER_ID, contract_id="c1")
use = RecordCustomerUsage(
    originator_id=CUSTOMER_ID, period_start=date(2026, 1, 1), period_end=date(2026, 2, 1), spend=Decimal(88)
)
warn = WarnOfCustomer(originator_id=CUSTOMER_ID, kind="usage_falling")
look_after = AssignCustomerManager(originator_id=CUSTOMER_ID, role="A", manager_id="desk:liu")
retain = TakeCustomerRetentionAction(originator_id=CUSTOMER_ID, kind="discount")
ask = RequestCustomerRating(originator_id=CUSTOMER_ID, rating_id="r1", survey="mutual")
rate = RecordCustomerRating(
    originator_id=CUSTOMER_ID, rating_id="r1", survey="mutual", process="repair", score=Decimal(9), scale=10
)
complain = RecordCustomerDissatisfaction(originator_id=CUSTOMER_ID, process="repair", reason="slow")
repair = RepairCustomer(originator_id=CUSTOMER_ID, how="apology")
consent = ChangeCustomerConsent(originator_id=CUSTOMER_ID, purpose="marketing", granted=True, basis="opt_in")
choose = ChooseCustomerAsCase(originator_id=CUSTOMER_ID, library="retention")
treat = AssignCustomerToCampaign(originator_id=CUSTOMER_ID, campaign_id="desk:spring", arm="treated")
respond = RecordCustomerCampaignResponse(
    originator_id=CUSTOMER_ID, campaign_id="desk:spring", answer="interested"
)
release = ReleaseCustomerNumber(originator_id=CUSTOMER_ID)
churn = RecordCustomerChurn(originator_id=CUSTOMER_ID, reason="price")
win_back = WinBackCustomer(originator_id=CUSTOMER_ID)
erase = EraseCustomer(originator_id=CUSTOMER_ID)
contact = ContactCustomer(originator_id=CUSTOMER_ID, channel="phone", purpose="retention")

TOLD_ONCE = (
    register,
    classify,
    link,
    sign,
    look_after,
    ask,
    rate,
    consent,
    choose,
    treat,
    release,
    churn,
    erase,
)
TOLD_EACH_TIME = (warn, retain, complain)
BESIDE = {
    CAMPAIGN_ID: Campaign(launched=spring),
    "customer-p:other": Customer(),
    "customer-p:third": Customer(),
}
dissatisfied = told(CustomerDissatisfied, process="repair", reason="slow")


def customer(*events: Event) -> Given:
    """A customer with these events, beside a running campaign and two others."""
    return given(CUSTOMERS, *events).beside(BESIDE)


@pytest.mark.parametrize("command", [*TOLD_ONCE, *TOLD_EACH_TIME], ids=lambda command: type(command).__name__)
def test_told_as_it_was_asked(command: Command) -> None:
    (event,) = customer().when(command)
    asked = {name: getattr(command, name) for name in command.__struct_fields__}
    assert type(event) is command.EVENT
    assert {name: asked[name] for name in payload(event)} == payload(event)


@pytest.mark.parametrize("command", TOLD_ONCE, ids=lambda command: type(command).__name__)
def test_told_again_is_so_already(command: Command) -> None:
    assert customer().and_(command).when(command) == ()


@pytest.mark.parametrize("command", TOLD_EACH_TIME, ids=lambda command: type(command).__name__)
def test_told_each_time(command: Command) -> None:
    assert len(customer().and_(command).when(command)) == 1


@pytest.mark.parametrize(
    "command",
    [
        replace(classify, value="low"),
        replace(look_after, manager_id="desk:he"),
        replace(rate, score=Decimal(1)),
        replace(consent, granted=False),
        replace(link, to="p:third"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_told_otherwise_it_replaces(command: Command) -> None:
    assert len(customer().and_(classify).and_(look_after).and_(rate).and_(consent).when(command)) == 1


def test_refused_to_link_to_itself() -> None:
    assert customer().when_refused(replace(link, to=CUSTOMER), CustomerLinkedToItself).to == CUSTOMER


def test_refused_to_sign_a_contract_again_with_other_content() -> None:
    refused = customer().and_(sign).when_refused(replace(sign, product="4g"), CustomerToldOtherwise)
    assert refused.told == "customer.contract_signed"


def test_contract_ended() -> None:
    assert said(customer().and_(sign).when(end)) == [("customer.contract_ended", {"contract_id": "c1"})]


def test_a_contract_that_has_ended_is_so_already() -> None:
    assert customer().and_(sign).and_(end).when(end) == ()


def test_refused_to_end_a_contract_nobody_signed() -> None:
    assert customer().when_refused(end, ContractNotRunning).contract_id == "c1"


def test_usage_happens_at_the_last_microsecond_of_its_period_in_the_organisations_zone() -> None:
    (event,) = customer().when(use)
    assert event.occurred_at == datetime(2026, 1, 31, 15, 59, 59, 999_999, tzinfo=UTC)


def test_usage_recorded_again_replaces_and_the_same_is_so_already() -> None:
    story = customer().and_(use)
    assert story.when(use) == ()
    assert said(story.when(replace(use, spend=Decimal(90))))[0][1]["spend"] == Decimal(90)


def test_refused_usage_of_an_empty_period() -> None:
    customer().when_refused(replace(use, period_end=use.period_start), PeriodIsEmpty)


def test_refused_usage_of_a_period_that_is_not_over() -> None:
    customer().when_refused(replace(use, period_end=date(2026, 4, 1)), HappensTooFarAhead)


def test_refused_a_rating_beyond_its_scale() -> None:
    customer().when_refused(replace(rate, score=Decimal(11)), ScoreOutOfRange)


def test_a_rating_without_id_is_told_each_time() -> None:
    nameless = replace(rate, rating_id=None)
    assert len(customer().and_(nameless).when(nameless)) == 1


def test_repaired() -> None:
    assert said(customer(dissatisfied).when(repair)) == [("customer.repaired", {"how": "apology"})]


def test_refused_to_repair_more_than_was_wrong() -> None:
    customer().when_refused(repair, NothingToRepair)
    customer(dissatisfied).and_(repair).when_refused(repair, NothingToRepair)


def test_refused_to_change_the_arm() -> None:
    refused = customer().and_(treat).when_refused(replace(treat, arm="control"), ArmIsFixed)
    assert (refused.arm, refused.asked) == ("treated", "control")


def test_responded() -> None:
    (event,) = customer().and_(treat).when(respond)
    assert (event.campaign_id, payload(event)) == ("desk:spring", {"answer": "interested"})


def test_refused_a_response_of_somebody_not_in_the_campaign() -> None:
    customer().when_refused(respond, NotInCampaign)


def test_won_back() -> None:
    story = customer(told(CustomerChurned))
    assert said(story.when(win_back)) == [("customer.won_back", {})]
    assert story.and_(win_back).when(win_back) == ()


def test_churned_again_after_being_won_back() -> None:
    assert customer(told(CustomerChurned)).and_(win_back).when(churn)


def test_refused_to_win_back_whoever_never_left() -> None:
    customer().when_refused(win_back, CustomerHasNotChurned)


@pytest.mark.parametrize(
    "command",
    [*TOLD_ONCE[:-1], *TOLD_EACH_TIME, end, use, repair, respond, win_back, contact],
    ids=lambda command: type(command).__name__,
)
def test_refused_after_the_erasure(command: Command) -> None:
    customer(registered, told(CustomerErased)).when_refused(command, CustomerIsErased)


def test_a_recycled_number_inherits_no_history() -> None:
    history = [event for event in ONE_OF_EACH if event.TOPIC.startswith("customer.")]
    lived = [event for event in history if not isinstance(event, CustomerErased | CustomerNumberReleased)]
    released = customer(*lived, told(CustomerNumberReleased)).events
    state = fold_live(released, initial=Customer(), evolve=evolve)
    assert state == Customer(is_released=True)


def test_whoever_gets_the_number_next_is_registered_anew_and_asked_for_consent_anew() -> None:
    refused_once = told(CustomerConsentChanged, purpose="retention", granted=False)
    reached = told(CustomerContacted, channel="phone", purpose="retention")
    story = customer(registered, reached, refused_once, told(CustomerNumberReleased))
    assert len(story.when(register)) == 1
    assert len(story.and_(register).when(contact)) == 1
