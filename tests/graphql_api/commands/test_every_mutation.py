"""Every command over GraphQL, in the real store: done, known by its key, and its key kept for it alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.customer.commands import EraseCustomer
from domain.customer_service import CustomerService
from domain.organisation.commands import ConfigureOrganisation
from domain.telling import Command, command_name
from domain.voiding import VoidEvent
from graphql_api.app import create_app
from graphql_api.commands.command_fields import BEGINNING
from graphql_api.commands.mutation import commands
from graphql_api.commands.tellers import tellers
from infra.api_keys import ROLES
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.domain.test_every_command import EXAMPLES, tell_the_past
from tests.examples import NOW
from tests.given import CommandExample
from tests.graphql_api.commands.given import OF_THE_STREAM, as_input, outcome, tell
from tests.graphql_api.given import Asking, key_for, started

# An erasure is more than its event: tests/graphql_api/commands/test_erasing.py.
TOLD = [example for example in EXAMPLES if not isinstance(example.command, EraseCustomer)]
EXAMPLE = {command_name(type(example.command)): example.command for example in EXAMPLES}
TELLERS = {
    "file_complaint": "service_desk service_manager admin",
    "answer_call": "service_desk service_manager admin",
    "attempt_callback": "service_desk service_manager admin",
    "pay_claim": "service_desk service_manager admin",
    "fulfil_request": "service_desk service_manager admin",
    "register_customer": "service_desk service_manager admin",
    "join_agent": "service_manager admin",
    "open_unit": "service_manager admin",
    "set_target": "service_manager admin",
    "record_volume": "service_manager admin",
    "redeem_member_points": "club_manager admin",
    "grade_partner": "club_manager admin",
    "launch_campaign": "marketing admin",
    "assign_customer_to_campaign": "marketing admin",
    "change_customer_consent": "service_desk service_manager marketing admin",
    "contact_customer": "service_desk service_manager marketing account_manager admin",
    "take_customer_retention_action": "service_desk service_manager marketing account_manager admin",
    "erase_customer": "privacy_officer admin",
    "configure_organisation": "admin",
    "void_event": "admin",
}


@pytest.fixture(scope="module")
def one_store(embedded_server: RunningServer) -> Iterator[Store]:
    yield from fresh_store(embedded_server)


@pytest.fixture(scope="module")
def service(one_store: Store) -> Iterator[CustomerService]:
    with CustomerService(
        one_store.service_env(), protect=one_store.keys.protect, clock=lambda: NOW
    ) as service:
        yield service


@pytest.fixture(scope="module")
def callers(one_store: Store) -> Iterator[dict[str, Asking]]:
    """Somebody of each role."""
    with started(create_app(one_store.settings, clock=lambda: NOW)) as api:
        yield {role: Asking(api, key_for(one_store, role)) for role in ROLES}


def begins(command: Command) -> bool:
    """Whether a client names the stream by its issuer and number."""
    return isinstance(command, BEGINNING)


def as_its_stream_says(command: Command) -> Command:
    """The command without what the stream's own id says anyway, which has no field in GraphQL."""
    own = OF_THE_STREAM.get(command.originator_id.partition("-")[0])
    return replace(command, **{own: None}) if own else command


def another(command: Command) -> Command:
    """The same command with another content."""
    if isinstance(command, ConfigureOrganisation):
        return replace(command, rules=command.rules[:0])
    if isinstance(command, VoidEvent):
        return replace(command, reason="told by mistake")
    return replace(command, occurred_at=NOW - timedelta(hours=3))


@pytest.mark.parametrize("example", TOLD, ids=[command_name(type(example.command)) for example in TOLD])
def test_done_then_known_by_its_key_which_stands_for_nothing_else(
    example: CommandExample, one_store: Store, service: CustomerService, callers: dict[str, Asking]
) -> None:
    with one_store.connect() as connection:
        connection.execute("truncate stored_events, append_key, append_batch")
    tell_the_past(example, service)

    def told(command: Command) -> dict[str, Any]:
        return outcome(callers["admin"], command, key="k1", begins=begins(command))

    done = told(example.command)
    assert (done["__typename"], done["id"]) == ("Done", example.command.originator_id), done
    assert example.command.EVENT.TOPIC in {event["topic"] for event in done["events"]}
    assert told(example.command) == {**done, "__typename": "AlreadyKnown"}
    # The key knows the command by its whole content: every field arrived as it was meant.
    assert (
        service.carry_out(as_its_stream_says(example.command), idempotency_key="k1").status == "already_known"
    )
    assert told(another(example.command))["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_no_command_is_missing() -> None:
    assert set(commands().values()) == set(Command.__subclasses__())
    assert {name: command_name(told) for name, told in commands().items()} == {one: one for one in commands()}


@pytest.mark.parametrize("name", TELLERS)
def test_each_role_tells_its_own_commands_and_no_others(name: str, callers: dict[str, Asking]) -> None:
    # A key that is none: whoever may tell the command hears of the key, and nothing is told.
    told = as_input(EXAMPLE[name], begins=begins(EXAMPLE[name]))
    answers = {role: tell(asking, name, told, key=" ")["errors"] for role, asking in callers.items()}
    codes = {role: error["extensions"]["code"] for role, (error,) in answers.items()}
    allowed = dict.fromkeys(TELLERS[name].split(), "BAD_USER_INPUT")
    assert codes == dict.fromkeys(ROLES, "FORBIDDEN") | allowed


def test_an_admin_tells_every_command_and_a_reader_none() -> None:
    assert all("admin" in tellers(told) for told in commands().values())
    assert not any({"bi_reader", "source_system"} & tellers(told) for told in commands().values())
