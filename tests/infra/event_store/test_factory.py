"""The factory is found by PERSISTENCE_MODULE, writes to one table, and refuses what would lose events."""

import pytest
from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError
from eventsourcing.utils import Environment

from infra.event_store import EventStoreFactory
from infra.event_store.factory import DbFunctionsRefusedError
from infra.event_store.recorder import EventRecorder
from infra.stores import Store
from tests.infra.event_store.given import factory, stored


def test_refuses_database_functions_in_one_sentence(embedded_store: Store) -> None:
    with (
        pytest.raises(
            DbFunctionsRefusedError, match=r"^POSTGRES_ENABLE_DB_FUNCTIONS must stay off: [^.]+\.$"
        ),
        factory(embedded_store, POSTGRES_ENABLE_DB_FUNCTIONS="y"),
    ):
        pass


@pytest.mark.parametrize("key", ["", "abcd", "not hexadecimal"])
def test_names_the_append_key_when_it_is_no_key(embedded_store: Store, key: str) -> None:
    with (
        pytest.raises(InfrastructureFactoryError, match="APPEND_HMAC_KEY must be the append key"),
        factory(embedded_store, APPEND_HMAC_KEY=key),
    ):
        pass


def test_writes_to_the_one_log_whatever_the_application_is_called(embedded_store: Store) -> None:
    environment = Environment(name="CustomerService", env=embedded_store.service_env())
    named = InfrastructureFactory.construct(environment)
    assert isinstance(named, EventStoreFactory)
    named.application_recorder().insert_events([stored("call-1", 1)])
    named.close()
    with embedded_store.connect() as connection:
        assert connection.execute("select originator_id from stored_events").fetchall() == [("call-1",)]


def test_events_have_one_writer_even_as_aggregates(embedded_store: Store) -> None:
    with factory(embedded_store) as made:
        assert type(made.aggregate_recorder()) is EventRecorder


def test_connects_with_every_option_of_the_address(embedded_store: Store) -> None:
    address = f"{embedded_store.conninfo}&sslmode=disable&application_name=kefu"
    with factory(embedded_store, POSTGRES_CONNINFO=address) as made:
        made.application_recorder().insert_events([stored("call-1", 1)])
        with made.datastore.get_connection() as connection:
            assert connection.info.parameter_status("application_name") == "kefu"
            assert connection.info.get_parameters()["sslmode"] == "disable"
