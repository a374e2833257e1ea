"""When a rating says that the customer is satisfied: their own word, else the two top boxes of the scale."""

import polars as pl


def is_top2box(score: str, scale: str) -> pl.Expr:
    """In the two top boxes of the scale; of a scale of two, in the top one. Null without score or scale."""
    lowest = pl.max_horizontal(pl.col(scale) - 1, pl.min_horizontal(pl.col(scale), 2))
    return pl.when(pl.col(scale).is_not_null()).then(pl.col(score) >= lowest)


def is_satisfied(said: str, score: str, scale: str) -> pl.Expr:
    """What the customer said where they said it, else the two top boxes; null where neither is told."""
    return pl.coalesce(said, is_top2box(score, scale))
