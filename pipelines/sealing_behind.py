"""Seals ranges behind a following projector, in a process of low priority."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from infra.event_store.log import EventLog
from infra.settings import Settings
from projections.segments.seal import SPAN
from projections.segments.segments import open_segments
from projections.storage.database import open_database

LOOKED_EVERY = 10.0
"""Seconds between two looks at the end of the log."""
NICENESS = 10


@contextmanager
def sealing_behind(
    conninfo: str,
    settings: Settings,
    *,
    environ: Mapping[str, str],
    span: int = SPAN,
    every: float = LOOKED_EVERY,
) -> Iterator[None]:
    """While this lasts, `kefu sealed seal` runs whenever a range is closed; it is ended at the end."""
    ended = threading.Event()
    command = [sys.executable, "-m", "pipelines.cli", "--store", settings.store, "sealed", "seal"]
    variables = {**environ, **settings.environ(), "POLARS_MAX_THREADS": "1"}

    def look() -> None:
        while not ended.wait(every):
            if is_range_closed(conninfo, span=span):
                _seal([*command, "--span", str(span)], variables, ended=ended)

    watcher = threading.Thread(target=look, name="sealing", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def is_range_closed(conninfo: str, *, span: int = SPAN) -> bool:
    """Whether the log has a closed range that is not sealed."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        closed = log.highest() // span * span
        return closed > 0 and open_segments(database, log).upto < closed


def _seal(command: list[str], variables: Mapping[str, str], *, ended: threading.Event) -> None:
    """Run it to its end, or to ours: a killed sealer leaves whole ranges."""
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    while process.poll() is None:
        if ended.wait(0.2):
            process.kill()
    process.wait()
