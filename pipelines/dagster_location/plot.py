"""A line drawn over days, as an image inside Markdown: Dagster shows nothing livelier."""

from base64 import b64encode
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 480, 120, 8
SMALLEST_SPAN = 1e-9
"""A line of equal values lies at the bottom."""


def line_plot(
    values: Sequence[float | None], *, lowest: float | None, highest: float | None, name: str
) -> str:
    """Values from left to right on a fixed scale, or on their own; the line is broken where there is none."""
    there = [value for value in values if value is not None] or [0.0]
    lowest = min(there) if lowest is None else lowest
    highest = max(max(there) if highest is None else highest, lowest + SMALLEST_SPAN)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    scale = (HEIGHT - 2 * MARGIN) / (highest - lowest)
    points = [
        None
        if value is None
        else f"{MARGIN + place * step:.1f},{HEIGHT - MARGIN - (value - lowest) * scale:.1f}"
        for place, value in enumerate(values)
    ]
    drawn = "".join(
        f'<polyline points="{line}" fill="none" stroke="#3a6ea5" stroke-width="2" stroke-linecap="round"/>'
        for line in _unbroken(points)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f6f8"/>{drawn}</svg>'
    )
    return f"![{name}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def _unbroken(points: Sequence[str | None]) -> list[str]:
    """The points of each stretch without a gap; a lone point is told twice, so that it shows."""
    lines: list[list[str]] = [[]]
    for point in points:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(point)
    return [" ".join(line if len(line) > 1 else line * 2) for line in lines if line]
