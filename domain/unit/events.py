"""What can happen to one organisation unit: the events of the stream `unit`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event


class UnitOpened(Event, frozen=True, kw_only=True):
    """A branch, station, store or platform exists, under its parent."""

    TOPIC: ClassVar[str] = "unit.opened"

    name: str
    kind: str
    parent: str | None = None


class UnitMoved(Event, frozen=True, kw_only=True):
    """The unit hangs under another parent."""

    TOPIC: ClassVar[str] = "unit.moved"

    parent: str


class UnitClosed(Event, frozen=True, kw_only=True):
    """The unit is gone."""

    TOPIC: ClassVar[str] = "unit.closed"


class UnitInspected(Event, frozen=True, kw_only=True):
    """An inspection gave points out of a possible number."""

    TOPIC: ClassVar[str] = "unit.inspected"

    kind: str
    points: Decimal
    out_of: Decimal
    subject_id: str | None = None


class UnitGraded(Event, frozen=True, kw_only=True):
    """The unit has a grade."""

    TOPIC: ClassVar[str] = "unit.graded"

    grade: str
