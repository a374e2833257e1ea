"""What can be asked of an export is what can be asked of the list of the same name, in the same words."""

import json
from typing import Any

import pytest

from infra.stores import Store
from tests.graphql_api.export.given import Exporting
from tests.graphql_api.given import Api, Asking, key_for


@pytest.fixture(scope="module")
def lists(full_api: Api, full_store: Store) -> Asking:
    """Who asks the lists."""
    return Asking(full_api, key_for(full_store, "admin"))


def exported(admin: Exporting, asked: str) -> list[str]:
    return admin.got(f"calls?columns=id&{asked}").text.split("\r\n")[1:-1]


@pytest.mark.parametrize(
    ("asked", "arguments"),
    [
        ("", ""),
        ("queue=plain", 'queue: ["plain"]'),
        ("queue=plain&queue=", 'queue: ["plain", ""]'),
        ("queue=with %22quotes%22, commas", r'queue: ["with \"quotes\", commas"]'),
        ("resolved=false&outcome=flowed_out", 'resolved: false, outcome: ["flowed_out"]'),
        (
            "from=2026-01-01T01:00:00Z&to=2026-01-01T02:00:00Z",
            'from: "2026-01-01T01:00:00Z", to: "2026-01-01T02:00:00Z"',
        ),
        ("from=1767229200000", "from: 1767229200000"),
        ("to=2026-01-02", 'to: "2026-01-02"'),
        ("updated_since=200", "updatedSince: 200"),
        ("updatedSince=200&orderBy=last_position_desc", "updatedSince: 200, orderBy: LAST_POSITION_DESC"),
        ("include_voided=true", "includeVoided: true"),
        ("id=call-bank:000007&id=call-bank:000003", 'id: ["call-bank:000007", "call-bank:000003"]'),
        (
            'where=[{"column": "waitMs", "from": "9", "to": "300"}, {"column": "talk_ms", "isNull": true}]',
            'where: [{column: "waitMs", from: "9", to: "300"}, {column: "talk_ms", isNull: true}]',
        ),
        (
            'where={"column": "rating_score", "values": ["2.5", "7"]}',
            'where: [{column: "rating_score", values: ["2.5", "7"]}]',
        ),
        ("customer_id=c1&unit=u3", 'customerId: ["c1"], unit: ["u3"]'),
        ("limit=7&order_by=OFFERED_AT_DESC", "limit: 7, orderBy: OFFERED_AT_DESC"),
    ],
)
def test_an_export_has_the_rows_of_the_list(
    asked: str, arguments: str, admin: Exporting, lists: Asking
) -> None:
    most = arguments if "limit" in arguments else f"limit: 10000 {arguments}"
    of_list = [row["id"] for row in lists.data(f"{{ calls({most}) {{ id }} }}")["calls"]]
    assert exported(admin, asked) == of_list


def test_a_view_is_of_the_day_or_the_moment_that_is_asked_for(admin: Exporting, lists: Asking) -> None:
    def told(query: str) -> list[Any]:
        return [list(row.values()) for row in lists.data(query)["churnRisk"]]

    def made(asked: str) -> list[Any]:
        form = "churn_risk?format=ndjson&columns=id,probability,score_points"
        lines = admin.got(f"{form}&{asked}").text.splitlines()
        return [list(json.loads(line).values()) for line in lines]

    for arguments, asked in (
        ('day: "2026-02-26"', "day=2026-02-26"),
        ('day: "2026-02-27", orderBy: PROBABILITY_DESC', "day=2026-02-27&order_by=probability_desc"),
        ("limit: 5", "limit=5"),
        ('where: [{column: "score_points", from: "0"}]', 'where={"column": "score_points", "from": "0"}'),
        ("now: true", "now=1"),
        ("position: 0", "position=0"),
        (
            'asOf: "2026-02-01", knownAt: "2026-02-02T00:00:00Z"',
            "as_of=2026-02-01&known_at=2026-02-02T00:00:00Z",
        ),
    ):
        most = arguments if "limit" in arguments else f"limit: 10000 {arguments}"
        assert made(asked) == told(f"{{ churnRisk({most}) {{ id probability scorePoints }} }}"), asked


@pytest.mark.parametrize(
    ("path", "status", "code", "argument", "said"),
    [
        ("nothing", 404, "NOT_FOUND", None, "there is no dataset 'nothing'"),
        ("calls?format=xlsx", 400, "BAD_USER_INPUT", "format", "csv, ndjson, arrow, parquet"),
        ("calls.xml", 400, "BAD_USER_INPUT", "format", "'xml'"),
        ("calls?columns=call,colour", 400, "BAD_USER_INPUT", "columns", "'colour'"),
        ("calls?columns=", 400, "BAD_USER_INPUT", "columns", "names none"),
        ("calls?colour=red", 400, "BAD_USER_INPUT", "colour", "'colour'"),
        ("calls?limit=0", 400, "BAD_USER_INPUT", "limit", "leave it out"),
        ("calls?limit=many", 400, "BAD_USER_INPUT", "limit", "a whole number"),
        ("calls?limit=1&limit=2", 400, "BAD_USER_INPUT", "limit", "2 times"),
        ("calls?offset=1", 400, "BAD_USER_INPUT", "offset", "there is no parameter"),
        ("calls?after=x", 400, "BAD_USER_INPUT", "after", "no cursor"),
        ('calls?after=["a","b"]', 400, "BAD_USER_INPUT", "after", "[call]"),
        ("calls?from=yesterday", 400, "BAD_USER_INPUT", "from", "milliseconds"),
        ("calls?from=2026-02-01&to=2026-01-01", 400, "BAD_USER_INPUT", "to", "must be after"),
        ("calls?order_by=COLOUR", 400, "BAD_USER_INPUT", "order_by", "OFFERED_AT_ASC"),
        ("calls?include_voided=perhaps", 400, "BAD_USER_INPUT", "include_voided", "true or false"),
        ("calls?updated_since=-1", 400, "BAD_USER_INPUT", "updatedSince", "begin at 0"),
        ("calls?queue=%00", 400, "BAD_USER_INPUT", "queue", "U+0000"),
        ("calls?where=[", 400, "BAD_USER_INPUT", "where", "is JSON"),
        ('calls?where={"column": "wait_ms", "values": [1]}', 400, "BAD_USER_INPUT", "where", "is JSON"),
        (
            'calls?where={"column": "wait_ms", "values": ["x"]}',
            400,
            "BAD_USER_INPUT",
            "where",
            "whole number",
        ),
        (
            'calls?where={"column": "caller_number", "isNull": true}',
            400,
            "BAD_USER_INPUT",
            "where",
            "no column",
        ),
        ("churn_risk?day=2026-02-27&position=3", 400, "BAD_USER_INPUT", "day", "leave out"),
        ("churn_risk?day=tomorrow", 400, "BAD_USER_INPUT", "day", "such as 2026-01-31"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_do(  # noqa: PLR0917 - a table
    path: str, status: int, code: str, argument: str | None, said: str, admin: Exporting
) -> None:
    error = admin.refused(path, status=status)
    assert error["extensions"]["code"] == code
    assert error["extensions"].get("argument") == argument
    assert said in error["message"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "text/csv"),
        ("*/*", "text/csv"),
        ("text/html, text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/ndjson", "application/x-ndjson"),
        ("application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"),
        ("application/vnd.apache.parquet;q=1, text/csv;q=0.1", "application/vnd.apache.parquet"),
        ("text/csv;q=0, */*;q=0.1", "text/csv"),
    ],
)
def test_the_form_is_the_one_that_is_accepted(accept: str, form: str, admin: Exporting) -> None:
    assert admin.got("calls?limit=1", accept=accept).headers["content-type"].partition(";")[0] == form


def test_a_form_can_be_named_by_ending_or_parameter_whatever_is_accepted(admin: Exporting) -> None:
    ndjson = "application/x-ndjson"
    assert admin.got("calls.ndjson?limit=1", accept="text/csv").headers["content-type"].startswith(ndjson)
    assert admin.got("calls?format=ndjson&limit=1").headers["content-type"].startswith(ndjson)


def test_what_is_not_made_is_not_acceptable(admin: Exporting) -> None:
    error = admin.refused("calls", status=406, accept="application/pdf")
    assert error["extensions"]["code"] == "NOT_ACCEPTABLE"
    assert "text/csv" in error["message"]


def test_an_export_is_asked_for_by_get(admin: Exporting) -> None:
    answer = admin.response("calls", method="POST")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
