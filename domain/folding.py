"""How a stream's events become a state: in order of happening, without what was taken back."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from domain.envelope import Event
from domain.event import EventVoided

State = TypeVar("State")


def live_events(events: Iterable[Event]) -> list[Event]:
    """Leave out voids and what they take back; order by (occurred_at, originator_version)."""
    told = list(events)
    voided = {event.version for event in told if isinstance(event, EventVoided)}
    live = (
        event
        for event in told
        if not isinstance(event, EventVoided) and event.originator_version not in voided
    )
    return sorted(live, key=lambda event: (event.occurred_at, event.originator_version))


def fold_live(events: Iterable[Event], *, initial: State, evolve: Callable[[State, Event], State]) -> State:
    """Fold one stream's events, told in any order, into its state."""
    state = initial
    for event in live_events(events):
        state = evolve(state, event)
    return state
