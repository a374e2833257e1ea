"""What is given for a command: checked where the domain cannot, with the path of what is wrong."""

from typing import Any

import pytest

from tests.graphql_api.commands.given import tell
from tests.graphql_api.given import Asking

COMPLAINT = {"complaint": "complaint-desk:none"}
RULE = {"kind": "zone", "name": "zone", "validFrom": "2026-01-01"}


@pytest.mark.parametrize(
    ("name", "told", "argument"),
    [
        ("reply_to_complaint", {"complaint": "no such thing"}, "complaint"),
        ("reply_to_complaint", {"complaint": "complaint-"}, "complaint"),
        ("assign_complaint", {**COMPLAINT, "toUnit": "a\0b"}, "toUnit"),
        ("assign_complaint", {**COMPLAINT, "toUnit": "u", "dueAt": "2026-01-01"}, "dueAt"),
        ("open_unit", {"issuer": "a b", "number": "1", "name": "n", "kind": "station"}, "issuer"),
        (
            "open_unit",
            {"issuer": "d", "number": "1", "furtherParts": [""], "name": "n", "kind": "s"},
            "issuer",
        ),
        (
            "attribute_complaint_liability",
            {
                **COMPLAINT,
                "attributionId": "a",
                "shares": [{"party": "p", "share": 1}, {"party": "\0", "share": 2}],
            },
            "shares.1.party",
        ),
        (
            "arbitrate_complaint",
            {
                **COMPLAINT,
                "by": "arbitration",
                "outcome": "overturned",
                "replacement": {"attributionId": "\0"},
            },
            "replacement.attributionId",
        ),
        ("configure_organisation", {"rules": [RULE]}, "rules.0.body"),
    ],
)
def test_what_cannot_be_told_is_the_callers_to_put_right(
    admin: Asking, name: str, told: dict[str, Any], argument: str
) -> None:
    (error,) = tell(admin, name, told, key="bad")["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        ("reply_to_complaint", {"complaint": "call-bank:1"}, "COMMAND_OF_ANOTHER_STREAM"),
        ("reply_to_complaint", COMPLAINT, "COMPLAINT_NOT_FILED"),
        ("pay_claim", {"claim": "claim-desk:1", "amount": "0.00001"}, "NOT_MORE_THAN_FOUR_PLACES"),
        ("pay_claim", {"claim": "claim-desk:1", "amount": 1e300}, "NOT_MORE_THAN_FOUR_PLACES"),
        ("abandon_call", {"call": "call-bank:000001", "waitMs": -1}, "NEGATIVE_DURATION"),
        ("void_event", {"stream": "complaint-desk:none", "version": 7, "reason": "twice"}, "NO_SUCH_EVENT"),
        ("configure_organisation", {"rules": [{**RULE, "body": 7}]}, "RULE_UNREADABLE"),
    ],
)
def test_what_a_rule_forbids_is_refused_by_its_name(
    admin: Asking, name: str, told: dict[str, Any], code: str
) -> None:
    ((_, answer),) = tell(admin, name, told, key="refused")["data"].items()
    assert (answer["__typename"], answer["code"]) == ("Refused", code)


def test_a_null_body_withdraws_a_rule(admin: Asking) -> None:
    rule = {"kind": "contact_cap", "name": "weekly", "validFrom": "2026-01-01", "body": None}
    ((_, answer),) = tell(admin, "configure_organisation", {"rules": [rule]}, key="withdrawn")["data"].items()
    assert answer["__typename"] in ("Done", "AlreadySo")


def test_a_number_in_several_parts_makes_one_id(admin: Asking) -> None:
    told = {
        "issuer": "bank",
        "number": "AA/01",
        "furtherParts": ["33", "客"],
        "direction": "inbound",
        "hotline": "95502",
        "channel": "phone",
    }
    ((_, answer),) = tell(admin, "offer_call", told, key="parts")["data"].items()
    assert (answer["__typename"], answer["id"]) == ("Done", "call-bank:AA%2F01/33/%E5%AE%A2")
