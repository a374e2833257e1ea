"""A field of Mutation: its arguments, and the command that it tells under the key given."""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from domain.customer.commands import EraseCustomer
from domain.customer_service import CustomerService, Outcome
from domain.telling import Command
from graphql_api.access.reach import row_scope
from graphql_api.arguments import argument
from graphql_api.commands.command_inputs import input_type
from graphql_api.commands.command_results import checked_key, result_of
from graphql_api.commands.command_words import command_meaning
from graphql_api.commands.erasing import erase_customer
from graphql_api.commands.given_values import command_given
from graphql_api.commands.tellers import tellers
from graphql_api.commands.told_within import check_within
from graphql_api.permissions import may
from graphql_api.request_context import RequestContext
from infra.stores import Store

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

    async def resolve_async(
        self,
        next_: Callable[..., Any],
        source: Any,
        info: strawberry.Info[RequestContext],
        **given: Any,
    ) -> Any:
        info.context.looks.commands.add(self._method)
        key = checked_key(given["idempotency_key"])
        command = command_given(self._command_class, given["input"])
        services = info.context.services
        scope = row_scope(info.context.caller)
        reach = None if scope is None else await services.database.reach(scope)

        def carry_out(service: CustomerService) -> Outcome:
            if reach is not None:
                check_within(reach, service, command)
            return self._carried_out(services.store, service, command, key)

        return await result_of(services, carry_out)

    def _carried_out(self, store: Store, service: CustomerService, command: Command, key: str) -> Outcome:
        if isinstance(command, EraseCustomer):
            return erase_customer(store, service, command, idempotency_key=key)
        outcome: Outcome = getattr(service, self._method)(command, idempotency_key=key)
        return outcome


def told_by(method: str, command_class: type[Command]) -> StrawberryField:
    """The mutation of a command, for the roles that may tell it."""
    made: StrawberryField = strawberry.field(
        description=command_meaning(command_class),
        extensions=[Telling(method, command_class)],
        permission_classes=[may(tellers(command_class))],
    )
    return made
