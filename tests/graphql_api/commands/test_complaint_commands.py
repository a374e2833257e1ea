"""The mutations: each outcome of a command, under its key once, and refused by name."""

from typing import Any

import pytest

from infra.stores import Store
from tests.graphql_api.given import NOW, Asking

FILE = """
mutation File($input: FileComplaintInput!, $key: String!) {
  fileComplaint(input: $input, idempotencyKey: $key) { ...outcome }
}
"""
FOLLOW_UP = """
mutation FollowUp($input: RecordComplaintFollowUpInput!, $key: String!) {
  recordComplaintFollowUp(input: $input, idempotencyKey: $key) { ...outcome }
}
"""
OUTCOME = """
fragment outcome on CommandResult {
  __typename
  ... on Done { id events { topic version occurredAt recordedAt } }
  ... on AlreadyKnown { id events { topic version } }
  ... on AlreadySo { id }
  ... on Refused { code message }
}
"""


def complaint(called: str, **changes: Any) -> dict[str, Any]:
    return {
        "issuer": "desk",
        "number": called,
        "kind": "external",
        "channel": "hotline",
        "category": "late_delivery",
        "narrative": "The parcel came a week late",
        **changes,
    }


def file(asking: Asking, key: str, told: dict[str, Any]) -> dict[str, Any]:
    outcome: dict[str, Any] = asking.data(FILE + OUTCOME, input=told, key=key)["fileComplaint"]
    return outcome


def follow_up(asking: Asking, key: str, told: dict[str, Any]) -> dict[str, Any]:
    data = asking.data(FOLLOW_UP + OUTCOME, input=told, key=key)
    outcome: dict[str, Any] = data["recordComplaintFollowUp"]
    return outcome


def test_a_complaint_is_filed_once_per_key(manager: Asking) -> None:
    first, again = (file(manager, "once", complaint("once")) for _ in range(2))
    assert first == {
        "__typename": "Done",
        "id": "complaint-desk:once",
        "events": [
            {
                "topic": "complaint.filed",
                "version": 1,
                "occurredAt": NOW.isoformat(),
                "recordedAt": NOW.isoformat(),
            }
        ],
    }
    assert again == {
        "__typename": "AlreadyKnown",
        "id": "complaint-desk:once",
        "events": [{"topic": "complaint.filed", "version": 1}],
    }


def test_what_is_so_already_is_told_under_no_other_key(manager: Asking) -> None:
    file(manager, "so-1", complaint("so"))
    assert file(manager, "so-2", complaint("so")) == {"__typename": "AlreadySo", "id": "complaint-desk:so"}


def test_a_key_stands_for_one_command(manager: Asking) -> None:
    file(manager, "reused", complaint("reused"))
    outcome = file(manager, "reused", complaint("another"))
    assert (outcome["__typename"], outcome["code"]) == ("Refused", "IDEMPOTENCY_KEY_REUSED")


def test_a_rule_refuses_by_name_with_its_values(manager: Asking) -> None:
    outcome = file(manager, "refused", complaint("refused", kind="imagined"))
    assert (outcome["__typename"], outcome["code"]) == ("Refused", "UNKNOWN_CHOICE")
    assert "imagined" in outcome["message"]


def test_a_follow_up_without_success_reopens_the_complaint(manager: Asking) -> None:
    file(manager, "follow", complaint("follow"))
    told = {"complaint": "complaint-desk:follow", "withWhom": "customer", "means": "call", "reached": True}
    outcome = follow_up(manager, "follow-1", {**told, "resolved": False})
    assert outcome["__typename"] == "Done"
    assert [event["topic"] for event in outcome["events"]][:2] == [
        "complaint.follow_up_recorded",
        "complaint.reopened",
    ]


def test_a_follow_up_needs_a_complaint(manager: Asking) -> None:
    told = {"complaint": "complaint-desk:none", "withWhom": "customer", "means": "call", "reached": False}
    assert follow_up(manager, "none", told)["code"] == "COMPLAINT_NOT_FILED"


def test_the_narrative_is_ciphertext_in_the_log(manager: Asking, calls_store: Store) -> None:
    file(manager, "secret", complaint("secret", narrative="unheard of"))
    with calls_store.connect() as connection:
        (state,) = connection.execute(
            "select state from stored_events where originator_id = 'complaint-desk:secret'"
        ).fetchone() or (b"",)
    assert b'"narrative":"v1:' in bytes(state)
    assert b"unheard of" not in bytes(state)


@pytest.mark.parametrize(
    ("changes", "key", "argument"),
    [
        ({}, " ", "idempotencyKey"),
        ({}, "k" * 201, "idempotencyKey"),
        ({"issuer": "no such: issuer"}, "bad", "issuer"),
        ({"number": ""}, "bad", "issuer"),
        ({"category": "a\0b"}, "bad", "category"),
    ],
)
def test_unusable_arguments_are_the_callers_to_put_right(
    manager: Asking, changes: dict[str, Any], key: str, argument: str
) -> None:
    error = manager.error(FILE + OUTCOME, input=complaint("bad", **changes), key=key)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_whoever_handles_no_complaints_may_not_file_one(marketing: Asking) -> None:
    error = marketing.error(FILE + OUTCOME, input=complaint("forbidden"), key="forbidden")
    assert error["extensions"]["code"] == "FORBIDDEN"
