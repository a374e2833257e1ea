"""The command that takes an event of any stream back, and its decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace

from domain.envelope import Event
from domain.errors import DomainError
from domain.event import EventVoided, void
from domain.telling import COMMAND_SOURCE, Command, Situation


class VoidEvent(Command, frozen=True, kw_only=True):
    """Take back the event of a stream that has this version."""

    EVENT: ClassVar[type[Event]] = EventVoided

    version: int
    reason: str


@dataclass(kw_only=True)
class NoSuchEvent(DomainError):
    """Only an event that was told is taken back."""

    originator_id: str
    version: int


def decide_void(told: Sequence[Event], command: VoidEvent, situation: Situation) -> tuple[EventVoided, ...]:
    """Take an event back once; raises NoSuchEvent or AVoidIsNotVoided."""
    if any(isinstance(event, EventVoided) and event.version == command.version for event in told):
        return ()
    meant = [event for event in told if event.originator_version == command.version]
    if not meant:
        raise NoSuchEvent(originator_id=command.originator_id, version=command.version)
    voided = void(meant[0], reason=command.reason, now=situation.now)
    return (replace(voided, source=COMMAND_SOURCE),)
