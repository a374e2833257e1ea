"""The picture of the lineage shows every fact and view once, each use as a line, and is up to date."""

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.dagster_location.lineage import Lineage
from pipelines.dagster_location.lineage_picture import lineage_picture
from pipelines.dagster_location.pictures import lineage_of_all, pictures
from projections.facts import SPECS
from projections.views import VIEWS

# Backfills in one run are called beta; what we need of them is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

SVG = "{http://www.w3.org/2000/svg}"
FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
SMALL = Lineage(
    streams={"call": ["calls", "call_reviews"], "customer": ["customers"]},
    parents={
        "scores": frozenset({"call"}),
        "everybody": frozenset({"call", "customer"}),
        "risk": frozenset({"everybody", "customer"}),
    },
)


def test_pictures_are_what_the_code_draws() -> None:
    drawn = pictures()
    assert sorted(drawn) == sorted(file.name for file in FOLDER.iterdir())
    kept = {name: (FOLDER / name).read_text(encoding="utf-8") for name in drawn}
    stale = [name for name, text in drawn.items() if kept[name] != text]
    assert not stale, "run `make pictures`"


def test_what_is_made_last_stands_last() -> None:
    assert SMALL.columns() == [["everybody", "scores"], ["risk"]]


def test_every_use_is_a_line_from_left_to_right_and_nothing_lies_upon_another() -> None:
    drawn = ET.fromstring(lineage_picture(SMALL))  # noqa: S314 - ours
    assert len(drawn.findall(f"{SVG}path")) == 2 + 5
    boxes = drawn.findall(f"{SVG}rect")[1:]
    assert len(boxes) == 1 + 2 + 3
    columns: dict[float, list[tuple[float, float]]] = {}
    for box in boxes:
        top = float(box.attrib["y"])
        columns.setdefault(float(box.attrib["x"]), []).append((top, top + float(box.attrib["height"])))
    assert len(columns) == 4
    for column in columns.values():
        assert all(upper[1] < lower[0] for upper, lower in pairwise(sorted(column)))


def test_every_fact_and_view_is_in_the_picture_once() -> None:
    drawn = ET.fromstring(lineage_of_all())  # noqa: S314 - ours
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    for name in (*SPECS, *(view.name for view in VIEWS)):
        assert texts.count(name) == 1, name
