"""What activities earn under a programme, a frame at a time: in whole numbers, so that every point is exact.

The rule for one activity is `domain.member.accrual`; a property test holds the two together.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from domain.member.accrual import Activity, combined, factors_on
from domain.organisation.programme import Accrual, AccrualBase, Rounding

ACTIVITIES: dict[str, pl.DataType] = {
    "activity": pl.String(),
    "amount": pl.Decimal(38, 4),
    "on": pl.Date(),
    "tier": pl.String(),
    "tenure": pl.Int64(),
    "campaign": pl.String(),
}
"""One row per activity: `on` is its local day, `tenure` in whole months of membership."""

WHOLE = pl.Int128()
MONEY = pl.Decimal(38, 4)
SCALE = 10_000
LARGEST = 2**126
# In a cell the same multipliers apply: `window` and `band` number the stretches between the days, and the
# months of membership, at which any multiplier begins or ends.
CELL = ("activity", "tier", "campaign", "window", "band")


def accrued_points(activities: pl.DataFrame, *, accrual: Accrual) -> pl.DataFrame:
    """Add what every activity earns as `points`, a decimal of four places; null where it earns nothing.

    `activities` has the columns of ACTIVITIES and any others; its order is kept. Raises OverflowError where
    amounts times factors are beyond 126 bits.
    """
    placed = activities.with_columns(
        window=_stretch("on", _days(accrual)), band=_stretch("tenure", _months(accrual))
    )
    factors = _factors(placed.select(CELL).unique(), accrual)
    _check_size(activities, factors, accrual)
    return placed.join(factors, on=list(CELL), how="left", nulls_equal=True, maintain_order="left").select(
        *activities.columns, points=_points(accrual)
    )


def _stretch(column: str, bounds: list[date] | list[int]) -> pl.Expr:
    """Count the bounds that a value has reached."""
    return pl.sum_horizontal(pl.lit(0), *(pl.col(column) >= bound for bound in bounds)).cast(pl.Int64)


def _days(accrual: Accrual) -> list[date]:
    bounds = {day for one in accrual.multipliers for day in (one.period_start, one.period_end)}
    return sorted(day for day in bounds if day is not None)


def _months(accrual: Accrual) -> list[int]:
    bounds = {months for one in accrual.multipliers for months in (one.tenure_from, one.tenure_until)}
    return sorted(months for months in bounds if months)


def _factors(cells: pl.DataFrame, accrual: Accrual) -> pl.DataFrame:
    """Find each cell's factor by the plain rule, for the first day and month of its stretches."""
    days, months = [date.min, *_days(accrual)], [0, *_months(accrual)]
    found = [
        combined(
            factors_on(
                Activity(
                    kind=cell["activity"],
                    amount=Decimal(0),
                    on=days[cell["window"]],
                    tier=cell["tier"],
                    tenure=months[cell["band"]],
                    campaign=cell["campaign"],
                ),
                accrual=accrual,
            )
        )
        for cell in cells.iter_rows(named=True)
    ]
    return cells.with_columns(
        times=pl.Series([factor.numerator for factor in found], dtype=WHOLE),
        over=pl.Series([factor.denominator for factor in found], dtype=WHOLE),
    )


def _points(accrual: Accrual) -> pl.Expr:
    rounding = accrual.rounding
    earned = pl.lit(None, dtype=WHOLE)
    for line in accrual.bases:
        base, over = _base(line)
        points = _rounded(base * pl.col("times"), pl.col("over") * _whole(over), rounding=rounding)
        earned = pl.when(pl.col("activity") == line.activity).then(points).otherwise(earned)
    stored = earned * _whole(SCALE // 10**rounding.places)
    return stored.cast(MONEY) * pl.lit("0.0001").cast(MONEY)


def _base(line: AccrualBase) -> tuple[pl.Expr, int]:
    """Write a line's points before factors as a whole number of so many parts."""
    amount = (pl.col("amount").cast(MONEY) * pl.lit(SCALE).cast(MONEY)).cast(WHOLE)
    per, points = Fraction(line.per), Fraction(line.points)
    units, over = amount * _whole(per.denominator), SCALE * per.numerator
    if line.rounding is not None:
        units, over = _rounded(units, _whole(over), rounding=line.rounding), 10**line.rounding.places
    return units * _whole(points.numerator), over * points.denominator


def _rounded(value: pl.Expr, over: pl.Expr, *, rounding: Rounding) -> pl.Expr:
    """Divide and round in whole numbers, to parts of `places`; division of whole numbers goes down."""
    scaled = value * _whole(10**rounding.places)
    match rounding.mode:
        case "floor":
            return scaled // over
        case "ceiling":
            return (scaled + over - _whole(1)) // over
        case "half_up":
            return (scaled * _whole(2) + over) // (over * _whole(2))
        case "half_even":
            down = scaled // over
            twice = (scaled - down * over) * _whole(2)
            is_up = (twice > over) | ((twice == over) & (down % _whole(2) == _whole(1)))
            return down + is_up.cast(WHOLE)


def _whole(number: int) -> pl.Expr:
    return pl.lit(number, dtype=WHOLE)


def _check_size(activities: pl.DataFrame, factors: pl.DataFrame, accrual: Accrual) -> None:
    """Refuse numbers that would not fit: whole numbers in frames wrap around in silence."""
    amount = activities.select(pl.col("amount").abs().max()).item() or Decimal(0)
    times, over = (factors.select(pl.col(name).max()).item() or 1 for name in ("times", "over"))
    for line in accrual.bases:
        per, points = Fraction(line.per), Fraction(line.points)
        parts = SCALE * per.numerator * points.denominator * 10**8 * over
        largest = max(int(amount * SCALE + 1) * per.denominator * points.numerator * 10**8 * times, parts) * 2
        if largest > LARGEST:
            raise OverflowError(f"{line.activity}: amounts to {amount} are too large to be counted exactly")
