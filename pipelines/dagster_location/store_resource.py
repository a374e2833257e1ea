"""The store as assets, checks and sensors get it: its settings are read once, it is opened when asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infra.settings import Settings
from infra.stores import Store
from pipelines.stores import open_store
from projections.storage.reader import StoredFacts, stored_facts


@dataclass(frozen=True)
class StoreResource:
    """A plain object and not configuration: Dagster shows a resource's configuration, passwords included."""

    settings: Settings

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The open store; the embedded server is started if it does not run."""
        with open_store(self.settings) as store:
            yield store

    @contextmanager
    def facts(self) -> Iterator[StoredFacts]:
        """One snapshot of the facts; raises NothingProjected where no projector has run."""
        with self.opened() as store, stored_facts(store.conninfo) as facts:
            yield facts
