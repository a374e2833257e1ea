"""A client that was cut off, or takes chunks, has every row once in the end; what it has stays unsent."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest

from infra.stores import Store
from tests.graphql_api.export.given import CALLS, Exporting
from tests.graphql_api.given import Api, Asking, key_for

ASKED = {
    "calls": "columns=call",
    "calls by time": "columns=call&order_by=offered_at_desc&to=2026-01-01T02:00:00Z",
    "churn_risk": "columns=id",
    "churn_risk by probability": "columns=id&order_by=probability_desc",
    "churn_risk now": "columns=id&now=1",
    "complaint_liabilities": "columns=id",
}


def lines(text: str) -> list[str]:
    return text.split("\r\n")[1:-1]


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_chunks_by_their_links_add_up_to_the_whole(name: str, rows: int, admin: Exporting) -> None:
    dataset = name.partition(" ")[0]
    whole = lines(admin.got(f"{dataset}?{ASKED[name]}").text)[:30]
    chunk = admin.got(f"{dataset}?{ASKED[name]}&limit={rows}")
    found = lines(chunk.text)
    while chunk.links and len(found) < 30:
        chunk = admin.got(f"{dataset}{chunk.links['next']['url']}")
        found += lines(chunk.text)
    assert found[:30] == whole


@pytest.mark.parametrize(
    ("dataset", "asked"),
    [
        ("calls", ""),
        ("calls", "order_by=offered_at_asc"),
        ("calls", "order_by=last_position_desc&from=2026-01-01T00:10:00Z"),
        ("churn_risk", "day=2026-02-27"),
        ("churn_risk", "day=2026-02-27&order_by=probability_desc"),
        ("satisfaction_scores", "day=2026-02-27"),
    ],
)
def test_the_last_row_that_came_says_where_to_go_on(dataset: str, asked: str, admin: Exporting) -> None:
    """From JSON as it is, from CSV as texts."""
    whole = admin.got(f"{dataset}?format=ndjson&{asked}")
    order = whole.headers["x-kefu-order"].split(",")
    rows = whole.text.splitlines()
    some = min(9, len(rows) // 2)
    last = json.loads(rows[some])
    after = urlencode({"after": json.dumps([last[column] for column in order])})
    assert admin.got(f"{dataset}?format=ndjson&{asked}&{after}").text.splitlines() == rows[some + 1 :]
    if None in [last[column] for column in order]:
        return
    of_csv = list(csv.DictReader(io.StringIO(admin.got(f"{dataset}?{asked}").text, newline="")))
    after = urlencode({"after": json.dumps([of_csv[some][column] for column in order])})
    assert admin.got(f"{dataset}?format=ndjson&{asked}&{after}").text.splitlines() == rows[some + 1 :]


def test_a_cursor_of_the_connection_goes_on_here(admin: Exporting, full_api: Api, full_store: Store) -> None:
    lists = Asking(full_api, key_for(full_store, "admin"))
    page = lists.data("{ callsConnection(first: 200) { pageInfo { endCursor } } }")
    cursor = page["callsConnection"]["pageInfo"]["endCursor"]
    assert lines(admin.got(f"calls?columns=call&after={cursor}").text) == [row["call"] for row in CALLS[200:]]


def test_a_cursor_of_another_order_is_refused(admin: Exporting) -> None:
    link = admin.got("calls?columns=call&limit=2").links["next"]["url"]
    assert "and not of" in admin.refused(f"calls{link}&order_by=offered_at_asc", status=400)["message"]


def test_what_the_client_has_is_not_sent_again(admin: Exporting) -> None:
    first = admin.got("calls?columns=call")
    again = admin.response("calls?columns=call", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    for other in ("calls?columns=call,queue", "calls?columns=call&bom=1", "calls.ndjson?columns=call"):
        assert admin.got(other).headers["etag"] != first.headers["etag"]


def test_a_tag_is_another_for_whom_may_see_otherwise(
    admin: Exporting, full_api: Api, full_store: Store
) -> None:
    analyst = Exporting(full_api, key_for(full_store, "bi_reader"))
    assert admin.got("calls?limit=1").headers["etag"] != analyst.got("calls?limit=1").headers["etag"]


def test_head_says_what_a_file_is_without_it(admin: Exporting) -> None:
    head = admin.response("calls.parquet?limit=3", method="HEAD")
    whole = admin.got("calls.parquet?limit=3")
    assert (head.status_code, head.content) == (200, b"")
    own = {name: value for name, value in head.headers.items() if name != "x-request-id"}
    assert own.items() <= whole.headers.items()
    assert own["content-type"] == "application/vnd.apache.parquet"
    assert head.headers["x-kefu-position"] == "210"
    assert head.headers["content-disposition"] == 'attachment; filename="calls_210.parquet"'
    assert "next" in head.links


def test_a_stored_day_is_named_by_its_day(admin: Exporting) -> None:
    headers = admin.got("churn_risk?limit=1").headers
    assert headers["x-kefu-day"] == "2026-02-28"
    assert headers["content-disposition"] == 'attachment; filename="churn_risk_2026-02-28.csv"'
