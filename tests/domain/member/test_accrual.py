"""What an activity earns: base, factors and rounding as the programme names them, exactly."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.member.accrual import Activity, accrue, months_of_membership, rounded
from domain.organisation.programme import Accrual, AccrualBase, Multiplier, Rounding
from domain.organisation.terms import add_months

FLOOR = Rounding(mode="floor")
SPEND = AccrualBase(activity="spend", per=Decimal(10), rounding=FLOOR)
GOLD = Multiplier(name="gold", factor=Decimal("1.5"), tiers=("gold",))
MARCH = Multiplier(
    name="march", factor=Decimal("1.25"), period_start=date(2026, 3, 1), period_end=date(2026, 4, 1)
)
LOYAL = Multiplier(name="loyal", factor=Decimal("1.1"), tenure_from=12, tenure_until=24)
SPRING = Multiplier(name="spring", factor=Decimal(2), campaigns=("desk:spring",), activities=("spend",))
ALL = Accrual(bases=(SPEND, AccrualBase(activity="visit")), multipliers=(GOLD, MARCH, LOYAL, SPRING))
BEST = Accrual(bases=ALL.bases, multipliers=ALL.multipliers, combine="best_of")

PLAIN = Activity(kind="spend", amount=Decimal("1099.99"), on=date(2026, 2, 28))


def earned(activity: Activity, accrual: Accrual = ALL) -> tuple[Decimal, list[str]]:
    accrued = accrue(activity, accrual=accrual)
    assert accrued is not None
    return accrued.points, [one.name for one in accrued.factors]


def changed(**fields: object) -> Activity:
    asked = {name: getattr(PLAIN, name) for name in PLAIN.__struct_fields__}
    return Activity(**{**asked, **fields})


@pytest.mark.parametrize(
    ("activity", "points", "factors"),
    [
        (PLAIN, "109", []),
        (changed(amount=Decimal("9.99")), "0", []),
        (changed(tier="gold"), "163.5", ["gold"]),
        (changed(tier="silver"), "109", []),
        (changed(on=date(2026, 3, 1)), "136.25", ["march"]),
        (changed(on=date(2026, 3, 31)), "136.25", ["march"]),
        (changed(on=date(2026, 4, 1)), "109", []),
        (changed(tenure=11), "109", []),
        (changed(tenure=12), "119.9", ["loyal"]),
        (changed(tenure=24), "109", []),
        (changed(campaign="desk:spring"), "218", ["spring"]),
        (changed(campaign="desk:autumn"), "109", []),
        (changed(kind="visit", amount=Decimal(3), campaign="desk:spring"), "3", []),
        (changed(tier="gold", tenure=12, on=date(2026, 3, 9)), "224.8125", ["gold", "march", "loyal"]),
    ],
    ids=str,
)
def test_earned_with_the_factors_that_apply(activity: Activity, points: str, factors: list[str]) -> None:
    assert earned(activity) == (Decimal(points), factors)


def test_only_the_best_factor_counts_where_the_programme_says_so() -> None:
    everything = changed(tier="gold", tenure=12, on=date(2026, 3, 9))
    assert earned(everything, BEST) == (Decimal("163.5"), ["gold"])
    assert earned(PLAIN, BEST) == (Decimal(109), [])


def test_an_activity_that_the_programme_does_not_name_earns_nothing() -> None:
    assert accrue(changed(kind="flight"), accrual=ALL) is None


def test_what_no_rounding_is_named_for_is_kept_to_the_end() -> None:
    thirds = Accrual(bases=(AccrualBase(activity="spend", per=Decimal(3)),))
    accrued = accrue(changed(amount=Decimal(1)), accrual=thirds)
    assert accrued is not None
    assert (accrued.base, accrued.points) == (Fraction(1, 3), Decimal("0.3333"))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("floor", ("0.1", "0.2", "-0.2")),
        ("ceiling", ("0.2", "0.3", "-0.1")),
        ("half_up", ("0.2", "0.3", "-0.1")),
        ("half_even", ("0.2", "0.2", "-0.2")),
    ],
)
def test_rounding_is_named(mode: str, expected: tuple[str, ...]) -> None:
    values = (Fraction(15, 100), Fraction(25, 100), Fraction(-15, 100))
    rounding = Rounding(mode=mode, places=1)  # type: ignore[arg-type]  # one of the four, by parameter
    assert tuple(rounded(value, rounding=rounding) for value in values) == tuple(map(Decimal, expected))


@for_any(
    st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2), st.sampled_from(["gold", "silver"])
)
def test_more_earns_no_less(amount: Decimal, more: Decimal, tier: str) -> None:
    lower, upper = sorted([amount, more])
    assert earned(changed(amount=lower, tier=tier))[0] <= earned(changed(amount=upper, tier=tier))[0]


def test_membership_is_counted_in_whole_months() -> None:
    enrolled = date(2026, 1, 31)
    assert months_of_membership(enrolled, on=date(2026, 2, 27)) == 0
    assert months_of_membership(enrolled, on=date(2026, 2, 28)) == 1
    assert months_of_membership(enrolled, on=date(2026, 3, 30)) == 1
    assert months_of_membership(enrolled, on=date(2025, 3, 30)) == 0
    assert months_of_membership(None, on=date(2026, 3, 30)) == 0


@for_any(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_whole_months_are_those_that_have_passed(first: date, second: date) -> None:
    enrolled, on = sorted([first, second])
    months = months_of_membership(enrolled, on=on)
    assert add_months(enrolled, months) <= on < add_months(enrolled, months + 1)
