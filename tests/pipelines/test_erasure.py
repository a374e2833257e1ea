"""A person is erased under every pseudonym, whatever crashes in between, and nobody else is touched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.call.commands import OfferCall
from domain.command_application import Outcome
from domain.complaint.commands import FileComplaint
from domain.customer.commands import EraseCustomer, LinkCustomer, RegisterCustomer
from domain.customer.refusals import CustomerIsErased
from domain.customer_service import CustomerService
from domain.voiding import VoidEvent
from infra.erasing import find_person
from infra.event_store.persons import erased_in_log
from infra.key_store import UnderLegalHoldError
from infra.key_store.store import KeyStore
from infra.stores import Store
from infra.stores import open_store as open_bare_store
from pipelines.erasure import erase, reconcile
from pipelines.stores import open_store

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
PHONE, OTHER_PHONE, ID_NUMBER = "13800000001", "13900000002", "11010119900307123X"


def clock() -> datetime:
    return NOW


@dataclass(frozen=True)
class Town:
    """A store with people in it, and the one way to tell it more."""

    store: Store
    service: CustomerService

    def person(self, phone: str, *, name: str = "王小明", id_number: str = ID_NUMBER) -> str:
        """A registered customer known by a phone number; answers the customer id."""
        [pseudonym] = self.store.keys.pseudonyms("crm", [phone])
        customer = f"p:{pseudonym}"
        self._told(
            self.service.register_customer,
            RegisterCustomer(
                originator_id=f"customer-{customer}", name=name, phone=phone, id_number=id_number
            ),
        )
        return customer

    def complaint(self, number: int, customer: str | None, *, narrative: str = "货物晚到三天") -> str:
        """A complaint with a story in it; answers its stream."""
        stream = f"complaint-desk:{number}"
        command = FileComplaint(
            originator_id=stream,
            kind="external",
            channel="hotline",
            category="late",
            customer_id=customer,
            narrative=narrative,
        )
        self._told(self.service.file_complaint, command)
        return stream

    def call(self, number: int, phone: str, customer: str | None = None) -> str:
        """A call from a phone; answers its stream."""
        stream = f"call-desk:{number}"
        command = OfferCall(
            originator_id=stream,
            direction="inbound",
            hotline="95502",
            channel="phone",
            caller_number=phone,
            customer_id=customer,
        )
        self._told(self.service.offer_call, command)
        return stream

    def link(self, one: str, other: str) -> Outcome:
        return self._told(self.service.link_customer, LinkCustomer(originator_id=f"customer-{one}", to=other))

    def told_as_erased(self) -> set[str]:
        with self.store.connect() as connection:
            return erased_in_log(connection)

    def is_forgotten(self, customer: str) -> bool:
        """Whether the log says so, no key is left, and none is made."""
        keys = self.store.keys
        return (
            customer in self.told_as_erased()
            and not keys.having_keys([customer, f"customer-{customer}"])
            and keys.protect(customer, "name", "王") is None
        )

    def _told(self, tell: Callable[..., Outcome], command: Any) -> Outcome:
        return tell(command, idempotency_key=repr(command))


@pytest.fixture
def town(store: Store) -> Iterator[Town]:
    yield from town_in(store)


@pytest.fixture
def embedded_town(embedded_store: Store) -> Iterator[Town]:
    yield from town_in(embedded_store)


def town_in(store: Store) -> Iterator[Town]:
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=clock) as service:
        yield Town(store, service)


def test_the_log_is_told_and_every_key_destroyed(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE, name="李")
    town.complaint(1, wang)
    erased = erase(town.store, [wang], clock=clock)
    assert town.told_as_erased() == {wang} == erased.person.customers
    assert (erased.told, erased.destroyed.keys, erased.destroyed.aliases) == (1, 1, 1)
    assert town.is_forgotten(wang)
    assert town.store.keys.having_keys([li]) == {li}
    assert town.store.keys.unfinished_erasures() == set()


def test_erasing_again_does_nothing(town: Town) -> None:
    wang = town.person(PHONE)
    erase(town.store, [wang], clock=clock)
    again = erase(town.store, [wang], clock=clock)
    assert (again.told, again.destroyed) == (0, (0, 0, 0, 0))


def test_everybody_linked_is_erased_in_both_directions_and_through_others(town: Town) -> None:
    chain = [town.person(f"1380000000{number}", id_number="") for number in range(1, 6)]
    town.link(chain[0], chain[1])
    town.link(chain[2], chain[1])
    town.link(chain[2], chain[3])
    erased = erase(town.store, [chain[1]], clock=clock)
    assert erased.person.customers == set(chain[:4]) == town.told_as_erased()
    assert not any(map(town.is_forgotten, chain[4:]))


def test_a_link_that_was_voided_links_nobody(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    town.link(wang, li)
    void = VoidEvent(originator_id=f"customer-{wang}", version=2, reason="wrong")
    town.service.void_event(void, idempotency_key="v")
    assert erase(town.store, [wang], clock=clock).person.customers == {wang}


def test_streams_that_name_the_person_and_anonymous_calls_from_the_phone_go_too(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    stories = [town.complaint(1, None), town.complaint(2, None)]
    calls = [town.call(1, PHONE), town.call(2, OTHER_PHONE), town.call(3, PHONE, customer=li)]
    _name(town.store, stories[0], wang)
    assert town.store.keys.having_keys([*stories, *calls, li]) == {*stories, *calls[:2], li}
    erase(town.store, [wang], clock=clock)
    assert town.store.keys.having_keys([*stories, *calls, li]) == {stories[1], calls[1], li}


def test_a_call_from_the_phone_that_names_somebody_else_stays_theirs(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    theirs, own = town.call(1, PHONE), town.call(2, PHONE)
    _name(town.store, theirs, li)
    _name(town.store, own, wang)
    erase(town.store, [wang], clock=clock)
    assert town.store.keys.having_keys([theirs, own]) == {theirs}


def _name(store: Store, stream: str, customer: str) -> None:
    """Somebody else's system says later who called."""
    state = f'{{"occurred_at":"2026-01-05T09:00:00.000000Z","customer_id":"{customer}"}}'
    with store.connect() as connection:
        connection.execute(
            "insert into stored_events (originator_id, originator_version, topic, state) "
            "values (%s, 99, 'call.answered', %s::text::bytea)",
            (stream, state),
        )


def test_a_hold_on_anybody_linked_refuses_and_leaves_everything(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    town.link(wang, li)
    town.store.keys.place_hold(li, "case 17")
    with pytest.raises(UnderLegalHoldError, match=f"{li} since .*: case 17"):
        erase(town.store, [wang], clock=clock)
    assert town.told_as_erased() == set()
    assert town.store.keys.erased() == set()
    town.store.keys.lift_hold(li)
    assert erase(town.store, [wang], clock=clock).told == 2


def test_a_command_about_an_erased_person_is_refused_by_name(town: Town) -> None:
    wang = town.person(PHONE)
    erase(town.store, [wang], clock=clock)
    for tell in (
        lambda: town.link(wang, "crm:7"),
        lambda: town.complaint(1, wang),
        lambda: town.call(1, PHONE, customer=wang),
    ):
        with pytest.raises(CustomerIsErased) as refused:
            tell()
        assert refused.value.originator_id == f"customer-{wang}"


class Killed(BaseException):
    """The process ends here."""


STEPS = ("request_erasure", "_tell", "destroy")


@pytest.mark.parametrize("kill_before", STEPS)
@pytest.mark.parametrize("is_after", [False, True])
def test_a_crash_at_any_step_ends_in_a_complete_erasure_or_none(
    embedded_town: Town, monkeypatch: pytest.MonkeyPatch, kill_before: str, is_after: bool
) -> None:
    town = embedded_town
    wang, li, other = (town.person(phone) for phone in (PHONE, OTHER_PHONE, "13700000003"))
    call = town.call(1, PHONE)
    town.link(wang, li)
    _kill_at(monkeypatch, kill_before, is_after=is_after)
    with pytest.raises(Killed):
        erase(town.store, [wang], clock=clock)
    monkeypatch.undo()
    with open_store(town.store.settings) as again:
        assert again.keys.unfinished_erasures() == set()
    nothing_yet = kill_before == "request_erasure" and not is_after
    for customer in (wang, li):
        assert town.is_forgotten(customer) != nothing_yet
    assert bool(town.store.keys.having_keys([call])) == nothing_yet
    assert town.store.keys.having_keys([other]) == {other}


def _kill_at(monkeypatch: pytest.MonkeyPatch, step: str, *, is_after: bool) -> None:
    import pipelines.erasure as module  # noqa: PLC0415

    place: Any = module if step == "_tell" else KeyStore
    before = getattr(place, step)

    def kill(*arguments: Any, **named: Any) -> None:
        if is_after:
            before(*arguments, **named)
        raise Killed

    monkeypatch.setattr(place, step, kill)


def test_a_crash_between_two_pseudonyms_erases_both(embedded_town: Town) -> None:
    town = embedded_town
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    town.link(wang, li)
    town.service.erase_customer(EraseCustomer(originator_id=f"customer-{li}"), idempotency_key="e")
    with open_store(town.store.settings):
        assert town.is_forgotten(wang)
        assert town.is_forgotten(li)


def test_opening_a_store_anyhow_destroys_whom_the_log_says_is_erased(town: Town) -> None:
    wang = town.person(PHONE)
    town.service.erase_customer(EraseCustomer(originator_id=f"customer-{wang}"), idempotency_key="e")
    assert town.store.keys.having_keys([wang])
    with open_bare_store(town.store.settings) as again:
        assert again.unfinished_erasures == set()
    assert town.is_forgotten(wang)


def test_whoever_is_held_though_the_log_says_erased_is_left_until_the_hold_is_lifted(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    town.store.keys.place_hold(wang, "case 17")
    for customer in (wang, li):
        town.service.erase_customer(
            EraseCustomer(originator_id=f"customer-{customer}"), idempotency_key=customer
        )
    reconcile(town.store, clock=clock)
    assert town.store.keys.having_keys([wang, li]) == {wang}
    town.store.keys.lift_hold(wang)
    reconcile(town.store, clock=clock)
    assert town.is_forgotten(wang)


def test_who_was_destroyed_and_is_not_in_a_restored_log_is_told_to_it(town: Town) -> None:
    wang = town.person(PHONE)
    town.store.keys.destroy([wang, f"customer-{wang}"])
    assert town.told_as_erased() == set()
    with open_store(town.store.settings):
        assert town.told_as_erased() == {wang}


def test_a_new_customer_linked_to_an_erased_one_by_a_file_is_not_erased_with_them(town: Town) -> None:
    wang = town.person(PHONE)
    erase(town.store, [wang], clock=clock)
    li = town.person(OTHER_PHONE)
    state = f'{{"occurred_at":"2026-01-05T09:00:00.000000Z","customer_id":"{li}","to":"{wang}"}}'
    with town.store.connect() as connection:
        connection.execute(
            "insert into stored_events (originator_id, originator_version, topic, state) "
            "values (%s, 99, 'customer.linked', %s::text::bytea)",
            (f"customer-{li}", state),
        )
    reconcile(town.store, clock=clock)
    assert town.store.keys.having_keys([li]) == {li}
    assert find_person(town.store, [li]).customers == {li}
