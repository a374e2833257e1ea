"""What Dagster shows beside a day: tables and a line."""

import xml.etree.ElementTree as ET
from base64 import b64decode

import polars as pl

from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.plot import line_plot

SVG = "{http://www.w3.org/2000/svg}"


def lines_of(plot: str) -> list[str]:
    """The points of every line drawn in an image."""
    image = b64decode(plot.removesuffix(")").partition("base64,")[2])
    return [line.attrib["points"] for line in ET.fromstring(image).iter(f"{SVG}polyline")]  # noqa: S314 - ours


def texts_of(plot: str) -> list[str | None]:
    """What is written in an image."""
    image = b64decode(plot.removesuffix(")").partition("base64,")[2])
    return [text.text for text in ET.fromstring(image).iter(f"{SVG}text")]  # noqa: S314 - ours


def test_a_frame_becomes_a_table_and_null_an_empty_cell() -> None:
    frame = pl.DataFrame({"unit": ["east", None], "ratings": [1, 2]})
    assert markdown_table(frame).splitlines() == [
        "| unit | ratings |",
        "|---|--:|",
        "| east | 1 |",
        "|  | 2 |",
    ]


def test_a_line_goes_from_the_lowest_at_the_bottom_to_the_highest_at_the_top() -> None:
    (line,) = lines_of(line_plot([0.0, 1.0], lowest=0.0, highest=1.0, name="share", first="a", last="b"))
    assert line == "64.0,124.0 472.0,8.0"


def test_a_day_without_a_value_breaks_the_line() -> None:
    lines = lines_of(line_plot([0.0, None, 1.0], lowest=0.0, highest=1.0, name="share", first="a", last="b"))
    assert lines == ["64.0,124.0 64.0,124.0", "472.0,8.0 472.0,8.0"]


def test_a_scale_that_is_not_fixed_is_that_of_the_values_and_is_told_with_the_days() -> None:
    plot = line_plot([20.0, 70.0, None], lowest=None, highest=None, name="calls", first="March", last="May")
    assert lines_of(plot) == ["64.0,124.0 268.0,8.0"]
    assert texts_of(plot) == ["70", "20", "March", "May"]
    (level,) = lines_of(line_plot([5.0, 5.0], lowest=None, highest=None, name="calls", first="", last=""))
    assert level == "64.0,124.0 472.0,124.0"
    assert lines_of(line_plot([None], lowest=None, highest=None, name="calls", first="", last="")) == []
