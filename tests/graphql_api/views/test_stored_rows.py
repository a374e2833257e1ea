"""A stored day read by SQL is the day's frame, filtered, ordered and cut by the same question in memory."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from psycopg.sql import Identifier

from graphql_api.lists.conditions import Condition
from graphql_api.queries.views import VIEW_MODELS
from graphql_api.views.made_rows import kept_rows, page_of
from graphql_api.views.rows_wanted import RowsWanted
from graphql_api.views.stored_rows import count_stored, select_stored
from graphql_api.views.view_model import ViewModel
from infra.stores import Store
from projections.storage.database import open_database
from projections.storage.view_tables import read_view
from projections.views import VIEWS
from tests.graphql_api.views.given import DAYS, random_days, value_of

QUESTIONS = 15
PAGE = 5
BY_VIEW = {view.name: seed for seed, view in enumerate(VIEWS)}


@pytest.fixture(scope="module")
def connection(filled_store: Store) -> Iterator[psycopg.Connection[Any]]:
    with filled_store.connect() as connection:
        connection.execute("set timezone to 'UTC'")
        yield connection


def from_sql(
    connection: psycopg.Connection[Any], model: ViewModel, wanted: RowsWanted, day: Any
) -> list[tuple[Any, ...]]:
    """Its id, its columns, and the columns of its place."""
    columns = [*model.columns.values(), *map(Identifier, model.places(wanted.order))]
    statement, parameters = select_stored(model, wanted, day, columns=columns)
    return connection.cursor(binary=True).execute(statement, parameters).fetchall()


def a_condition(model: ViewModel, rng: random.Random) -> Condition:
    column = rng.choice(model.dataset.columns)
    one, other = (value_of(column.kind, rng) for _ in range(2))
    ways: Sequence[dict[str, Any]] = (
        {"values": (one, other)},
        {"values": ()},
        {"is_null": rng.random() < 0.5},
        {"start": min(one, other), "end": max(one, other)},
        {"end": one},
    )
    return Condition(column=column, **rng.choice(ways))


@pytest.mark.parametrize("name", VIEW_MODELS)
def test_each_stored_day_is_given_back_in_the_order_of_its_keys(
    name: str, filled_store: Store, connection: psycopg.Connection[Any]
) -> None:
    model = VIEW_MODELS[name]
    told = random_days(model.view, seed=BY_VIEW[name])
    order = model.orders["ID_ASC"].value
    with open_database(filled_store.conninfo) as database:
        for day, rows in zip(DAYS, told, strict=True):
            found = from_sql(connection, model, RowsWanted(conditions=(), order=order, limit=None), day)
            plain = read_view(database, model.view, day)
            assert plain is not None
            assert [row[1 : 1 + len(plain.columns)] for row in found] == plain.rows()
            assert len(plain) == len(rows) == len({row[0] for row in found})


@pytest.mark.parametrize("name", VIEW_MODELS)
def test_sql_and_frame_answer_any_question_alike(name: str, connection: psycopg.Connection[Any]) -> None:
    model = VIEW_MODELS[name]
    rng = random.Random(BY_VIEW[name])
    day, rows = DAYS[1], random_days(model.view, seed=BY_VIEW[name])[1]
    for _ in range(QUESTIONS):
        order = rng.choice(list(model.orders)).value
        place = rng.choice(rows.select(model.places(order)).rows())
        wanted = RowsWanted(
            conditions=tuple(a_condition(model, rng) for _ in range(rng.randrange(3))),
            order=order,
            limit=rng.choice((3, 100, None)),
            offset=rng.choice((0, 0, 2)),
            after=rng.choice((None, None if None in place[:1] else place)),
            is_backwards=rng.random() < 0.5,
        )
        kept = kept_rows(model, rows, wanted.conditions, wanted.order)
        attributes = [*model.columns, *model.places(order)]
        assert from_sql(connection, model, wanted, day) == page_of(model, kept, wanted, attributes=attributes)
        counted = connection.execute(*count_stored(model, wanted.conditions, order, day)).fetchone()
        assert counted == (kept.height,)


@pytest.mark.parametrize("is_backwards", [False, True])
@pytest.mark.parametrize("name", VIEW_MODELS)
def test_pages_neither_skip_nor_repeat(
    name: str, *, is_backwards: bool, connection: psycopg.Connection[Any]
) -> None:
    model = VIEW_MODELS[name]
    orders = list(model.orders)
    for order in {orders[0], orders[1], *random.Random(BY_VIEW[name]).sample(orders, 1)}:
        width = len(model.places(order.value))

        def read(after: Any, limit: int | None, order: Any = order.value) -> list[tuple[Any, ...]]:
            wanted = RowsWanted(
                conditions=(), order=order, limit=limit, after=after, is_backwards=is_backwards
            )
            return from_sql(connection, model, wanted, DAYS[2])

        whole, paged = read(None, None), read(None, PAGE)
        while more := read(paged[-1][-width:], PAGE):
            paged += more
        assert paged == whole
        forwards = RowsWanted(conditions=(), order=order.value, limit=None)
        ordered = from_sql(connection, model, forwards, DAYS[2])
        assert whole == (ordered[::-1] if is_backwards else ordered)
