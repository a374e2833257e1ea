"""All facts and sums built again from the log, beside the library's own way of folding one of them."""

import subprocess
import sys
from collections.abc import Iterator

import msgspec

from infra.stores import open_store
from tests.benchmarks import library_projection
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.rebuild_once import Used
from tests.benchmarks.workbench import Workbench

SPEED_BAR = 0.35
MEMORY_BAR = 1024.0
SAMPLE = 20_000
MEBIBYTE = 1 << 20


def measure(bench: Workbench) -> Iterator[Figure]:
    """The rebuild in a process of its own, and the library on the first 20,000 events of the same log."""
    log = bench.ingested
    before = bench.cpu_seconds()
    used = _rebuilt(log.conninfo)
    cost = bench.cpu_seconds() - before
    with open_store(log.settings) as store:
        told, speed = library_projection.speed(store, events=SAMPLE, seconds=bench.seconds)
    rate = log.events / used.seconds / 1e6
    yield Figure(
        benchmark="rebuild",
        name="all facts and sums, committed and indexed",
        value=rate,
        unit="M events/s",
        yardstick=speed / 1e6,
        beside="the library, one fact:",
        ratio=rate * 1e6 / speed,
        bar=Bar(limit=SPEED_BAR),
        note=f"{log.events:,} events in {used.seconds:.1f} s; {cost.per_million(log.events)}, "
        f"start included; the library at {speed:,.0f}/s on {told:,} events",
    )
    yield Figure(
        benchmark="rebuild",
        name="peak memory of the client",
        value=used.peak_bytes / MEBIBYTE,
        unit="MiB",
        bar=Bar(limit=MEMORY_BAR, is_floor=False),
    )


def _rebuilt(conninfo: str) -> Used:
    command = [sys.executable, "-m", "tests.benchmarks.rebuild_once", conninfo]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(ran.stdout, type=Used)
