"""A line drawn over days, as an image inside Markdown: Dagster shows nothing livelier."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, MARGIN = 480, 148, 8
LEFT, TOP, BOTTOM = 64, 8, 124
"""The drawing lies between these; the scale is told at its left, the days below it."""
SMALLEST_SPAN = 1e-9
"""A line of equal values lies at the bottom."""


def line_plot(  # noqa: PLR0913 - the values, their scale and what is written beside them
    values: Sequence[float | None],
    *,
    lowest: float | None,
    highest: float | None,
    name: str,
    first: str,
    last: str,
) -> str:
    """Values from left to right on a fixed scale, or on their own; the line is broken where there is none.

    `first` and `last` name the days at both ends.
    """
    there = [value for value in values if value is not None] or [0.0]
    lowest = min(there) if lowest is None else lowest
    highest = max(max(there) if highest is None else highest, lowest + SMALLEST_SPAN)
    step = (WIDTH - LEFT - MARGIN) / max(len(values) - 1, 1)
    scale = (BOTTOM - TOP) / (highest - lowest)
    points = [
        None if value is None else f"{LEFT + place * step:.1f},{BOTTOM - (value - lowest) * scale:.1f}"
        for place, value in enumerate(values)
    ]
    drawn = "".join(
        f'<polyline points="{line}" fill="none" stroke="#3a6ea5" stroke-width="2" stroke-linecap="round"/>'
        for line in _unbroken(points)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        ' font-family="sans-serif" font-size="11" fill="#555">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f6f8"/>{drawn}'
        f"{_text(LEFT - 6, TOP + 8, f'{highest:.4g}', 'end')}"
        f"{_text(LEFT - 6, BOTTOM, f'{lowest:.4g}', 'end')}"
        f"{_text(LEFT, HEIGHT - MARGIN, first, 'start')}"
        f"{_text(WIDTH - MARGIN, HEIGHT - MARGIN, last, 'end')}</svg>"
    )
    return f"![{name}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _unbroken(points: Sequence[str | None]) -> list[str]:
    """The points of each stretch without a gap; a lone point is told twice, so that it shows."""
    lines: list[list[str]] = [[]]
    for point in points:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(point)
    return [" ".join(line if len(line) > 1 else line * 2) for line in lines if line]
