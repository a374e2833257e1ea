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
    """A unit is not its own parent."""

    originator_id: str
    parent: str


def decide(unit: Unit, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](unit, command, situation)


def open_unit(unit: Unit, command: OpenUnit, situation: Situation) -> tuple[Event, ...]:
    """Open a unit, or open a closed one again."""
    check_parent(command, command.parent)
    if not unit.is_open or unit.opened is None:
        return (tell(command, now=situation.now),)
    if not says_the_same(command, unit.opened):
        raise UnitOpenedOtherwise(originator_id=command.originator_id)
    return ()


def move(unit: Unit, command: MoveUnit, situation: Situation) -> tuple[Event, ...]:
    """Hang the unit under another parent."""
    check_open(unit, command)
    check_parent(command, command.parent)
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


def check_parent(command: Command, parent: str | None) -> None:
    """Refuse a unit as its own parent."""
    if parent == short_id(command.originator_id):
        raise UnitUnderItself(originator_id=command.originator_id, parent=parent)


DECISIONS: dict[type[Command], Callable[[Unit, Any, Situation], tuple[Event, ...]]] = {
    OpenUnit: open_unit,
    MoveUnit: move,
    CloseUnit: close,
    InspectUnit: inspect,
    GradeUnit: grade,
}
