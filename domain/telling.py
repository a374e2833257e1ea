"""What a command carries, what a decision knows, and how an accepted command becomes an event."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

import msgspec

from domain.envelope import UNNUMBERED, Event
from domain.organisation.rules import RuleBook

COMMAND_SOURCE = "command"
CARRIED = ("customer_id", "unit", "agent_id", "campaign_id", "tier")
WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")

Told = TypeVar("Told", bound=Event)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to have something happen on one stream; the base of every command class.

    `originator_id` is the stream's whole id; `occurred_at` (None: now) is when it happened, with a zone;
    the other fields here are what the event's envelope carries where it applies.
    """

    EVENT: ClassVar[type[Event]]

    originator_id: str
    occurred_at: datetime | None = None
    customer_id: str | None = None
    unit: str | None = None
    agent_id: str | None = None
    campaign_id: str | None = None
    tier: str | None = None


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision knows beside the state: the clock, the organisation's rules, other streams' states.

    `others` holds the states that the stream's `reads` names, by whole stream id. They are read before the
    append's lock: what they allow may have changed a moment ago.
    """

    now: datetime
    rules: RuleBook
    others: Mapping[str, Any] = {}


def moment_of(command: Command, *, now: datetime) -> datetime:
    """Say when the command's event happened: at its occurred_at, else now."""
    return now if command.occurred_at is None else command.occurred_at.astimezone(UTC)


def tell(command: Command, *, now: datetime) -> Event:
    """Make the event a command asks for, field by field of the same name; not yet numbered."""
    return tell_as(command.EVENT, command, now=now, **_payload(command))


def tell_unless(is_so: bool, command: Command, *, now: datetime) -> tuple[Event, ...]:
    """Make the event a command asks for, or none where it is so already."""
    return () if is_so else (tell(command, now=now),)


def tell_as(event_class: type[Told], command: Command, *, now: datetime, **payload: Any) -> Told:
    """Make another event in the words of a command: its stream, moment and envelope."""
    carried = {name: getattr(command, name) for name in CARRIED}
    return event_class(
        originator_id=command.originator_id,
        originator_version=UNNUMBERED,
        occurred_at=moment_of(command, now=now),
        recorded_at=now,
        source=COMMAND_SOURCE,
        **{**carried, **payload},
    )


def _payload(command: Command) -> dict[str, Any]:
    told = set(command.EVENT.__struct_fields__) - set(Event.__struct_fields__)
    return {name: getattr(command, name) for name in command.__struct_fields__ if name in told}


def says_the_same(command: Command, event: Event) -> bool:
    """Compare what a command asks for with what an event told, personal text and the moment left out."""
    asked = {**_payload(command), **{name: getattr(command, name) for name in CARRIED}}
    return all(getattr(event, name) == value for name, value in asked.items() if name not in event.PERSONAL)


def command_name(command_class: type[Command]) -> str:
    """Say a command's name as methods and idempotency keys have it: `file_complaint`."""
    return WORD_START.sub("_", command_class.__name__).lower()


def content_of(command: Command) -> bytes:
    """Write a command's arguments as canonical JSON, personal ones left out: what one key may stand for."""
    told = {
        name: getattr(command, name)
        for name in command.__struct_fields__
        if name not in command.EVENT.PERSONAL
    }
    return msgspec.json.encode(told, order="sorted")
