"""What the clerk needs for one fact: which events to look at, how rows are called, what to write in them."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from domain.envelope import Event

Key = tuple[Any, ...]


class Clerk(NamedTuple):
    """One fact, written by hand; `columns` gets the live events of one row in order of happening."""

    name: str
    keys: tuple[str, ...]
    topics: tuple[str, ...]
    key: Callable[[Event], Key]
    columns: Callable[[list[Event]], dict[str, Any]]


class StreamClerk(NamedTuple):
    """A fact whose rows look at their whole stream; `rows` writes all rows that a stream's events have.

    The first key is the stream, which `rows` leaves out: `{(key after the stream, …): columns}`.
    """

    name: str
    keys: tuple[str, ...]
    topics: tuple[str, ...]
    rows: Callable[[list[Event]], dict[Key, dict[str, Any]]]


def only(events: Iterable[Event], *topics: str, **having: Any) -> list[Event]:
    """Take the events of these topics whose fields have these values."""
    return [
        event
        for event in events
        if event.TOPIC in topics and all(getattr(event, name) == value for name, value in having.items())
    ]


def earliest(events: Iterable[Event], *topics: str, **having: Any) -> Event | None:
    """Take the first of them, if any."""
    return next(iter(only(events, *topics, **having)), None)


def latest(events: Iterable[Event], *topics: str, **having: Any) -> Event | None:
    """Take the last of them, if any."""
    return next(iter(reversed(only(events, *topics, **having))), None)


def field(event: Event | None, name: str) -> Any:
    """Read a field of an event that may not be there."""
    return getattr(event, name, None)


def fields(event: Event | None, *names: str) -> dict[str, Any]:
    """Read several fields under their own names."""
    return {name: field(event, name) for name in names}


def count(events: Iterable[Event], topic: str) -> int | None:
    """Count the events of a topic; None where there are none."""
    return len(only(events, topic)) or None


def at(event: Event | None) -> Any:
    """Say when it happened."""
    return field(event, "occurred_at")
