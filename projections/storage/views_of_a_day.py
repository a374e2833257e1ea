"""Several views of one day, two at a time: each behind those that it reads, all from one snapshot."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from time import perf_counter

from psycopg.sql import SQL

from projections.storage.reader import StoredFacts, stored_facts
from projections.storage.views import Refreshed, Refresher, refresher
from projections.views.refresh import PartitionDiffers
from projections.views.view import View

AT_ONCE = 2
"""While one view is made here, the server reads or writes for another."""


@dataclass
class NeedsAnother(ValueError):
    """A view was not refreshed, because one that it reads was not."""

    view: str
    other: str

    def __str__(self) -> str:
        return f"{self.view} is not refreshed: it reads {self.other}, which failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a view: refreshed, or why it was not; and how many seconds it took."""

    view: View
    seconds: float = 0.0
    refreshed: Refreshed | None = None
    error: Exception | None = None

    @property
    def is_stored(self) -> bool:
        """Whether the day is there to be read: now, or as it was stored before."""
        return self.error is None or isinstance(self.error, PartitionDiffers)


def refresh_views(
    conninfo: str, views: Sequence[View], day: date, *, now: datetime, at_once: int = AT_ONCE
) -> Iterator[Outcome]:
    """Refresh views of a day, each told as it is done; one that fails stops only those that read it.

    Raises NothingProjected.
    """
    with ExitStack() as stack:
        source = stack.enter_context(stored_facts(conninfo))
        source.database.run(SQL("set local idle_in_transaction_session_timeout = 0"))
        source.share()
        workers = [stack.enter_context(refresher(conninfo)) for _ in range(at_once)]
        pool = stack.enter_context(ThreadPoolExecutor(at_once))
        turns = Turns(pool=pool, source=source, idle=workers, waiting=list(views))
        while turns.are_left:
            yield from turns.take(day, now=now)


@dataclass(kw_only=True)
class Turns:
    """Who waits for what, who is at work, and what failed."""

    pool: ThreadPoolExecutor
    source: StoredFacts
    idle: list[Refresher]
    waiting: list[View]
    running: dict[Future[Outcome], tuple[View, Refresher]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    @property
    def are_left(self) -> bool:
        return bool(self.waiting or self.running)

    def take(self, day: date, *, now: datetime) -> Iterator[Outcome]:
        """Set everybody to work, and tell what was done until somebody is idle again."""
        yield from self._given_up()
        while self.idle and (view := self._next()) is not None:
            worker = self.idle.pop()
            self.waiting.remove(view)
            refresh = partial(worker.refresh, view, day, now=now, beside=self.source)
            self.running[self.pool.submit(_outcome, view, refresh)] = (view, worker)
        for made in wait(self.running, return_when=FIRST_COMPLETED).done:
            self.idle.append(self.running.pop(made)[1])
            yield self._noted(made.result())

    def _next(self) -> View | None:
        """The first view that waits for no other, and is not the second large one at work."""
        at_work = [view for view, _ in self.running.values()]
        to_come = {view.name for view in (*self.waiting, *at_work)}
        has_a_large_one = any(view.is_large for view in at_work)
        ready = (view for view in self.waiting if to_come.isdisjoint(other.name for other in view.views))
        return next((view for view in ready if not (view.is_large and has_a_large_one)), None)

    def _given_up(self) -> Iterator[Outcome]:
        """The views that wait for one that failed."""
        for view in list(self.waiting):
            missed = next((other.name for other in view.views if other.name in self.failed), None)
            if missed is not None:
                self.waiting.remove(view)
                yield self._noted(Outcome(view=view, error=NeedsAnother(view.name, missed)))

    def _noted(self, outcome: Outcome) -> Outcome:
        if not outcome.is_stored:
            self.failed.add(outcome.view.name)
        return outcome


def _outcome(view: View, refresh: Callable[[], Refreshed]) -> Outcome:
    started = perf_counter()
    try:
        return Outcome(view=view, refreshed=refresh(), seconds=perf_counter() - started)
    except Exception as error:  # noqa: BLE001 - told to whoever asked, and others go on
        return Outcome(view=view, error=error, seconds=perf_counter() - started)
