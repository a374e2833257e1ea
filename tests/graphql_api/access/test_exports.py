"""An export is refused, limited and masked as the list of its dataset is."""

import csv
import json
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from graphql_api.access.masking import masked, personal_columns
from graphql_api.access.readers import sees_in_the_open
from graphql_api.datasets import DATASETS, FACT_DATASETS
from infra.api_keys import ROLES
from infra.stores import Store
from tests.graphql_api.access.given import CUSTOMERS, TEXTS, asking, key_of
from tests.graphql_api.export.given import Exporting
from tests.graphql_api.given import Api, Asking

HOLDING_PERSONAL_TEXT = [dataset for dataset in FACT_DATASETS if personal_columns(dataset)]
LIMITS = {
    "units": {"role": "admin", "units": ("north",)},
    "customers": {"role": "account_manager", "manager_id": "m1"},
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_exports_the_datasets_that_name_it_and_no_other(
    role: str, everything: Api, shared_store: Store
) -> None:
    caller = Exporting(everything, key_of(shared_store, role))
    for name, dataset in DATASETS.items():
        if role in dataset.readers:
            # Whoever may ask is told that nobody may ask for no rows.
            assert caller.refused(f"{name}?limit=0", status=400)["extensions"]["argument"] == "limit"
        else:
            error = caller.refused(f"{name}?limit=0", status=403)
            assert error["extensions"] == {"code": "FORBIDDEN"}
            assert error["message"].startswith("Only these roles"), name


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_a_limited_caller_exports_the_rows_of_the_list(
    limits: dict[str, Any], everything: Api, shared_store: Store
) -> None:
    exporting = Exporting(everything, key_of(shared_store, **limits))
    listing = asking(everything, shared_store, **limits)
    for name, dataset in DATASETS.items():
        if limits["role"] not in dataset.readers:
            continue
        listed = ids_listed(listing, name)
        path = f"{name}?columns=id&format=ndjson"
        if listed is None:
            assert exporting.refused(path, status=403)["extensions"]["code"] == "FORBIDDEN"
            assert exporting.response(path, method="HEAD").status_code == 403, name
        else:
            lines = exporting.got(path).text.splitlines()
            assert sorted(json.loads(line)["id"] for line in lines) == listed, name


@pytest.mark.parametrize("role", ["admin", "service_desk", "service_manager", "bi_reader", "marketing"])
def test_personal_text_is_exported_open_masked_or_hidden_by_role(
    role: str, everything: Api, shared_store: Store
) -> None:
    caller = Exporting(everything, key_of(shared_store, role))
    for dataset in HOLDING_PERSONAL_TEXT:
        if role not in dataset.readers:
            continue
        personal = personal_columns(dataset)
        lines = caller.got(f"{dataset.name}.csv?columns=voided,{','.join(personal)}").text.splitlines()
        wanted = {
            column: TEXTS[kind] if sees_in_the_open(role, kind) else masked(kind, TEXTS[kind]) or ""
            for column, kind in personal.items()
        }
        assert list(csv.DictReader(lines)) == [{"voided": "false", **wanted}] * len(CUSTOMERS)


def ids_listed(caller: Asking, name: str) -> list[str] | None:
    """The ids of a list; None where it is refused."""
    field = to_camel_case(name)
    answer = caller.answer(f"{{ {field} {{ id }} }}")
    if "errors" in answer:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        return None
    return sorted(row["id"] for row in answer["data"][field])
