"""A random unit tree with moves, circles and unknown parents, and a walker who follows it by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.projections.metrics.examples import at, frame

START = at("2024-01-01T00:00")
UNITS = ("org:1", "org:2", "org:3", "org:4", "org:5")
KINDS = ("store", "district", "region")

Move = tuple[str, str | None, datetime]
"""A unit, its parent from then on, and when."""

kinds = st.fixed_dictionaries({unit: st.sampled_from((*KINDS, None)) for unit in UNITS})
moves = st.lists(
    st.tuples(
        st.sampled_from(UNITS),
        st.sampled_from((*UNITS, "org:ghost", None)),
        st.integers(-2, 14).map(lambda weeks: START + timedelta(weeks=weeks)),
    ),
    max_size=12,
)
placed = st.none() | st.sampled_from((*UNITS, "org:ghost"))


def tree_frames(kinds: dict[str, str | None], moves: Sequence[Move]) -> dict[str, pl.DataFrame]:
    """The facts of units and their moves; positions are the order of telling."""
    places = [
        {"unit": f"unit-{unit}", "version": n, "parent": parent, "moved_at": moved_at}
        | {"first_occurred_at": moved_at, "last_occurred_at": moved_at, "last_position": n}
        for n, (unit, parent, moved_at) in enumerate(moves)
    ]
    units: list[dict[str, Any]] = [{"unit": f"unit-{unit}", "kind": kind} for unit, kind in kinds.items()]
    return {"units": frame("units", units), "unit_moves": frame("unit_moves", places)}


def parent_at(moves: Sequence[Move], unit: str, moment: datetime) -> str | None:
    """The parent by the last move before a moment, else by the first there was."""
    mine = sorted((moved_at, n, parent) for n, (who, parent, moved_at) in enumerate(moves) if who == unit)
    before = [move for move in mine if move[0] < moment]
    if before:
        return before[-1][2]
    at_first = [move for move in mine if move[0] == mine[0][0]]
    return at_first[-1][2] if at_first else None


def chain(moves: Sequence[Move], unit: str | None, moment: datetime) -> list[str]:
    """The unit and all above it, upwards, each once."""
    passed: list[str] = []
    while unit is not None and unit not in passed:
        passed.append(unit)
        unit = parent_at(moves, unit, moment)
    return passed


def of_kind(
    kinds: dict[str, str | None], moves: Sequence[Move], unit: str | None, moment: datetime, *, kind: str
) -> str | None:
    """The nearest of a kind, the unit itself included."""
    return next((one for one in chain(moves, unit, moment) if kinds.get(one) == kind), None)
