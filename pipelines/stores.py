"""How every command and job opens a store: with the log and the key store agreeing on who is erased."""

from infra import stores
from infra.settings import Settings
from infra.stores import Store


def open_store(settings: Settings) -> Store:
    """The store that the settings name; an erasure that was cut short is complete when it is open."""
    store = stores.open_store(settings)
    if store.unfinished_erasures:
        # Imported here because it brings the whole domain, which most commands can do without.
        from pipelines.erasure import reconcile  # noqa: PLC0415

        try:
            reconcile(store)
        except BaseException:
            store.close()
            raise
    return store
