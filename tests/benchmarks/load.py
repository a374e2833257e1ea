"""`python -m tests.benchmarks.load PER_SECOND SECONDS` appends calls as they happen, ten events a commit.

The store is the environment's. A call is offered, queued, answered and ended, each some commits after the
other, so that rows are touched again.
"""

import sys
from datetime import UTC, datetime
from os import environ
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic

from domain.call import CallAnswered, CallEnded, CallOffered, CallQueued
from domain.envelope import Event
from domain.topics import register_topics
from infra.event_store.record import Appended, Record
from infra.event_store.recorder import EventRecorder
from infra.settings import read_settings
from infra.stores import open_store

EVENTS_PER_COMMIT = 10
CALLS_APART = 25
"""How many calls begin between two events of one call."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What was appended, how fast, and how many of the commits began late."""

    events: int
    seconds: float
    late_commits: int


def event_of(call: int, *, stage: int, run: str, now: datetime) -> Event:
    """The call's first, second, third or fourth event."""
    known: dict[str, Any] = {
        "originator_id": f"call-bench:{run}/{call}",
        "originator_version": stage + 1,
        "occurred_at": now,
        "recorded_at": now,
        "source": "bench",
        "unit": f"SH{call % 5:02}",
        "customer_id": f"crm:{call % 1000}" if call % 5 else None,
    }
    queue = ("报案", "咨询", "vip")[call % 3]
    if stage == 0:
        return CallOffered(**known, direction="inbound", hotline="95502", channel="phone", queue=queue)
    if stage == 1:
        return CallQueued(**known, queue=queue)
    if stage == 2:
        return CallAnswered(**known, wait_ms=9_000, ring_ms=1_000, agent_id=f"pbx:{call % 100}")
    return CallEnded(**known, talk_ms=120_000, hold_ms=0, wrap_up_ms=30_000)


def record_of(event: Event) -> Record:
    """The event as a record that is known by its stream and version."""
    stored = StoredEvent(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        topic=get_topic(type(event)),
        state=event.to_json(),
    )
    parts = (event.originator_id, str(event.originator_version))
    return Record(events=(stored,), source="bench", parts=parts, content=b"", mapping="bench")


def hold(recorder: EventRecorder, *, per_second: int, seconds: float) -> Load:
    """Append at this rate for so long; a commit that is late is not made up for by leaving others out."""
    run, late, commits = uuid4().hex[:8], 0, int(seconds * per_second / EVENTS_PER_COMMIT)
    started, events = perf_counter(), 0
    for commit in range(commits):
        ahead = started + commit * EVENTS_PER_COMMIT / per_second - perf_counter()
        late += ahead < -EVENTS_PER_COMMIT / per_second
        sleep(max(0.0, ahead))
        records = _records(commit, run=run)
        events += sum(isinstance(answer, Appended) for answer in recorder.append(records))
    return Load(events=events, seconds=perf_counter() - started, late_commits=late)


def _records(commit: int, *, run: str) -> list[Record]:
    numbers = range(commit * EVENTS_PER_COMMIT, (commit + 1) * EVENTS_PER_COMMIT)
    places = [(number // 4 - CALLS_APART * (number % 4), number % 4) for number in numbers]
    now = datetime.now(UTC)
    return [record_of(event_of(call, stage=stage, run=run, now=now)) for call, stage in places if call >= 0]


def main() -> int:
    register_topics()
    with open_store(read_settings(environ)) as store:
        load = hold(store.recorder(), per_second=int(sys.argv[1]), seconds=float(sys.argv[2]))
    sys.stdout.write(msgspec.json.encode(load).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
