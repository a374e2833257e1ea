"""What points would be under another programme: their base is found back from them, where that is exact."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from domain.member.accrual import Activity, base_points, combined, factors_on, rounded
from domain.organisation.programme import STORED_PLACES, Accrual, AccrualBase

# With more candidates than this, several of them give the same points.
FEW = 100


def points_under(
    points: Decimal, done: tuple[Activity, Activity], *, own: Accrual, other: Accrual
) -> Decimal | None:
    """Say what the points of an activity, whose amount is not known, would be; None where nobody can tell.

    `done` is the activity under either programme, between which the tier may differ. Points that no rule of
    accrual gave stay as they are; an activity that the other programme does not name earns nothing.
    """
    line, other_line = (line_of(done[0].kind, accrual) for accrual in (own, other))
    if line is None or other_line is None:
        return points if line is None else Decimal(0)
    factor, other_factor = (
        combined(factors_on(activity, accrual=accrual))
        for activity, accrual in zip(done, (own, other), strict=True)
    )
    if (line, factor, own.rounding) == (other_line, other_factor, other.rounding):
        return points
    base = base_of(points, line=line, factor=factor, accrual=own)
    if base is not None and line != other_line:
        base = None if line.rounding else base_points(amount_of(base, line=line), line=other_line)
    return None if base is None else rounded(base * other_factor, rounding=other.rounding)


def line_of(activity: str, accrual: Accrual) -> AccrualBase | None:
    """Find how an activity earns."""
    return next((line for line in accrual.bases if line.activity == activity), None)


def base_of(points: Decimal, *, line: AccrualBase, factor: Fraction, accrual: Accrual) -> Fraction | None:
    """Find the one base that gives these points with a factor; None if there is none, or more than one."""
    step, unit = step_of(line), Fraction(1, 10**accrual.rounding.places)
    lowest, highest = (Fraction(points) + part for part in (-unit, unit))
    candidates = range(ceil(lowest / factor / step), floor(highest / factor / step) + 1)
    if len(candidates) > FEW:
        return None
    bases = [count * step for count in candidates]
    fitting = [base for base in bases if rounded(base * factor, rounding=accrual.rounding) == points]
    return fitting[0] if len(fitting) == 1 else None


def step_of(line: AccrualBase) -> Fraction:
    """Say by how much a base differs at least from the next one: amounts have four places at most."""
    points = Fraction(line.points)
    if line.rounding is not None:
        return points * Fraction(1, 10**line.rounding.places)
    return points / Fraction(line.per) * Fraction(1, 10**STORED_PLACES)


def amount_of(base: Fraction, *, line: AccrualBase) -> Decimal:
    """Find the amount of a base that was not rounded."""
    count = base / step_of(line)
    return Decimal(count.numerator).scaleb(-STORED_PLACES)
