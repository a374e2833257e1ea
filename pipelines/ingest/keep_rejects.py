"""The rejected rows of a file handed to the key store, and taken out of it when they are rejected no more."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import polars as pl

from infra.key_store import KeyStore
from infra.key_store.rejected_rows import RejectedRows
from infra.stores import Store
from pipelines.ingest.chunks import Made
from pipelines.ingest.plan import Plan
from pipelines.ingest.reading import Records
from pipelines.ingest.settled_rejects import take_out_settled
from pipelines.ingest.told_rejects import RejectTeller


class Keeper(Protocol):
    """Who is told what became of every row, chunk by chunk, each after its events are in the log."""

    def done_with(self, made: Made, status: pl.Series) -> None:
        """A chunk, and the status of each of its usable rows."""

    def finish(self, store: Store) -> None:
        """The whole file."""


class RejectKeeper:
    """Keeps the cells that the mapping reads of every rejected row, but for those about the erased."""

    def __init__(
        self, records: Records, plan: Plan, *, keys: KeyStore, clock: Callable[[], datetime]
    ) -> None:
        self._plan, self._clock = plan, clock
        self._teller = RejectTeller(plan, file=str(records.path), keys=keys)
        self._kept = RejectedRows(keys)
        self._kept.prune(now=clock())
        self._before = self._kept.source(mapping=plan.name, file=str(records.path))
        self._again: list[int] = []

    def keep(self, made: Made) -> None:
        """Keep the rejects of a chunk."""
        chosen = self._teller.chosen(made)
        if not chosen.is_empty():
            self._again += self._kept.keep(self._teller.told(chosen), now=self._clock()).again

    def done_with(self, made: Made, status: pl.Series) -> None:
        """Keep the rejects of a chunk; of the others the log knows more than their status."""
        self.keep(made)

    def finish(self, store: Store) -> None:
        """Take out what was kept before of rows that are in the log now, or rejected anew."""
        if self._before is not None:
            take_out_settled(self._kept, self._before, again=self._again, plan=self._plan, store=store)
