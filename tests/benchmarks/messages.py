"""POST /events by sixteen clients, one record a request and fifty, beside the library's `save` one by one."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import polars as pl
import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from infra.api_keys import create_key
from infra.stores import open_store
from tests.benchmarks.api import listening
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Workbench

CLIENTS = 16
BATCH_OF = 50
TIMES_SAVE = 5.0
WARMING = 1.0
COUNT_RECORDS = "select count(*) from append_key where mapping = 'calls'"

MAPPING = """\
version: 1
source: bench_call
issuer: bench
zone: Asia/Shanghai
messages: [kefu.bench.call]
key: [id]
recorded_at: occurred_at
let: {came_at: {at: came}}
stream: {parts: [id]}
every: {customer_id: customer}
events:
  - topic: call.offered
    occurred_at: came_at
    fields: {direction: "'inbound'", hotline: line, queue: queue, channel: "'phone'"}
"""
RECORD = (
    '{"specversion":"1.0","id":"%012d","source":"/bench","type":"kefu.bench.call","data":{"id":"%012d",'
    '"came":"2026-01-05 09:00:00","line":"95502","queue":"motor","customer":"C%06d"}}'
)
REQUEST = (
    "POST /events HTTP/1.1\r\nHost: bench\r\nX-API-Key: {key}\r\nContent-Type: application/{kind}+json\r\n"
    "Content-Length: {length}\r\n\r\n"
)


class Saved(Aggregate):
    """An aggregate of one event."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Sixteen clients sending for so long: what was acknowledged, and how long each request took."""

    records_per_request: int
    seconds: float
    taken: list[float] = field(default_factory=list)

    @property
    def records(self) -> int:
        return len(self.taken) * self.records_per_request

    def quantile(self, share: float) -> float:
        """Milliseconds."""
        return float(pl.Series(self.taken).quantile(share) or 0) * 1e3


def measure(bench: Workbench) -> Iterator[Figure]:
    """Saves, then single messages, then batches, on one server."""
    seconds = bench.seconds / 3
    per_second = _saves_per_second(bench, seconds=seconds)
    settings, conninfo = bench.make_store("messages")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        key = create_key(connection, role="source_system", now=datetime.now(UTC))
        with listening(settings, "--mappings", str(_mappings(bench.folder))) as address:
            numbers = count()
            runs = [
                asyncio.run(_sent(address, key, numbers, records=records, seconds=seconds))
                for records in (1, BATCH_OF)
            ]
        (stored,) = connection.execute(COUNT_RECORDS).fetchone() or (0,)
    if stored < sum(run.records for run in runs):
        raise RuntimeError(f"{stored} records are stored, and more were acknowledged")
    yield from _figures(runs[0], "single messages", saves=per_second, has_bar=False)
    yield from _figures(runs[1], f"batches of {BATCH_OF}", saves=per_second, has_bar=True)


def _saves_per_second(bench: Workbench, *, seconds: float) -> float:
    settings, _ = bench.make_store("saves")
    with open_store(settings) as store:
        own = {name: value for name, value in store.service_env().items() if name.startswith("POSTGRES_")}
    stock = {"PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_SCHEMA": "public"}
    with Application[str](env={**own, **stock}) as application:
        application.save(Saved())
        saves, started = 0, perf_counter()
        while perf_counter() < started + seconds:
            application.save(Saved())
            saves += 1
        return saves / (perf_counter() - started)


def _mappings(folder: Path) -> Path:
    made = folder / "messages"
    made.mkdir()
    (made / "calls.yaml").write_text(MAPPING, encoding="utf-8")
    return made


async def _sent(address: str, key: str, numbers: "count[int]", *, records: int, seconds: float) -> Run:
    """Requests over connections kept open; those of the first second are not counted."""
    run = Run(records_per_request=records, seconds=seconds)
    begins = perf_counter() + WARMING
    await asyncio.gather(*(_client(address, key, numbers, run, begins=begins) for _ in range(CLIENTS)))
    return run


async def _client(address: str, key: str, numbers: "count[int]", run: Run, *, begins: float) -> None:
    split = urlsplit(address)
    reader, writer = await asyncio.open_connection(split.hostname, split.port)
    while (started := perf_counter()) < begins + run.seconds:
        writer.write(_request(key, [next(numbers) for _ in range(run.records_per_request)]))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        if started >= begins:
            run.taken.append(perf_counter() - started)
    writer.close()
    await writer.wait_closed()


def _request(key: str, numbers: list[int]) -> bytes:
    told = [RECORD % (number, number, number % 1_000_000) for number in numbers]
    body = told[0] if len(told) == 1 else f"[{','.join(told)}]"
    kind = "cloudevents" if len(told) == 1 else "cloudevents-batch"
    return (REQUEST.format(key=key, kind=kind, length=len(body)) + body).encode()


def _figures(run: Run, name: str, *, saves: float, has_bar: bool) -> Iterator[Figure]:
    per_second = run.records / run.seconds
    yield Figure(
        benchmark="messages",
        name=f"{name}, {CLIENTS} clients",
        value=per_second,
        unit="records/s",
        yardstick=saves,
        beside="save, one at a time",
        ratio=per_second / saves,
        bar=Bar(limit=TIMES_SAVE, is_of_ratio=True) if has_bar else None,
        note="one event each, acknowledged when committed",
    )
    for share in (0.5, 0.99):
        yield Figure(
            benchmark="messages",
            name=f"{name}, p{share * 100:.0f}",
            value=run.quantile(share),
            unit="ms",
            note=f"{len(run.taken):,} requests",
        )
