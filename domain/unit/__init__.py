"""The stream `unit`: its events, state, rules and decisions."""

from domain.unit.events import (
    UnitClosed,
    UnitGraded,
    UnitInspected,
    UnitMoved,
    UnitOpened,
)

__all__ = [
    "UnitClosed",
    "UnitGraded",
    "UnitInspected",
    "UnitMoved",
    "UnitOpened",
]
