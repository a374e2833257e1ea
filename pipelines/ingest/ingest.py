"""The main job: a file, a plan and a store in; events appended and an account of every record out."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from infra.stores import Store
from pipelines.ingest.account import Account
from pipelines.ingest.chunks import ChunkMaker, Made, key_text
from pipelines.ingest.corrections import Corrector
from pipelines.ingest.doors import ForgetfulDoor, KeyStoreDoor
from pipelines.ingest.plan import Plan
from pipelines.ingest.table import Table

APPEND_SECRET = "append"  # noqa: S105  (the name of a secret)
SHOWN_EVENTS = 10


def ignore_bytes(_done: int) -> None:
    """Show no progress."""


def ignore_rejects(_path: Path, _rejects: pl.DataFrame) -> None:
    """Keep no list of rejects beyond the account's."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who is told how far a file is done, and of every rejected row."""

    on_bytes: Callable[[int], None] = ignore_bytes
    on_rejects: Callable[[Path, pl.DataFrame], None] = ignore_rejects


NOBODY = Watch()


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a dry run found: the account, as if the store were empty, and the first events."""

    account: Account
    events: pl.DataFrame


def ingest(
    table: Table,
    plan: Plan,
    *,
    store: Store,
    clock: Callable[[], datetime],
    watch: Watch = NOBODY,
) -> Account:
    """Append what is new of a file; a second time, or after a kill, the same records are known."""
    account = Account(path=table.path)
    door, hmac_key = KeyStoreDoor(store.keys), store.keys.secret(APPEND_SECRET)
    maker = ChunkMaker(table, plan, door=door, hmac_key=hmac_key, clock=clock)
    waiting: deque[Made] = deque()

    def draw() -> Iterator[Made]:
        for made in maker.make_all():
            waiting.append(made)
            yield made

    with store.appender() as appender:
        corrector = Corrector(appender, plan=plan, door=door, hmac_key=hmac_key, clock=clock)
        for answer in appender.append_all(made.chunk for made in draw()):
            made, status, events = waiting.popleft(), answer.status, answer.appended
            if plan.corrects:
                status, more = corrector.correct(made, status)
                events += more
            _enter(account, made, status=status, events=events, plan=plan)
            watch.on_rejects(table.path, made.rejects)
            watch.on_bytes(made.ends)
    account.check()
    return account


def rehearse(table: Table, plan: Plan, *, clock: Callable[[], datetime], watch: Watch = NOBODY) -> Rehearsal:
    """Do everything but keep anything: no store is opened, so nothing counts as already known."""
    account = Account(path=table.path)
    shown: list[pl.DataFrame] = []
    for made in ChunkMaker(table, plan, door=ForgetfulDoor(), hmac_key=bytes(32), clock=clock).make_all():
        _enter(
            account,
            made,
            status=pl.Series("status", ["appended"] * made.rows.height, dtype=pl.String),
            events=made.chunk.events.height,
            plan=plan,
        )
        watch.on_rejects(table.path, made.rejects)
        if sum(frame.height for frame in shown) < SHOWN_EVENTS:
            shown.append(made.chunk.events.head(SHOWN_EVENTS))
    account.check()
    return Rehearsal(account=account, events=pl.concat(shown).head(SHOWN_EVENTS) if shown else pl.DataFrame())


def _enter(account: Account, made: Made, *, status: pl.Series, events: int, plan: Plan) -> None:
    counts = dict(status.cast(pl.String).value_counts().iter_rows())
    account.records += made.records
    account.events += events
    account.appended += counts.get("appended", 0)
    account.known += counts.get("known", 0)
    account.corrected += counts.get("corrected", 0)
    account.add_refusals(key_text(made.rows.filter(status == "changed"), plan))
    account.add_rejects(made.rejects)
