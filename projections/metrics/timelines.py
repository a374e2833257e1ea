"""What somebody was from when on: tiers of members, classes of customers, places of agents, as timelines.

A timeline is [who, since, value], one row per change, in order of `since`; of changes at one moment the last
told stands. Whoever is asked for at a moment has the value of the last change up to it, that moment included.
"""

from collections.abc import Sequence

import polars as pl

from projections.metrics.derived_source import BoundReading
from projections.metrics.persons import STREAM, Persons, customer_id

FEW = 5_000
"""Customers up to which their own rows are looked up; of more, all rows are read at once."""
AGENT = "agent-"

Customers = Sequence[str | None]


def value_at(rows: pl.DataFrame, timeline: pl.DataFrame) -> pl.Series:
    """For each row [who, at] the value that stood then."""
    found = (
        rows.select("who", "at")
        .with_row_index()
        .sort("at")
        .join_asof(timeline.sort("since"), left_on="at", right_on="since", by="who", check_sortedness=False)
    )
    return found.sort("index")["value"]


def member_tiers(reading: BoundReading, persons: Persons, *, customers: Customers) -> pl.DataFrame:
    """The tier of each person: of several memberships that run, the one that changed last."""
    named = pl.col("customer_id").drop_nulls().first().over("member", order_by=["moved_at", "last_position"])
    told = (
        _tier_moves(reading, persons.everybody(customers))
        .sort("moved_at", "last_position")
        .with_columns(pl.coalesce("customer_id", named), value=_tier_after())
        .filter(pl.col("customer_id").is_not_null())
        .with_row_index("step")
    )
    known = told.with_columns(persons.of(told, column="customer_id", at="moved_at").alias("who"))
    several = pl.col("member").n_unique().over("who") > 1
    moves = pl.concat([known.filter(~several), _of_several(known.filter(several))], how="diagonal")
    return _timeline(moves.sort("step"), since="moved_at")


def _tier_moves(reading: BoundReading, customers: Customers) -> pl.DataFrame:
    columns = ["customer_id", "tier", "to_tier", "move", "moved_at"]
    if len(customers) > FEW:
        return reading.facts("member_tiers", columns=columns)
    mine = reading.facts("member_tiers", columns=["customer_id"], equal={"customer_id": customers})
    members = mine["member"].unique().to_list()
    return reading.facts("member_tiers", columns=columns, equal={"member": members})


def _tier_after() -> pl.Expr:
    """The tier that a move leaves behind; none once the membership is closed."""
    move = pl.col("move")
    return pl.when(move == "enrolled").then("tier").when(move == "changed").then("to_tier")


def _of_several(known: pl.DataFrame) -> pl.DataFrame:
    """After each move of a person, the tier of the running membership that moved last."""
    states = known.select("who", "member", "value", moved_in="step")
    latest = (
        known.select("who", "step", "moved_at")
        .join(states, on="who")
        .filter(pl.col("moved_in") <= pl.col("step"))
        .sort("moved_in")
        .unique(["step", "member"], keep="last", maintain_order=True)
        .filter(pl.col("value").is_not_null())
        .unique("step", keep="last", maintain_order=True)
    )
    return known.select("who", "step", "moved_at").join(latest.select("step", "value"), on="step", how="left")


def customer_classes(
    reading: BoundReading, persons: Persons, *, scheme: str, customers: Customers
) -> pl.DataFrame:
    """The value of each person in a scheme."""
    equal: dict[str, Customers] = {"scheme": [scheme]}
    mine = persons.everybody(customers)
    if len(mine) <= FEW:
        equal["customer"] = [f"{STREAM}{one}" for one in mine if one is not None]
    rows = reading.facts("customer_classes", columns=["value", "classified_at"], equal=equal)
    told = rows.sort("classified_at", "last_position").with_columns(customer_id("customer_id", "customer"))
    who = persons.of(told, column="customer_id", at="classified_at").alias("who")
    return _timeline(told.with_columns(who), since="classified_at")


def agent_places(reading: BoundReading, *, place: str) -> pl.DataFrame:
    """The role or the team of each agent; a move that does not name it leaves it as it was."""
    rows = reading.facts("agent_moves", columns=[place, "moved_at"]).sort("moved_at", "last_position")
    return _timeline(
        rows.with_columns(agent_id("agent"), value=pl.col(place).forward_fill().over("agent")),
        since="moved_at",
    )


def agent_id(column: str) -> pl.Expr:
    """An agent as events name them, without the stream's prefix."""
    return pl.col(column).cast(pl.String).str.strip_prefix(AGENT).alias("who")


def _timeline(moves: pl.DataFrame, *, since: str) -> pl.DataFrame:
    """Moves in their order; of those at one moment the last."""
    return moves.select("who", pl.col(since).alias("since"), "value").unique(
        ["who", "since"], keep="last", maintain_order=True
    )
