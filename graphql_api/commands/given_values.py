"""Values given over GraphQL, checked and turned into what a command's struct holds."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.envelope import originator_id
from domain.organisation.state import ORGANISATION_ID
from domain.telling import Command
from graphql_api.arguments import checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.commands.command_fields import (
    NESTED,
    InputField,
    identity_fields,
    nested_fields,
    stream_named,
    told_fields,
)
from graphql_api.scalars import Json, whole_moment

WHOLE_ID = re.compile(r"[a-z]+-[A-Za-z0-9_.]+:[A-Za-z0-9._~%/-]+")


def command_given(command_class: type[Command], given: Any) -> Command:
    """The command that an instance of its input type asks for; raises BadInputError with the field's path."""
    stream = _stream_told(command_class, _values(identity_fields(command_class), given, path="", stream=""))
    told = _values(told_fields(command_class), given, path="", stream=stream)
    return command_class(originator_id=stream, **told)


def _stream_told(command_class: type[Command], told: Mapping[str, Any]) -> str:
    if not told:
        return ORGANISATION_ID
    if "issuer" in told:
        return _numbered(stream_named(command_class), **told)
    ((name, stream),) = told.items()
    if WHOLE_ID.fullmatch(stream) is None:
        message = f"`{name}` is {stream!r}, which is no whole id, <stream>-<issuer>:<number>"
        raise BadInputError(message, argument=name)
    return str(stream)


def _numbered(stream: str, *, issuer: str, number: str, further_parts: tuple[str, ...] | None) -> str:
    try:
        return originator_id(stream, issuer, number, *(further_parts or ()))
    except ValueError as error:
        message = f"`issuer` is {issuer!r} and `number` {number!r}, which make no id"
        raise BadInputError(message, argument="issuer") from error


def _values(fields: Iterable[InputField], given: Any, *, path: str, stream: str) -> dict[str, Any]:
    return {
        field.name: _value(
            field, getattr(given, field.name), path=path + to_camel_case(field.name), stream=stream
        )
        for field in fields
    }


def _value(field: InputField, given: Any, *, path: str, stream: str) -> Any:
    if field.kind is Json:
        return _json_text(given, path=path)
    if given is None:
        return None
    if field.is_many:
        each = [_one(field, one, path=f"{path}.{place}", stream=stream) for place, one in enumerate(given)]
        return tuple(each)
    return _one(field, given, path=path, stream=stream)


def _one(field: InputField, given: Any, *, path: str, stream: str) -> Any:
    if field.kind in NESTED:
        told = _values(nested_fields(field.kind), given, path=f"{path}.", stream=stream)
        own = {"originator_id": stream} if issubclass(field.kind, Command) else {}
        return field.kind(**own, **told)
    if field.kind is datetime:
        return whole_moment(given, argument=path)
    return checked_text(path, given) if isinstance(given, str) else given


def _json_text(given: Any, *, path: str) -> str:
    if given is strawberry.UNSET:
        message = f"`{path}` is left out; give the rule's body, or null to withdraw it"
        raise BadInputError(message, argument=path)
    return msgspec.json.encode(given, order="sorted").decode()
