"""The tier that a membership had when something happened: a source need not say it with every event."""

import polars as pl

from projections.views.reading import ViewReading

FACT = "member_tiers"


def with_member_tier(reading: ViewReading, rows: pl.DataFrame, *, at: str) -> pl.DataFrame:
    """Add `member_tier` to rows of members: the tier of the membership at a moment, that moment included.

    Null before it began, and once it is closed.
    """
    moves = reading.facts(FACT, columns=("move", "tier", "to_tier", "moved_at"))
    move = pl.col("move")
    after = pl.when(move == "enrolled").then("tier").when(move == "changed").then("to_tier")
    timeline = moves.sort("moved_at", "last_position").select("member", "moved_at", member_tier=after)
    return rows.sort(at).join_asof(
        timeline, left_on=at, right_on="moved_at", by="member", check_sortedness=False
    )
