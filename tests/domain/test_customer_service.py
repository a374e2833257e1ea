"""Commands end in the event store once: done, known by their key, so already, or refused and not stored."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from inspect import getmembers, isfunction

import pytest
from msgspec.structs import replace

from domain.call.commands import AbandonCall, OfferCall
from domain.checks import HappensTooFarAhead, NegativeDuration
from domain.command_application import (
    ATTEMPTS,
    CommandOfAnotherStream,
    IdempotencyKeyReused,
    numbered,
)
from domain.complaint import ComplaintClosed, ComplaintFollowUpRecorded
from domain.complaint.commands import (
    CloseComplaint,
    EscalateComplaint,
    FileComplaint,
    RecordComplaintFollowUp,
)
from domain.complaint.refusals import CustomerNotSatisfiedYet
from domain.customer.commands import RegisterCustomer
from domain.customer_service import CustomerService, Outcome
from domain.envelope import Event
from domain.event import AVoidIsNotVoided, EventVoided
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from domain.organisation.written import FROM_THE_BEGINNING
from domain.streams import COMPLAINT, STREAMS
from domain.telling import Command, command_name
from domain.topics import EVENTS
from domain.unit.commands import OpenUnit
from domain.voiding import NoSuchEvent, VoidEvent
from infra.stores import Store
from tests.examples import CALL_ID, COMPLAINT_ID, CUSTOMER, CUSTOMER_ID, NOW, UNIT, UNIT_ID

file = FileComplaint(
    originator_id=COMPLAINT_ID,
    kind="external",
    channel="hotline",
    category="late",
    customer_id=CUSTOMER,
    unit=UNIT,
    narrative="货物晚到三天",
)
satisfied = RecordComplaintFollowUp(
    originator_id=COMPLAINT_ID, with_whom="customer", means="call", reached=True, resolved=True
)
close = CloseComplaint(originator_id=COMPLAINT_ID)


@pytest.fixture
def service(embedded_store: Store) -> Iterator[CustomerService]:
    yield from service_of(embedded_store)


@pytest.fixture
def service_on_each_server(store: Store) -> Iterator[CustomerService]:
    yield from service_of(store)


def service_of(store: Store) -> Iterator[CustomerService]:
    env = store.service_env()
    with CustomerService(env, protect=store.keys.protect, clock=lambda: datetime.now(UTC)) as opened:
        yield opened


def stored(service: CustomerService, originator_id: str) -> tuple[Event, ...]:
    stream = next(stream for stream in STREAMS if originator_id.startswith(f"{stream.name}-"))
    return service.load(stream, originator_id).events


def test_done_is_stored_with_the_clock_as_recorded_at(service: CustomerService) -> None:
    before = datetime.now(UTC)
    outcome = service.file_complaint(file, idempotency_key="k1")
    assert (outcome.status, outcome.originator_id) == ("done", COMPLAINT_ID)
    assert stored(service, COMPLAINT_ID) == outcome.events
    (event,) = outcome.events
    assert (event.originator_version, event.occurred_at) == (1, event.recorded_at)
    assert before <= event.recorded_at <= datetime.now(UTC)


def test_told_again_by_the_same_key_is_already_known_with_its_events(service: CustomerService) -> None:
    first = service.file_complaint(file, idempotency_key="k1")
    again = service.file_complaint(replace(file, narrative="said in other words"), idempotency_key="k1")
    assert again == Outcome(status="already_known", originator_id=COMPLAINT_ID, events=first.events)
    assert len(stored(service, COMPLAINT_ID)) == 1


def test_known_stays_known_though_it_would_be_refused_now(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    service.record_complaint_follow_up(satisfied, idempotency_key="k2")
    first = service.close_complaint(close, idempotency_key="k3")
    service.record_complaint_follow_up(replace(satisfied, resolved=False), idempotency_key="k4")
    assert service.close_complaint(close, idempotency_key="k3").events == first.events


def test_refused_the_same_key_with_other_content(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    with pytest.raises(IdempotencyKeyReused) as refused:
        service.file_complaint(replace(file, category="damage"), idempotency_key="k1")
    assert (refused.value.command, refused.value.idempotency_key) == ("file_complaint", "k1")


def test_one_key_may_serve_two_commands(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    assert service.record_complaint_follow_up(satisfied, idempotency_key="k1").status == "done"


def test_so_already_by_another_key(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    assert service.file_complaint(file, idempotency_key="k2") == Outcome(
        status="already_so", originator_id=COMPLAINT_ID
    )


def test_refused_nothing_is_stored(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    with pytest.raises(CustomerNotSatisfiedYet):
        service.close_complaint(close, idempotency_key="k2")
    assert len(stored(service, COMPLAINT_ID)) == 1


def test_refused_what_cannot_be(service: CustomerService) -> None:
    ahead = replace(close, occurred_at=datetime.now(UTC) + timedelta(days=2))
    with pytest.raises(HappensTooFarAhead):
        service.close_complaint(ahead, idempotency_key="k1")
    with pytest.raises(NegativeDuration):
        service.abandon_call(AbandonCall(originator_id=CALL_ID, wait_ms=-1), idempotency_key="k1")
    with pytest.raises(CommandOfAnotherStream):
        service.close_complaint(CloseComplaint(originator_id=CALL_ID), idempotency_key="k1")
    with pytest.raises(CommandOfAnotherStream):
        service.void_event(VoidEvent(originator_id="nobody-a:1", version=1, reason="x"), idempotency_key="k1")


def test_personal_text_is_ciphertext_of_the_customer_from_the_first_byte(
    service: CustomerService, embedded_store: Store
) -> None:
    (event,) = service.file_complaint(file, idempotency_key="k1").events
    (row,) = service.recorder.select_events(COMPLAINT_ID)
    assert "晚到" not in row.state.decode()
    narrative: str = event.narrative  # type: ignore[attr-defined]
    assert embedded_store.keys.reveal(CUSTOMER, "narrative", narrative) == "货物晚到三天"


def test_personal_text_without_a_customer_is_of_the_stream(
    service: CustomerService, embedded_store: Store
) -> None:
    offer = OfferCall(
        originator_id=CALL_ID, direction="inbound", hotline="1", channel="phone", caller_number="138"
    )
    (event,) = service.offer_call(offer, idempotency_key="k1").events
    number: str = event.caller_number  # type: ignore[attr-defined]
    assert embedded_store.keys.reveal(CALL_ID, "caller_number", number) == "138"


def test_a_customers_own_stream_says_whose_it_is(service: CustomerService, embedded_store: Store) -> None:
    register = RegisterCustomer(originator_id=CUSTOMER_ID, name="李雷", phone="138", id_number="110")
    (event,) = service.register_customer(register, idempotency_key="k1").events
    assert event.customer_id == CUSTOMER
    name: str = event.name  # type: ignore[attr-defined]
    assert embedded_store.keys.reveal(CUSTOMER, "name", name) == "李雷"


def test_every_event_of_a_complaint_says_whose_it_is(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    service.record_complaint_follow_up(replace(satisfied, resolved=False), idempotency_key="k2")
    assert [event.customer_id for event in stored(service, COMPLAINT_ID)] == [CUSTOMER] * 3


def test_the_rules_configured_are_the_rules_followed(service: CustomerService) -> None:
    once = Rule("limit", "failed_limit", FROM_THE_BEGINNING, "1")
    service.configure_organisation(
        ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=(once,)), idempotency_key="k1"
    )
    service.file_complaint(file, idempotency_key="k2")
    failed = service.record_complaint_follow_up(replace(satisfied, resolved=False), idempotency_key="k3")
    assert failed.events[-1].TOPIC == "complaint.reclassified"


def test_the_ladder_is_that_of_the_resolving_unit(service: CustomerService) -> None:
    service.open_unit(OpenUnit(originator_id=UNIT_ID, name="七", kind="depot"), idempotency_key="k1")
    service.file_complaint(file, idempotency_key="k2")
    escalate = EscalateComplaint(originator_id=COMPLAINT_ID, reason="no_solution")
    (event,) = service.escalate_complaint(escalate, idempotency_key="k3").events
    assert event.level == "depot_dispatcher"  # type: ignore[attr-defined]


def test_voided_as_if_it_had_never_been_told(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    service.record_complaint_follow_up(satisfied, idempotency_key="k2")
    void = VoidEvent(originator_id=COMPLAINT_ID, version=2, reason="wrong_customer")
    (event,) = service.void_event(void, idempotency_key="k3").events
    assert isinstance(event, EventVoided)
    assert (event.topic, event.version, event.originator_version) == ("complaint.follow_up_recorded", 2, 3)
    with pytest.raises(CustomerNotSatisfiedYet):
        service.close_complaint(close, idempotency_key="k4")


def test_voided_twice_is_so_already_and_a_void_is_not_voided(service: CustomerService) -> None:
    service.file_complaint(file, idempotency_key="k1")
    void = VoidEvent(originator_id=COMPLAINT_ID, version=1, reason="wrong")
    service.void_event(void, idempotency_key="k2")
    assert service.void_event(void, idempotency_key="k3").status == "already_so"
    with pytest.raises(AVoidIsNotVoided):
        service.void_event(replace(void, version=2), idempotency_key="k4")
    with pytest.raises(NoSuchEvent):
        service.void_event(replace(void, version=9), idempotency_key="k5")


def test_of_sixteen_concurrent_closings_exactly_one_is_done(
    service_on_each_server: CustomerService,
) -> None:
    service = service_on_each_server
    service.file_complaint(file, idempotency_key="k1")
    service.record_complaint_follow_up(satisfied, idempotency_key="k2")
    with ThreadPoolExecutor(16) as at_once:
        outcomes = list(
            at_once.map(lambda n: service.close_complaint(close, idempotency_key=f"c{n}"), range(16))
        )
    assert sorted(outcome.status for outcome in outcomes) == ["already_so"] * 15 + ["done"]
    closings = [event for event in stored(service, COMPLAINT_ID) if isinstance(event, ComplaintClosed)]
    assert len(closings) == 1


def test_sixteen_concurrent_follow_ups_are_all_done_one_after_another(
    service_on_each_server: CustomerService,
) -> None:
    service = service_on_each_server
    service.file_complaint(file, idempotency_key="k1")
    with ThreadPoolExecutor(16) as at_once:
        outcomes = list(
            at_once.map(
                lambda n: service.record_complaint_follow_up(satisfied, idempotency_key=f"f{n}"), range(16)
            )
        )
    assert {outcome.status for outcome in outcomes} == {"done"}
    versions = [event.originator_version for event in stored(service, COMPLAINT_ID)]
    assert versions == list(range(1, 18))
    assert ATTEMPTS > 16


def test_the_same_command_sixteen_times_at_once_is_told_once(
    service_on_each_server: CustomerService,
) -> None:
    service = service_on_each_server
    service.file_complaint(file, idempotency_key="k1")
    with ThreadPoolExecutor(16) as at_once:
        outcomes = list(
            at_once.map(
                lambda _: service.record_complaint_follow_up(satisfied, idempotency_key="same"), range(16)
            )
        )
    follow_ups = [
        event for event in stored(service, COMPLAINT_ID) if isinstance(event, ComplaintFollowUpRecorded)
    ]
    assert len(follow_ups) == 1
    assert {outcome.events for outcome in outcomes} == {tuple(follow_ups)}
    assert sorted(outcome.status for outcome in outcomes) == ["already_known"] * 15 + ["done"]


def test_a_stream_without_events_is_in_its_initial_state(service: CustomerService) -> None:
    loaded = service.load(COMPLAINT, "complaint-desk:none")
    assert (loaded.version, loaded.state, loaded.events) == (0, COMPLAINT.initial, ())


def test_events_are_numbered_after_the_highest() -> None:
    event = ComplaintClosed(
        originator_id=COMPLAINT_ID, originator_version=0, occurred_at=NOW, recorded_at=NOW, source="command"
    )
    assert [told.originator_version for told in numbered([event, event], after=7)] == [8, 9]


def test_every_command_has_its_method_and_every_event_a_command_that_makes_it() -> None:
    commands = {command_name(command) for command in Command.__subclasses__()}
    assert commands <= {name for name, _ in getmembers(CustomerService, isfunction)}
    assert {command.EVENT for command in Command.__subclasses__()} == set(EVENTS)
