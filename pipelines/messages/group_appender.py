"""The group appender: records of requests that wait at the same time are appended together."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError

from infra.event_store.bulk import BulkAppender
from infra.stores import Store
from pipelines.ingest.plan import Plan
from pipelines.ingest.releases import ReleaseReader, tells_releases
from pipelines.messages.answers import Answer
from pipelines.messages.desk import Desk
from pipelines.messages.orders import Order
from pipelines.organisation import settle_organisation

LOG = logging.getLogger("kefu.messages")
LONGEST_GATHERING = 0.01
RECORDS_AT_ONCE = 4_000
"""With ten events of a record that is as much as a chunk may have."""


class Unavailable(Exception):
    """The log cannot be written at the moment; what was not answered is told again later."""


@dataclass(eq=False)
class Errand:
    """The records of one request on their way, and the promise of their answers."""

    orders: Sequence[Order]
    done: "Future[list[Answer]]" = field(default_factory=Future)


class GroupAppender:
    """One thread that takes whatever waits, mapping by mapping, each as one chunk and one transaction.

    While one group commits the next one gathers, so that concurrent requests share what a commit costs.
    An answer is given only when the transaction of its record was committed.
    """

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._counter = _Counter(store, clock=clock)
        self._waiting: SimpleQueue[Errand | None] = SimpleQueue()
        self._last = 0
        self._thread = Thread(target=self._run, name="group-appender", daemon=True)
        self._thread.start()

    def submit(self, orders: Sequence[Order]) -> "Future[list[Answer]]":
        """Have records appended; the answers are in their order.

        The future raises Unavailable where the log could not be written; some of the records may be in it.
        """
        errand = Errand(orders)
        self._waiting.put(errand)
        return errand.done

    def close(self) -> None:
        """Finish what was submitted, and stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            errands = self._gather()
            is_open = errands[-1] is not None
            # Of a request that was given up before its turn nothing is appended; from now on it is whole.
            taken = [one for one in errands if one and one.done.set_running_or_notify_cancel()]
            try:
                self._carry_out(taken)
            except Exception as error:  # noqa: BLE001 (the thread goes on, and whoever waits is told)
                _refuse(taken, error)
        self._counter.close()

    def _gather(self) -> list[Errand | None]:
        """Everything that waits, but not much more than a chunk may have; None at the end of all.

        Whoever was answered together asks again at about the same time: as many as the last time are
        awaited, for some milliseconds, since a group costs as much for one request as for many.
        """
        errands = [self._waiting.get()]
        until = monotonic() + (LONGEST_GATHERING if self._last > 1 else 0)
        try:
            while (
                errands[-1] is not None and sum(len(one.orders) for one in errands if one) < RECORDS_AT_ONCE
            ):
                wait = until - monotonic() if len(errands) < self._last else 0
                errands.append(self._waiting.get(timeout=max(wait, 0)))
        except Empty:
            pass
        self._last = len(errands)
        return errands

    def _carry_out(self, errands: list[Errand]) -> None:
        wanted: dict[str, list[tuple[Errand, int]]] = defaultdict(list)
        for errand in errands:
            for place, order in enumerate(errand.orders):
                wanted[order.plan.name].append((errand, place))
        answers: dict[Errand, dict[int, Answer]] = {errand: {} for errand in errands}
        for places in sorted(wanted.values(), key=_releases_last):
            asking = [(errand, place) for errand, place in places if not errand.done.done()]
            try:
                given = self._counter.take([errand.orders[place] for errand, place in asking])
            except Exception as error:  # noqa: BLE001 (whoever waits must be told, whatever it was)
                _refuse([errand for errand, _ in asking], error)
            else:
                for (errand, place), answer in zip(asking, given, strict=True):
                    answers[errand][place] = answer
        for errand, given_to in answers.items():
            if not errand.done.done():
                errand.done.set_result([given_to[place] for place in range(len(errand.orders))])


class _Counter:
    """The desks of all mappings, over connections that are opened again after one broke."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._desks: dict[str, Desk] = {}
        self._appender: BulkAppender | None = None
        self._connection: psycopg.Connection[Any] | None = None
        self._is_settled = False

    def take(self, orders: Sequence[Order]) -> list[Answer]:
        """Append records of one mapping; Unavailable if the log cannot be written."""
        if not orders:
            return []
        try:
            return self._desk(orders[0].plan).take(orders)
        except (psycopg.Error, PersistenceError) as error:
            self.close()
            raise Unavailable(str(error).strip() or type(error).__name__) from error

    def close(self) -> None:
        """Close the connections; the next record opens them again."""
        for opened in (self._appender, self._connection):
            if opened is not None:
                opened.close()
        self._desks.clear()
        self._appender = self._connection = None

    def _desk(self, plan: Plan) -> Desk:
        if plan.name not in self._desks:
            self._settle(plan)
            self._appender = self._appender or self._store.appender()
            self._connection = self._connection or self._store.connect()
            self._desks[plan.name] = Desk(
                plan,
                store=self._store,
                appender=self._appender,
                releases=ReleaseReader(self._store.keys, self._connection),
                clock=self._clock,
            )
        return self._desks[plan.name]

    def _settle(self, plan: Plan) -> None:
        """A store without a zone takes that of the mapping whose records come first."""
        if not self._is_settled:
            if line := settle_organisation(self._store, file=None, zone=plan.zone, clock=self._clock):
                LOG.info(line)
            self._is_settled = True


def _releases_last(places: list[tuple[Errand, int]]) -> bool:
    """Sorts mappings that tell releases of numbers before the others, whose records may be of next owners."""
    errand, place = places[0]
    return not tells_releases(errand.orders[place].plan)


def _refuse(errands: Sequence[Errand], error: Exception) -> None:
    if isinstance(error, Unavailable):
        LOG.warning("messages were not taken: %s", error)
    else:
        LOG.error("messages could not be taken", exc_info=error)
    for errand in errands:
        if not errand.done.done():
            errand.done.set_exception(error)
