"""A store of random rows of any facts, from a seed: quick to make, few values that meet."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl

from projections.facts import SPECS
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

STREAMS = ("x:0", "x:1", "x:2")
LATE = at("2024-03-01T00:00")
FIRST = at("2023-12-20T04:00")
WORDS: dict[str, tuple[Any, ...]] = {
    "customer": tuple(f"customer-{one}" for one in STREAMS),
    "customer_id": (None, *STREAMS),
    "to": (None, *STREAMS),
    "scheme": ("value", "brand", "sensitivity"),
    "direction": ("inbound", "outbound"),
    "channel": ("callback", "phone"),
    "purpose": ("marketing", "any", "care"),
    "erased_at": (None, None, None, None, LATE),
    "released_at": (None, None, None, LATE),
    "ends_at": (None, *(FIRST + timedelta(days=day) for day in range(0, 500, 7))),
    "expires_at": (None, *(FIRST + timedelta(days=day) for day in range(0, 500, 5))),
    "linked_at": (at("2024-02-01T00:00"), at("2024-04-01T00:00")),
}
ROWS = 5


def drawn(name: str, dtype: pl.DataType, dice: Random) -> Any:
    """A value of a column: few that meet, and nothing now and then."""
    if name in WORDS:
        return dice.choice(WORDS[name])
    day = FIRST + timedelta(hours=6 * dice.randrange(460))
    kinds: dict[pl.DataType, tuple[Any, ...]] = {
        pl.String(): ("a", "b"),
        pl.Int64(): (1, 3, 5),
        pl.Boolean(): (True, False),
        pl.Decimal(38, 4): (Decimal(0), Decimal("0.1"), Decimal("2.5"), Decimal(-4)),
        pl.Datetime("us", "UTC"): (day, day, day),
        pl.Date(): (day.date(), day.date(), day.date()),
    }
    is_key = any(name in one.key_names for one in SPECS.values())
    return dice.choice(kinds[dtype] if is_key else (None, *kinds[dtype]))


def store_of(seed: int, facts: Sequence[str]) -> Memory:
    """Random rows of these facts; no two were told at one position."""
    dice = Random(seed)
    frames = {}
    for fact in facts:
        spec = SPECS[fact]
        rows = [
            {column.name: drawn(column.name, column.dtype, dice) for column in spec.columns}
            for _ in range(dice.randrange(ROWS))
        ]
        told = frame(fact, rows).unique(list(spec.key_names), keep="first", maintain_order=True)
        frames[fact] = told.with_columns(last_position=pl.int_range(pl.len(), dtype=pl.Int64))
    return Memory(frames)
