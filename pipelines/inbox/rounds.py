"""Rounds through an inbox: everything that is whole taken in its order, once or again and again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from threading import Event

from infra.stores import Store
from pipelines.inbox.folders import Inbox
from pipelines.inbox.one_taker import one_taker
from pipelines.inbox.receipts import delete_old, finish_moves
from pipelines.inbox.taking import NOT_OF_THE_FILE, StillWritten, Taken, take

BETWEEN_ROUNDS, AFTER_TROUBLE = 2.0, 15.0
"""Seconds."""
Opened = Callable[[], AbstractContextManager[Store]]


def take_all(inbox: Inbox, *, opened: Opened, clock: Callable[[], datetime]) -> Iterator[Taken]:
    """Take every whole file, the oldest claims first, then folder by folder in the order of names.

    Waits for whoever is taking files of this inbox. The store is opened if there is any.
    """
    with one_taker(inbox.root):
        tidy_up(inbox, now=clock())
        whole = inbox.look(now=clock()).whole
        if not whole:
            return
        with opened() as store:
            for dropped in whole:
                try:
                    taken = take(dropped, store=store, clock=clock)
                except StillWritten:
                    continue
                if taken is not None:
                    yield taken


def take_one(inbox: Inbox, path: Path, *, opened: Opened, clock: Callable[[], datetime]) -> Taken | None:
    """Take the file that was dropped there; None if it is not there (any more). Waits as `take_all` does."""
    with one_taker(inbox.root):
        tidy_up(inbox, now=clock())
        found = [one for one in inbox.look(now=clock()).whole if one.path == path]
        if not found:
            return None
        with opened() as store:
            return take(found[0], store=store, clock=clock)


def follow(
    inbox: Inbox,
    *,
    opened: Opened,
    clock: Callable[[], datetime],
    stop: Event,
) -> Iterator[Taken | Exception]:
    """Take what is dropped until told to stop; what is no fault of a file is given and waited out."""
    while not stop.is_set():
        pause = BETWEEN_ROUNDS
        try:
            for taken in take_all(inbox, opened=opened, clock=clock):
                yield taken
                if stop.is_set():
                    return
        except NOT_OF_THE_FILE as trouble:
            yield trouble
            pause = AFTER_TROUBLE
        stop.wait(pause)


def tidy_up(inbox: Inbox, *, now: datetime) -> None:
    """Finish what a kill cut short and delete what was kept long enough; for whoever holds the lock."""
    places = list(inbox.places())
    for place in places:
        finish_moves(place)
    delete_old(places, now=now, kept=inbox.kept)
