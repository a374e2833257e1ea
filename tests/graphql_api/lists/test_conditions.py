"""What `where` and the filters of columns ask for is what a plain reading of the rows gives."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.utils.str_converters import to_camel_case

from graphql_api.app import create_app
from graphql_api.coded_errors import BadInputError
from graphql_api.datasets import DATASETS
from graphql_api.datasets.dataset import Column
from graphql_api.lists.column_values import read_value
from infra.stores import Store
from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.tables import create_tables
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Asking, key_for, started
from tests.graphql_api.lists.given import Row, id_of, rows_of, written

CLAIMS = DATASETS["claims"]
ROWS = rows_of(CLAIMS, chance=Random(7), count=40)
ASKED_OF = [column for column in CLAIMS.columns if column.kind is not bool]
TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.fixture(scope="module")
def admin(embedded_server: RunningServer) -> Iterator[Asking]:
    for store in fresh_store(embedded_server):
        _written(store)
        with started(create_app(store.settings, clock=lambda: NOW)) as api:
            yield Asking(api, key_for(store, "admin"))


def _written(store: Store) -> None:
    with open_database(store.conninfo) as database:
        create_tables(database, SPECS.values())
    written(store, CLAIMS, ROWS, has_void=False)


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    column = draw(st.sampled_from(ASKED_OF))
    values = st.sampled_from([_text(row[column.name]) for row in ROWS if row[column.name] is not None])
    asked: dict[str, Any] = {"column": draw(st.sampled_from([column.name, to_camel_case(column.name)]))}
    if draw(st.booleans()):
        asked["values"] = draw(st.lists(values, max_size=3))
    if draw(st.booleans()):
        asked["from"] = draw(values)
    if draw(st.booleans()):
        asked["to"] = draw(values)
    if draw(st.booleans()):
        asked["isNull"] = draw(st.booleans())
    return asked


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@settings(max_examples=40, deadline=None)
@given(asked=st.lists(filters(), max_size=3))
def test_where_gives_the_rows_that_keep_every_part(asked: list[dict[str, Any]], admin: Asking) -> None:
    query = "query($where: [ColumnFilter!]) { claims(where: $where, limit: 50) { id } }"
    found = [row["id"] for row in admin.data(query, where=asked)["claims"]]
    kept = [row for row in ROWS if not row["voided"] and all(_keeps(row, one) for one in asked)]
    assert found == sorted(id_of(CLAIMS, row) for row in kept)


def _keeps(row: Row, asked: dict[str, Any]) -> bool:
    """By the plain words of the schema: null is none of any values, and in no range."""
    column = next(one for one in CLAIMS.columns if asked["column"] in (one.name, to_camel_case(one.name)))
    value = row[column.name]
    if asked.get("isNull") is not None and (value is None) != asked["isNull"]:
        return False
    told = [asked[name] for name in ("values", "from", "to") if name in asked]
    if told and value is None:
        return False
    return all(
        (
            "values" not in asked or value in [_read(text, column) for text in asked["values"]],
            "from" not in asked or value >= _read(asked["from"], column),
            "to" not in asked or value < _read(asked["to"], column),
        )
    )


def _read(text: str, column: Column) -> Any:
    return read_value(text, column, argument="where", zone=TAIPEI)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (str, "某站", "某站"),
        (int, "-12", -12),
        (float, "0.5", 0.5),
        (bool, "TRUE", True),
        (date, "2026-02-28", date(2026, 2, 28)),
        (datetime, "2026-02-28", datetime(2026, 2, 27, 16, tzinfo=UTC)),
        (datetime, "2026-02-28T08:00:00+08:00", datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime, "1772236800000", datetime(2026, 2, 28, tzinfo=UTC)),
        (Decimal, "12.5000", Decimal("12.5")),
    ],
)
def test_a_text_says_a_value_of_its_columns_kind(kind: type, text: str, value: Any) -> None:
    column = Column(name="told", kind=kind, is_required=False, meaning="Told.")
    assert _read(text, column) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (int, "1.5"),
        (int, str(2**63)),
        (float, "nan"),
        (bool, "yes"),
        (date, "2026-02-30"),
        (datetime, "2026-02-28T08:00:00"),
        (datetime, "99999999999999999"),
        (Decimal, "1e"),
        (str, "a\0b"),
    ],
)
def test_a_text_that_says_none_is_refused(kind: type, text: str) -> None:
    column = Column(name="told", kind=kind, is_required=False, meaning="Told.")
    with pytest.raises(BadInputError):
        _read(text, column)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(admin: Asking) -> None:
    error = admin.error('{ claims(where: [{column: "amount", from: "1"}]) { id } }')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "where"}
    assert "claimed_amount" in error["message"]


def test_sealed_text_cannot_be_asked_for(admin: Asking) -> None:
    error = admin.error('{ customers(where: [{column: "phone", values: ["v1:x"]}]) { id } }')
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "phone," not in error["message"]


def test_flags_and_texts_filter_directly(admin: Asking) -> None:
    asked = admin.data('{ claims(line: ["a", "某站"], limit: 50) { line } }')["claims"]
    assert {row["line"] for row in asked} == {"a", "某站"}
