"""Pseudonyms proposed in memory, and kept only for personal ids of which something is told."""

import hmac
import os
from collections.abc import Sequence
from typing import NamedTuple

from infra.key_store.key_database import select_pairs
from infra.key_store.pseudonyms import INSERT_ALIASES, SELECT_ALIASES, SELECT_BURIED
from infra.key_store.store import KeyStore

HAS_ERASED = "select exists (select from erasure)"


class Candidate(NamedTuple):
    """What stands for a personal id: its pseudonym, or one to be kept; None for an erased person's."""

    pseudonym: str | None
    is_proposed: bool


class ProposedPseudonyms:
    """Looks ids up without making anything; one object proposes the same for an id every time.

    A proposal is a hash under a key of this object that nobody keeps: as good as random, and held for no id.
    """

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._forgotten = os.urandom(32)

    def look_up(self, issuer: str, ids: Sequence[str]) -> list[Candidate]:
        """What stands for each id now."""
        hashes = self._keys.alias_hashes(issuer, ids)
        wanted = sorted(set(hashes))
        with self._keys.while_nobody_is_erased() as connection:
            known = select_pairs(connection, SELECT_ALIASES, wanted)
            missing = [alias for alias in wanted if alias not in known]
            buried = select_pairs(connection, SELECT_BURIED, missing) if missing else {}
        found = known | buried
        return [
            Candidate(found[alias], is_proposed=False)
            if alias in found
            else Candidate(self._proposal(alias), is_proposed=True)
            for alias in hashes
        ]

    def keep(self, issuer: str, ids: Sequence[str]) -> bool:
        """Commit what was proposed for these ids; False if one got another pseudonym, or none, meanwhile."""
        proposed = {alias: self._proposal(alias) for alias in sorted(self._keys.alias_hashes(issuer, ids))}
        wanted = list(proposed)
        with self._keys.while_nobody_is_erased() as connection:
            if select_pairs(connection, SELECT_BURIED, wanted):
                return False
            connection.execute(INSERT_ALIASES, (wanted, list(proposed.values())))
            return bool(select_pairs(connection, SELECT_ALIASES, wanted) == proposed)

    def _proposal(self, alias: bytes) -> str:
        return hmac.digest(self._forgotten, alias, "sha256")[:16].hex()


def has_erased(keys: KeyStore) -> bool:
    """Whether anybody was erased from this store."""
    with keys.while_nobody_is_erased() as connection:
        return connection.execute(HAS_ERASED).fetchone() == (True,)
