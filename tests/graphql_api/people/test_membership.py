"""A membership with its lots, every move of its points and the balance after it, at any moment."""

from tests.graphql_api.given import Asking

EVERYTHING = """query ($id: ID!, $asOf: DateTime) { member(id: $id, asOf: $asOf) {
  id standing { balance tier }
  lots { lotId earned drawn balance } tiers { move tier }
  entries { side lotId redemptionId points change balance }
  entitlementsLeft { kind granted left }
} }"""


def test_a_membership_tells_every_move_of_its_points(desk: Asking) -> None:
    found = desk.data(EVERYTHING, id="member-desk:1")["member"]
    entries = [tuple(entry.values()) for entry in found.pop("entries")]
    assert entries == [
        ("drawn", "b", "r", 20, -20, 30),
        ("drawn", "a", "r", 100, -100, 50),
        ("earned", "b", None, 50, 50, 150),
        ("earned", "a", None, 100, 100, 100),
    ]
    assert found == {
        "id": "desk:1",
        "standing": {"balance": 30, "tier": "silver"},
        "lots": [
            {"lotId": "a", "earned": 100, "drawn": 100, "balance": 0},
            {"lotId": "b", "earned": 50, "drawn": 20, "balance": 30},
            {"lotId": "overdraft", "earned": 0, "drawn": 0, "balance": 0},
        ],
        "tiers": [{"move": "enrolled", "tier": "silver"}],
        "entitlementsLeft": [{"kind": "lounge", "granted": 4, "left": 4}],
    }


def test_an_earlier_moment_has_the_balance_of_then(desk: Asking) -> None:
    found = desk.data(EVERYTHING, id="desk:1", asOf="2026-03-03T00:00:00Z")["member"]
    assert found["standing"]["balance"] == found["entries"][0]["balance"] == 100
    assert (len(found["lots"]), found["entitlementsLeft"]) == (1, [])


def test_the_moves_come_page_by_page(desk: Asking) -> None:
    asked = '{ member(id: "desk:1") { entries(limit: 2, offset: 1) { balance } } }'
    answer = desk.answer(asked)
    assert answer["data"]["member"]["entries"] == [{"balance": 50}, {"balance": 150}]
    assert answer["extensions"]["lists"]["member.entries"]["truncated"]


def test_a_membership_of_somebody_elses_customer_is_forbidden(
    account_manager: Asking, stranger: Asking
) -> None:
    asked = '{ member(id: "desk:1") { id } }'
    assert account_manager.data(asked) == {"member": {"id": "desk:1"}}
    assert stranger.error(asked)["extensions"]["code"] == "FORBIDDEN"
    assert stranger.error(asked.replace("desk:1", "desk:9")) == stranger.error(asked)


def test_there_is_no_membership_of_another_id(desk: Asking) -> None:
    assert desk.data('{ member(id: "desk:9") { id } }') == {"member": None}
