"""What a mutation answers: done, known by its key, so already, or refused by which rule."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import strawberry

from domain.customer_service import CustomerService, Outcome
from domain.envelope import Event
from domain.errors import DomainError
from graphql_api.arguments import checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.services import Services

LONGEST_KEY = 200
WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


@strawberry.type(description="One event that a command told.")
class ToldEvent:
    topic: str = strawberry.field(description="What happened, such as complaint.filed.")
    version: int = strawberry.field(description="Its place in its stream, from 1.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")


@strawberry.type(description="The command was carried out now.")
class Done:
    id: strawberry.ID = strawberry.field(description="The stream that it told its events on.")
    events: list[ToldEvent] = strawberry.field(description="The events that it told.")


@strawberry.type(
    description="The same command was carried out before under this key; nothing was told again."
)
class AlreadyKnown:
    id: strawberry.ID = strawberry.field(description="The stream that it told its events on.")
    events: list[ToldEvent] = strawberry.field(description="The events that it told then.")


@strawberry.type(description="Things are so already; nothing was told.")
class AlreadySo:
    id: strawberry.ID = strawberry.field(description="The stream.")


@strawberry.type(description="A rule forbids it; nothing was told.")
class Refused:
    code: str = strawberry.field(description="The rule's name, such as COMPLAINT_NOT_FILED.")
    message: str = strawberry.field(description="The rule, and every value it was held against.")


CommandResult = Annotated[
    Done | AlreadyKnown | AlreadySo | Refused,
    strawberry.union("CommandResult", description="What came of a command."),
]


async def result_of(
    services: Services, carry_out: Callable[[CustomerService], Outcome]
) -> Done | AlreadyKnown | AlreadySo | Refused:
    try:
        outcome = await services.command(carry_out)
    except DomainError as refusal:
        return Refused(code=refusal_code(type(refusal)), message=str(refusal))
    stream, events = strawberry.ID(outcome.originator_id), [_told(event) for event in outcome.events]
    match outcome.status:
        case "done":
            return Done(id=stream, events=events)
        case "already_known":
            return AlreadyKnown(id=stream, events=events)
        case "already_so":
            return AlreadySo(id=stream)


def refusal_code(refusal: type[DomainError]) -> str:
    return WORD_START.sub("_", refusal.__name__).upper()


def checked_key(idempotency_key: str) -> str:
    """A key that recognises the command when it is told again; raises BadInputError for an unusable one."""
    if not idempotency_key.strip() or len(idempotency_key) > LONGEST_KEY:
        message = (
            f"`idempotencyKey` must be 1 to {LONGEST_KEY} characters that you never use for another command"
        )
        raise BadInputError(message, argument="idempotencyKey")
    return checked_text("idempotencyKey", idempotency_key)


def _told(event: Event) -> ToldEvent:
    return ToldEvent(
        topic=event.TOPIC,
        version=event.originator_version,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
    )
