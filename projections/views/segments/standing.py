"""What stands from one event until another: contracts, open complaints, open dissatisfactions."""

from collections.abc import Sequence

import polars as pl

from projections.views.reading import ViewReading
from projections.views.segments.counted import counted


def contracts(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Contracts as signed, each until it is signed again or ended."""
    turns = reading.facts(
        "contract_turns",
        columns=["contract_id", "turn", "product", "bundle", "ends_at", "turned_at", "last_position"],
        envelope=False,
    ).sort("customer", "contract_id", "turned_at", "last_position")
    of_one = ["customer", "contract_id"]
    following = pl.col("turned_at", "turn", "version").shift(-1).over(of_one).name.prefix("next_")
    signed = turns.with_columns(following).filter(pl.col("turn") == "signed")
    return counted(
        signed,
        narrowed,
        customer="customer",
        stream="customer",
        at="turned_at",
        topic=pl.lit("customer.contract_signed"),
        version="version",
        until="next_turned_at",
        until_topic="customer.contract_" + pl.col("next_turn"),
        until_version="next_version",
        due="ends_at",
    )


def open_complaints(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Complaints from filing or reopening until they are closed."""
    told = reading.facts("complaints", columns=["customer_id", *narrowed], envelope=False)
    mine = None if reading.customers is None else {"complaint": told["complaint"].to_list()}
    turns = reading.facts(
        "complaint_turns", columns=["turn", "turned_at", "last_position"], equal=mine, envelope=False
    ).sort("complaint", "turned_at", "last_position")
    moved = turns.with_columns(is_open=pl.col("turn") != "closed").filter(
        pl.col("is_open").ne_missing(pl.col("is_open").shift(1).over("complaint"))
    )
    following = pl.col("turned_at", "version").shift(-1).over("complaint").name.prefix("next_")
    stood = moved.with_columns(following).filter("is_open")
    return counted(
        stood.join(told.select("complaint", "customer_id", *narrowed), on="complaint"),
        narrowed,
        customer="customer_id",
        stream="complaint",
        at="turned_at",
        topic="complaint." + pl.col("turn"),
        version="version",
        until="next_turned_at",
        until_topic=pl.lit("complaint.closed"),
        until_version="next_version",
    )


def open_dissatisfactions(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Entries of the register of dissatisfied customers until they are repaired."""
    found = reading.facts(
        "dissatisfactions", columns=["dissatisfied_at", "repaired_at", *narrowed], envelope=False
    )
    return counted(
        found,
        narrowed,
        customer="customer",
        stream="customer",
        at="dissatisfied_at",
        topic=pl.lit("customer.dissatisfied"),
        version="version",
        until="repaired_at",
        until_topic=pl.lit("customer.repaired"),
        until_version=pl.lit(None),
    )
