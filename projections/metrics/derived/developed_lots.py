"""Lots of points with what will have been redeemed of them in the end, estimated from how older lots went on.

The additive method (incremental loss ratios): between two ages, lots are expected to give the share of their
points that lots of the same programme which are old enough gave; what a lot gave by its last full age stands,
less what came back of it, and never below nothing: what came back may have been drawn since that age.
Where no lot is old enough yet, nothing more is expected. Estimates are exact sums, rounded once.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

import polars as pl

from projections.facts.member_lot_intervals import AGES
from projections.facts.spec import ENVELOPE, MONEY, UTC
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.valued_lots import DIMENSIONS, LOTS, PARTS, WHOLE

SCHEMA: dict[str, pl.DataType] = {
    "opened_at": UTC,
    "issued": MONEY,
    "ultimate": MONEY,
    **dict.fromkeys(DIMENSIONS, pl.String()),
}
DRAWN = [f"drawn_in_{months}_months" for months in AGES]
COUNTED = ("earned", "reversed", "drawn", "refunded", *DRAWN)
MILLION = 1_000_000


def rows(reading: Reading) -> pl.DataFrame:
    """One row per lot that was earned: its points less reversals, and its redemption in the end."""
    read = ("opened_at", "earned_at", *COUNTED, *DIMENSIONS)
    developed = with_ultimate(reading.facts(LOTS, columns=read), at=reading.reference)
    return developed.select("member", "lot_id", *SCHEMA, *(name for name, *_ in ENVELOPE))


def with_ultimate(lots: pl.DataFrame, *, at: datetime) -> pl.DataFrame:
    """The lots that were earned, with their points less reversals as `issued` and `ultimate`, as of a moment.

    `lots` are all there are, with earned_at, programme and COUNTED.
    """
    earned = lots.filter(pl.col("earned") > 0, pl.col("earned_at").is_not_null())
    aged = earned.with_columns(
        *(pl.col(name).fill_null(0) for name in COUNTED[1:]),
        age=pl.sum_horizontal(
            (pl.col("earned_at").dt.offset_by(f"{months}mo") <= at).cast(pl.Int64) for months in AGES
        ),
    ).with_columns(issued=(pl.col("earned") - pl.col("reversed")).cast(MONEY))
    expected = _expected(_increments(aged))
    placed = aged.join(expected, on=["programme", "age"], how="left", nulls_equal=True, maintain_order="left")
    stands = pl.max_horizontal(_by_last_age() - pl.col("refunded"), pl.lit(0, MONEY))
    ultimate = stands + _share(pl.col("issued"), pl.col("expected"))
    return placed.with_columns(ultimate=ultimate.cast(MONEY))


def _increments(aged: pl.DataFrame) -> pl.DataFrame:
    """Per programme and age: what lots that reached it gave since the age before, and their points."""
    before = [pl.lit(0, MONEY), *(pl.col(name) for name in DRAWN)]
    return pl.concat(
        aged.filter(pl.col("age") >= place)
        .group_by("programme")
        .agg(given=(pl.col(name) - before[place - 1]).sum(), issued=pl.col("issued").sum())
        .with_columns(place=pl.lit(place, pl.Int64))
        for place, name in enumerate(DRAWN, start=1)
    )


def _expected(increments: pl.DataFrame) -> pl.DataFrame:
    """[programme, age, expected]: what share of its points a lot will still give, in parts per million."""
    shares: dict[tuple[str | None, int], int] = {}
    for programme, given, issued, place in increments.iter_rows():
        shares[programme, place] = _per_million(given, issued)
    programmes = dict.fromkeys(programme for programme, _ in shares)
    expected = [
        (programme, age, sum(shares.get((programme, later), 0) for later in range(age + 1, len(AGES) + 1)))
        for programme in programmes
        for age in range(len(AGES) + 1)
    ]
    schema = {"programme": pl.String(), "age": pl.Int64(), "expected": pl.Int64()}
    return pl.DataFrame(expected, schema=schema, orient="row")


def _per_million(given: Decimal, issued: Decimal) -> int:
    return floor(Fraction(given) / Fraction(issued) * MILLION + Fraction(1, 2)) if issued > 0 else 0


def _by_last_age() -> pl.Expr:
    """What redemptions drew by a lot's last full age; of one that passed them all, by now."""
    told = ["drawn", *reversed(DRAWN[:-1])]
    by_age = (pl.when(pl.col("age") == len(AGES) - n).then(pl.col(name)) for n, name in enumerate(told))
    return pl.coalesce(*by_age, pl.lit(0, MONEY))


def _share(points: pl.Expr, per_million: pl.Expr) -> pl.Expr:
    """A share of points in whole numbers, rounded to four places, halves up."""
    parts = (points * pl.lit(PARTS).cast(MONEY)).cast(WHOLE) * per_million.fill_null(0).cast(WHOLE)
    rounded = (parts + pl.lit(MILLION // 2, WHOLE)) // pl.lit(MILLION, WHOLE)
    return (rounded.cast(MONEY) * pl.lit("0.0001").cast(MONEY)).cast(MONEY)


DEVELOPED_LOTS = Derived(
    name="developed_lots", reads=(LOTS,), keys=("member", "lot_id"), schema=SCHEMA, rows=rows
)
