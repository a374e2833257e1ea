"""Long answers, made piece by piece: the same bytes as at once, and others are answered meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st
from psycopg import AsyncConnection

from graphql_api import columnar, turns
from graphql_api.columnar import ColumnarExecutor
from graphql_api.lists.edges import Edge, Edges
from graphql_api.tuple_rows import TupleRows
from infra.stores import Store

ROWS = st.lists(st.fixed_dictionaries({"id": st.text(max_size=3), "n": st.none() | st.integers(0, 9)}))
DATA = st.dictionaries(
    st.text(max_size=3), st.one_of(st.none(), st.integers(0, 9), ROWS, st.just({"nodes": [1]}))
)


@strawberry.type
class Thing:
    name: str | None
    count: int


def things(count: int, *, wrong: int | None = None) -> TupleRows[Thing]:
    tuples = [(f"n{number}", number) for number in range(count)]
    if wrong is not None:
        tuples[wrong] = ("wrong", 2**40)
    return TupleRows(Thing, columns=("name", "count"), tuples=tuples)


def schema_of(rows: TupleRows[Thing], executor: type[ColumnarExecutor] | None) -> strawberry.Schema:
    async def listed() -> list[Thing | None]:
        return rows  # type: ignore[return-value]

    async def paged() -> list[Edge[Thing] | None]:
        return Edges(rows, [str(place) for place in range(len(rows))])  # type: ignore[return-value]

    @strawberry.type
    class Query:
        things: list[Thing | None] = strawberry.field(resolver=listed)
        edges: list[Edge[Thing] | None] = strawberry.field(resolver=paged)

    return strawberry.Schema(Query, execution_context_class=executor)


def answered(schema: strawberry.Schema) -> tuple[bytes, list[str]]:
    asked = "{ things { count name } edges { cursor node { name count } } }"
    result = asyncio.run(schema.execute(asked))
    return orjson.dumps(result.data), [str(error) for error in result.errors or ()]


async def turns_of_another(work: Awaitable[Any]) -> tuple[Any, int]:
    """What became of it, and how often somebody else had a turn meanwhile."""
    running, turns_had = asyncio.ensure_future(work), 0
    while not running.done():
        turns_had += 1
        await asyncio.sleep(0)
    return running.result(), turns_had


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (turns, columnar):
        monkeypatch.setattr(module, "CELLS_AT_ONCE", 10)


@pytest.mark.parametrize("count", [0, 5, 6, 57])
def test_what_is_completed_in_pieces_is_what_the_stock_executor_answers(count: int) -> None:
    assert answered(schema_of(things(count), ColumnarExecutor)) == answered(schema_of(things(count), None))


@pytest.mark.parametrize("wrong", [0, 56])
def test_a_value_that_cannot_be_answered_is_found_in_whichever_piece(wrong: int) -> None:
    data, errors = answered(schema_of(things(57, wrong=wrong), ColumnarExecutor))
    assert (data, errors) == answered(schema_of(things(57, wrong=wrong), None))
    assert errors


@given(data=DATA)
def test_what_is_written_in_pieces_is_what_is_written_at_once(data: dict[str, Any]) -> None:
    at_once = orjson.dumps(data)
    assert orjson.dumps(asyncio.run(turns.written(data))) == at_once


@pytest.mark.parametrize("count", [0, 1, 5, 57])
def test_rows_fetched_in_pieces_are_all_of_them(calls_store: Store, count: int) -> None:
    async def fetched() -> list[tuple[Any, ...]]:
        async with await AsyncConnection.connect(calls_store.conninfo) as connection:
            cursor = await connection.execute("select n, n * 2 from generate_series(1, %s) as n", [count])
            return await turns.fetched(cursor)

    assert asyncio.run(fetched()) == [(number, number * 2) for number in range(1, count + 1)]


@pytest.mark.parametrize("data", [None, orjson.Fragment(b"{}")], ids=["none", "written already"])
def test_data_that_holds_no_lists_stays_as_it_is(data: Any) -> None:
    assert asyncio.run(turns.written(data)) is data


@pytest.mark.parametrize(
    "work",
    [
        lambda: turns.written({"things": [{"name": "n", "count": 1}] * 50}),
        lambda: schema_of(things(50), ColumnarExecutor).execute("{ things { count name } }"),
    ],
    ids=["written", "completed"],
)
def test_others_have_a_turn_after_every_piece(work: Callable[[], Awaitable[Any]]) -> None:
    _, turns_had = asyncio.run(turns_of_another(work()))
    assert turns_had >= 10


@given(count=st.integers(0, 100), width=st.integers(0, 12))
def test_pieces_cover_every_row_once_and_hold_few_values(count: int, width: int) -> None:
    rows = list(range(count))
    pieces = [rows[piece] for piece in turns.pieces_of(count, width=width)]
    assert [row for piece in pieces for row in piece] == rows
    assert all(len(piece) * width <= max(10, width) for piece in pieces)
