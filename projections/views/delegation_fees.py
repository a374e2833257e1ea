"""What delegated surveys are owed, by counterpart and the month in which they were done."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from projections.views.delegated_surveys import DELEGATED_SURVEYS, all_delegations
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

KEYS = ("month", "direction", "counterpart")
MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class DelegationFee:
    """Delegations done in a month (the organisation's zone) for or by one counterpart, the last 12 months."""

    month: date
    direction: str | None
    """received (the fees are owed to us), sent (owed by us) or intra_province."""
    counterpart: str | None
    done: int
    """Delegations done."""
    without_fee: int
    """Of these, for which no fee was told."""
    settled: int
    """Of these, whose fee was paid."""
    fees_due: Decimal
    """The fees agreed."""
    fees_settled: Decimal
    """What was paid of them."""
    fees_open: Decimal
    """fees_due - fees_settled, of those with a fee agreed."""


def delegation_fees(reading: ViewReading) -> pl.DataFrame:
    """One row per month, direction and counterpart."""
    first = pl.lit(reading.day).dt.month_start().dt.offset_by(f"-{MONTHS - 1}mo")
    month = pl.col("completed_at").dt.convert_time_zone(str(reading.zone)).dt.date().dt.month_start()
    done = all_delegations(reading).filter(pl.col("completed_at").is_not_null())
    return (
        done.with_columns(month=month)
        .filter(pl.col("month") >= first)
        .group_by(KEYS)
        .agg(
            done=pl.len(),
            without_fee=pl.col("fee_due").is_null().sum(),
            settled=pl.col("settled_at").is_not_null().sum(),
            fees_due=pl.col("fee_due").sum(),
            fees_settled=pl.col("settled_amount").sum(),
            fees_open=pl.col("fee_open").sum(),
        )
    )


def unlike_the_list(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Open fees by counterpart beside those of the delegations that are listed: [counterpart, …]."""
    by = ["direction", "counterpart"]
    first = rows["month"].min()
    listed = reading.view(DELEGATED_SURVEYS).filter(
        pl.col("completed_at").dt.convert_time_zone(str(reading.zone)).dt.date() >= pl.lit(first, pl.Date),
        pl.col("settled_at").is_null(),
    )
    in_list = listed.group_by(by).agg(in_list=pl.col("fee_open").sum())
    beside = rows.group_by(by).agg(at_most=pl.col("fees_due").sum())
    met = in_list.join(beside, on=by, how="left", nulls_equal=True)
    return met.filter(pl.col("in_list") > pl.col("at_most").fill_null(Decimal(0)))


def open_fees(rows: pl.DataFrame, _: date) -> float:
    """Fees due and not settled, whoever owes them."""
    return float(rows["fees_open"].sum() or 0)


DELEGATION_FEES = View(
    name="delegation_fees",
    version=1,
    row=DelegationFee,
    keys=KEYS,
    time="month",
    facts=("claim_delegations", "unit_moves"),
    views=(DELEGATED_SURVEYS,),
    make=delegation_fees,
    name_en="fees of delegated surveys",
    name_zh="双代费用结算",
    figure=Figure(name="fees_open", value=open_fees),
    ranges={
        "open_is_due_less_settled": pl.col("fees_open") <= pl.col("fees_due"),
        "settled_at_most_done": pl.col("settled") <= pl.col("done"),
    },
    reconciliations=(
        Reconciliation(
            name="unsettled_fees_are_within_those_due",
            meaning="what listed delegations still have open is part of what is due to or from a counterpart",
            differences=unlike_the_list,
        ),
    ),
)
