"""What is told of a customer: once, each time, or not at all; a released number inherits no history."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.campaign.state import Campaign
from domain.checks import HappensTooFarAhead, PeriodIsEmpty, UnknownChoice
from domain.customer import (
    CustomerChurned,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerErased,
    CustomerNumberReleased,
)
from domain.customer.refusals import (
    ContractNotRunning,
    CustomerHasNotChurned,
    CustomerIsErased,
    CustomerLinkedToItself,
    CustomerToldOtherwise,
)
from domain.customer.state import Customer, evolve
from domain.envelope import Event
from domain.folding import fold_live
from domain.streams import CUSTOMER as CUSTOMERS
from domain.telling import Command
from tests.domain.customer.examples import (
    ask,
    choose,
    churn,
    classify,
    complain,
    consent,
    contact,
    end,
    erase,
    link,
    look_after,
    rate,
    register,
    release,
    repair,
    respond,
    retain,
    sign,
    spring,
    treat,
    use,
    warn,
    win_back,
)
from tests.examples import CAMPAIGN_ID, CUSTOMER, registered, rule, told
from tests.given import Given, given, payload, said
from tests.one_of_each import ONE_OF_EACH

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
    f"customer-{link.to}": Customer(),
    "customer-p:third": Customer(),
}


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


def test_refused_to_link_to_somebody_who_was_erased() -> None:
    erased = customer().beside({f"customer-{link.to}": Customer(is_erased=True)})
    assert erased.when_refused(link, CustomerIsErased).originator_id == f"customer-{link.to}"


def test_linked_to_several() -> None:
    state = fold_live(
        customer().and_(link).and_(replace(link, to="p:third")).events, initial=Customer(), evolve=evolve
    )
    assert state.links == {link.to, "p:third"}


def test_refused_a_scheme_nobody_knows() -> None:
    refused = customer().when_refused(replace(classify, scheme="colour"), UnknownChoice)
    assert (refused.field, refused.value) == ("scheme", "colour")


def test_classified_in_a_scheme_of_the_organisation_s_own() -> None:
    ours = rule("classification_schemes", "classification_schemes", '["colour"]')
    asked = replace(classify, scheme="colour")
    classified = ("customer.classified", {"scheme": "colour", "value": "high"})
    assert said(customer().under(ours).when(asked)) == [classified]
    assert (
        customer().under(ours).when_refused(replace(classify, scheme="size"), UnknownChoice).value == "size"
    )


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


def test_released_again_after_somebody_else_had_it() -> None:
    assert customer(registered).and_(release).when(release) == ()
    assert len(customer(registered).and_(release).and_(register).when(release)) == 1


def test_whoever_gets_the_number_next_is_registered_anew_and_asked_for_consent_anew() -> None:
    refused_once = told(CustomerConsentChanged, purpose="retention", granted=False)
    reached = told(CustomerContacted, channel="phone", purpose="retention")
    story = customer(registered, reached, refused_once, told(CustomerNumberReleased))
    assert len(story.when(register)) == 1
    assert len(story.and_(register).when(contact)) == 1
