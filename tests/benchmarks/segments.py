"""What sealed segments are for: rebuilds and folds from them, and past moments, beside the slower way."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import msgspec
import polars as pl

from infra.event_store.log import EventLog
from projections.facts import SPECS
from projections.facts.fold import fold
from projections.runner.sealed_window import SealedWindow
from projections.segments.folder import segments_folder
from projections.segments.seal import seal
from projections.segments.segments import Segments, open_segments
from projections.storage.database import open_database
from projections.storage.moments import Moment
from projections.storage.reader import StoredFacts, stored_facts
from tests.benchmarks.call_file import FIRST_DAY, span_days
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.processes import CpuSeconds
from tests.benchmarks.rebuild_once import Used
from tests.benchmarks.workbench import Ingested, Workbench

REBUILD_BAR, FOLD_BAR, COLD_BAR, WARM_BAR, MEMORY_BAR = 0.7, 1.5, 1_000.0, 100.0, 1024.0
MEBIBYTE = 1 << 20


def measure(bench: Workbench) -> Iterator[Figure]:
    """The log rebuilt as it is, sealed, and rebuilt from what is sealed; then folds and past moments."""
    log, folder = bench.ingested, segments_folder(bench.ingested.settings)
    shutil.rmtree(folder, ignore_errors=True)
    from_log, _ = _rebuilt(bench, log)
    before, started = bench.cpu_seconds(), perf_counter()
    sealed = seal(log.conninfo, folder)
    yield _rate("sealed", sealed.events, perf_counter() - started, cost=bench.cpu_seconds() - before)
    used, cost = _rebuilt(bench, log)
    yield from _rebuild_figures(log, used, from_log=from_log, cost=cost)
    yield _fold_alone(log)
    yield from _past_moments(bench, log)


def _rebuilt(bench: Workbench, log: Ingested) -> tuple[Used, CpuSeconds]:
    before = bench.cpu_seconds()
    command = [sys.executable, "-m", "tests.benchmarks.rebuild_once", log.conninfo]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(ran.stdout, type=Used), bench.cpu_seconds() - before


def _rebuild_figures(log: Ingested, used: Used, *, from_log: Used, cost: CpuSeconds) -> Iterator[Figure]:
    per_fact = (cost.client + cost.server) / log.events * 1e6 / len(SPECS)
    yield Figure(
        benchmark="segments",
        name="all facts and sums rebuilt, committed and indexed",
        value=log.events / used.seconds / 1e6,
        unit="M events/s",
        yardstick=log.events / from_log.seconds / 1e6,
        beside="from the log:",
        ratio=from_log.seconds / used.seconds,
        bar=Bar(limit=REBUILD_BAR),
        note=f"{log.events:,} events in {used.seconds:.1f} s; {cost.per_million(log.events)}; "
        f"{per_fact:.2f} CPU-s per million events and fact, {len(SPECS)} facts",
    )
    yield Figure(
        benchmark="segments",
        name="peak memory of the client",
        value=used.peak_bytes / MEBIBYTE,
        unit="MiB",
        yardstick=from_log.peak_bytes / MEBIBYTE,
        beside="from the log:",
        bar=Bar(limit=MEMORY_BAR, is_floor=False),
    )


def _fold_alone(log: Ingested) -> Figure:
    """Sealed events of calls into partial rows, as a rebuild does before it merges and writes them."""
    spec, segments = SPECS["calls"], _opened(log)
    windows = [SealedWindow(one, [spec]) for one in segments.ranges]
    frames = [window.decoded_for(spec, after=0).events for window in windows]
    events, started = sum(frame.height for frame in frames), perf_counter()
    for frame in frames:
        fold(spec, frame)
    return _rate("calls folded, alone", events, perf_counter() - started, bar=Bar(limit=FOLD_BAR))


def _past_moments(bench: Workbench, log: Ingested) -> Iterator[Figure]:
    """Cells of calls by day up to a past noon: moved from those of now, and from the rows that stood then."""
    middle = FIRST_DAY + timedelta(days=span_days(bench.calls) // 2)
    at = Moment(datetime(middle.year, middle.month, middle.day, 4, tzinfo=UTC), None, None)
    with stored_facts(log.conninfo) as facts:
        moved = [_past_sums(facts, at, middle) for _ in range(6)]
        started = perf_counter()
        facts.facts("calls", as_of=at.as_of)
        rows = (perf_counter() - started) * 1e3
    warm = float(str(pl.Series(moved[1:]).median()))
    for name, value, limit in (("first", moved[0], COLD_BAR), ("again, median", warm, WARM_BAR)):
        yield Figure(
            benchmark="segments",
            name=f"sums of calls as of a past noon, {name}",
            value=value,
            unit="ms",
            yardstick=rows,
            beside="every row as of then:",
            ratio=rows / value,
            bar=Bar(limit=limit, is_floor=False),
            note=f"{log.events:,} events",
        )


def _past_sums(facts: StoredFacts, at: Moment, to_day: date) -> float:
    started = perf_counter()
    facts.past_sums("calls", (), FIRST_DAY, to_day, **vars(at), with_neighbours=False)
    return (perf_counter() - started) * 1e3


def _opened(log: Ingested) -> Segments:
    with open_database(log.conninfo) as database, EventLog(log.conninfo) as reader:
        return open_segments(database, reader)


def _rate(
    name: str, events: int, seconds: float, *, cost: CpuSeconds | None = None, bar: Bar | None = None
) -> Figure:
    return Figure(
        benchmark="segments",
        name=name,
        value=events / seconds / 1e6,
        unit="M events/s",
        bar=bar,
        note=f"{events:,} events" + ("" if cost is None else f"; {cost.per_million(events)}"),
    )
