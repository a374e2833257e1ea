"""What may be asked of one unit: the commands of the stream `unit`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event
from domain.telling import Command
from domain.unit.events import (
    UnitClosed,
    UnitGraded,
    UnitInspected,
    UnitMoved,
    UnitOpened,
)


class OpenUnit(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = UnitOpened

    name: str
    kind: str
    parent: str | None = None


class MoveUnit(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = UnitMoved

    parent: str


class CloseUnit(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = UnitClosed


class InspectUnit(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = UnitInspected

    kind: str
    points: Decimal
    out_of: Decimal
    subject_id: str | None = None


class GradeUnit(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = UnitGraded

    grade: str
