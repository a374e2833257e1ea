"""Turns events into stored events and back by their own JSON form and their registered topic."""

from typing import Any, ClassVar, Protocol, Self, cast

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import TopicError, get_topic, resolve_topic


class JsonEvent(Protocol):
    """What the mapper asks of an event class; registered under its TOPIC, so that no path is stored."""

    TOPIC: ClassVar[str]

    def to_json(self) -> bytes:
        """Every field that the row's columns do not say already."""

    @classmethod
    def from_json(cls, state: bytes, *, originator_id: str, originator_version: int) -> Self:
        """The event that to_json wrote, put together with its row's columns."""


class EventMapper(Mapper[str]):
    """Stores `event.to_json()` under the topic of its class; an upcasted topic resolves to what upcasts."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """One row of the log, without position."""
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=get_topic(type(domain_event)),
            state=cast("JsonEvent", domain_event).to_json(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """The event of a row; MapperDeserialisationError names a row that cannot be read."""
        try:
            event_class: JsonEvent = resolve_topic(stored_event.topic)
            event: Any = event_class.from_json(
                stored_event.state,
                originator_id=str(stored_event.originator_id),
                originator_version=stored_event.originator_version,
            )
        except (TopicError, ValueError) as error:
            raise MapperDeserialisationError(
                f"event {stored_event.topic} of {stored_event.originator_id}, "
                f"version {stored_event.originator_version}, cannot be read: {error}"
            ) from error
        return cast("DomainEventProtocol[str]", event)
