"""Segments at a day's end as `kefu segment` asks for them: what cannot be answered is said as bad usage."""

from collections.abc import Sequence
from datetime import date, datetime

from pipelines.commands.usage import BadUsage, Failed
from projections.storage import held_segments
from projections.storage.held_segments import Held, SegmentFailed, SegmentNotThere
from projections.storage.reader import StoredFacts
from projections.views.refresh import DayNotOver
from projections.views.segments.definitions import Definitions, Unreadable


def held_on(source: StoredFacts, names: Sequence[str] | None, asked: date | None, *, now: datetime) -> Held:
    """Segments at the end of a local day, by default of the last stored one.

    Raises BadUsage for a name that is unknown or a day that is not over, and Failed where a segment was not
    there on the day.
    """
    try:
        return held_segments.held_on(source, names, asked, now=now)
    except Unreadable as error:
        raise BadUsage(f"{error}.") from error
    except DayNotOver as error:
        raise BadUsage(f"{error}; ask for an earlier day.") from error
    except SegmentNotThere as error:
        raise Failed(f"{error}.") from error


def state_of(held: Held, name: str) -> str:
    """The state of a segment; Failed where it failed, since nobody is no answer then."""
    try:
        return held.state_of(name)
    except SegmentFailed as error:
        raise Failed(f"{error}.") from error


def check_known(saved: Definitions, name: str) -> None:
    """Refuse a name under which nothing was ever saved, with the nearest."""
    try:
        saved.check_known(name)
    except Unreadable as error:
        raise BadUsage(f"{error}.") from error
