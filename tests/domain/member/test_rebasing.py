"""The base of points is found back exactly, or said to be unknown: never guessed."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.member.accrual import Activity, accrue
from domain.member.rebasing import amount_of, base_of, points_under
from domain.organisation.programme import Accrual, AccrualBase, Multiplier, Rounding

FLOOR = Rounding(mode="floor")
WHOLE = AccrualBase(activity="spend", per=Decimal(10), rounding=FLOOR)
EXACT = AccrualBase(activity="spend")
GOLD = Multiplier(name="gold", factor=Decimal("1.5"), tiers=("gold",))
TWICE = Multiplier(name="twice", factor=Decimal(2), tiers=("gold",))
OWN = Accrual(bases=(WHOLE,), multipliers=(GOLD,))
RICHER = Accrual(bases=(WHOLE,), multipliers=(TWICE,))
FLOORED = Accrual(bases=(EXACT,), multipliers=(GOLD,), rounding=FLOOR)


def done(tier: str, other_tier: str | None = None) -> tuple[Activity, Activity]:
    first, second = (
        Activity(kind="spend", amount=Decimal(0), on=date(2026, 3, 1), tier=one)
        for one in (tier, other_tier or tier)
    )
    return first, second


@pytest.mark.parametrize(
    ("points", "activities", "own", "other", "expected"),
    [
        ("109", done("silver"), OWN, RICHER, "109"),
        ("163.5", done("gold"), OWN, RICHER, "218"),
        ("163.5", done("gold", "silver"), OWN, OWN, "109"),
        ("109", done("silver", "gold"), OWN, OWN, "163.5"),
        ("163.7", done("gold"), OWN, OWN, "163.7"),
        ("163.7", done("gold"), OWN, RICHER, None),
        ("109", done("silver"), OWN, Accrual(), "0"),
        ("109", done("silver"), Accrual(), OWN, "109"),
        ("10.99", done("silver"), Accrual(bases=(EXACT,)), OWN, "1"),
        ("109", done("silver"), OWN, Accrual(bases=(EXACT,)), None),
        ("10", done("gold"), FLOORED, Accrual(bases=(EXACT,)), None),
    ],
)
def test_points_under_another_programme(
    points: str, activities: tuple[Activity, Activity], own: Accrual, other: Accrual, expected: str | None
) -> None:
    found = points_under(Decimal(points), activities, own=own, other=other)
    assert found == (None if expected is None else Decimal(expected))


@for_any(st.decimals(0, 10**6, places=2), st.sampled_from(["silver", "gold"]), st.sampled_from([OWN, RICHER]))
def test_a_base_that_is_found_is_the_base(amount: Decimal, tier: str, accrual: Accrual) -> None:
    activity = Activity(kind="spend", amount=amount, on=date(2026, 3, 1), tier=tier)
    accrued = accrue(activity, accrual=accrual)
    assert accrued is not None
    found = base_of(accrued.points, line=WHOLE, factor=accrued.factor, accrual=accrual)
    assert found == accrued.base


@for_any(st.decimals(0, 10**6, places=4))
def test_an_exact_base_gives_its_amount_back(amount: Decimal) -> None:
    assert amount_of(Fraction(amount), line=EXACT) == amount
