"""Lots of points with what is left of them in money, at the value of a point that their programme names."""

from decimal import Decimal
from fractions import Fraction

import polars as pl

from domain.organisation.programme_in_force import PROGRAMME, programme_of
from projections.facts.spec import ENVELOPE, MONEY, UTC
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import rule_book

LOTS = "member_lots"
DIMENSIONS = (
    *("programme", "unit", "tier", "reason", "partner_id"),
    *("campaign_id", "agent_id", "customer_id"),
)
SCHEMA: dict[str, pl.DataType] = {
    "opened_at": UTC,
    "balance": MONEY,
    "value": MONEY,
    **dict.fromkeys(DIMENSIONS, pl.String()),
}
PARTS = 10_000
WHOLE = pl.Int128()


def rows(reading: Reading) -> pl.DataFrame:
    """One row per lot with a balance that was earned in the periods; no value where no programme names one.

    The value is that of the local day asked as of, rounded to four places, halves up.
    """
    whole = ("opened_at", min(start for start, _ in reading.spans), max(end for _, end in reading.spans))
    lots = reading.facts(LOTS, columns=("opened_at", "balance", *DIMENSIONS), time=whole)
    left = lots.filter(pl.col("balance") != 0)
    valued = left.with_columns(value=worth_of("balance", point_values(reading, left["programme"])))
    return valued.select("member", "lot_id", *SCHEMA, *(name for name, *_ in ENVELOPE))


def point_values(reading: Reading, programmes: pl.Series) -> dict[str, Decimal]:
    """The value of a point of each programme that names one, on the day asked as of."""
    rules = rule_book(reading, PROGRAMME)
    day = reading.reference.astimezone(reading.zone).date()
    names = programmes.drop_nulls().unique().to_list()
    told = {name: programme_of(rules, name, on=day).point_value for name in names}
    return {name: value for name, value in told.items() if value is not None}


def worth_of(points: str, values: dict[str, Decimal]) -> pl.Expr:
    """A column of points at the value that each row's `programme` has; null where it has none."""
    value = pl.lit(None, MONEY)
    for programme, of_point in values.items():
        mine = pl.col("programme") == programme
        value = pl.when(mine).then(_worth(pl.col(points), of_point)).otherwise(value)
    return value


def _worth(points: pl.Expr, of_point: Decimal) -> pl.Expr:
    """Points times a value, in whole numbers: exact, and rounded once."""
    each = Fraction(of_point)
    above, below = (pl.lit(2 * number, WHOLE) for number in (each.numerator, each.denominator))
    parts = (points * pl.lit(PARTS).cast(MONEY)).cast(WHOLE)
    rounded = (parts * above + pl.lit(each.denominator, WHOLE)) // below
    return (rounded.cast(MONEY) * pl.lit("0.0001").cast(MONEY)).cast(MONEY)


VALUED_LOTS = Derived(
    name="valued_lots",
    reads=(LOTS, "organisation_rules"),
    keys=("member", "lot_id"),
    schema=SCHEMA,
    rows=rows,
)
