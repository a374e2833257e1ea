"""Expressions of a statement are worked out exactly, and nothing else is ever run."""

from fractions import Fraction

import pytest

from projections.metrics.audit.expressions import (
    BadExpression,
    added_in,
    evaluate,
    is_sum,
    names_in,
    sides,
    solved,
    written_out,
)


def test_a_sum_over_names_and_numbers_is_exact() -> None:
    values = {"hard": Fraction("48.4"), "soft": Fraction("60.1"), "total": Fraction("72.7")}
    assert evaluate("hard + soft - total", values) == Fraction("35.8")
    assert evaluate("-(hard) * 10,000 / 100 %", values) == -4840
    assert names_in("hard + soft - total") == ("hard", "soft", "total")
    assert added_in("hard + soft - total") == ("hard", "soft")
    assert (is_sum("hard + soft"), is_sum("hard / soft")) == (True, False)
    assert written_out("hard + soft", {"hard": "48.4", "soft": "60.1"}) == "48.4 + 60.1"


def test_a_comparison_has_two_sides() -> None:
    assert sides("reports + complaints = 159,017") == ("reports + complaints", "=", "159,017")
    assert sides("calls >= petitions") == ("calls", ">=", "petitions")


@pytest.mark.parametrize(
    "text", ["a +", "a ** 2", "__import__('os')", "a.b", "a and b", "missing", "1 / 0", "'a'"]
)
def test_what_cannot_be_worked_out_says_so(text: str) -> None:
    with pytest.raises(BadExpression, match="cannot be worked out"):
        evaluate(text, {"a": Fraction(1), "b": Fraction(2)})


def test_an_unknown_is_found_above_and_below_the_line() -> None:
    values = {"presses": Fraction(13_021), "lost": Fraction(10_417)}
    below = solved("10,000 * presses / base", values, unknown="base", wanted=Fraction(69))
    beside = solved("22.83 + 10,000 * lost / base", values, unknown="base", wanted=Fraction(69))
    assert (round(below), round(beside)) == (1_887_101, 2_256_227)
    assert solved("2 * base + lost", values, unknown="base", wanted=Fraction(10_419)) == 1
    with pytest.raises(BadExpression, match="nothing that 'base' may be gives"):
        solved("presses", values, unknown="base", wanted=Fraction(1))
