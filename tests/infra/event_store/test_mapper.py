"""Events go to the log under their topic, as their own JSON, and come back equal."""

from typing import Any, ClassVar, Self

import msgspec
import pytest
from eventsourcing.persistence import JSONTranscoder, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import register_topic

from infra.event_store.mapper import EventMapper


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """An event like the domain's."""

    TOPIC: ClassVar[str] = "test_mapper.rung"
    originator_id: str
    originator_version: int
    times: int

    def to_json(self) -> bytes:
        return msgspec.json.encode({"times": self.times})

    @classmethod
    def from_json(cls, state: bytes, *, originator_id: str, originator_version: int) -> Self:
        fields: dict[str, Any] = msgspec.json.decode(state)
        return cls(originator_id=originator_id, originator_version=originator_version, **fields)


register_topic(Rung.TOPIC, Rung)

RUNG = Rung(originator_id="bell-1", originator_version=3, times=2)
STORED = StoredEvent("bell-1", 3, "test_mapper.rung", b'{"times":2}')


@pytest.fixture
def mapper() -> EventMapper:
    return EventMapper(JSONTranscoder())


def test_stores_the_topic_and_the_events_own_json(mapper: EventMapper) -> None:
    assert mapper.to_stored_event(RUNG) == STORED


def test_reads_what_it_stored(mapper: EventMapper) -> None:
    assert mapper.to_domain_event(STORED) == RUNG


@pytest.mark.parametrize(
    "unreadable",
    [
        StoredEvent("bell-1", 3, "test_mapper.unheard_of", b'{"times":2}'),
        StoredEvent("bell-1", 3, "test_mapper.rung", b'{"times":'),
    ],
)
def test_names_the_row_that_it_cannot_read(mapper: EventMapper, unreadable: StoredEvent) -> None:
    with pytest.raises(MapperDeserialisationError, match=rf"event {unreadable.topic} of bell-1, version 3"):
        mapper.to_domain_event(unreadable)
