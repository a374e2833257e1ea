"""Keys of persons, pseudonyms and the store's own secrets, in a database of their own."""

from infra.key_store.master_key import MasterKeyError, read_or_make_master_key
from infra.key_store.sealing import KINDS, UnreadableError
from infra.key_store.store import KeyStore, NoKeyError

__all__ = [
    "KINDS",
    "KeyStore",
    "MasterKeyError",
    "NoKeyError",
    "UnreadableError",
    "read_or_make_master_key",
]
