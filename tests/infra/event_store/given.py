"""Recorders, records and chunks as the event store's tests begin with them."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import polars as pl
from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment

from infra.event_store import EventStoreFactory
from infra.event_store.append_keys import append_key, content_key
from infra.event_store.chunk import EVENTS_SCHEMA, RECORDS_SCHEMA, Chunk
from infra.event_store.record import Record
from infra.event_store.recorder import EventRecorder
from infra.stores import Store

HMAC_KEY = bytes(range(32))


@contextmanager
def factory(store: Store, **settings: str) -> Iterator[EventStoreFactory]:
    """The factory that an application gets from the store's environment."""
    environment = Environment(env={**store.service_env(), "APPEND_HMAC_KEY": HMAC_KEY.hex(), **settings})
    made = InfrastructureFactory.construct(environment)
    assert isinstance(made, EventStoreFactory)
    with closing(made):
        yield made


@contextmanager
def recorder(store: Store) -> Iterator[EventRecorder]:
    """A recorder with an append key known to the tests."""
    with factory(store) as made:
        yield made.application_recorder()


def stored(stream: str, version: int, *, state: bytes = b"{}", topic: str = "call.offered") -> StoredEvent:
    """An event that says nothing in particular."""
    return StoredEvent(originator_id=stream, originator_version=version, topic=topic, state=state)


def record(name: str, *events: StoredEvent, content: str = "as told") -> Record:
    """A record of the source "bank" that is known by its name."""
    return Record(events=events, source="bank", parts=(name,), content=content.encode(), mapping="bank_calls")


def chunk(*rows: tuple[str, str, Sequence[tuple[str, str]]]) -> Chunk:
    """Records as (name, content, [(stream, state), …])."""
    events = [
        (index, stream, "call.offered", state.encode())
        for index, (_, _, told) in enumerate(rows)
        for stream, state in told
    ]
    records = [
        (append_key(HMAC_KEY, "bank", (name,)), content_key(HMAC_KEY, content.encode()), len(told))
        for name, content, told in rows
    ]
    return Chunk(
        events=pl.DataFrame(events, schema=EVENTS_SCHEMA, orient="row"),
        records=pl.DataFrame(records, schema=RECORDS_SCHEMA, orient="row"),
        mapping="bank_calls",
    )
