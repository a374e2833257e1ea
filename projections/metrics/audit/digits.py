"""Digits that changed places in print."""

from dataclasses import replace
from fractions import Fraction

from projections.metrics.audit.printed import Printed


def swapped(printed: Printed) -> list[Printed]:
    """The numbers that become the printed one when two of their digits change places."""
    places = [place for place, digit in enumerate(printed.digits) if digit != "."]
    found = {
        _with_swapped(printed.digits, one, other)
        for number, one in enumerate(places)
        for other in places[number + 1 :]
    }
    return [replace(printed, digits=digits) for digits in sorted(found - {printed.digits})]


def are_swapped(printed: Printed, exact: Fraction) -> bool:
    """Whether a computed value is printed with two of its digits in each other's place."""
    return any(other.roundings_of(exact) for other in swapped(printed))


def _with_swapped(digits: str, one: int, other: int) -> str:
    moved = list(digits)
    moved[one], moved[other] = moved[other], moved[one]
    return "".join(moved)
