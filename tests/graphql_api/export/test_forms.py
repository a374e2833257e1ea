"""Every form holds the same rows: those that stand in the database, with every value as it is there."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg.sql import SQL, Composable, Identifier

from graphql_api.datasets import DATASETS, Dataset
from graphql_api.export.binary_copy import ARROW_TYPES
from graphql_api.export.opened_export import _gzipped
from graphql_api.export.rows_to_bytes import _with_texts_of_time
from infra.stores import Store
from projections.storage.view_tables import valid_on
from projections.views import VIEWS
from tests.graphql_api.export.given import CALLS, Exporting
from tests.graphql_api.views.given import DAYS

VIEW_TABLES = {view.name: view for view in VIEWS}
Row = tuple[Any, ...]


def stored(store: Store, dataset: Dataset) -> list[Row]:
    """What an export without arguments should hold, in some order."""
    which: Composable = SQL("not voided")
    if dataset.source == "view":
        which = valid_on(DAYS[-1])
    names = [column.name for column in dataset.columns if not column.personal]
    statement = SQL("select {} from {} where {}").format(
        SQL(", ").join(map(Identifier, names)), Identifier(dataset.table), which
    )
    with store.connect() as connection:
        connection.execute("set timezone to 'UTC'")
        return connection.execute(statement).fetchall()


def in_any_order(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=repr)


def arrow_rows(content: bytes) -> list[Row]:
    return pl.DataFrame(pa.ipc.open_stream(content).read_all()).rows()


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)
def test_an_arrow_stream_holds_the_rows_of_each_dataset(
    dataset: Dataset, admin: Exporting, full_store: Store
) -> None:
    day = f"&day={DAYS[-1]}" if dataset.source == "view" else ""
    rows = arrow_rows(admin.got(f"{dataset.name}?format=arrow{day}").content)
    assert rows
    assert in_any_order(rows) == in_any_order(stored(full_store, dataset))


def typed(text: str | None, kind: type) -> Any:
    if text is None or (text == "" and kind is not str):
        return None
    if kind is bool:
        return {"true": True, "false": False}[text]
    if kind is datetime:
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind is date else kind(text)


@pytest.mark.parametrize("name", ["calls", "complaints", "members", "churn_risk", "points_liability"])
@pytest.mark.parametrize("moment", ["", "&now=true"])
def test_text_forms_hold_what_arrow_holds(name: str, moment: str, admin: Exporting) -> None:
    dataset = DATASETS[name]
    if dataset.source == "fact" and moment:
        moment = "&include_voided=true"
    of_arrow = pl.DataFrame(pa.ipc.open_stream(admin.got(f"{name}?format=arrow{moment}").content).read_all())
    kinds = {column.name: column.kind for column in dataset.columns if not column.personal}
    head, *lines = csv.reader(io.StringIO(admin.got(f"{name}?format=csv{moment}").text, newline=""))
    assert head == list(kinds)
    of_csv = [
        tuple(typed(cell, kind) for cell, kind in zip(line, kinds.values(), strict=True)) for line in lines
    ]
    # A reader of CSV does not tell the empty text from null.
    texts = [column for column, kind in kinds.items() if kind is str]
    assert of_csv == of_arrow.with_columns(pl.col(texts).fill_null("")).rows()
    parsed = [
        json.loads(line, parse_float=Decimal, parse_int=Decimal)
        for line in admin.got(f"{name}?format=ndjson{moment}").text.split("\n")[:-1]
    ]
    assert [list(row) for row in parsed] == [list(kinds)] * len(of_arrow)
    of_json = [tuple(_of_json(row[column], kind) for column, kind in kinds.items()) for row in parsed]
    assert of_json == of_arrow.rows()


def _of_json(value: Any, kind: type) -> Any:
    if value is None or kind in (str, bool):
        return value
    if kind in (int, float, Decimal):
        assert isinstance(value, Decimal), f"{value!r} is no number"
        return kind(value)
    return typed(value, kind)


def test_parquet_holds_what_arrow_holds(admin: Exporting) -> None:
    of_parquet = pq.read_table(io.BytesIO(admin.got("calls?format=parquet").content))
    of_arrow = pa.ipc.open_stream(admin.got("calls?format=arrow").content).read_all()
    assert of_parquet.equals(of_arrow)
    assert of_parquet.schema.field("rating_score").type == ARROW_TYPES[Decimal]
    assert of_parquet.schema.field("offered_at").type == pa.timestamp("us", "UTC")


def test_an_export_without_rows_has_its_columns(admin: Exporting) -> None:
    nobody = "calls?queue=nobody&columns=call,wait_ms"
    assert admin.got(f"{nobody}&format=csv").content == b"call,wait_ms\r\n"
    assert admin.got(f"{nobody}&format=ndjson").content == b""
    for form in ("arrow", "parquet"):
        content = admin.got(f"{nobody}&format={form}").content
        read = (
            pq.read_table(io.BytesIO(content))
            if form == "parquet"
            else pa.ipc.open_stream(content).read_all()
        )
        assert read.schema.names == ["call", "wait_ms"]
        assert read.num_rows == 0


def test_csv_is_as_rfc_4180_has_it(admin: Exporting) -> None:
    asked = "calls?columns=call,queue,talkMs,offered_at,resolved,rating_score&limit=4&bom=1"
    assert admin.got(asked).content.decode("utf-8") == (
        "\ufeffcall,queue,talk_ms,offered_at,resolved,rating_score\r\n"
        "call-bank:000000,plain,0,2026-01-01T00:00:00Z,,0.0000\r\n"
        'call-bank:000001,"with ""quotes"", commas",,2026-01-01T00:01:00Z,true,0.2500\r\n'
        'call-bank:000002,"two\nlines",,2026-01-01T00:02:00Z,false,0.5000\r\n'
        'call-bank:000003,"",300,2026-01-01T00:03:00Z,,0.7500\r\n'
    )


def test_many_rows_come_in_the_order_of_their_keys(admin: Exporting) -> None:
    lines = admin.got("calls?columns=call").text.split("\r\n")[1:-1]
    assert lines == sorted(call["call"] for call in CALLS)
    later = admin.got("calls?columns=call&order_by=offered_at_desc").text.split("\r\n")[1:-1]
    assert later == lines[::-1]


@pytest.mark.parametrize("form", ["csv", "ndjson", "arrow"])
def test_a_file_is_packed_if_that_is_asked_for(form: str, admin: Exporting) -> None:
    plain = admin.got(f"calls?format={form}")
    packed = admin.got(f"calls?format={form}", accept_encoding="br, gzip;q=0.8")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert (
        admin.got(f"calls?format={form}", accept_encoding="gzip;q=0").headers.get("content-encoding") is None
    )


def test_parquet_is_not_packed_again(admin: Exporting) -> None:
    answer = admin.got("calls?format=parquet", accept_encoding="gzip")
    assert "content-encoding" not in answer.headers


def test_what_is_packed_is_gzip() -> None:
    assert gzip.decompress(b"".join(_gzipped(iter([b"one", b"two" * 1000])))) == b"one" + b"two" * 1000


def test_times_have_only_the_decimals_that_they_have() -> None:
    moments = [datetime(2026, 1, 1, 0, 0, 30, micro, tzinfo=UTC) for micro in (0, 500_000, 1)]
    frame = pl.DataFrame({"at": moments}, schema={"at": pl.Datetime("us", "UTC")})
    assert _with_texts_of_time(frame)["at"].to_list() == [
        "2026-01-01T00:00:30Z",
        "2026-01-01T00:00:30.5Z",
        "2026-01-01T00:00:30.000001Z",
    ]
