"""The main job: a file, a plan and a store in; events appended and an account of every record out."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from infra.event_store.chunk import Chunk
from infra.stores import Store
from pipelines.ingest.account import Account
from pipelines.ingest.assemble import key_text
from pipelines.ingest.chunks import EVENTS_PER_CHUNK, ChunkMaker, Made
from pipelines.ingest.corrections import Corrector
from pipelines.ingest.doors import ForgetfulDoor, KeyStoreDoor
from pipelines.ingest.faults import FileFault
from pipelines.ingest.keep_rejects import Keeper, RejectKeeper
from pipelines.ingest.plan import Plan
from pipelines.ingest.reading import Records
from pipelines.ingest.releases import ReleaseReader, in_turns, tells_releases

SHOWN_EVENTS = 10


def ignore_bytes(_done: int) -> None:
    """Show no progress."""


def ignore_rejects(_path: Path, _rejects: pl.DataFrame) -> None:
    """Keep no list of rejects beyond the account's."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who is told how far a file is done, and of every rejected row.

    `keeper` is told what became of every row; left out, what is rejected is kept as long as it is.
    """

    on_bytes: Callable[[int], None] = ignore_bytes
    on_rejects: Callable[[Path, pl.DataFrame], None] = ignore_rejects
    keeper: Keeper | None = None


NOBODY = Watch()


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a dry run found: the account, as if the store were empty, and the first events."""

    account: Account
    events: pl.DataFrame


def ingest(
    records: Records,
    plan: Plan,
    *,
    store: Store,
    clock: Callable[[], datetime],
    watch: Watch = NOBODY,
) -> Account:
    """Append what is new of a file; a second time, or after a kill, the same records are known.

    Releases of numbers are told before anything else of the file, so that its rows may stand in any order.
    """
    account = Account(path=records.path)
    keeper = watch.keeper or RejectKeeper(records, plan, keys=store.keys, clock=clock)
    with ExitStack() as stack:
        run = _Run(records, plan, store=store, clock=clock, stack=stack)
        if tells_releases(plan):
            account.told_first(*run.tell_releases())
        try:
            for made, status, events in run.append_all():
                _enter(account, made, status=status, events=events, plan=plan)
                keeper.done_with(made, status)
                watch.on_rejects(records.path, made.rejects)
                watch.on_bytes(made.ends)
        except FileFault as fault:
            raise fault.after(account.records) from fault
    keeper.finish(store)
    account.check()
    return account


class _Run:
    """One file on its way into a store."""

    def __init__(
        self, records: Records, plan: Plan, *, store: Store, clock: Callable[[], datetime], stack: ExitStack
    ) -> None:
        self._plan = plan
        door, hmac_key = KeyStoreDoor(store.keys), store.append_key
        self._maker = ChunkMaker(records, plan, door=door, hmac_key=hmac_key, clock=clock)
        self._appender = stack.enter_context(store.appender())
        self._corrector = Corrector(self._appender, plan=plan, door=door, hmac_key=hmac_key, clock=clock)
        self._releases = ReleaseReader(store.keys, stack.enter_context(store.connect()))

    def tell_releases(self) -> tuple[int, int]:
        """Append the records that tell a release; how many they were, and their events."""
        records = events = 0
        for rows in in_turns(self._maker.releasing_rows(), at_once=EVENTS_PER_CHUNK):
            self._releases.catch_up()
            made = self._maker.make(rows, ends=0)
            answer = self._appender.append(self._appender.prepare(made.chunk))
            records += int((answer.status == "appended").sum())
            events += answer.appended
        return records, events

    def append_all(self) -> Iterator[tuple[Made, pl.Series, int]]:
        """Each chunk of the file, what became of its records, and how many events that appended."""
        waiting: deque[Made] = deque()

        def draw() -> Iterator[Chunk]:
            for made in self._made():
                waiting.append(made)
                yield made.chunk

        for answer in self._appender.append_all(draw()):
            made, status, events = waiting.popleft(), answer.status, answer.appended
            if self._plan.corrects:
                status, more = self._corrector.correct(made, status)
                events += more
            yield made, status, events

    def _made(self) -> Iterator[Made]:
        """The chunks of the file, each made when it is known whose every number is."""
        chunks = self._maker.make_all()
        while True:
            if self._plan.personal_ids:
                self._releases.catch_up()
            made = next(chunks, None)
            if made is None:
                return
            yield made


def rehearse(
    records: Records, plan: Plan, *, clock: Callable[[], datetime], watch: Watch = NOBODY
) -> Rehearsal:
    """Do everything but keep anything: no store is opened, so nothing counts as already known."""
    account = Account(path=records.path)
    shown: list[pl.DataFrame] = []
    for made in ChunkMaker(records, plan, door=ForgetfulDoor(), hmac_key=bytes(32), clock=clock).make_all():
        _enter(
            account,
            made,
            status=pl.Series("status", ["appended"] * made.rows.height, dtype=pl.String),
            events=made.chunk.events.height,
            plan=plan,
        )
        watch.on_rejects(records.path, made.rejects)
        watch.on_bytes(made.ends)
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
