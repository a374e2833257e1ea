"""Numbers as text that says what they are in digits: no exponent, no zero that says nothing."""

from decimal import Decimal
from typing import Final

LONGEST_NUMBER: Final = 400
"""Digits of the longest number that is written out; a float has at most 309 before its point."""


def plain(number: Decimal) -> str | None:
    """The digits of a finite number; None if they are more than LONGEST_NUMBER."""
    if number.is_zero():
        return "0"
    if abs(number.adjusted()) > LONGEST_NUMBER:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
