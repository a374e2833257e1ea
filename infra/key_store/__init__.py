"""Keys of persons, pseudonyms and the store's own secrets, in a database of their own."""

from infra.key_store.erasures import Destroyed, Kept
from infra.key_store.legal_holds import Hold, UnderLegalHoldError
from infra.key_store.master_key import MasterKeyError, read_or_make_master_key
from infra.key_store.pseudonyms import Lapse
from infra.key_store.sealing import KINDS, UnreadableError
from infra.key_store.store import KeyStore
from infra.key_store.subject_keys import NoKeyError, SubjectErasedError

__all__ = [
    "KINDS",
    "Destroyed",
    "Hold",
    "Kept",
    "KeyStore",
    "Lapse",
    "MasterKeyError",
    "NoKeyError",
    "SubjectErasedError",
    "UnderLegalHoldError",
    "UnreadableError",
    "read_or_make_master_key",
]
