"""The stream `target`: its events, state, rules and decisions."""

from domain.target.events import (
    TargetPublished,
    TargetSet,
)

__all__ = [
    "TargetPublished",
    "TargetSet",
]
