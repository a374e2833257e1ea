"""The key store, whole: keys of subjects, pseudonyms, holds, erasures, and the master key's rotation."""

from infra.key_store.erasures import Erasures
from infra.key_store.legal_holds import LegalHolds
from infra.key_store.pseudonyms import Pseudonyms
from infra.key_store.rotation import Rotation
from infra.key_store.subject_keys import SubjectKeys


class KeyStore(SubjectKeys, Pseudonyms, LegalHolds, Erasures, Rotation):
    """One key database, opened by its master key; threads may share it."""
