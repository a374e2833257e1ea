"""A field of Mutation: its arguments, and the command that it tells under the key given."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from domain.customer.commands import EraseCustomer
from domain.customer_service import CustomerService, Outcome
from domain.telling import Command
from graphql_api.arguments import argument
from graphql_api.commands.command_inputs import input_type
from graphql_api.commands.command_results import checked_key, result_of
from graphql_api.commands.command_words import command_meaning
from graphql_api.commands.erasing import erase_customer
from graphql_api.commands.given_values import command_given
from graphql_api.commands.tellers import tellers
from graphql_api.permissions import may
from graphql_api.request_context import RequestContext

KEY = "Yours to choose: the same command told again under it is not told twice."


class Telling(FieldExtension):
    """Gives a root field of type CommandResult its arguments, and tells the command."""

    def __init__(self, method: str, command_class: type[Command]) -> None:
        self._method, self._command_class = method, command_class

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [
            argument("input", input_type(self._command_class), "What is told."),
            argument("idempotency_key", str, KEY),
        ]

    def resolve(
        self,
        next_: Callable[..., Any],
        source: Any,
        info: strawberry.Info[RequestContext],
        **given: Any,
    ) -> Awaitable[Any]:
        key = checked_key(given["idempotency_key"])
        command = command_given(self._command_class, given["input"])

        store = info.context.services.store

        def carry_out(service: CustomerService) -> Outcome:
            if isinstance(command, EraseCustomer):
                return erase_customer(store, service, command, idempotency_key=key)
            outcome: Outcome = getattr(service, self._method)(command, idempotency_key=key)
            return outcome

        return result_of(info.context.services, carry_out)


def told_by(method: str, command_class: type[Command]) -> StrawberryField:
    """The mutation of a command, for the roles that may tell it."""
    made: StrawberryField = strawberry.field(
        description=command_meaning(command_class),
        extensions=[Telling(method, command_class)],
        permission_classes=[may(tellers(command_class))],
    )
    return made
