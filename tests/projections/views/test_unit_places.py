"""Units stand where their last move put them: paths are those that somebody would walk by hand."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.views.reading import ViewReading
from projections.views.unit_places import unit_places
from tests.projections.metrics.examples import at
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.tree import START, chain, kinds, moves, tree_frames
from tests.projections.views.given import NOW, remembered

OPENED = at("2020-01-01T00:00")
UNITS = [
    {"unit": "unit-org:1", "name": "North", "kind": "region", "opened_at": OPENED},
    {"unit": "unit-org:11", "name": "Harbour", "kind": "store", "opened_at": OPENED, "grade": "A"},
]
MOVES = [
    {"unit": "unit-org:1", "version": 1, "moved_at": OPENED},
    {"unit": "unit-org:11", "version": 1, "parent": "org:1", "moved_at": OPENED},
]


def places(*, as_of: str | None = None) -> list[dict[str, Any]]:
    source = remembered(units=UNITS, unit_moves=MOVES)
    return unit_places(ViewReading(source=source, now=NOW, as_of=at(as_of) if as_of else None)).to_dicts()


def test_a_whole_row_of_a_unit() -> None:
    assert places()[1] == {
        "unit": "org:11",
        "name": "Harbour",
        "kind": "store",
        "parent": "org:1",
        "top": "org:1",
        "path": "org:1 > org:11",
        "depth": 1,
        "grade": "A",
        "opened_at": OPENED,
        "closed_at": None,
        "above": ["org:1", "org:11"],
    }


def test_the_top_comes_first_and_has_nobody_above() -> None:
    assert [(one["unit"], one["parent"], one["depth"]) for one in places()] == [
        ("org:1", None, 0),
        ("org:11", "org:1", 1),
    ]


@settings(max_examples=30, deadline=None)
@given(kinds=kinds, moves=moves, weeks=st.integers(-3, 15))
def test_every_path_is_the_one_that_somebody_walks(kinds: Any, moves: Any, weeks: int) -> None:
    moment = START + timedelta(weeks=weeks)
    # The rows are those of the moment in any case: a move from later on does not lead anywhere yet.
    told = [move for move in moves if move[2] < moment]
    source = Memory(tree_frames(kinds, told))
    found = unit_places(ViewReading(source=source, now=moment))
    walked = {unit: chain(told, unit, moment)[::-1] for unit in kinds}
    assert dict(found.select("unit", "above").iter_rows()) == walked
