"""The event store: one log in PostgreSQL, written under one lock; named by PERSISTENCE_MODULE.

The library looks for exactly one factory class in the namespace of this module.
"""

from infra.event_store.factory import EventStoreFactory

__all__ = ["EventStoreFactory"]
