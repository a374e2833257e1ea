"""Kept rows told again under the mapping as it is now, and what became of each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import polars as pl

from infra.key_store.rejected_rows import RejectedRows, Rejects, Source, Which
from infra.stores import Store
from pipelines.ingest.account import Account
from pipelines.ingest.chunks import Made
from pipelines.ingest.ingest import Watch, ingest, rehearse
from pipelines.ingest.kept_records import CONTENT, KEPT, KeptRecords
from pipelines.ingest.plan import RECORD, Plan
from pipelines.ingest.row_faults import DETAIL, ERASED_REASON, REASON
from pipelines.ingest.told_rejects import RejectTeller


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What became of the kept rows of one mapping and file: told again, or left out, by why."""

    source: Source
    account: Account
    left_out: Counter[str]

    @property
    def kept(self) -> int:
        """How many rows there were."""
        return self.account.records + self.left_out.total()


def replay(
    store: Store, source: Source, *, which: Which, plan: Plan, clock: Callable[[], datetime]
) -> Replayed:
    """Tell the kept rows of a source again: what is in the log then is kept no more, the rest is.

    A row is deleted after its events are committed: after a kill it is told again, and known. One that is
    known with other content is refused, whatever the mapping says of changes, since what was told later
    than it was rejected is newer than it.
    """
    # A row that was rejected may be older than what the log says under its key.
    told = replace(plan, corrects=False)
    records = _records(store, source, which=which, plan=told)
    keeper = _Replayer(store, source, plan=told)
    account = ingest(records, told, store=store, clock=clock, watch=Watch(keeper=keeper))
    return Replayed(source=source, account=account, left_out=records.left_out)


def rehearse_replay(
    store: Store, source: Source, *, which: Which, plan: Plan, clock: Callable[[], datetime]
) -> Replayed:
    """The account of a replay as if the store were empty; nothing is written."""
    records = _records(store, source, which=which, plan=plan)
    account = rehearse(records, plan, clock=clock).account
    return Replayed(source=source, account=account, left_out=records.left_out)


def _records(store: Store, source: Source, *, which: Which, plan: Plan) -> KeptRecords:
    return KeptRecords(RejectedRows(store.keys), source, plan=plan, reason=which.reason, ids=which.ids)


class _Replayer:
    """Takes out of the rejects what is in the log, and says of the others why they are rejected today."""

    def __init__(self, store: Store, source: Source, *, plan: Plan) -> None:
        self._kept = RejectedRows(store.keys)
        self._teller = RejectTeller(plan, file=source.file, keys=store.keys)

    def done_with(self, made: Made, status: pl.Series) -> None:
        """Rows that were refused stay as they are, and of people who were erased nothing does."""
        in_log = made.rows.filter(status.is_in(["appended", "known"]))
        erased = made.rejects.filter(pl.col(REASON) == ERASED_REASON)
        gone = made.judged.evaluated.join(erased, on=RECORD, how="semi")
        self._kept.delete([*in_log[KEPT], *gone[KEPT]])
        rejected = self._teller.chosen(made)
        if not rejected.is_empty():
            self._kept.renew(_with_all_cells(self._teller.told(rejected), rejected), ids=rejected[KEPT])

    def finish(self, store: Store) -> None:
        """Every chunk was settled."""


def _with_all_cells(told: Rejects, rejected: pl.DataFrame) -> Rejects:
    """Today's reasons, and the cells as they were kept: some may be of columns that are read no more."""
    contents = [
        msgspec.json.encode(msgspec.json.decode(content) | {"detail": detail})
        for content, detail in zip(rejected[CONTENT], rejected[DETAIL], strict=True)
    ]
    return replace(told, rows=told.rows.with_columns(content=pl.Series(contents, dtype=pl.Binary)))
