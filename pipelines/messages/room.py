"""How much may wait at once: who asks for more than is free is told to come again."""

from collections.abc import Iterator
from contextlib import contextmanager


class NoRoomError(Exception):
    """As many records or bytes are waiting as may."""


class Room:
    """Counts what waits, for one thread: `records` of messages, and `size` bytes of their bodies."""

    def __init__(self, *, records: int, size: int) -> None:
        self._records, self._size = records, size

    @contextmanager
    def for_body(self, size: int) -> Iterator[None]:
        """Keep room for a body as long as it is worked on; NoRoomError if there is none."""
        if size > self._size:
            raise NoRoomError
        self._size -= size
        try:
            yield
        finally:
            self._size += size

    @contextmanager
    def for_records(self, count: int) -> Iterator[None]:
        """Keep room for records until they are answered; NoRoomError if there is none."""
        if count > self._records:
            raise NoRoomError
        self._records -= count
        try:
            yield
        finally:
            self._records += count
