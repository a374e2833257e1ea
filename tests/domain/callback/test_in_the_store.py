"""An attempt is told to the callback and to its customer at once, so that caps hold whoever calls when."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from domain.callback.commands import AttemptCallback, ScheduleCallback
from domain.customer.commands import ChangeCustomerConsent, LinkCustomer
from domain.customer.refusals import ContactedTooOften
from domain.customer_service import CustomerService
from domain.streams import CALLBACK, CUSTOMER
from infra.stores import Store
from tests.domain.callback.examples import attempt, schedule, settle
from tests.domain.customer.examples import contact, register
from tests.examples import CALLBACK_ID, CUSTOMER_ID

OTHER_ID = "customer-p:fedcba9876543210fedcba9876543210"

wanted = replace(schedule, due_at=None)


@pytest.fixture
def service(store: Store) -> Iterator[CustomerService]:
    env = store.service_env()
    with CustomerService(env, protect=store.keys.protect, clock=lambda: datetime.now(UTC)) as opened:
        opened.register_customer(register, idempotency_key="registered")
        yield opened


def numbered_callback(number: int) -> tuple[ScheduleCallback, AttemptCallback]:
    """The commands of one of several callbacks to the same customer."""
    stream = f"{CALLBACK_ID}/{number}"
    return replace(wanted, originator_id=stream), replace(attempt, originator_id=stream)


def test_an_attempt_is_one_record_of_both_streams_known_by_its_key(service: CustomerService) -> None:
    service.schedule_callback(wanted, idempotency_key="k1")
    done = service.attempt_callback(attempt, idempotency_key="k2")
    assert [(event.originator_id, event.originator_version) for event in done.events] == [
        (CALLBACK_ID, 2),
        (CUSTOMER_ID, 2),
    ]
    assert service.load(CALLBACK, CALLBACK_ID).events[-1:] == done.events[:1]
    assert service.load(CUSTOMER, CUSTOMER_ID).events[-1:] == done.events[1:]
    again = service.attempt_callback(attempt, idempotency_key="k2")
    assert (again.status, again.events) == ("already_known", done.events)


def test_of_eight_callbacks_attempted_at_once_no_more_are_made_than_the_cap_allows(
    service: CustomerService,
) -> None:
    callbacks = [numbered_callback(number) for number in range(8)]
    for number, (scheduled, _) in enumerate(callbacks):
        service.schedule_callback(scheduled, idempotency_key=f"s{number}")
    with ThreadPoolExecutor(8) as at_once:
        outcomes = at_once.map(
            lambda told: service.attempt_callback(told[1][1], idempotency_key=f"a{told[0]}"),
            enumerate(callbacks),
        )
    told = sorted(outcome.events[0].TOPIC for outcome in outcomes)
    assert told == ["callback.attempted"] * 3 + ["callback.suppressed"] * 5
    assert len(service.load(CUSTOMER, CUSTOMER_ID).state.contacts) == 3


def test_whoever_said_no_under_a_linked_pseudonym_is_not_called(service: CustomerService) -> None:
    no = ChangeCustomerConsent(originator_id=OTHER_ID, purpose=wanted.purpose, granted=False)
    service.change_customer_consent(no, idempotency_key="k1")
    link = LinkCustomer(originator_id=CUSTOMER_ID, to=OTHER_ID.removeprefix("customer-"))
    service.link_customer(link, idempotency_key="k2")
    told = service.schedule_callback(wanted, idempotency_key="k3").events
    assert [event.TOPIC for event in told] == ["callback.scheduled", "callback.suppressed"]


def test_a_customer_linked_in_a_circle_is_contacted_up_to_the_cap(service: CustomerService) -> None:
    for one, other in ((CUSTOMER_ID, OTHER_ID), (OTHER_ID, CUSTOMER_ID)):
        link = LinkCustomer(originator_id=one, to=other.removeprefix("customer-"))
        service.link_customer(link, idempotency_key=one)
    service.schedule_callback(wanted, idempotency_key="k1")
    assert len(service.attempt_callback(attempt, idempotency_key="k2").events) == 2
    for number in range(2):
        service.contact_customer(contact, idempotency_key=f"within the cap {number}")
    with pytest.raises(ContactedTooOften):
        service.contact_customer(contact, idempotency_key="above the cap")


def test_a_callback_that_fell_due_expires_once_in_the_store(service: CustomerService, store: Store) -> None:
    soon = replace(wanted, due_at=datetime.now(UTC) + timedelta(seconds=30))
    service.schedule_callback(soon, idempotency_key="k1")
    later = datetime.now(UTC) + timedelta(days=3)
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=lambda: later) as job:
        assert job.settle_due_callback(settle, idempotency_key="run 1").status == "done"
        assert job.settle_due_callback(settle, idempotency_key="run 2").status == "already_so"
    (expired,) = service.load(CALLBACK, CALLBACK_ID).events[1:]
    assert (expired.occurred_at, expired.recorded_at) == (soon.due_at, later)
