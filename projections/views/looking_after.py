"""Who looks after a customer at a view's moment: managers A and B, by the last assignment in each role."""

import polars as pl

from projections.views.reading import ViewReading

ROLES = ("A", "B")


def managers_of(reading: ViewReading) -> pl.DataFrame:
    """[customer, manager_a, manager_b] of every customer who ever had one of them."""
    told = reading.facts(
        "manager_assignments",
        envelope=False,
        columns=("role", "manager_id", "assigned_at", "last_position"),
        equal={"role": ROLES},
    )
    last = told.sort("assigned_at", "last_position").group_by("customer")
    return last.agg(
        pl.col("manager_id").filter(pl.col("role") == role).last().alias(f"manager_{role.lower()}")
        for role in ROLES
    )
