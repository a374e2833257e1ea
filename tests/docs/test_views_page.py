"""The page on views lists every view, under both its names, with the columns that name a row."""

import re

from projections.views import VIEWS
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "views.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_the_table_lists_every_view_as_it_is() -> None:
    told = [(name, name_zh, keys) for name, name_zh, _, keys in ROW.findall(PAGE)]
    assert told == [(view.name, view.name_zh, ", ".join(view.keys)) for view in VIEWS]


def test_every_view_says_what_it_tells_in_its_own_words() -> None:
    sentences = [tells for _, _, tells, _ in ROW.findall(PAGE)]
    assert len(set(sentences)) == len(VIEWS)
