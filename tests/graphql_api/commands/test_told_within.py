"""A limited key tells of its own units and customers alone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from infra.api_keys import create_key
from infra.stores import Store
from projections.facts import SPECS
from tests.graphql_api.commands.given import tell
from tests.graphql_api.given import NOW, Api, Asking


@pytest.fixture(scope="module")
def desk(api: Api, calls_store: Store) -> Asking:
    """A service desk whose key is limited to unit u1."""
    with calls_store.connect() as connection:
        return Asking(api, create_key(connection, role="service_desk", now=NOW, units=["desk:u1"]))


@pytest.fixture(scope="module")
def account_manager(api: Api, calls_store: Store) -> Iterator[Asking]:
    """An account manager who looks after crm:71."""
    table = Identifier(SPECS["manager_assignments"].table)
    row = ("customer-crm:71", 1, "A", "m7", NOW, False, False, 1, 1)
    columns = (
        "customer, version, role, manager_id, assigned_at, voided, has_void, first_position, last_position"
    )
    with calls_store.connect() as connection:
        connection.execute(
            SQL("insert into {} ({}) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)").format(
                table,
                SQL(columns),
            ),
            row,
        )
        yield Asking(api, create_key(connection, role="account_manager", now=NOW, manager_id="m7"))
        connection.execute(SQL("delete from {}").format(table))


def filed(asking: Asking, number: str, **told: Any) -> dict[str, Any]:
    complaint = {
        "issuer": "desk",
        "number": number,
        "kind": "external",
        "channel": "hotline",
        "category": "late",
    }
    return tell(asking, "file_complaint", {**complaint, **told}, key=f"within {number} {told}")


def code(answer: dict[str, Any]) -> str:
    found: str = answer["errors"][0]["extensions"]["code"]
    return found


def test_a_limited_desk_tells_of_its_own_units(desk: Asking) -> None:
    assert filed(desk, "w1", unit="desk:u1")["data"]["fileComplaint"]["__typename"] == "Done"
    replied = tell(desk, "reply_to_complaint", {"complaint": "complaint-desk:w1"}, key="within reply")
    assert replied["data"]["replyToComplaint"]["__typename"] == "Done"


@pytest.mark.parametrize("told", [{"unit": "desk:u2"}, {}], ids=["of another unit", "of no unit"])
def test_a_limited_desk_tells_of_nothing_else(desk: Asking, told: dict[str, Any]) -> None:
    assert code(filed(desk, "w2", **told)) == "FORBIDDEN"


def test_nobody_takes_over_a_stream_by_naming_a_unit_of_their_own(desk: Asking, admin: Asking) -> None:
    assert filed(admin, "w3", unit="desk:u2")["data"]["fileComplaint"]["__typename"] == "Done"
    told = {"complaint": "complaint-desk:w3", "unit": "desk:u1"}
    taken = tell(desk, "reply_to_complaint", told, key="within taken")
    assert code(taken) == "FORBIDDEN"
    assert "desk:u2" not in json.dumps(taken)
    nowhere = tell(desk, "reply_to_complaint", {"complaint": "complaint-desk:none"}, key="within nowhere")
    assert nowhere["errors"] == taken["errors"]


def test_an_account_manager_contacts_their_own_customers_alone(account_manager: Asking) -> None:
    told = {"channel": "call", "purpose": "service"}
    answers = [
        tell(
            account_manager, "contact_customer", {**told, "customer": f"customer-{one}"}, key=f"within {one}"
        )
        for one in ("crm:71", "crm:72")
    ]
    assert "errors" not in answers[0], answers[0]
    assert code(answers[1]) == "FORBIDDEN"


def test_an_account_manager_without_a_name_looks_after_nobody(api: Api, calls_store: Store) -> None:
    with calls_store.connect() as connection:
        nobody = Asking(api, create_key(connection, role="account_manager", now=NOW))
    told = {"customer": "customer-crm:71", "kind": "call"}
    assert code(tell(nobody, "take_customer_retention_action", told, key="within nobody")) == "FORBIDDEN"
