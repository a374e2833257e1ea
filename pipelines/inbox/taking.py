"""One dropped file taken: out of the way of writers, into the log, and to done or failed with its receipt."""

import errno
import hashlib
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from psycopg import Error as DatabaseError
from psycopg.errors import DataError, ProgramLimitExceeded

from infra.event_store.record import LogBusyError
from infra.key_store import MasterKeyError
from infra.postgres import ServerUnavailableError
from infra.stores import Store
from pipelines.broken_rules import findings_since
from pipelines.inbox.as_dropped import AsDropped
from pipelines.inbox.folders import RECEIPT, Dropped, Stamp, free_name, stamp_of
from pipelines.inbox.receipts import Outcome, Receipt, move_with_receipt, write_receipt
from pipelines.ingest.account import Account
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import Fault, FileFault
from pipelines.ingest.ingest import ingest
from pipelines.ingest.plan import Plan
from pipelines.ingest.reading import Records, open_records
from pipelines.ingest.report import as_document
from pipelines.organisation import OrganisationFault, settle_organisation

NOT_OF_THE_FILE = (
    DatabaseError,
    LogBusyError,
    MasterKeyError,
    MemoryError,
    OrganisationFault,
    OSError,
    ServerUnavailableError,
)
"""What is no fault of a file: it stays where it is, and is taken again."""
OF_THE_MACHINE = {errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.ESTALE}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A file that was taken: its receipt, where it lies, and the account if it could be read at all."""

    receipt: Receipt
    path: Path
    account: Account | None


@dataclass(kw_only=True)
class _Told:
    """What is found out about a file on its way."""

    account: Account | None = None
    fault: str | None = None
    after: int | None = None
    upto: int | None = None
    broken: Counter[str] = field(default_factory=Counter)


class StillWritten(Exception):
    """A file changed while it was read; it is taken again when it has settled."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"{path}: changed while it was read; it is taken again when it is whole")
        self.path = path


def take(dropped: Dropped, *, store: Store, clock: Callable[[], datetime]) -> Taken | None:
    """Ingest a whole file and move it with its receipt; None if it is gone, or we may not move it.

    Whoever calls holds the lock of the inbox. After a kill at any point the file is taken again: its
    records are known, and it gets one receipt. Raises what is no fault of the file, and StillWritten,
    and leaves it to be taken again; any other surprise is a fault of ours, and raised when it was moved.
    """
    taken_at = clock()
    at = _claim(dropped)
    if at is None:
        return None
    before, told = stamp_of(at), _Told()
    try:
        _tell(dropped, at, told, store=store, clock=clock)
    except (*NOT_OF_THE_FILE, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as surprise:  # a panic of Polars is no Exception
        told.fault = f"{dropped.path}: Kefu failed on it ({type(surprise).__name__}); report that."
        _close(dropped, at, told, taken_at=taken_at, now=clock())
        raise
    if _content_of(stamp_of(at)) != _content_of(before):
        raise StillWritten(path=dropped.path)
    return _close(dropped, at, told, taken_at=taken_at, now=clock())


def _claim(dropped: Dropped) -> Path | None:
    """Put the file where nobody writes another one of its name over it."""
    at = dropped.place.taking / dropped.name
    with suppress(FileNotFoundError, PermissionError):
        if dropped.is_left:
            # So that every attempt begins at a moment of its own, which the file system notes.
            os.utime(at, ns=(dropped.stamp.modified_at, dropped.stamp.modified_at), follow_symlinks=False)
            return at
        if at.exists():
            return None
        # The marker first: left behind, it would say of the next file of that name that it is whole.
        dropped.marker.unlink(missing_ok=True)
        (dropped.place.folder / dropped.dropped_as).rename(at)
        return at
    return None


def _tell(dropped: Dropped, at: Path, told: _Told, *, store: Store, clock: Callable[[], datetime]) -> None:
    with store.log() as log:
        told.after = log.highest()
        try:
            plan = read_mapping(dropped.place.mapping)
            records = AsDropped(records=_opened(dropped, at, plan), path=dropped.path)
            settle_organisation(store, file=None, zone=plan.zone, clock=clock)
            told.account = ingest(records, plan, store=store, clock=clock)
            told.fault = _of_account(told.account, mapping=plan.name)
        except FileFault as fault:
            _raise_if_of_the_machine(fault)
            told.fault = f"{dropped.path}: {fault.problem}"
        except Fault as fault:
            told.fault = str(fault)
        except (DataError, ProgramLimitExceeded):
            # What the database says of it may repeat its cells, and is not shown.
            told.fault = f"{dropped.path}: holds a value that is too large or too odd to be stored."
        told.upto = log.highest()
    if told.upto > told.after:
        told.broken = findings_since(store, told.after).rules


def _opened(dropped: Dropped, at: Path, plan: Plan) -> Records:
    """The records of the file; FileFault if a link was put in its place since it was looked at."""
    if at.is_symlink() or not at.is_file():
        raise FileFault(path=dropped.path, problem="is no file; links are not followed.")
    return open_records(at, plan)


def _of_account(account: Account, *, mapping: str) -> str | None:
    if account.refused:
        return f"{account.path}: {account.refused:,} of its records changed since they were told; refused."
    if not account.is_any_good:
        return f"{account.path}: every record is rejected by mapping {mapping}; mend one of the two."
    return None


def _raise_if_of_the_machine(fault: FileFault) -> None:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in OF_THE_MACHINE:
            raise OSError(cause.errno, f"{fault.path}: {os.strerror(cause.errno)}") from fault
        cause = cause.__cause__


def _close(dropped: Dropped, at: Path, told: _Told, *, taken_at: datetime, now: datetime) -> Taken:
    outcome: Outcome = "failed" if told.fault else "done"
    name = free_name(dropped.place.folder / outcome, dropped.name)
    is_told = told.after is not None and told.upto is not None
    receipt = Receipt(
        file=dropped.name,
        bytes=at.lstat().st_size,
        sha256=_hash_of(at),
        mapping=dropped.place.mapping.stem,
        mapping_sha256=_hash_of(dropped.place.mapping),
        outcome=outcome,
        moved_to=f"{outcome}/{name}",
        taken_at=taken_at,
        finished_at=now,
        fault=told.fault,
        positions={"after": told.after or 0, "upto": told.upto or 0} if is_told else None,
        account=as_document(told.account) if told.account else None,
        broken_rules=dict(told.broken.most_common()),
    )
    write_receipt(receipt, at.with_name(f"{at.name}{RECEIPT}"))
    move_with_receipt(dropped.place, receipt)
    return Taken(receipt=receipt, path=dropped.place.folder / receipt.moved_to, account=told.account)


def _hash_of(path: Path) -> str | None:
    """SHA-256 of a file; None of what is none, or may not be read."""
    if path.is_symlink() or not path.is_file() or not os.access(path, os.R_OK):
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content_of(stamp: Stamp) -> tuple[int, int]:
    return stamp.size, stamp.modified_at
