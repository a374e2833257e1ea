"""The lineage as a picture: columns from the log on the left to what is made last, a line for each use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from pipelines.dagster_location.lineage import Lineage

MARGIN, GAP = 24, 10
LINE, TITLE = 15, 24
"""Heights of a fact's line and of a box's title."""
LOG_WIDTH, STREAM_WIDTH, ASSET_WIDTH = 84, 330, 190
CORRIDOR = 150
"""Between two columns, for the lines."""
DARK = "#39424e"


@dataclass(frozen=True, kw_only=True)
class Box:
    """A named box; `lines` are its texts below the title, in two columns."""

    name: str
    x: float
    y: float
    width: float
    height: float
    colour: str
    lines: Sequence[str] = ()

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def lineage_picture(lineage: Lineage) -> str:
    """The picture as SVG; the same lineage gives the same text."""
    streams = stream_boxes(lineage.streams)
    bottom = max(box.y + box.height for box in streams.values())
    boxes = dict(streams)
    x = MARGIN + LOG_WIDTH + CORRIDOR / 2 + STREAM_WIDTH + CORRIDOR
    for names in lineage.columns():
        boxes |= column_boxes(names, lineage.parents, boxes, x=x, bottom=bottom)
        x += ASSET_WIDTH + CORRIDOR
    log = Box(name="event log", x=MARGIN, y=bottom / 2 - 20, width=LOG_WIDTH, height=40, colour=DARK)
    lines = [
        *(_line(log, box) for box in streams.values()),
        *(
            _line(boxes[parent], boxes[name])
            for name in lineage.parents
            for parent in sorted(lineage.parents[name] & boxes.keys())
        ),
    ]
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    return _svg(
        width=x - CORRIDOR + MARGIN, height=height, parts=[*lines, *map(_drawn, [log, *boxes.values()])]
    )


def stream_boxes(streams: Mapping[str, Sequence[str]]) -> dict[str, Box]:
    """One box per stream, from top to bottom, each in a colour of its own."""
    boxes: dict[str, Box] = {}
    y = float(MARGIN)
    for place, (stream, facts) in enumerate(streams.items()):
        height = TITLE + LINE * ((len(facts) + 1) // 2) + 6
        boxes[stream] = Box(
            name=stream,
            x=MARGIN + LOG_WIDTH + CORRIDOR / 2,
            y=y,
            width=STREAM_WIDTH,
            height=height,
            colour=f"hsl({(place * 137) % 360}, 50%, 42%)",
            lines=facts,
        )
        y += height + GAP
    return boxes


def column_boxes(
    names: Iterable[str],
    parents: Mapping[str, frozenset[str]],
    placed: Mapping[str, Box],
    *,
    x: float,
    bottom: float,
) -> dict[str, Box]:
    """Boxes evenly from top to bottom, each about as high as what it is made of."""
    heights = {name: _mean([placed[one].middle for one in parents[name] if one in placed]) for name in names}
    ordered = sorted(heights, key=lambda name: (heights[name], name))
    step = max((bottom - MARGIN) / max(len(ordered), 1), TITLE + GAP)
    return {
        name: Box(
            name=name,
            x=x,
            y=MARGIN + place * step + (step - TITLE) / 2,
            width=ASSET_WIDTH,
            height=TITLE,
            colour=DARK,
        )
        for place, name in enumerate(ordered)
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _line(start: Box, end: Box) -> str:
    """A curve from the right side of one box to the left side of another; a strong one between views."""
    x, y = start.x + start.width, start.middle
    bend = (end.x - x) / 2
    return (
        f'<path d="M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {end.x - bend:.1f} {end.middle:.1f}'
        f' {end.x:.1f} {end.middle:.1f}" stroke="{start.colour}" stroke-width="{1 if start.lines else 2}"'
        f' opacity="{0.6 if start.lines else 1}"/>'
    )


def _drawn(box: Box) -> str:
    title = _text(box.x + 8, box.y + 16, box.name, "bold" if box.lines else "normal", box.colour)
    frame = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:g}" height="{box.height:g}" rx="4"'
        f' fill="#fff" stroke="{box.colour}"/>'
    )
    half = (len(box.lines) + 1) // 2
    lines = [
        _text(
            box.x + 8 + (place // half) * box.width / 2,
            box.y + TITLE + LINE * (place % half) + 9,
            name,
            "normal",
            "#444",
        )
        for place, name in enumerate(box.lines)
    ]
    return frame + title + "".join(lines)


def _text(x: float, y: float, text: str, weight: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" fill="{colour}">{escape(text)}</text>'


def _svg(*, width: float, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        ' font-family="sans-serif" font-size="12" fill="none" stroke-width="1.2">\n'
        f'<rect width="{width:g}" height="{height:g}" fill="#fafbfc"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
