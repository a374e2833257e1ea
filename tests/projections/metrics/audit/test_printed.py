"""What is printed is read with its digits and unit, and whatever is printed by a rounding is found by it."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.audit.digits import are_swapped
from projections.metrics.audit.printed import ROUNDINGS, NoNumber, Printed, read_printed, shown

EXACT = st.fractions(min_value=0, max_value=10**6, max_denominator=10**6)
DECIMALS = st.integers(min_value=0, max_value=4)


def printed(exact: Fraction, *, decimals: int, rounding: str) -> Printed:
    """A value as somebody prints it."""
    scaled = str(ROUNDINGS[rounding](exact * 10**decimals)).zfill(decimals + 1)
    return Printed(digits=f"{scaled[:-decimals]}.{scaled[-decimals:]}" if decimals else scaled)


@pytest.mark.parametrize(
    ("text", "digits", "unit"),
    [
        ("84.42 %", ["84.42"], "percent"),
        ("0.51%", ["0.51"], "percent"),
        ("payout ratio up 6.3 %", ["6.3"], "percent"),
        ("6.3 percentage points", ["6.3"], "points"),
        ("上升6.3个百分点", ["6.3"], "points"),
        ("535 calls a day", ["535"], "number"),
        ("232, 211, 53, 157, 20 a day", ["232", "211", "53", "157", "20"], "number"),
        ("159,017 calls", ["159017"], "number"),
        ("restated 69 per 10,000", ["69"], "number"),
        ("22.83 per 10,000 waybills", ["22.83"], "number"),
        ("target 23 for Q3", ["23"], "number"),
        ("hard 48.4 + soft 60.1 - total 72.7", ["48.4", "60.1", "72.7"], "number"),
    ],
)
def test_numbers_are_read_as_they_are_printed(text: str, digits: list[str], unit: str) -> None:
    found = read_printed(text)
    assert [one.digits for one in found] == digits
    assert found[0].unit == unit


def test_a_sign_is_part_of_a_change() -> None:
    (down,), (up,) = read_printed("-13.85 s"), read_printed("+55.8 %")
    assert (down.value, up.value) == (Fraction("-13.85"), Fraction("55.8"))
    assert down.roundings_of(Fraction("13.85")) == ()
    assert read_printed("13.85 s less")[0].roundings_of(Fraction("-13.85")) == tuple(ROUNDINGS)


def test_without_a_number_there_is_nothing_to_check() -> None:
    with pytest.raises(NoNumber, match="there is no number in 'Q3'"):
        read_printed("Q3")


@settings(max_examples=50)
@given(exact=EXACT, decimals=DECIMALS, rounding=st.sampled_from(list(ROUNDINGS)))
def test_what_a_rounding_prints_is_found_by_it(exact: Fraction, decimals: int, rounding: str) -> None:
    assert rounding in printed(exact, decimals=decimals, rounding=rounding).roundings_of(exact)


@settings(max_examples=50)
@given(exact=EXACT, decimals=DECIMALS, away=st.fractions(min_value=1, max_value=100))
def test_nothing_a_last_digit_away_is_ever_found(exact: Fraction, decimals: int, away: Fraction) -> None:
    figure = replace(printed(exact, decimals=decimals, rounding="half up"), sign=1)
    last_digit = Fraction(1, 10**decimals)
    assert figure.roundings_of(figure.value + away * last_digit) == ()
    assert figure.roundings_of(figure.value - away * last_digit - last_digit / 10**6) == ()


def test_ten_thousands_and_millions_are_what_the_digits_count() -> None:
    (yuan,), (waybills,) = read_printed("核赔751.6万元"), read_printed("1.887 M waybills")
    assert (yuan.value, waybills.value) == (7_516_000, 1_887_000)
    assert "half up" in yuan.roundings_of(Fraction(7_516_400))
    assert yuan.roundings_of(Fraction(7_517_000)) == ()


def test_a_half_goes_up_to_the_even_neighbour_or_is_cut_off() -> None:
    figures = {digits: Printed(digits=digits).roundings_of(Fraction("0.125")) for digits in ("0.12", "0.13")}
    assert figures == {"0.12": ("half even", "truncated"), "0.13": ("half up",)}


@settings(max_examples=50)
@given(exact=EXACT, data=st.data())
def test_a_swapped_pair_of_digits_is_found(exact: Fraction, data: st.DataObject) -> None:
    figure = printed(exact, decimals=2, rounding="half up")
    places = [place for place, digit in enumerate(figure.digits) if digit != "."]
    one, other = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))
    digits = list(figure.digits)
    digits[one], digits[other] = digits[other], digits[one]
    swapped = Printed(digits="".join(digits))
    assert are_swapped(swapped, exact) or swapped.digits == figure.digits


def test_a_value_is_shown_half_up_and_with_its_unit() -> None:
    assert shown(Fraction(159_017), decimals=0) == "159,017"
    assert shown(Fraction(-1, 3), decimals=2, unit="percent") == "-0.33 %"
    assert shown(Fraction("6.25"), decimals=1, unit="points") == "6.3 percentage points"
