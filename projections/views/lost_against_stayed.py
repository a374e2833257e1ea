"""What happened to customers before they left, against those who stayed: signal by signal, window by window.

Lost are those of the last 90 local days, each looked at before their own leaving. Stayed is who is a customer
now and was registered 45 days before the end of the view's day, which is where their windows end: in the
middle of those 90 days.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from projections.metrics.persons import STREAM, persons
from projections.views.customer_360 import CUSTOMER_360
from projections.views.lost_customers import DAYS, LOST_CUSTOMERS
from projections.views.lost_signals import READ_FACTS, SIGNALS, WINDOWS, column, counted_at, happened
from projections.views.people import people_of
from projections.views.reading import INSTANT, ViewReading
from projections.views.view import Figure, Reconciliation, View

MIDDLE = DAYS // 2
COMPLAINTS = "complaints"


@dataclass(frozen=True, kw_only=True)
class LostAgainstStayed:
    """One signal in the so many days before leaving, or before the middle of the 90 days."""

    signal: str
    """calls (inbound), unresolved_calls, complaints, low_ratings or contacts (outbound)."""
    days: int
    """How many days before are looked at."""
    lost: int
    """Persons who left."""
    lost_times: int
    """How often the signal was given by those who left."""
    lost_persons: int
    """How many of those who left gave it at least once."""
    lost_mean: float | None
    """Times a person of those who left; null where nobody did."""
    lost_share: float | None
    """The share of those who left who gave it at least once; null where nobody left."""
    stayed: int
    """Persons who stayed."""
    stayed_times: int
    """How often the signal was given by those who stayed."""
    stayed_persons: int
    """How many of those who stayed gave it at least once."""
    stayed_mean: float | None
    """Times a person of those who stayed; null where nobody did."""
    stayed_share: float | None
    """The share of those who stayed who gave it at least once; null where nobody stayed."""
    times_as_likely: float | None
    """The share of the lost over that of those who stayed; null where that is 0 or none."""


def lost_against_stayed(reading: ViewReading) -> pl.DataFrame:
    """One row per signal and window."""
    counts = [column(signal, days) for signal in SIGNALS for days in WINDOWS]
    lost, stayed = reading.view(LOST_CUSTOMERS, columns=counts), stayers(reading)
    people = people_of(reading, [stayed.select(pl.format(f"{STREAM}{{}}", "customer_id")).to_series()])
    told = happened(reading, people, since=MIDDLE + max(WINDOWS))
    mine = told.join(stayed.join(people.names, on="customer_id"), on="who", how="semi")
    counted = counted_at(mine, reading.days_before(MIDDLE)).rename(
        {"times": "stayed_times", "persons": "stayed_persons"}
    )
    return _compared(
        _of_lost(lost).join(counted, on=["signal", "days"], how="left"),
        lost=lost.height,
        stayed=stayed.height,
    )


def stayers(reading: ViewReading) -> pl.DataFrame:
    """[customer_id] of who is a customer now, and was registered where their windows end."""
    registered = ("registered_at", None, reading.days_before(MIDDLE))
    known = reading.view(CUSTOMER_360, columns=("is_customer",), time=registered)
    return known.filter("is_customer").select("customer_id")


def _of_lost(lost: pl.DataFrame) -> pl.DataFrame:
    """[signal, days, lost_times, lost_persons] of every signal and window."""
    rows = [
        (signal, days, int(told.sum()), int((told > 0).sum()))
        for signal in SIGNALS
        for days in WINDOWS
        for told in (lost[column(signal, days)],)
    ]
    schema = {"signal": pl.String(), "days": pl.Int64(), "lost_times": pl.Int64(), "lost_persons": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _compared(counted: pl.DataFrame, *, lost: int, stayed: int) -> pl.DataFrame:
    whole = counted.with_columns(
        pl.col("stayed_times", "stayed_persons").fill_null(0),
        lost=pl.lit(lost, pl.Int64),
        stayed=pl.lit(stayed, pl.Int64),
    )
    return whole.with_columns(
        lost_mean=_ratio("lost_times", "lost"),
        lost_share=_ratio("lost_persons", "lost"),
        stayed_mean=_ratio("stayed_times", "stayed"),
        stayed_share=_ratio("stayed_persons", "stayed"),
        times_as_likely=_ratio(
            pl.col("lost_persons") * pl.col("stayed"), pl.col("stayed_persons") * pl.col("lost")
        ),
    )


def _ratio(part: str | pl.Expr, whole: str | pl.Expr) -> pl.Expr:
    parts, of = (pl.col(one) if isinstance(one, str) else one for one in (part, whole))
    return pl.when(of > 0).then(parts / of)


def complained_before(rows: pl.DataFrame, _: date) -> float | None:
    """How many times as likely the lost were to have complained in their last 90 days."""
    found = rows.filter(signal=COMPLAINTS, days=max(WINDOWS))["times_as_likely"].to_list()
    return next(iter(found), None)


def complaints_differ(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[filed, stayed_times] where complaints of those who stayed are not those that name them."""
    known = persons(reading)
    here = stayers(reading).with_columns(at=pl.lit(reading.reference, INSTANT))
    staying = here.select(known.of(here, column="customer_id", at="at").alias("person"))
    filed = reading.facts(
        COMPLAINTS,
        columns=("customer_id", "filed_at"),
        time=("filed_at", reading.days_before(MIDDLE + max(WINDOWS)), reading.days_before(MIDDLE)),
    ).drop_nulls("customer_id")
    by = filed.select(known.of(filed, column="customer_id", at="filed_at").alias("person"))
    count = by.join(staying, on="person", how="semi").height
    told = rows.filter(signal=COMPLAINTS, days=max(WINDOWS)).select("stayed_times")
    return told.with_columns(filed=pl.lit(count)).filter(pl.col("filed") != pl.col("stayed_times"))


LOST_AGAINST_STAYED = View(
    name="lost_against_stayed",
    version=1,
    row=LostAgainstStayed,
    keys=("signal", "days"),
    facts=(*READ_FACTS, "customer_links"),
    views=(CUSTOMER_360, LOST_CUSTOMERS),
    make=lost_against_stayed,
    name_en="lost customers against those who stayed",
    name_zh="流失与在网客户对比",
    figure=Figure(name="times_as_likely_to_have_complained", value=complained_before, lowest=0.0),
    ranges={
        "shares_between_0_and_1": pl.all_horizontal(
            pl.col(name).is_between(0, 1).fill_null(value=True) for name in ("lost_share", "stayed_share")
        ),
        "persons_at_most_times": (pl.col("lost_persons") <= pl.col("lost_times"))
        & (pl.col("stayed_persons") <= pl.col("stayed_times")),
    },
    reconciliations=(
        Reconciliation(
            name="complaints_of_those_who_stayed_are_those_filed",
            meaning="complaints in the 90 days before the middle, counted again from their rows",
            differences=complaints_differ,
        ),
    ),
)
