"""Ingest of a generated file by `kefu ingest`, file to commit, and the parts of which it consists."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

from pipelines.ingest.chunks import ChunkMaker
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.doors import ForgetfulDoor
from pipelines.ingest.reading import open_records
from tests.benchmarks.append_alone import AppendMeasurement, measure_append
from tests.benchmarks.call_file import MAPPING
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Workbench

EVENTS_BAR = 150.0
APPEND_BAR = 0.8


def measure(bench: Workbench) -> Iterator[Figure]:
    """The whole command, then its parts one by one on other stores of the same server."""
    log = bench.ingested
    events = log.events
    parts, encoding = _measure_parts(bench, events=events)
    rate, bare = events / log.seconds / 1e3, events / parts.bare_seconds / 1e3
    yield Figure(
        benchmark="ingest",
        name=f"{bench.calls:,} calls, file to commit",
        value=rate,
        unit="k events/s",
        yardstick=bare,
        beside="bare COPY",
        ratio=rate / bare,
        bar=Bar(limit=EVENTS_BAR),
        note=f"{events:,} events in {log.seconds:.1f} s, start included; {log.cost.per_million(events)}",
    )
    yield _part("read and encode", events, encoding)
    yield _part("look up and prepare", events, parts.prepare_seconds)
    yield Figure(
        benchmark="ingest",
        name="append alone",
        value=events / parts.append_seconds / 1e3,
        unit="k events/s",
        yardstick=bare,
        beside="bare COPY",
        ratio=parts.ratio,
        bar=Bar(limit=APPEND_BAR, is_of_ratio=True),
    )


def _part(name: str, events: int, seconds: float) -> Figure:
    return Figure(benchmark="ingest", name=f"{name} alone", value=events / seconds / 1e3, unit="k events/s")


def _measure_parts(bench: Workbench, *, events: int) -> tuple[AppendMeasurement, float]:
    """The same chunks appended and copied bare in turn; and the seconds of reading and encoding them."""
    plan = read_mapping(MAPPING)
    maker = ChunkMaker(
        open_records(bench.call_file, plan),
        plan,
        door=ForgetfulDoor(),
        hmac_key=bytes(32),
        clock=lambda: datetime.now(UTC),
    )
    (_, appended), (_, bare) = bench.make_store("appended"), bench.make_store("bare")
    started = perf_counter()
    parts = measure_append((made.chunk for made in maker.make_all()), appended=appended, bare=bare)
    whole = perf_counter() - started
    if parts.events != events:
        raise AssertionError(f"the parts made {parts.events} events, and the command {events}")
    return parts, whole - parts.append_seconds - parts.bare_seconds - parts.prepare_seconds
