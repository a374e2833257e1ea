"""A customer is one person under every pseudonym, at any moment, as far as the caller may see."""

from datetime import datetime

import pytest

from infra.stores import Store
from projections.storage.reader import stored_facts
from projections.views.churn_risk import CHURN_RISK
from projections.views.reading import ViewReading
from projections.views.segments.memberships import memberships
from tests.graphql_api.given import Asking
from tests.graphql_api.people.conftest import NOW

EVERYTHING = """query ($id: ID!, $asOf: DateTime) { customer(id: $id, asOf: $asOf) {
  id pseudonyms position
  profile { customerId isCustomer contracts openComplaints pointsBalance }
  registrations { id } classifications { scheme value } contracts { contractId product }
  consents { purpose granted } managers { role managerId } memberships { memberId balance tier }
} }"""
TIMELINE = """query ($id: ID!, $limit: Int!, $before: DateTime) { customer(id: $id) {
  timeline(limit: $limit, before: $before) { at topic what stream unit }
} }"""


@pytest.mark.parametrize("asked", ["crm:1", "customer-crm:1", "crm:2"])
def test_any_pseudonym_finds_all_that_is_known_of_the_person(desk: Asking, asked: str) -> None:
    found = desk.data(EVERYTHING, id=asked)["customer"]
    assert found.pop("position") == 22
    assert sorted(found.pop("pseudonyms")) == ["crm:1", "crm:2"]
    assert found == {
        "id": "crm:1",
        "profile": {
            "customerId": "crm:1",
            "isCustomer": True,
            "contracts": 1,
            "openComplaints": 1,
            "pointsBalance": 30,
        },
        "registrations": [{"id": "customer-crm:1"}, {"id": "customer-crm:2"}],
        "classifications": [{"scheme": "value", "value": "gold"}],
        "contracts": [{"contractId": "c1", "product": "fibre"}],
        "consents": [{"purpose": "marketing", "granted": True}],
        "managers": [{"role": "A", "managerId": "m7"}],
        "memberships": [{"memberId": "desk:1", "balance": 30, "tier": "silver"}],
    }


def test_an_earlier_moment_knows_nothing_of_what_came_later(desk: Asking) -> None:
    found = desk.data(EVERYTHING, id="crm:1", asOf="2026-03-01T04:30:00Z")["customer"]
    assert found["profile"]["contracts"] == found["profile"]["openComplaints"] == 0
    assert (found["classifications"], found["contracts"], found["memberships"]) == (
        [{"scheme": "value", "value": "gold"}],
        [],
        [],
    )


def test_a_position_gives_what_stood_there(desk: Asking) -> None:
    asked = '{ customer(id: "crm:1", position: 5) { id position profile { contracts } timeline { topic } } }'
    found = desk.data(asked)["customer"]
    assert (found["position"], found["profile"]["contracts"]) == (5, 0)
    assert {line["topic"] for line in found["timeline"]} <= {"customer.registered"}


def test_a_position_that_is_not_reached_is_the_callers_to_put_right(desk: Asking) -> None:
    error = desk.error('{ customer(id: "crm:1", position: 1000) { id } }')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "position"}


def test_the_timeline_goes_on_where_it_ended(desk: Asking) -> None:
    first = desk.data(TIMELINE, id="crm:2", limit=2)["customer"]["timeline"]
    assert [(line["topic"], line["stream"]) for line in first] == [
        ("member.entitled", "member-desk:1"),
        ("member.points_redeemed", "member-desk:1"),
    ]
    more = desk.data(TIMELINE, id="crm:2", limit=1, before=first[-1]["at"])["customer"]["timeline"]
    assert [(line["topic"], line["unit"]) for line in more] == [("complaint.filed", "desk:u1")]


def test_a_timeline_that_is_cut_says_so(desk: Asking) -> None:
    answer = desk.answer(TIMELINE, id="crm:1", limit=2)
    assert answer["extensions"]["lists"]["customer.timeline"]["truncated"]


def test_what_a_role_reads_nothing_of_is_in_none_of_its_timelines(seller: Asking) -> None:
    lines = seller.data(TIMELINE, id="crm:1", limit=100)["customer"]["timeline"]
    assert "customer.classified" in {line["topic"] for line in lines}
    assert not any(line["topic"].startswith("complaint.") for line in lines)


def test_an_account_manager_sees_the_customers_they_look_after(
    account_manager: Asking, stranger: Asking
) -> None:
    assert account_manager.data(EVERYTHING, id="crm:1")["customer"]["contracts"]
    assert stranger.error(EVERYTHING, id="crm:1")["extensions"]["code"] == "FORBIDDEN"


def test_nobody_unknown_is_made_up(desk: Asking) -> None:
    assert desk.data(EVERYTHING, id="crm:9") == {"customer": None}


def test_lists_within_are_bounded(desk: Asking) -> None:
    error = desk.error('{ customer(id: "crm:1") { contracts(limit: 1001) { contractId } } }')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "limit"}


def test_a_key_limited_to_units_sees_nobody_of_whom_no_unit_is_told(branch: Asking) -> None:
    assert branch.data('{ customer(id: "crm:1") { id } }') == {"customer": None}
    assert branch.data('{ member(id: "desk:1") { id } }') == {"member": None}


def test_a_key_limited_to_units_sees_of_its_customers_what_is_of_its_units(branch: Asking) -> None:
    found = branch.data('{ customer(id: "crm:3") { id contracts { contractId } timeline { topic unit } } }')
    assert found["customer"] == {
        "id": "crm:3",
        "contracts": [{"contractId": "of u1"}],
        "timeline": [
            {"topic": "customer.contract_signed", "unit": "desk:u1"},
            {"topic": "customer.registered", "unit": "desk:u1"},
        ],
    }


def test_names_are_shown_as_the_role_may_see_them(desk: Asking, seller: Asking) -> None:
    asked = '{ customer(id: "crm:1") { registrations(limit: 1) { name phone } } }'
    (opened,), (masked,) = (one.data(asked)["customer"]["registrations"] for one in (desk, seller))
    assert opened == {"name": "王小明", "phone": "13912345678"}
    assert masked == {"name": "王**", "phone": "139****5678"}


def test_a_person_has_the_row_of_the_risk_that_the_view_gives_them(
    seller: Asking, people_store: Store
) -> None:
    asked = "customerId horizonDays probability band model scorePoints reasons"
    told = seller.data(f'{{ customer(id: "crm:2") {{ churnRisk {{ {asked} }} }} }}')["customer"]["churnRisk"]
    with stored_facts(people_store.conninfo) as facts:
        rows = CHURN_RISK.made(ViewReading(source=facts, now=NOW)).filter(customer_id="crm:1")
    (row,) = rows.to_dicts()
    assert list(told.values()) == [
        row[name]
        for name in ("customer_id", "horizon_days", "probability", "band", "model", "score_points", "reasons")
    ]


@pytest.mark.parametrize("as_of", [None, "2026-03-03T03:00:00Z", "2026-03-03T05:00:00Z"])
@pytest.mark.parametrize("customer", ["crm:1", "crm:3"])
def test_a_person_has_the_segments_that_everybodys_history_gives_them(
    customer: str, as_of: str | None, seller: Asking, people_store: Store
) -> None:
    asked = "segment customerId enteredAt enteredBy enteredTopic"
    query = f'query ($at: DateTime) {{ customer(id: "{customer}", asOf: $at) {{ segments {{ {asked} }} }} }}'
    told = seller.data(query, at=as_of)["customer"]["segments"]
    with stored_facts(people_store.conninfo) as facts:
        at = None if as_of is None else datetime.fromisoformat(as_of)
        reading = ViewReading(source=facts, now=NOW, as_of=at)
        rows = memberships(reading).at(reading).filter(customer_id=customer).sort("segment")
    shown = rows.select("segment", "customer_id", "entered_at", "entered_by", "entered_topic")
    assert [tuple(row.values()) for row in told] == [
        (name, who, moment.isoformat(), by, topic) for name, who, moment, by, topic in shown.rows()
    ]
    names = {row["segment"] for row in told}
    assert "broken" not in names
    if at is not None and at.hour == 5:  # an hour after the complaint
        assert names == ({"complained"} if customer == "crm:1" else {"quiet"})


def test_risk_and_segments_are_shown_to_the_roles_that_list_them(desk: Asking, seller: Asking) -> None:
    for field in ("churnRisk { band }", "segments { segment }"):
        query = f'{{ customer(id: "crm:1") {{ {field} }} }}'
        assert desk.error(query)["extensions"]["code"] == "FORBIDDEN"
        assert seller.data(query)["customer"]


def test_who_left_or_is_only_heard_of_has_no_risk(seller: Asking) -> None:
    asked = '{ customer(id: "crm:1", asOf: "2026-02-01T00:00:00Z") { churnRisk { band } } }'
    assert seller.data(asked)["customer"] in (None, {"churnRisk": None})
