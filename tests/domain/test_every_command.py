"""Every command in the real store: accepted, known by its key, told again, and the one that came too late."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from domain.command_application import CommandApplication, Outcome, numbered
from domain.customer_service import CustomerService
from domain.envelope import Event
from domain.errors import DomainError
from domain.telling import Command, command_name
from domain.voiding import VoidEvent
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.examples import COMPLAINT_ID, NOW, filed
from tests.given import CommandExample

Answer = Outcome | type[DomainError]

VOID = CommandExample(
    command=VoidEvent(originator_id=COMPLAINT_ID, version=1, reason="told twice"), given=(filed,)
)


def listed_examples() -> tuple[CommandExample, ...]:
    """The examples beside the tests of each stream, and that of the command on any stream."""
    found = sorted(Path(__file__).parent.glob("*/examples.py"))
    modules = [import_module(f"tests.domain.{path.parent.name}.examples") for path in found]
    return (*(example for module in modules for example in module.EXAMPLES), VOID)


EXAMPLES = listed_examples()
each_command = pytest.mark.parametrize(
    "example", EXAMPLES, ids=[command_name(type(example.command)) for example in EXAMPLES]
)


class Overtaken(CustomerService):
    """A service whose first append comes just after a rival's."""

    rival: Callable[[], object] | None = None

    def save(self, *events: Any, **keys: Any) -> Any:
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        return super().save(*events, **keys)


def test_every_command_has_an_example() -> None:
    assert {type(example.command) for example in EXAMPLES} == set(Command.__subclasses__())


@pytest.fixture(scope="module")
def one_store(embedded_server: RunningServer) -> Iterator[Store]:
    yield from fresh_store(embedded_server)


@pytest.fixture(scope="module")
def one_service(one_store: Store) -> Iterator[Overtaken]:
    yield from service_over(one_store)


@pytest.fixture(scope="module")
def other_service(one_store: Store) -> Iterator[Overtaken]:
    yield from service_over(one_store)


def service_over(store: Store) -> Iterator[Overtaken]:
    with Overtaken(store.service_env(), protect=store.keys.protect, clock=lambda: NOW) as service:
        yield service


@pytest.fixture
def service(one_service: Overtaken, one_store: Store) -> Overtaken:
    """A service over an empty log; it keeps nothing of the log that was before."""
    with one_store.connect() as connection:
        connection.execute("truncate stored_events, append_key, append_batch")
    return one_service


@pytest.fixture
def rival(service: Overtaken, other_service: Overtaken) -> Overtaken:
    """Another service over the same log."""
    assert other_service is not service
    return other_service


def tell_the_past(example: CommandExample, service: CustomerService) -> None:
    for events in by_stream((*example.rules, *example.others, *example.given)).values():
        service.save(*numbered(events, after=0))


def by_stream(events: tuple[Event, ...]) -> dict[str, list[Event]]:
    streams: dict[str, list[Event]] = {}
    for event in events:
        streams.setdefault(event.originator_id, []).append(event)
    return streams


def answered(service: CommandApplication, command: Command, *, key: str) -> Answer:
    try:
        return service.carry_out(command, idempotency_key=key)
    except DomainError as refusal:
        return type(refusal)


def is_as_expected(answer: Answer, example: CommandExample) -> bool:
    if isinstance(answer, Outcome):
        return answer.status == example.again
    return example.again == "refused"


@each_command
def test_accepted_known_by_its_key_and_answered_again(example: CommandExample, service: Overtaken) -> None:
    tell_the_past(example, service)
    done = service.carry_out(example.command, idempotency_key="k1")
    assert done.status == "done"
    assert example.command.EVENT in {type(event) for event in done.events}
    known = service.carry_out(example.command, idempotency_key="k1")
    assert (known.status, known.events) == ("already_known", done.events)
    again = answered(service, example.command, key="k2")
    assert is_as_expected(again, example), again


@each_command
def test_the_concurrent_loser_decides_again_on_what_the_winner_told(
    example: CommandExample, service: Overtaken, rival: Overtaken
) -> None:
    first: list[Outcome] = []
    tell_the_past(example, rival)
    service.rival = lambda: first.append(rival.carry_out(example.command, idempotency_key="k1"))
    late = answered(service, example.command, key="k2")
    assert [outcome.status for outcome in first] == ["done"]
    assert is_as_expected(late, example), late
