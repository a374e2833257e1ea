"""How a payload written under a superseded topic is read as its successor: plain data and one interpreter."""

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.envelope import Event

Scalar = str | int | bool | None


class Copy(msgspec.Struct, frozen=True):
    """Take the value of an old field."""

    old: str


class Constant(msgspec.Struct, frozen=True):
    """Take the same stored value always."""

    value: Scalar


class Recode(msgspec.Struct, frozen=True):
    """Take the value of an old field through a table; a value that is not in it stays as it is."""

    old: str
    table: dict[Scalar, Scalar]


class Upcaster(msgspec.Struct, frozen=True, kw_only=True):
    """From one topic to its successor: where each new field comes from; fields not named keep their value."""

    from_topic: str
    to_topic: str
    fields: dict[str, Copy | Constant | Recode]


def upcast_payload(payload: Mapping[str, Any], upcaster: Upcaster) -> dict[str, Any]:
    """Rewrite one decoded payload as its successor topic would have stored it."""
    made = {field: _value(payload, source) for field, source in upcaster.fields.items()}
    return {**payload, **made}


def _value(payload: Mapping[str, Any], source: Copy | Constant | Recode) -> object:
    match source:
        case Constant(value):
            return value
        case Copy(old):
            return payload[old]
        case Recode(old, table):
            return table.get(payload[old], payload[old])


class UpcastTopic(msgspec.Struct, frozen=True, kw_only=True):
    """What a superseded topic resolves to: a reader of old bytes that makes events of today's class."""

    steps: tuple[Upcaster, ...]
    event_class: type[Event]

    def from_json(self, state: bytes, *, originator_id: str, originator_version: int) -> Event:
        """Decode old bytes, upcast them step by step, and make the event."""
        payload: dict[str, Any] = msgspec.json.decode(state)
        for step in self.steps:
            payload = upcast_payload(payload, step)
        return self.event_class.from_payload(
            payload, originator_id=originator_id, originator_version=originator_version
        )
