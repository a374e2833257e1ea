"""A registration that names nobody makes a customer all the same; at the desk, a person is asked for all."""

import msgspec

from domain.broken_rules import broken_rules
from domain.customer.commands import RegisterCustomer
from domain.customer.events import CustomerRegistered
from domain.customer.state import Customer
from domain.folding import fold_live
from domain.organisation.rules import RuleBook
from domain.streams import CUSTOMER
from tests.domain.customer.examples import register
from tests.examples import registered, told
from tests.given import given

nameless = told(CustomerRegistered, name=None, phone=None, id_number=None)


def test_it_is_stored_as_nulls_and_read_back() -> None:
    payload = msgspec.json.decode(nameless.to_json())
    assert (payload["name"], payload["phone"], payload["id_number"]) == (None, None, None)
    read = CustomerRegistered.from_json(
        nameless.to_json(),
        originator_id=nameless.originator_id,
        originator_version=nameless.originator_version,
    )
    assert read == nameless


def test_whoever_is_registered_so_is_a_customer_and_no_prospect() -> None:
    state = fold_live([nameless], initial=Customer(), evolve=CUSTOMER.evolve)
    assert not state.is_prospect
    assert given(CUSTOMER, nameless).when(register) == ()


def test_a_told_one_breaks_no_rule() -> None:
    assert broken_rules([nameless], stream=CUSTOMER, rules=RuleBook(), read=lambda _ids, _at: {}) == ()


def test_a_later_one_replaces_what_was_known() -> None:
    state = fold_live([registered, nameless], initial=Customer(), evolve=CUSTOMER.evolve)
    assert state.registered == nameless


def test_by_command_a_person_is_registered_with_all_three() -> None:
    needed = {field.name for field in msgspec.structs.fields(RegisterCustomer) if field.required}
    assert {"name", "phone", "id_number"} <= needed
