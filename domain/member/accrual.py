"""What an activity earns under a programme: its base, the factors that apply, and the points, exactly."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, prod

import msgspec

from domain.organisation.programme import Accrual, AccrualBase, Multiplier, Rounding
from domain.organisation.terms import add_months


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Something that may earn points: so much of a kind, on a local day, by a member as they stood.

    `tenure` is in whole months of membership; `campaign` the one under which it was done.
    """

    kind: str
    amount: Decimal
    on: date
    tier: str | None = None
    tenure: int = 0
    campaign: str | None = None


class Accrued(msgspec.Struct, frozen=True, kw_only=True):
    """Points and how they came about: the base in points, times the factors that count, rounded."""

    base: Fraction
    factors: tuple[Multiplier, ...]
    factor: Fraction
    points: Decimal


def accrue(activity: Activity, *, accrual: Accrual) -> Accrued | None:
    """Say what an activity earns, with every line of the rule that applied; None if it earns nothing."""
    line = next((line for line in accrual.bases if line.activity == activity.kind), None)
    if line is None:
        return None
    base = base_points(activity.amount, line=line)
    factors = factors_on(activity, accrual=accrual)
    factor = combined(factors)
    return Accrued(
        base=base, factors=factors, factor=factor, points=rounded(base * factor, rounding=accrual.rounding)
    )


def base_points(amount: Decimal, *, line: AccrualBase) -> Fraction:
    """Count the full (or rounded, or exact) units of an amount, in points."""
    units = Fraction(amount) / Fraction(line.per)
    whole = units if line.rounding is None else Fraction(rounded(units, rounding=line.rounding))
    return whole * Fraction(line.points)


def factors_on(activity: Activity, *, accrual: Accrual) -> tuple[Multiplier, ...]:
    """List the multipliers that count: all that apply, or only the best (the first of equals)."""
    applying = tuple(one for one in accrual.multipliers if applies(one, activity))
    if accrual.combine == "best_of" and applying:
        return (max(applying, key=lambda one: one.factor),)
    return applying


def applies(multiplier: Multiplier, activity: Activity) -> bool:
    """Say whether an activity meets every condition that a multiplier names."""
    start, end = multiplier.period_start, multiplier.period_end
    return (
        _is_among(activity.kind, multiplier.activities)
        and _is_among(activity.tier, multiplier.tiers)
        and _is_among(activity.campaign, multiplier.campaigns)
        and (start is None or start <= activity.on)
        and (end is None or activity.on < end)
        and multiplier.tenure_from <= activity.tenure
        and (multiplier.tenure_until is None or activity.tenure < multiplier.tenure_until)
    )


def combined(factors: tuple[Multiplier, ...]) -> Fraction:
    """Multiply factors; none is 1."""
    return prod((Fraction(one.factor) for one in factors), start=Fraction(1))


def rounded(value: Fraction, *, rounding: Rounding) -> Decimal:
    """Round an exact number; halves go up, or to the even neighbour."""
    scaled = value * 10**rounding.places
    match rounding.mode:
        case "floor":
            whole = floor(scaled)
        case "ceiling":
            whole = ceil(scaled)
        case "half_up":
            whole = floor(scaled + Fraction(1, 2))
        case "half_even":
            whole = round(scaled)
    return Decimal(f"{whole}e-{rounding.places}")


def months_of_membership(enrolled_on: date | None, *, on: date) -> int:
    """Count the whole months from the day of enrolment to a day; 0 before and without enrolment."""
    if enrolled_on is None or on <= enrolled_on:
        return 0
    months = (on.year - enrolled_on.year) * 12 + on.month - enrolled_on.month
    return months if add_months(enrolled_on, months) <= on else months - 1


def _is_among(value: str | None, named: tuple[str, ...]) -> bool:
    return not named or value in named
