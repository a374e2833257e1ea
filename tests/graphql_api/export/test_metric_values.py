"""The export of metrics has the rows of the field `metrics`, in the same words, as the role is told them."""

import io
import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from graphql_api.app import create_app
from infra.api_keys import create_key
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.export.given import Exporting
from tests.graphql_api.figures.given import tell_figures
from tests.graphql_api.given import NOW, Api, Asking, key_for, started

ASKED = "metrics?from=2026-01-05&to=2026-01-07"
FIELD = 'from: "2026-01-05", to: "2026-01-07"'


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for store in fresh_store(embedded_server):
        tell_figures(store)
        yield store


@pytest.fixture(scope="module")
def api(store: Store) -> Iterator[Api]:
    with started(create_app(store.settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="module")
def seller(api: Api, store: Store) -> Exporting:
    return Exporting(api, key_for(store, "marketing"))


@pytest.fixture(scope="module")
def club(api: Api, store: Store) -> Exporting:
    """Who may not see customers."""
    return Exporting(api, key_for(store, "club_manager"))


def lines(exporting: Exporting, asked: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exporting.got(f"{ASKED}&{asked}&format=ndjson").text.splitlines()]


@pytest.mark.parametrize(
    ("asked", "arguments"),
    [
        ("metric=calls&grain=day", 'metric: "calls", grain: DAY'),
        ("metrics=calls&metrics=answer_rate&grain=HOUR", 'metrics: ["calls", "answer_rate"], grain: HOUR'),
        (
            "metric=calls&by=queue&by=outcome&grain=day",
            'metric: "calls", by: ["queue", "outcome"], grain: DAY',
        ),
        ("metric=calls&order_by=value_desc&by=queue", 'metric: "calls", orderBy: VALUE_DESC, by: ["queue"]'),
        ("metric=calls&grain=day&compare=previous", 'metric: "calls", grain: DAY, compare: PREVIOUS'),
        ("metric=calls&segment=complains", 'metric: "calls", segment: "complains"'),
        ("metric=calls&timeZone=UTC&day_start=05:00", 'metric: "calls", timeZone: "UTC", dayStart: "05:00"'),
        ("metric=calls&position=20&as_of=2026-01-06", 'metric: "calls", position: 20, asOf: "2026-01-06"'),
        (
            'metric=calls&where=[{"dimension": "queue", "values": ["motor", null]}]',
            'metric: "calls", where: [{dimension: "queue", values: ["motor", null]}]',
        ),
    ],
)
def test_an_export_has_the_values_of_the_field(
    asked: str, arguments: str, api: Api, seller: Exporting, club: Exporting
) -> None:
    shown = "id metric definition value numerator denominator n position before suppressedBecause dimension1"
    columns = (
        "id,metric,definition,value,numerator,denominator,n,position,before,suppressed_because,dimension1"
    )
    for exporting in (seller, club):
        told = Asking(api, exporting.key).data(f"{{ metrics({arguments}, {FIELD}) {{ {shown} }} }}")[
            "metrics"
        ]
        assert [list(row.values()) for row in lines(exporting, f"{asked}&columns={columns}")] == [
            list(row.values()) for row in told
        ]


def test_every_form_holds_every_column(seller: Exporting) -> None:
    asked = f"{ASKED}&metric=calls&by=queue"
    parquet = pl.read_parquet(io.BytesIO(seller.got(f"{asked}&format=parquet").content))
    arrow = pl.read_ipc_stream(io.BytesIO(seller.got(f"{asked}&format=arrow").content))
    assert parquet.equals(arrow)
    assert parquet["value"].to_list() == [15.0, 15.0]
    assert parquet["dimensions"].str.json_decode(pl.Struct({"queue": pl.String})).to_list() == [
        {"queue": "motor"},
        {"queue": "property"},
    ]
    assert seller.got(f"{asked}&format=csv").text.splitlines()[0].split(",") == parquet.columns


def test_a_part_says_where_the_next_begins(seller: Exporting) -> None:
    whole = lines(seller, "metric=calls&grain=hour&columns=id")
    found: list[dict[str, Any]] = []
    address = f"{ASKED}&metric=calls&grain=hour&columns=id&format=ndjson&limit=12"
    while address:
        response = seller.got(address)
        found += [json.loads(line) for line in response.text.splitlines()]
        link = response.headers.get("link", "")
        address = "metrics" + link[1 : link.index(">")] if link else ""
    assert found == whole


def test_the_tag_is_of_the_values_and_of_who_may_see_them(seller: Exporting, club: Exporting) -> None:
    asked = f"{ASKED}&metric=calls&grain=day"
    first = seller.got(asked).headers["etag"]
    assert seller.response(asked, if_none_match=first).status_code == 304
    others = {club.got(asked).headers["etag"], seller.got(f"{asked}&by=queue").headers["etag"]}
    assert first not in others
    assert club.response(asked, if_none_match=first).status_code == 200


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ("metrics?metric=calls&from=2026-01-05", "to"),
        (f"{ASKED}&metric=clals", "metric"),
        (f"{ASKED}&metric=calls&grain=moon", "grain"),
        (f"{ASKED}&metric=calls&moon=1", "moon"),
        (f"{ASKED}&metric=calls&columns=moon", "columns"),
        (f"{ASKED}&metric=calls&after=moon", "after"),
        (f"{ASKED}&metric=calls&where=queue", "where"),
        (f'{ASKED}&metric=calls&where={{"dimension": "queue", "values": [1]}}', "where"),
        (f'{ASKED}&metric=calls&where={{"dimension": "queue"}}', "where"),
    ],
)
def test_what_cannot_be_asked_names_its_parameter(seller: Exporting, asked: str, argument: str) -> None:
    error = seller.refused(asked, status=400)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_figures_are_exported_by_who_may_ask_them_and_on_record(api: Api, store: Store) -> None:
    Exporting(api, key_for(store, "source_system")).refused(f"{ASKED}&metric=calls", status=403)
    with store.connect() as connection:
        limited = create_key(connection, role="admin", now=NOW, units=("nowhere",))
        recorded = connection.execute(
            "select count(*) from access_log where operation = 'metrics' and outcome = 'whole'"
        ).fetchone()
    assert recorded is not None
    assert recorded[0] > 0
    # The question is narrowed to the units of the key, or refused, as the field's is.
    answer = Asking(api, limited).answer(f'{{ metrics(metric: "calls", {FIELD}) {{ n }} }}')
    exported = Exporting(api, limited).response(f"{ASKED}&metric=calls&columns=n&format=ndjson")
    assert ("errors" in answer) == (exported.status_code == 403)
