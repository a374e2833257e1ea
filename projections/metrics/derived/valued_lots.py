"""Lots of points with what is left of them in money, at the value of a point that their programme names."""

from decimal import Decimal
from fractions import Fraction

import polars as pl

from domain.organisation.programme_in_force import PROGRAMME, programme_of
from domain.organisation.rules import DatedBody, RuleBook
from projections.facts.spec import ENVELOPE, MONEY, UTC
from projections.metrics.derived.derived import Derived, Reading

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
    values = _values(left, reading)
    value = pl.lit(None, MONEY)
    for programme, of_point in values.items():
        mine = pl.col("programme") == programme
        value = pl.when(mine).then(_worth(of_point)).otherwise(value)
    valued = left.with_columns(value=value)
    return valued.select("member", "lot_id", *SCHEMA, *(name for name, *_ in ENVELOPE))


def _values(lots: pl.DataFrame, reading: Reading) -> dict[str, Decimal]:
    """The value of a point of each programme on the day asked as of."""
    readings: dict[tuple[str, str], tuple[DatedBody, ...]] = {}
    for name, valid_from, body in reading.rules(PROGRAMME).iter_rows():
        known = readings.get((PROGRAMME, name), ())
        readings[PROGRAMME, name] = (*known, DatedBody(valid_from=valid_from, body=body))
    day = reading.reference.astimezone(reading.zone).date()
    names = lots.get_column("programme").drop_nulls().unique().to_list()
    told = {name: programme_of(RuleBook(readings), name, on=day).point_value for name in names}
    return {name: value for name, value in told.items() if value is not None}


def _worth(of_point: Decimal) -> pl.Expr:
    """Points times a value, in whole numbers: exact, and rounded once."""
    each = Fraction(of_point)
    above, below = (pl.lit(2 * number, WHOLE) for number in (each.numerator, each.denominator))
    parts = (pl.col("balance") * pl.lit(PARTS).cast(MONEY)).cast(WHOLE)
    rounded = (parts * above + pl.lit(each.denominator, WHOLE)) // below
    return (rounded.cast(MONEY) * pl.lit("0.0001").cast(MONEY)).cast(MONEY)


VALUED_LOTS = Derived(
    name="valued_lots",
    reads=(LOTS, "organisation_rules"),
    keys=("member", "lot_id"),
    schema=SCHEMA,
    rows=rows,
)
