"""What every event carries, the bytes it is stored as, and how streams are named."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from urllib.parse import quote

import msgspec

Kind = Literal["text", "integer", "boolean", "decimal", "time", "date"]
Time = Annotated[datetime, msgspec.Meta(tz=True)]

# Versions are given under the append's lock (highest of the stream + running number); until then, none.
UNNUMBERED = 0
STREAM_ROW = ("originator_id", "originator_version")
STORED_STEP = Decimal("0.0001")
STORED_DECIMALS = Context(prec=38, traps=[Inexact, InvalidOperation])
UNSTORABLE = (ValueError, InvalidOperation, Inexact)
KIND_OF_TYPE: dict[type, Kind] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    Decimal: "decimal",
    datetime: "time",
    date: "date",
}
ISSUER = re.compile(r"[A-Za-z0-9_.]+")


class FieldKind(NamedTuple):
    """How one stored field is read back, and whether it may be null."""

    kind: Kind
    required: bool


class FieldUnstorable(ValueError):
    """A value cannot be stored exactly: a time without zone, or more than four decimal places."""

    def __init__(self, *, topic: str, field: str, value: object) -> None:
        """Carry the topic, the field and the value that was refused."""
        super().__init__(f"{topic}: {field} = {value!r} cannot be stored exactly")
        self.topic, self.field, self.value = topic, field, value


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, told once; the base of every event class."""

    TOPIC: ClassVar[str]
    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    originator_id: str
    originator_version: int
    occurred_at: Time
    recorded_at: Time
    source: str
    customer_id: str | None = None
    unit: str | None = None
    agent_id: str | None = None
    campaign_id: str | None = None
    tier: str | None = None

    def to_json(self) -> bytes:
        """Encode every field but the row's own (id, version), in declared order, nulls written.

        Raises FieldUnstorable for a time without zone or a decimal beyond four places.
        """
        return msgspec.json.encode({name: _stored(self, name) for name in field_kinds(type(self))})

    @classmethod
    def from_json(cls, state: bytes, *, originator_id: str, originator_version: int) -> Self:
        """Decode stored bytes; a null in a required field raises msgspec.ValidationError."""
        return cls.from_payload(
            msgspec.json.decode(state), originator_id=originator_id, originator_version=originator_version
        )

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any], *, originator_id: str, originator_version: int) -> Self:
        """Make the event from decoded fields, which hold times and decimals as text."""
        row = {"originator_id": originator_id, "originator_version": originator_version}
        return msgspec.convert({**payload, **row}, cls)


@cache
def field_kinds(event_class: type[Event]) -> dict[str, FieldKind]:
    """Name the stored fields of an event class in declared order, with their kinds."""
    hints = get_type_hints(event_class)
    stored = (name for name in event_class.__struct_fields__ if name not in STREAM_ROW)
    return {name: _kind_of(hints[name]) for name in stored}


def _kind_of(hint: Any) -> FieldKind:
    if get_origin(hint) in (Union, UnionType):
        (present,) = (arm for arm in get_args(hint) if arm is not NoneType)
        return FieldKind(kind=_kind_of(present).kind, required=False)
    return FieldKind(kind=KIND_OF_TYPE[hint], required=True)


def _stored(event: Event, name: str) -> object:
    value = getattr(event, name)
    try:
        return _stored_value(value)
    except UNSTORABLE as error:
        raise FieldUnstorable(topic=event.TOPIC, field=name, value=value) from error


def _stored_value(value: object) -> object:
    if isinstance(value, datetime):
        return stored_time(value)
    if isinstance(value, Decimal):
        return stored_decimal(value)
    return value


def stored_decimal(value: Decimal) -> str:
    """Write a number with four places; ValueError, Inexact or InvalidOperation if that is not the number."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    exact = value.quantize(STORED_STEP, context=STORED_DECIMALS)
    # Adding zero turns -0 into 0, which is how a column of decimals writes it.
    return format(STORED_DECIMALS.add(exact, Decimal(0)), "f")


def stored_time(moment: datetime) -> str:
    """Write a moment as UTC text with six places and a Z; ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def originator_id(stream: str, issuer: str, *parts: str) -> str:
    """Name a stream: `call-bank:AA0101/33116/990101`.

    Every part is percent-encoded (RFC 3986: letters, digits and `-._~` stay, the rest as UTF-8 bytes `%E5`).
    """
    if not ISSUER.fullmatch(issuer) or not parts or not all(parts):
        raise ValueError(f"not an id: stream {stream!r}, issuer {issuer!r}, parts {parts!r}")
    return f"{stream}-{issuer}:{'/'.join(quote(part, safe='') for part in parts)}"


def stream_of(originator_id: str) -> str:
    """Read the stream's kind from its id: `call` of `call-bank:1`."""
    return originator_id.partition("-")[0]


def short_id(originator_id: str) -> str:
    """Take the `<stream>-` prefix off: the form that `unit`, `agent_id`, `customer_id` hold."""
    return originator_id.partition("-")[2]
