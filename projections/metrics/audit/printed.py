"""A number as it is printed: its digits, its unit, and which roundings of an exact value give it."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from projections.metrics.errors import QuestionError

Unit = Literal["percent", "points", "number"]

TIMES = {"万": 10_000, "亿": 100_000_000, "million": 1_000_000, "M": 1_000_000}
BASES = re.compile(r"\b(?:per|of|to|in) 10,?000\b(?: \w+)?")
NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<sign>[+\-\N{MINUS SIGN}])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s*(?P<times>万|亿|million\b|M\b)?"
    r"\s*(?P<unit>%|percentage points?|percent|points\b|个?百分点)?"
)


def half_up(scaled: Fraction) -> int:
    """To the nearest, a half away from zero."""
    return int(math.copysign(1, scaled)) * math.floor(abs(scaled) + Fraction(1, 2))


def half_even(scaled: Fraction) -> int:
    """To the nearest, a half to the even neighbour (IEEE 754)."""
    return round(scaled)


def truncated(scaled: Fraction) -> int:
    """What is beyond the last digit is cut off."""
    return int(scaled)


ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "half up": half_up,
    "half even": half_even,
    "truncated": truncated,
}


@dataclass
class NoNumber(QuestionError):
    """What should be a printed figure holds no number."""

    text: str

    def __str__(self) -> str:
        return f"there is no number in {self.text!r}: write it as it is printed, for instance '84.42 %'"


@dataclass(frozen=True, kw_only=True)
class Printed:
    """`digits` without separators and sign; percent and percentage points are units, all else is a number.

    `times`: what one of the digits' units stands for, 10,000 for 万.
    """

    digits: str
    unit: Unit = "number"
    times: int = 1
    sign: Literal[-1, 1] | None = None

    @property
    def decimals(self) -> int:
        return len(self.digits.partition(".")[2])

    @property
    def value(self) -> Fraction:
        return self.times * Fraction(self.digits) * (self.sign or 1)

    @property
    def last_digit(self) -> Fraction:
        """What a one in the last place stands for."""
        return Fraction(self.times, 10**self.decimals)

    @property
    def significant(self) -> int:
        """How many digits say something."""
        return len(self.digits.replace(".", "").lstrip("0"))

    def roundings_of(self, exact: Fraction) -> tuple[str, ...]:
        """By which roundings an exact value, in the unit printed, is printed like this.

        Without a printed sign a fall and a rise look alike.
        """
        shown = exact if self.sign is not None else abs(exact)
        scaled, wanted = shown / self.last_digit, self.value / self.last_digit
        return tuple(name for name, rounding in ROUNDINGS.items() if rounding(scaled) == wanted)

    def show(self, exact: Fraction) -> str:
        """Another value written in the same form."""
        return shown(exact, decimals=self.decimals, unit=self.unit)


def shown(exact: Fraction, *, decimals: int, unit: Unit = "number") -> str:
    """A value with so many decimals, half up."""
    scaled = half_up(exact * 10**decimals)
    sign, text = "-" if scaled < 0 else "", str(abs(scaled)).zfill(decimals + 1)
    whole, part = (text[:-decimals], text[-decimals:]) if decimals else (text, "")
    number = f"{sign}{int(whole):,}{'.' if part else ''}{part}"
    return number + {"percent": " %", "points": " percentage points", "number": ""}[unit]


def plain(exact: Fraction) -> str:
    """An exact number as it is, or with four decimals where it does not end."""
    if exact.denominator == 1:
        return str(exact.numerator)
    rounded = f"{float(exact):.4f}"
    return rounded.rstrip("0") if Fraction(rounded) == exact else rounded


def read_printed(text: str) -> tuple[Printed, ...]:
    """Every number of a text in order, `per 10,000` being no number of its own; raises NoNumber."""
    found = [_one(match) for match in NUMBER.finditer(BASES.sub("", text))]
    if not found:
        raise NoNumber(text=text)
    return tuple(found)


def _one(match: re.Match[str]) -> Printed:
    unit: Unit = "number"
    if match["unit"]:
        unit = "percent" if match["unit"] in ("%", "percent") else "points"
    sign: Literal[-1, 1] | None = None
    if match["sign"]:
        sign = 1 if match["sign"] == "+" else -1
    times = TIMES.get(match["times"], 1)
    return Printed(digits=match["digits"].replace(",", ""), unit=unit, times=times, sign=sign)
