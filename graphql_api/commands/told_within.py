"""What a limited caller may tell: of the units and customers that its key reaches, and of nothing else."""

from collections.abc import Sequence

from domain.command_application import STREAM_OF_NAME
from domain.customer_service import CustomerService
from domain.envelope import Event, short_id, stream_of
from domain.telling import Command
from graphql_api.access.limited_reads import ForbiddenError
from graphql_api.access.reach import Reach


def check_within(reach: Reach, service: CustomerService, command: Command) -> None:
    """Raises ForbiddenError unless stream and command name a unit and a customer, all within reach.

    What a stream was told last counts beside what the command says, so that nobody takes over a stream by
    naming a unit of their own.
    """
    told: tuple[Event, ...] = ()
    if (stream := STREAM_OF_NAME.get(stream_of(command.originator_id))) is not None:
        told = service.load(stream, command.originator_id).events
    _check("unit", reach.units, _named("unit", told, command))
    _check("customer", reach.customers, _named("customer_id", told, command))


def _check(what: str, within: tuple[str, ...] | None, named: set[str]) -> None:
    if within is None or (named and named <= set(within)):
        return
    # One answer for what is told of others and of nobody: a refusal says nothing of a stream.
    message = f"This key is limited to some {what}s: a command must name one of them, and be about no other"
    raise ForbiddenError(message)


def _named(field: str, told: Sequence[Event], command: Command) -> set[str]:
    if stream_of(command.originator_id) == field.removesuffix("_id"):
        return {short_id(command.originator_id)}
    by_stream = [named for event in told if (named := getattr(event, field)) is not None]
    return {named for named in (*by_stream[-1:], getattr(command, field)) if named is not None}
