"""Input types, each made of the fields of a command."""

from collections.abc import Iterable
from functools import cache
from types import GenericAlias
from typing import Any

import strawberry

from domain.telling import Command
from graphql_api.commands.command_fields import (
    NESTED,
    REQUIRED,
    InputField,
    identity_fields,
    nested_fields,
    told_fields,
)
from graphql_api.commands.command_words import command_meaning
from graphql_api.scalars import BigInt


@cache
def input_type(command_class: type[Command]) -> type[Any]:
    """The strawberry input `<Command>Input`."""
    fields = (*identity_fields(command_class), *told_fields(command_class))
    return _made(f"{command_class.__name__}Input", fields, meaning=command_meaning(command_class))


@cache
def _nested_type(struct: Any) -> type[Any]:
    name, meaning = NESTED[struct]
    return _made(name, nested_fields(struct), meaning=meaning)


def _made(name: str, fields: Iterable[InputField], *, meaning: str) -> type[Any]:
    members: dict[str, Any] = {"__annotations__": {field.name: _annotation(field) for field in fields}}
    for field in fields:
        default = {} if field.default is REQUIRED else {"default": field.default}
        members[field.name] = strawberry.field(description=field.meaning, **default)
    return strawberry.input(type(name, (), members), description=meaning)


def _annotation(field: InputField) -> Any:
    kind: Any = _nested_type(field.kind) if field.kind in NESTED else field.kind
    if kind is int and field.name.endswith("_ms"):
        kind = BigInt
    whole: Any = GenericAlias(list, (kind,)) if field.is_many else kind
    return whole | None if field.is_nullable else whole
