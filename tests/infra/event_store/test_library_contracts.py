"""Every recorder and factory test case that the library ships, against our event store on both servers."""

import contextlib
import io
import unittest
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from unittest import TestCase
from uuid import uuid4

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, StoredEvent, TrackingRecorder
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    InfrastructureFactoryTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    RecorderTestCase,
    TrackingRecorderTestCase,
)
from eventsourcing.utils import Environment

from infra.event_store import EventStoreFactory
from infra.event_store.recorder import EventProcessRecorder, EventRecorder
from infra.stores import Store
from tests.infra.event_store.given import HMAC_KEY

OpenStore = Callable[[], Store]


class OnStore(TestCase):
    """A test case whose recorders belong to the store that the pytest test was given."""

    store: ClassVar[Store]
    factory: EventStoreFactory

    def setUp(self) -> None:
        self.factory = EventStoreFactory(environment(self.store))
        self.addCleanup(self.factory.close)


class TextIds(RecorderTestCase):
    """Streams are named by text in this store."""

    def new_originator_id(self) -> str:
        return str(uuid4())


class ApplicationRecorderContract(OnStore, TextIds, ApplicationRecorderTestCase[EventRecorder]):
    def create_recorder(self) -> EventRecorder:
        return self.factory.application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class AnsweringNothing(EventRecorder):
    """An aggregate recorder is expected to give no positions; otherwise ours is one."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class AggregateRecorderContract(OnStore, TextIds, AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return AnsweringNothing(self.factory.datastore, append_hmac_key=HMAC_KEY)


class SnapshotRecorderContract(OnStore, TextIds, AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory.aggregate_recorder("snapshots")


class NonInterleavingContract(OnStore, TextIds, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.factory.application_recorder()


class TrackingRecorderContract(OnStore, TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.tracking_recorder()


class ProcessRecorderContract(OnStore, TextIds, ProcessRecorderTestCase):
    def create_recorder(self) -> EventProcessRecorder:
        return self.factory.process_recorder()


class ProcessRecorderAsApplicationRecorder(ApplicationRecorderContract):
    def create_recorder(self) -> EventProcessRecorder:
        return self.factory.process_recorder()


class OwnTrackingRecorder(PostgresTrackingRecorder):
    """A view's recorder, as the library's projections subclass it."""


class FactoryContract(InfrastructureFactoryTestCase[EventStoreFactory]):
    store: ClassVar[Store]

    def setUp(self) -> None:
        self.env = environment(self.store)
        del self.env["MAPPER_TOPIC"]
        super().setUp()

    def expected_factory_class(self) -> type[EventStoreFactory]:
        return EventStoreFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return EventRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return EventRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return PostgresTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OwnTrackingRecorder

    def expected_process_recorder_class(self) -> type[EventProcessRecorder]:
        return EventProcessRecorder


CONTRACTS: tuple[type[Any], ...] = (
    ApplicationRecorderContract,
    AggregateRecorderContract,
    SnapshotRecorderContract,
    NonInterleavingContract,
    TrackingRecorderContract,
    ProcessRecorderContract,
    ProcessRecorderAsApplicationRecorder,
    FactoryContract,
)

# Run through the fixture below, once for each server; alone they have no store.
not_collected: tuple[type[Any], ...] = (OnStore, *CONTRACTS)
for contract in not_collected:
    contract.__test__ = False

CASES = tuple(
    (contract, name) for contract in CONTRACTS for name in unittest.TestLoader().getTestCaseNames(contract)
)


def environment(store: Store) -> Environment:
    """What the library's factory reads, for a store; the tables of tracking and snapshots are made."""
    settings = {"APPEND_HMAC_KEY": HMAC_KEY.hex(), "CREATE_TABLE": "y"}
    return Environment(env={**store.service_env(), **settings})


@pytest.mark.parametrize(("contract", "name"), CASES, ids=[f"{case.__name__}-{name}" for case, name in CASES])
def test_keeps_the_contract_of_the_library(contract: type[Any], name: str, store: Store) -> None:
    contract.store = store
    result = unittest.TestResult()
    with contextlib.redirect_stdout(io.StringIO()):
        contract(name).run(result)
    assert result.testsRun == 1
    assert [trace for _, trace in result.errors + result.failures] == []
