"""From commit to visible, while events arrive at a steady rate: in GraphQL, and at the projector's commit."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import polars as pl
import psycopg

from domain.call import CallOffered
from domain.topics import register_topics
from infra.event_store.record import Appended
from infra.event_store.recorder import EventRecorder
from infra.stores import open_store
from tests.benchmarks.api import ask, served
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.load import EVENTS_PER_COMMIT, Load, record_of
from tests.benchmarks.processes import tree_seconds
from tests.benchmarks.workbench import Ingested, Workbench, running

PER_SECOND = 1_000
LONGEST_BAR = 100.0
BETWEEN_PROBES = 0.02
BETWEEN_LOOKS = 0.002
SETTLING = 2.0
LONGEST_WAIT = 30.0
QUERY = '{{ calls(from: "{start}", queue: ["{queue}"], orderBy: OFFERED_AT_DESC, limit: 1) {{ id }} }}'
CHECKPOINT = "select position from projection_checkpoint where fact = 'calls'"

Visible = Callable[[str, int], bool]
"""(queue of the probe, its position) -> whether it can be seen."""


def measure(bench: Workbench) -> Iterator[Figure]:
    """Probes among the events, looked for in GraphQL and at the checkpoint of calls in turn."""
    register_topics()
    log = bench.projected
    with (
        running(log.settings, "project", "--follow") as projector,
        served(log) as client,
        open_store(log.settings) as store,
        psycopg.connect(log.conninfo, autocommit=True) as connection,
    ):
        looks = [_in_graphql(client), _at_checkpoint(connection)]
        _probe(store.recorder(), looks[0])
        load = _started_load(log, seconds=bench.seconds)
        sleep(SETTLING)
        used = tree_seconds(projector)
        taken = _probed(store.recorder(), looks, seconds=bench.seconds - 2 * SETTLING)
        used = (tree_seconds(projector) - used) / max(bench.seconds - 2 * SETTLING, 1)
        held = msgspec.json.decode(load.communicate()[0], type=Load)
    note = (
        f"{held.events / held.seconds:.0f} events/s in commits of {EVENTS_PER_COMMIT}, "
        f"{held.late_commits} late; the projector used {used:.0%} of a core"
    )
    yield from _figures("commit to visible in GraphQL", taken[0], bar=LONGEST_BAR, note=note)
    yield from _figures("commit to the projector's commit", taken[1], bar=None, note=note)


def _started_load(log: Ingested, *, seconds: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.benchmarks.load", str(PER_SECOND), str(seconds)]
    return subprocess.Popen(command, env=os.environ | log.settings.environ(), stdout=subprocess.PIPE)


def _probed(recorder: EventRecorder, looks: list[Visible], *, seconds: float) -> list[pl.Series]:
    taken: list[list[float]] = [[] for _ in looks]
    until = perf_counter() + seconds
    while perf_counter() < until:
        for look, times in zip(looks, taken, strict=True):
            times.append(_probe(recorder, look))
            sleep(BETWEEN_PROBES)
    return [pl.Series(times) for times in taken]


def _probe(recorder: EventRecorder, is_visible: Visible) -> float:
    """Milliseconds from the answer to an append until the call is seen."""
    queue, now = f"probe-{uuid4().hex}", datetime.now(UTC)
    event = CallOffered(
        originator_id=f"call-bench:{queue}",
        originator_version=1,
        occurred_at=now,
        recorded_at=now,
        source="bench",
        direction="inbound",
        hotline="95502",
        channel="phone",
        queue=queue,
    )
    (answer,) = recorder.append([record_of(event)])
    if not isinstance(answer, Appended):
        raise TypeError(f"the probe was not appended: {answer}")
    started = perf_counter()
    while not is_visible(queue, answer.positions[-1]):
        if perf_counter() - started > LONGEST_WAIT:
            raise TimeoutError(f"position {answer.positions[-1]} was not seen in {LONGEST_WAIT:.0f} s")
        sleep(BETWEEN_LOOKS)
    return (perf_counter() - started) * 1e3


def _in_graphql(client: httpx.Client) -> Visible:
    start = datetime.now(UTC).isoformat()
    return lambda queue, _: bool(ask(client, QUERY.format(start=start, queue=queue))["calls"])


def _at_checkpoint(connection: psycopg.Connection[Any]) -> Visible:
    def is_passed(_: str, position: int) -> bool:
        (reached,) = connection.execute(CHECKPOINT).fetchone() or (0,)
        return bool(reached >= position)

    return is_passed


def _figures(name: str, taken: pl.Series, *, bar: float | None, note: str) -> Iterator[Figure]:
    for quantile in (0.5, 0.99):
        has_bar = bar is not None and quantile == 0.99
        yield Figure(
            benchmark="live",
            name=f"{name}, p{quantile * 100:.0f}",
            value=float(taken.quantile(quantile) or 0),
            unit="ms",
            bar=Bar(limit=bar, is_floor=False) if bar is not None and has_bar else None,
            note=f"{taken.len()} probes; {note}",
        )
