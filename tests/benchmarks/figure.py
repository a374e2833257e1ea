"""A measured figure: what was reached, beside its yardstick, and whether it passes its bar."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What must be reached: `limit` at least (`is_floor`) or at most, of the value or of its ratio."""

    limit: float
    is_floor: bool = True
    is_of_ratio: bool = False

    def is_met(self, reached: float) -> bool:
        return reached >= self.limit if self.is_floor else reached <= self.limit


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`value` in `unit`; `yardstick` in the same unit, named by `beside`; `ratio` is how fast beside it."""

    benchmark: str
    name: str
    value: float
    unit: str
    yardstick: float | None = None
    beside: str = ""
    ratio: float | None = None
    bar: Bar | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """Benchmark, name, figure, yardstick, ratio, bar and verdict as text; empty where there is none."""
        return (
            self.benchmark,
            self.name,
            f"{shown(self.value)} {self.unit}",
            "" if self.yardstick is None else f"{self.beside} {shown(self.yardstick)}",
            "" if self.ratio is None else shown(self.ratio),
            self._bar(),
            self.verdict,
        )

    def line(self) -> str:
        """One line for people."""
        benchmark, name, *rest = self.cells()
        note = [f"({self.note})"] if self.note else []
        return f"{benchmark}: {name}: " + " | ".join([part for part in rest if part] + note)

    @property
    def verdict(self) -> str:
        """`met`, `not met`, or nothing where there is no bar."""
        if self.bar is None:
            return ""
        reached = self.ratio if self.bar.is_of_ratio else self.value
        return "met" if reached is not None and self.bar.is_met(reached) else "not met"

    def _bar(self) -> str:
        if self.bar is None:
            return ""
        sign = "≥" if self.bar.is_floor else "≤"
        return f"bar {sign} {shown(self.bar.limit)}" + ("" if self.bar.is_of_ratio else f" {self.unit}")


def shown(number: float) -> str:
    """Three digits, or all of a whole number's."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """Every figure in a table of text."""
    head = ("benchmark", "figure", "reached", "yardstick", "ratio", "bar", "")
    rows = [head, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
