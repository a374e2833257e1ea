"""An export shows whoever asks what a list would: their rows, and personal text as they may see it."""

import json

import pytest

from graphql_api.access.trail import NotRecordedError
from graphql_api.datasets import DATASETS
from infra.api_keys import create_key
from infra.stores import Store
from tests.graphql_api.export.given import Exporting
from tests.graphql_api.given import NOW, Api, key_for


def of_role(role: str, api: Api, store: Store) -> Exporting:
    return Exporting(api, key_for(store, role))


def test_nobody_exports_without_a_key(full_api: Api) -> None:
    assert full_api.request("GET", "/export/calls").status_code == 401


@pytest.mark.parametrize("role", ["marketing", "club_manager", "source_system"])
def test_a_role_exports_what_it_may_read(role: str, full_api: Api, full_store: Store) -> None:
    caller = of_role(role, full_api, full_store)
    for name, dataset in list(DATASETS.items())[::9]:
        if role in dataset.readers:
            assert caller.got(f"{name}?limit=1").status_code == 200
        else:
            error = caller.refused(f"{name}?limit=1", status=403)
            assert error["extensions"]["code"] == "FORBIDDEN"


def test_a_name_that_is_not_there_is_told_with_those_that_may_be_read(
    full_api: Api, full_store: Store
) -> None:
    said = of_role("marketing", full_api, full_store).refused("nothing", status=404)["message"]
    assert "churn_risk" in said
    assert "complaint_liabilities" not in said


@pytest.mark.parametrize("form", ["csv", "ndjson", "arrow", "parquet"])
def test_a_key_of_some_units_exports_their_rows(form: str, full_api: Api, full_store: Store) -> None:
    with full_store.connect() as connection:
        key = create_key(connection, role="service_manager", now=NOW, units=("u3",))
    limited = Exporting(full_api, key)
    everybody = of_role("service_manager", full_api, full_store)
    theirs = everybody.got(f"calls.{form}?unit=u3")
    assert limited.got(f"calls.{form}").content == theirs.content
    assert limited.got(f"calls.{form}?unit=u1&unit=u3").content == theirs.content


def test_what_nothing_limits_is_refused_to_a_key_of_some_units(full_api: Api, full_store: Store) -> None:
    with full_store.connect() as connection:
        key = create_key(connection, role="service_manager", now=NOW, units=("u3",))
    limited = Exporting(full_api, key)
    for asked in ("churn_risk", "churn_risk.parquet?limit=2", "churn_risk?now=1"):
        assert "limited to units" in limited.refused(asked, status=403)["message"]


def test_personal_text_is_exported_only_if_it_is_named_and_as_the_role_may_see_it(
    full_api: Api, full_store: Store
) -> None:
    call = "call-bank:000005"
    sealed = full_store.keys.protect(call, "caller_number", "13912345678")
    with full_store.connect() as connection:
        connection.execute("update calls_v2 set caller_number = %s where call = %s", [sealed, call])
    asked = f"calls?id={call}&columns=caller_number,call,offered_at"
    for role, number in (("service_desk", "13912345678"), ("bi_reader", "139****5678")):
        caller = of_role(role, full_api, full_store)
        assert "caller_number" not in caller.got(f"calls?id={call}").text
        told = json.loads(caller.got(f"{asked}&format=ndjson").text)
        assert told == {"caller_number": number, "call": call, "offered_at": "2026-01-01T00:05:00Z"}
        assert caller.got(asked).text == (
            f"caller_number,call,offered_at\r\n{number},{call},2026-01-01T00:05:00Z\r\n"
        )


def test_an_export_is_on_record_before_and_after(full_api: Api, full_store: Store) -> None:
    manager = of_role("service_manager", full_api, full_store)
    asked = "calls?limit=3&columns=call,caller_number&queue=plain&from=2026-01-01"
    content = manager.got(asked, x_request_id="export-of-record").content
    full_api.runner.run(full_api.app.state.export._services.trail._flush())
    with full_store.connect() as connection:
        found = connection.execute(
            "select outcome, role, kind, operation, datasets, personal, rows, bytes, variables"
            " from access_log where request_id = 'export-of-record' order by at, rows"
        ).fetchall()
    same = ("service_manager", "export", "calls", ["calls"], [])
    variables = '{"limit":["…"],"columns":["…"],"queue":["…"],"from":["2026-01-01"]}'
    assert found == [
        ("begun", *same, 0, None, variables),
        ("whole", *same, 3, len(content), variables),
    ]


def test_what_cannot_be_on_record_is_not_sent(
    full_api: Api, full_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: object) -> None:
        raise NotRecordedError

    monkeypatch.setattr(full_api.app.state.export._services.trail, "keep", refuse)
    error = of_role("bi_reader", full_api, full_store).refused("calls?limit=1", status=503)
    assert error["extensions"]["code"] == "ACCESS_NOT_RECORDED"
