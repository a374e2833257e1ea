"""Whoever is not to be called is not called, and the callback says why: never in silence, never a refusal."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.callback.state import Callback
from domain.callback.suppression import customer_asked
from domain.customer.contact import REASONS, Approach, objection_to
from domain.customer.state import Consent, Contact, Customer, evolve
from domain.envelope import Event
from domain.folding import fold_live
from domain.organisation.rules import RuleBook
from domain.streams import CALLBACK
from tests.domain.callback.examples import attempt, cancel, reached, schedule, scheduled, settle
from tests.examples import CAMPAIGN, CUSTOMER, CUSTOMER_ID, NOW, YESTERDAY, registered, rule
from tests.given import Given, given, said, streams_of

NO = Consent(granted=False, basis=None, at=YESTERDAY)
OFTEN = tuple(Contact(at=NOW - timedelta(days=day), purpose="survey") for day in (1, 2, 3))
known = Customer(registered=registered)

NOT_TO_BE_CALLED = {
    "erased": Customer(registered=registered, is_erased=True),
    "number_released": Customer(is_released=True),
    "control_group": Customer(registered=registered, arms={CAMPAIGN: "control"}),
    "consent_refused": Customer(registered=registered, consents={"satisfaction": NO}),
    "no_lawful_basis": Customer(),
    "contact_cap": Customer(registered=registered, contacts=OFTEN),
}
each_reason = pytest.mark.parametrize("reason", NOT_TO_BE_CALLED)


def beside(customer: Customer, *events: Event) -> Given:
    return given(CALLBACK, *events).beside({CUSTOMER_ID: customer})


def test_there_is_an_example_of_every_reason() -> None:
    assert set(NOT_TO_BE_CALLED) == set(REASONS.values())


@each_reason
def test_scheduled_for_whoever_is_not_to_be_called_it_is_suppressed_at_once(reason: str) -> None:
    for_spring = replace(schedule, campaign_id=CAMPAIGN)
    wanted, kept = beside(NOT_TO_BE_CALLED[reason]).when(for_spring)
    assert wanted.TOPIC == "callback.scheduled"
    assert said((kept,)) == [("callback.suppressed", {"reason": reason})]
    assert (kept.occurred_at, kept.customer_id, kept.campaign_id) == (NOW, CUSTOMER, CAMPAIGN)


@each_reason
def test_attempted_at_whoever_is_not_to_be_called_it_is_suppressed_and_nobody_is_contacted(
    reason: str,
) -> None:
    for_spring = replace(scheduled, campaign_id=CAMPAIGN)
    assert said(beside(NOT_TO_BE_CALLED[reason], for_spring).when(attempt)) == [
        ("callback.suppressed", {"reason": reason})
    ]


def test_scheduled_for_a_moment_at_which_the_cap_has_room_again() -> None:
    later = replace(schedule, due_at=NOW + timedelta(days=40))
    assert [event.TOPIC for event in beside(NOT_TO_BE_CALLED["contact_cap"]).when(later)] == [
        "callback.scheduled"
    ]


def test_scheduled_for_the_end_of_time() -> None:
    never = replace(schedule, due_at=datetime.max.replace(tzinfo=UTC))
    assert len(beside(known).when(never)) == 1


@pytest.mark.parametrize(
    "purpose", ["callback_requested", "complaint_follow_up", "claim_follow_up", "safety"]
)
@pytest.mark.parametrize("reason", ["no_lawful_basis", "contact_cap"])
def test_service_is_attempted_above_the_cap_and_of_somebody_not_known(purpose: str, reason: str) -> None:
    served = replace(scheduled, purpose=purpose)
    assert len(beside(NOT_TO_BE_CALLED[reason], served).when(attempt)) == 2


@pytest.mark.parametrize("reason", ["erased", "number_released"])
def test_nobody_is_there_to_serve(reason: str) -> None:
    served = replace(scheduled, purpose="safety")
    assert len(beside(NOT_TO_BE_CALLED[reason], served).when(attempt)) == 1


def test_naming_another_campaign_does_not_get_round_the_control_group() -> None:
    for_spring = replace(scheduled, campaign_id=CAMPAIGN)
    told = beside(NOT_TO_BE_CALLED["control_group"], for_spring).when(replace(attempt, campaign_id="desk:x"))
    assert said(told) == [("callback.suppressed", {"reason": "control_group"})]


def test_a_linked_pseudonym_says_no_for_the_customer() -> None:
    linked = Customer(registered=registered, links=frozenset({"p:other"}))
    story = beside(linked, scheduled)
    with_other = story.beside({**story.others, "customer-p:other": NOT_TO_BE_CALLED["consent_refused"]})
    assert said(with_other.when(attempt)) == [("callback.suppressed", {"reason": "consent_refused"})]


def test_the_caps_of_the_organisation_hold_for_callbacks() -> None:
    none_at_all = rule("contact_cap", "any", '{"limit":0,"days":1}')
    assert said(beside(known, scheduled).under(none_at_all).when(attempt)) == [
        ("callback.suppressed", {"reason": "contact_cap"})
    ]


def test_the_customer_is_asked_where_somebody_is_about_to_be_called() -> None:
    of_customer = Callback(customer_id=CUSTOMER)
    assert [customer_asked(of_customer, command) for command in (attempt, cancel, settle)] == [
        (CUSTOMER_ID,),
        (),
        (),
    ]
    assert customer_asked(Callback(), schedule) == (CUSTOMER_ID,)
    assert customer_asked(Callback(), attempt) == ()


@drawn(streams_of("customer"), st.sampled_from(["satisfaction", "customer", "safety", "a"]))
def test_whatever_happened_to_a_customer_an_attempt_is_made_or_suppressed_for_the_reason_there_is(
    history: list[Event], purpose: str
) -> None:
    customer = fold_live(history, initial=Customer(), evolve=evolve)
    told = beside(customer, replace(scheduled, purpose=purpose)).when(attempt)
    approach = Approach(
        originator_id=CUSTOMER_ID, purpose=purpose, campaign_id=None, at=NOW, rules_day=NOW.date()
    )
    objection = objection_to(customer, approach, RuleBook())
    assert said(told) == (
        [
            ("callback.attempted", {"reached": True}),
            ("customer.contacted", {"channel": "callback", "purpose": purpose}),
        ]
        if objection is None
        else [("callback.suppressed", {"reason": REASONS[type(objection)]})]
    )


ATTEMPTS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["a", "b", "c"]), st.sampled_from(["survey", "safety"])),
    max_size=12,
)


@drawn(ATTEMPTS, st.integers(0, 3), st.integers(1, 4))
def test_over_all_callbacks_of_a_customer_the_cap_is_never_exceeded(
    attempts: list[tuple[int, str, str]], limit: int, days: int
) -> None:
    """Each callback sees only its own stream and the customer's, in which the attempts of all add up."""
    cap = rule("contact_cap", "any", f'{{"limit":{limit},"days":{days}}}')
    customer, now = known, NOW
    for hours, callback, purpose in attempts:
        now += timedelta(hours=hours)
        one = replace(scheduled, originator_id=f"callback-desk:{callback}", purpose=purpose, due_at=None)
        told = beside(customer, one, reached).under(cap).at(now)
        contacts = told.when(replace(attempt, originator_id=one.originator_id))[1:]
        customer = fold_live(contacts, initial=customer, evolve=evolve)
    for number, last in enumerate(customer.contacts, start=1):
        window = [made for made in customer.contacts[:number] if last.at - made.at < timedelta(days=days)]
        assert last.purpose == "safety" or len(window) <= limit
