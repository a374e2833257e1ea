"""`python -m tests.benchmarks.intake_once FILE MAPPING` takes a file into the store named by KEFU_STORE."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import msgspec

from infra.settings import read_settings
from infra.stores import open_store
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.ingest import ingest
from pipelines.ingest.reading import open_records
from tests.benchmarks.processes import peak_memory


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file's records; seconds from opening the file to the last commit."""

    records: int
    appended: int
    known: int
    rejected: int
    events: int
    seconds: float
    peak_bytes: int


def main() -> int:
    (_, file, mapping) = sys.argv
    with open_store(read_settings(os.environ)) as store:
        started = perf_counter()
        plan = read_mapping(Path(mapping))
        account = ingest(open_records(Path(file), plan), plan, store=store, clock=lambda: datetime.now(UTC))
        seconds = perf_counter() - started
    taken = Taken(
        records=account.records,
        appended=account.appended,
        known=account.known,
        rejected=account.rejected,
        events=account.events,
        seconds=seconds,
        peak_bytes=peak_memory(),
    )
    sys.stdout.write(msgspec.json.encode(taken).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
