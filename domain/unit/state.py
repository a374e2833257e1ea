"""What a unit has become: its state, and how every event of its stream changes it."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.unit.events import UnitClosed, UnitGraded, UnitMoved, UnitOpened


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a unit; its kind says which ladder it is on."""

    opened: UnitOpened | None = None
    kind: str | None = None
    parent: str | None = None
    grade: str | None = None
    is_open: bool = False


def parent_of(unit: Unit) -> tuple[str, ...]:
    """Name the stream of the unit above."""
    return () if unit.parent is None else (f"unit-{unit.parent}",)


def evolve(unit: Unit, event: Event) -> Unit:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(unit, event) if change else unit


def _opened(unit: Unit, event: UnitOpened) -> Unit:
    return replace(unit, opened=event, kind=event.kind, parent=event.parent, is_open=True)


def _moved(unit: Unit, event: UnitMoved) -> Unit:
    return replace(unit, parent=event.parent)


def _closed(unit: Unit, _: UnitClosed) -> Unit:
    return replace(unit, is_open=False)


def _graded(unit: Unit, event: UnitGraded) -> Unit:
    return replace(unit, grade=event.grade)


CHANGES: dict[type[Event], Callable[[Unit, Any], Unit]] = {
    UnitOpened: _opened,
    UnitMoved: _moved,
    UnitClosed: _closed,
    UnitGraded: _graded,
}
