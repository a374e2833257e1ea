"""One taker at a time: files are taken in their order, and what lies half taken is nobody's."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


@contextmanager
def one_taker(root: Path) -> Iterator[None]:
    """Wait until nobody else takes files out of this inbox; the system lets go for whoever is killed."""
    with _locked(root, fcntl.LOCK_EX):
        yield


@contextmanager
def if_nobody_takes(root: Path) -> Iterator[bool]:
    """Whether nobody takes files; nobody can begin to until it ends."""
    try:
        with _locked(root, fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield True
    except BlockingIOError:
        yield False


@contextmanager
def _locked(root: Path, how: int) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a") as file:
        fcntl.flock(file, how)
        yield
