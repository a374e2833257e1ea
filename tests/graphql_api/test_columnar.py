"""Completion by column gives the very bytes, and the very errors, of graphql-core's completion by cell."""

import asyncio
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from graphql_api.columnar import ColumnarExecutor
from graphql_api.lists.edges import Edge, Edges
from graphql_api.scalars import SCALARS, BigInt, Json
from graphql_api.tuple_rows import TupleRows


@strawberry.enum
class Mood(Enum):
    CALM = "calm"
    CROSS = "cross"


@strawberry.type
class Tag:
    name: str


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Thing(Named):
    name: str
    count: int
    share: float
    is_so: bool
    day: date
    moment: datetime
    uid: UUID
    amount: Decimal
    position: BigInt
    extra: Json
    mood: Mood
    note: str | None
    perhaps: float | None
    some_day: date | None
    numbers: list[int]
    moods: list[Mood | None] | None
    tag: Tag | None

    @strawberry.field
    def twice(self) -> int:
        return self.count * 2


def thing(number: int, **changes: Any) -> Thing:
    plain = {
        "name": f"n{number}",
        "count": number,
        "share": number / 3,
        "is_so": number % 2 == 0,
        "day": date(2026, 1, 1 + number),
        "moment": datetime(2026, 1, 1, number, 0, 0, number, tzinfo=UTC),
        "uid": UUID(int=number),
        "amount": Decimal(number) / 4,
        "position": 2**40 + number,
        "extra": {"number": number},
        "mood": list(Mood)[number % 2],
        "note": None if number % 3 else "noted",
        "perhaps": None if number % 2 else 1.5,
        "some_day": None,
        "numbers": [number] * (number % 3),
        "moods": None if number % 2 else [None, *Mood],
        "tag": None if number % 2 else Tag(name="tagged"),
    }
    return Thing(**{**plain, **changes})


def things(**changes: Any) -> list[Any]:
    return [thing(number, **changes) for number in range(7)]


MANY: dict[str, Any] = {
    "usual": things(),
    "none": [],
    "tuple": tuple(things()),
    "null in a required text": [*things(), thing(1, name=None)],
    "number beyond 32 bits": things(count=2**31),
    "smallest number": things(count=-(2**31)),
    "number beyond 64 bits": things(position=2**63),
    "not a number": things(share=math.nan),
    "infinite": things(share=math.inf),
    "text for a number": things(count="12"),
    "number for a text": things(name=5),
    "whole number for a float": things(share=3),
    "truth for a number": things(count=True),
    "number for a truth": things(is_so=1),
    "one and true": [thing(0, count=1), thing(1, count=True)],
    "moment for a day": things(day=datetime(2026, 1, 1, tzinfo=UTC)),
    "moment elsewhere": things(moment=datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))),
    "decimal beyond a double": things(amount=Decimal("12345678901234567890.1234")),
    "decimal that is none": things(amount=Decimal("NaN")),
    "text for an enum": things(mood="calm"),
    "no such enum": things(mood="furious"),
    "null in a required list": things(numbers=[1, None]),
    "null for a required list": [*things(), thing(1, numbers=None)],
    "a number for a list": things(numbers=5),
    "a text for a list": things(numbers="12"),
    "a tuple for a list": things(numbers=(1, 2)),
    "a set for a list": things(numbers={7}),
    "a list within a list": things(numbers=[[1]]),
    "an error in a list": things(moods=[ValueError("broken")]),
    "an error among the rows": [*things(), ValueError("broken")],
    "an error in a cell": things(extra=ValueError("broken")),
    "a null row": [*things(), None],
}
SELECTIONS = (
    "name count share isSo",
    "name",
    "day moment uid amount mood",
    "position extra",
    "note perhaps someDay",
    "__typename first: name second: name third: count",
    "count twice",
    "numbers name",
    "moods",
    "tag { name } name",
    "...parts name",
    "... on Thing { count ...parts }",
    "... on Named { name }",
    "name @skip(if: true) count",
    "name @include(if: $yes) count",
    "name name name",
    "nothing: name @include(if: false)",
)


def schema_with(executor: type[ColumnarExecutor] | None) -> strawberry.Schema:
    async def loose(of: str) -> list[Thing | None] | None:
        found: list[Thing | None] = MANY[of]
        return found

    async def strict(of: str) -> list[Thing]:
        found: list[Thing] = MANY[of]
        return found

    @strawberry.type
    class Query:
        loose_things: list[Thing | None] | None = strawberry.field(resolver=loose)
        strict_things: list[Thing] = strawberry.field(resolver=strict)

    return strawberry.Schema(
        Query,
        execution_context_class=executor,
        config=StrawberryConfig(scalar_map=SCALARS),
        # Answers are compared: a document is read once for all of them.
        extensions=[ParserCache, ValidationCache],
    )


STOCK, COLUMNAR = schema_with(None), schema_with(ColumnarExecutor)


Answer = tuple[str, list[Any]]
"""The bytes of the data, or why there are none, and every error with its path."""


def answered(schema: strawberry.Schema, query: str) -> Answer:
    return asyncio.run(answer(schema, query))


async def answer(schema: strawberry.Schema, query: str, **variables: Any) -> Answer:
    result = await schema.execute(query, variable_values=variables)
    errors = sorted((error.message, error.path) for error in result.errors or ())
    try:
        return orjson.dumps(result.data).decode(), errors
    except TypeError as error:
        return str(error), errors


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("field", ["looseThings", "strictThings"])
@pytest.mark.parametrize("selection", SELECTIONS)
def test_answers_and_errors_are_those_of_the_stock_executor(selection: str, field: str) -> None:
    fragment = " fragment parts on Thing { mood perhaps }" if "...parts" in selection else ""
    query = (
        f"query($yes: Boolean = true, $of: String!) {{ {field}(of: $of) {{ {selection} }}"
        f" other: __typename @include(if: $yes) }}{fragment}"
    )
    assert asyncio.run(about_all(COLUMNAR, query)) == asyncio.run(about_all(STOCK, query))


async def about_all(schema: strawberry.Schema, query: str) -> dict[str, Answer]:
    """What is answered about each of the many lists, which the query asks for by a variable."""
    return {of: await answer(schema, query, of=of) for of in MANY}


CELLS = st.sampled_from(
    [
        None,
        0,
        1,
        True,
        2**31,
        -(2**31) - 1,
        0.5,
        math.nan,
        "a",
        "",
        Decimal("1.50"),
        Decimal(1),
        date(2026, 1, 1),
    ]
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_cells_give_what_the_stock_executor_gives(cells: list[tuple[Any, ...]]) -> None:
    MANY["random"] = [
        thing(0, name=one, count=two, perhaps=three, amount=four) for one, two, three, four in cells
    ]
    query = '{ looseThings(of: "random") { name count perhaps amount } }'
    assert answered(COLUMNAR, query) == answered(STOCK, query)


@given(st.lists(st.tuples(st.lists(CELLS, max_size=3), st.none() | st.lists(CELLS, max_size=3)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_lists_in_cells_give_what_the_stock_executor_gives(cells: list[tuple[Any, Any]]) -> None:
    MANY["random"] = [thing(0, numbers=numbers, moods=moods) for numbers, moods in cells]
    query = '{ looseThings(of: "random") { numbers moods } }'
    assert answered(COLUMNAR, query) == answered(STOCK, query)


def rows_schema(rows: Sequence[Thing], executor: type[ColumnarExecutor] | None) -> strawberry.Schema:
    async def found() -> list[Thing]:
        return rows  # type: ignore[return-value] # a sequence serves as a list

    @strawberry.type
    class Query:
        rows: list[Thing] = strawberry.field(resolver=found)

    return strawberry.Schema(
        Query, execution_context_class=executor, config=StrawberryConfig(scalar_map=SCALARS)
    )


@pytest.mark.parametrize(
    "tuples", [[("a", 1, 0.5), ("b", 2, None)], [("a", 2**31, 0.5)], [(None, 1, 0.5)], []]
)
@pytest.mark.parametrize("selection", ["name count", "perhaps count", "__typename", "name twice"])
def test_tuples_answer_as_the_rows_they_stand_for(tuples: list[tuple[Any, ...]], selection: str) -> None:
    rows = TupleRows(Thing, columns=("name", "count", "perhaps"), tuples=tuples)
    query = f"{{ rows {{ {selection} }} }}"
    by_cell = answered(rows_schema(list(rows), None), query)
    assert answered(rows_schema(rows, ColumnarExecutor), query) == by_cell
    assert answered(rows_schema(rows, None), query) == by_cell


def test_flat_rows_are_completed_by_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of an edge's nodes is one of its columns."""
    completed: list[int] = []
    by_column = ColumnarExecutor._complete_by_column

    def counting(executor: ColumnarExecutor, *arguments: Any) -> list[Any]:
        rows = by_column(executor, *arguments)
        completed.append(len(rows))
        return rows

    monkeypatch.setattr(ColumnarExecutor, "_complete_by_column", counting)
    selection = "name count share isSo day moment uid amount position extra mood note perhaps"
    answered(COLUMNAR, f'{{ strictThings(of: "usual") {{ {selection} }} }}')
    assert completed == [7]
    rows = TupleRows(Thing, columns=("name",), tuples=[("a",), ("b",)])
    answered(edges_schema(Edges(rows, ["1", "2"]), ColumnarExecutor), "{ edges { cursor node { name } } }")
    assert completed == [7, 2]


def edges_schema(edges: Sequence[Edge[Thing]], executor: type[ColumnarExecutor] | None) -> strawberry.Schema:
    async def found() -> list[Edge[Thing]]:
        return edges  # type: ignore[return-value] # a sequence serves as a list

    @strawberry.type
    class Query:
        edges: list[Edge[Thing]] = strawberry.field(resolver=found)

    return strawberry.Schema(
        Query, execution_context_class=executor, config=StrawberryConfig(scalar_map=SCALARS)
    )


@pytest.mark.parametrize(
    "tuples", [[("a", 1, 0.5), ("b", 2, None)], [("a", 2**31, 0.5)], [(None, 1, 0.5)], []]
)
@pytest.mark.parametrize(
    "selection",
    [
        "cursor node { name count }",
        "node { perhaps } place: cursor",
        "cursor",
        "node { __typename again: name } __typename",
        "node { name twice }",
        "node { name } node { count }",
        "one: node { name } other: node { count }",
        "node { name } ... @include(if: false) { cursor }",
    ],
)
def test_edges_answer_as_the_objects_they_stand_for(tuples: list[tuple[Any, ...]], selection: str) -> None:
    rows = TupleRows(Thing, columns=("name", "count", "perhaps"), tuples=tuples)
    edges = Edges(rows, [f"c{place}" for place in range(len(tuples))])
    query = f"{{ edges {{ {selection} }} }}"
    by_cell = answered(edges_schema(list(edges), None), query)
    assert answered(edges_schema(edges, ColumnarExecutor), query) == by_cell
    assert answered(edges_schema(edges, None), query) == by_cell
