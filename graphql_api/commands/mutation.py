"""The root fields of Mutation: one per command, named as its method of the service is."""

from inspect import isfunction
from typing import Any, get_type_hints

import strawberry

from domain.customer_service import CustomerService
from domain.telling import Command
from graphql_api.commands.command_results import CommandResult
from graphql_api.commands.telling import told_by


def commands() -> dict[str, type[Command]]:
    """Every command by the name of its method, stream by stream as the service lists them."""
    return {
        name: get_type_hints(method)["command"]
        for methods in (*CustomerService.__bases__, CustomerService)
        for name, method in vars(methods).items()
        if isfunction(method) and not name.startswith("_")
    }


def _mutation() -> type[Any]:
    told = commands()
    members: dict[str, Any] = {name: told_by(name, command_class) for name, command_class in told.items()}
    members["__annotations__"] = dict.fromkeys(told, CommandResult)
    return strawberry.type(
        type("Mutation", (), members),
        description="What can be told. Each command is told at most once per idempotency key.",
    )


Mutation = _mutation()
