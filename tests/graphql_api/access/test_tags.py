"""No two callers share a tag, and nobody is told that nothing changed in what they may not see."""

from typing import Any

import pytest

from infra.stores import Store
from tests.graphql_api.access.given import key_of
from tests.graphql_api.given import Api

CALLERS: tuple[dict[str, Any], ...] = (
    *({"role": role} for role in ("admin", "bi_reader", "marketing", "service_desk", "privacy_officer")),
    *({"role": "admin", "units": units} for units in (("north",), ("south",), ("north", "south"))),
    *({"role": "account_manager", "manager_id": manager} for manager in ("m1", "m2")),
    {"role": "account_manager"},
    {"role": "account_manager", "manager_id": "m1", "units": ("north",)},
)


@pytest.mark.parametrize(
    "address", ["/graphql?query=%7Bcustomers%7Bid%7D%7D", "/export/customers?columns=id"]
)
def test_no_two_callers_share_a_tag_and_who_would_be_refused_is_never_told_that_nothing_changed(
    address: str, everything: Api, shared_store: Store
) -> None:
    def answered(key: str, **headers: str) -> Any:
        return everything.request("GET", address, headers={"x-api-key": key, **headers})

    keys = [key_of(shared_store, **limits) for limits in CALLERS]
    tags = [answered(key).headers["etag"] for key in keys]
    assert len(set(tags)) == len(tags)
    for place, key in enumerate(keys):
        others = ", ".join(tag for tag in tags if tag != tags[place])
        assert answered(key, **{"if-none-match": others}).status_code == 200
        assert answered(key, **{"if-none-match": tags[place]}).status_code == 304
    refused = key_of(shared_store, "club_manager")
    for known in (", ".join(tags), "*"):
        response = answered(refused, **{"if-none-match": known})
        assert response.status_code == (403 if "export" in address else 200)
        assert "etag" not in response.headers
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["FORBIDDEN"]
