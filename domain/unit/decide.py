"""Decisions on a unit: opened, moved in the tree, inspected, graded, closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.checks import check_score
from domain.envelope import Event, short_id
from domain.errors import DomainError
from domain.telling import Command, Situation, says_the_same, tell, tell_unless
from domain.unit.commands import CloseUnit, GradeUnit, InspectUnit, MoveUnit, OpenUnit
from domain.unit.state import Unit


@dataclass(kw_only=True)
class UnitNotOpen(DomainError):
    """Only an open unit is moved, inspected or graded."""

    originator_id: str


@dataclass(kw_only=True)
class UnitOpenedOtherwise(DomainError):
    """The unit is open already, with other content."""

    originator_id: str


@dataclass(kw_only=True)
class UnitUnderItself(DomainError):
    """A unit is neither its own parent nor above its parent."""

    originator_id: str
    parent: str


def decide(unit: Unit, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](unit, command, situation)


def open_unit(unit: Unit, command: OpenUnit, situation: Situation) -> tuple[Event, ...]:
    """Open a unit, or open a closed one again."""
    check_parent(command, command.parent, situation)
    if not unit.is_open or unit.opened is None:
        return (tell(command, now=situation.now),)
    if not says_the_same(command, unit.opened):
        raise UnitOpenedOtherwise(originator_id=command.originator_id)
    return ()


def move(unit: Unit, command: MoveUnit, situation: Situation) -> tuple[Event, ...]:
    """Hang the unit under another parent."""
    check_open(unit, command)
    check_parent(command, command.parent, situation)
    return tell_unless(unit.parent == command.parent, command, now=situation.now)


def close(unit: Unit, command: CloseUnit, situation: Situation) -> tuple[Event, ...]:
    """Close a unit that was opened."""
    if unit.opened is None:
        raise UnitNotOpen(originator_id=command.originator_id)
    return tell_unless(not unit.is_open, command, now=situation.now)


def inspect(unit: Unit, command: InspectUnit, situation: Situation) -> tuple[Event, ...]:
    """Tell the points of an inspection."""
    check_open(unit, command)
    check_score(command.originator_id, score=command.points, best=command.out_of)
    return (tell(command, now=situation.now),)


def grade(unit: Unit, command: GradeUnit, situation: Situation) -> tuple[Event, ...]:
    """Give the unit a grade."""
    check_open(unit, command)
    return tell_unless(unit.grade == command.grade, command, now=situation.now)


def check_open(unit: Unit, command: Command) -> None:
    """Refuse what only an open unit has."""
    if not unit.is_open:
        raise UnitNotOpen(originator_id=command.originator_id)


def check_parent(command: Command, parent: str | None, situation: Situation) -> None:
    """Refuse a parent that is the unit itself or anywhere below it."""
    above = ancestors(parent, situation)
    if parent is not None and short_id(command.originator_id) in above:
        raise UnitUnderItself(originator_id=command.originator_id, parent=parent)


def ancestors(parent: str | None, situation: Situation) -> list[str]:
    """List a parent and the units above it, each once however a source told the tree."""
    above: list[str] = []
    while parent is not None and parent not in above:
        above.append(parent)
        unit = situation.others.get(f"unit-{parent}")
        parent = unit.parent if unit else None
    return above


def parent_asked_for(_: Unit, command: Command) -> tuple[str, ...]:
    """Name the stream of the unit under which this one is to hang."""
    parent = command.parent if isinstance(command, OpenUnit | MoveUnit) else None
    return () if parent is None else (f"unit-{parent}",)


DECISIONS: dict[type[Command], Callable[[Unit, Any, Situation], tuple[Event, ...]]] = {
    OpenUnit: open_unit,
    MoveUnit: move,
    CloseUnit: close,
    InspectUnit: inspect,
    GradeUnit: grade,
}
