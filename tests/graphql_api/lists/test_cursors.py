"""Cursors of a page: those that somebody looks at are made, and are what they would have been one by one."""

from typing import Any

import pytest

from graphql_api.lists.cursors import Cursor, Cursors
from graphql_api.lists.edges import Edges
from graphql_api.tuple_rows import TupleRows

ROWS: TupleRows[Any] = TupleRows(
    object, columns=("queue", "place:id"), tuples=[("vip", "a"), (None, "b"), ("vip", "c")]
)


def cursor(values: tuple[Any, ...]) -> str:
    return Cursor("ID_ASC", values).to_text()


@pytest.mark.parametrize("rows", [ROWS, ROWS.backwards(), ROWS[1:], ROWS[:0]])
def test_each_row_has_the_cursor_of_its_place(rows: TupleRows[Any]) -> None:
    expected = [cursor((row[1],)) for row in rows.tuples]
    cursors = Cursors(rows, ["place:id"], cursor)
    assert list(cursors) == expected
    assert list(cursors[1:]) == expected[1:]


def test_a_page_makes_its_cursors_only_where_they_are_asked_for() -> None:
    made: list[tuple[Any, ...]] = []

    def noted(values: tuple[Any, ...]) -> str:
        made.append(values)
        return cursor(values)

    edges: Edges[Any] = Edges(ROWS, Cursors(ROWS, ["place:id"], noted))
    assert edges.by_column({"node"}) == {"node": ROWS}
    assert made == []
    assert edges.by_column({"node", "cursor"})["cursor"] == [cursor(("a",)), cursor(("b",)), cursor(("c",))]
    assert made == [("a",), ("b",), ("c",)]
