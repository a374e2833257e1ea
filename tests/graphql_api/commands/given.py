"""What the tests of mutations are given: a command as the arguments of its mutation."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from msgspec.structs import asdict
from strawberry.utils.str_converters import to_camel_case

from domain.complaint.liability import PartyShare
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from domain.telling import Command, command_name
from domain.voiding import VoidEvent
from tests.graphql_api.given import Asking

OUTCOME = """{
  __typename
  ... on Done { id events { topic version } }
  ... on AlreadyKnown { id events { topic version } }
  ... on AlreadySo { id }
  ... on Refused { code message }
}"""
OF_THE_STREAM = {"customer": "customer_id", "unit": "unit", "agent": "agent_id", "campaign": "campaign_id"}


def tell(asking: Asking, name: str, told: dict[str, Any], *, key: str) -> dict[str, Any]:
    """The whole answer to a mutation."""
    mutation = to_camel_case(name)
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    asked = f"mutation T($input: {kind}!, $key: String!) {{ {mutation}(input: $input, idempotencyKey: $key)"
    return asking.answer(f"{asked} {OUTCOME} }}", input=told, key=key)


def outcome(asking: Asking, command: Command, *, key: str, begins: bool) -> dict[str, Any]:
    """What came of a command that is told over GraphQL."""
    name = command_name(type(command))
    answer = tell(asking, name, as_input(command, begins=begins), key=key)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"][to_camel_case(name)]
    return found


def as_input(command: Command, *, begins: bool) -> dict[str, Any]:
    """The command as a client writes it: what is None left out, the stream by its number or its whole id."""
    told = {name: value for name, value in asdict(command).items() if value is not None}
    stream = told.pop("originator_id")
    told.pop(OF_THE_STREAM.get(stream.partition("-")[0], ""), None)
    return {**_identity(command, stream, begins=begins), **_written(told)}


def _identity(command: Command, stream: str, *, begins: bool) -> dict[str, Any]:
    kind, _, short = stream.partition("-")
    if isinstance(command, ConfigureOrganisation):
        assert stream == ORGANISATION_ID
        return {}
    if not begins:
        return {"stream" if isinstance(command, VoidEvent) else kind: stream}
    issuer, _, parts = short.partition(":")
    number, *further = map(unquote, parts.split("/"))
    return {"issuer": issuer, "number": number, **({"furtherParts": further} if further else {})}


def _written(value: Any) -> Any:
    match value:
        case Rule():
            written: Any = _written({**value._asdict(), "body": json.loads(value.body)})
        case Command():
            written = as_input(value, begins=False)
        case PartyShare():
            written = _written(value._asdict())
        case dict():
            written = {to_camel_case(name): _written(one) for name, one in value.items()}
        case tuple():
            written = [_written(one) for one in value]
        case datetime() | date():
            written = value.isoformat()
        case _:
            written = str(value) if isinstance(value, Decimal) else value
    return written
