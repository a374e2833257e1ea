"""Given a mapping and the text of a file, what ingest makes of them; and `kefu` run in this process."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from infra.stores import Store
from pipelines.cli import main
from pipelines.ingest.account import Account
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.ingest import Rehearsal, ingest, rehearse
from pipelines.ingest.reading import open_records

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 11, 12, tzinfo=UTC)

CALLS = """\
version: 1
source: desk_call
issuer: desk
zone: Europe/Berlin
key: [id]
recorded_at: occurred_at
types: {wait: integer}
let:
  came_at: {at: came}
rejects:
  - {reason: test_call, when: "line = 'test'"}
stream: {parts: [id]}
every: {customer_id: customer}
events:
  - topic: call.offered
    occurred_at: came_at
    fields: {direction: "'inbound'", hotline: line, channel: "'phone'"}
  - topic: call.answered
    when: wait IS NOT NULL
    occurred_at: came_at
    fields: {wait_ms: wait * 1000}
"""
"""A small mapping of calls: id, came, line, customer, wait."""

ROWS = """\
id,came,line,customer,wait
1,2026-01-05 09:00:00,95502,C1,5
2,2026-01-05 09:01:00,95502,,
3,2026-01-05 09:02:00,test,C2,1
"""
"""Two good calls, one of them never answered, and a test call."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A folder with a mapping and a file."""

    mapping: Path
    file: Path

    def rehearse(self, *, now: datetime = NOW) -> Rehearsal:
        """Everything but writing."""
        plan = read_mapping(self.mapping)
        return rehearse(open_records(self.file, plan), plan, clock=lambda: now)

    def ingest(self, store: Store, *, now: datetime = NOW) -> Account:
        """Into a store."""
        plan = read_mapping(self.mapping)
        return ingest(open_records(self.file, plan), plan, store=store, clock=lambda: now)

    def told(self, *, now: datetime = NOW) -> list[dict[str, Any]]:
        """The first events as plain data, with their topic and stream."""
        rows = self.rehearse(now=now).events.iter_rows(named=True)
        return [
            {"topic": row["topic"], "stream": row["originator_id"], **json.loads(row["state"])}
            for row in rows
        ]

    def rejects(self, *, now: datetime = NOW) -> list[tuple[int, str]]:
        """Line and reason of the first rejected rows."""
        return [(row.line, row.reason) for row in self.rehearse(now=now).account.listed_rejects]


def desk(folder: Path, rows: str | bytes = ROWS, *, mapping: str = CALLS, name: str = "calls.csv") -> Desk:
    """Write both files."""
    made = Desk(mapping=folder / "desk.yaml", file=folder / name)
    made.mapping.write_text(mapping, encoding="utf-8")
    made.file.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return made


def log_of(store: Store) -> pl.DataFrame:
    """Every event of the store."""
    with store.log() as log:
        return log.read(0, log.highest())


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command answered."""

    status: int
    stdout: str
    stderr: str


def kefu(*argv: str | Path, environ: Mapping[str, str]) -> Ran:
    """Run `kefu` in this process."""
    stdout, stderr = io.StringIO(), io.StringIO()
    status = main([str(one) for one in argv], environ=environ, stdout=stdout, stderr=stderr)
    return Ran(status=status, stdout=stdout.getvalue(), stderr=stderr.getvalue())
