"""Campaigns and contacts by example: windows, arms, the interval of an uplift, caps and what they spare."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from projections.metrics.answer import Answer, answer
from projections.metrics.catalogue.uplift import newcombe
from projections.metrics.question import Question
from tests.projections.metrics.derived.test_customer_rows import churn, rule
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-12-01T00:00")
ASSIGNED = at("2024-01-10T00:00")
JANUARY: dict[str, Any] = {"start": date(2024, 1, 1), "end": date(2024, 2, 1)}
Told = dict[str, Any]


def store(**facts: Sequence[Mapping[str, Any]]) -> Memory:
    frames = {name: frame(name, rows) for name, rows in facts.items()}
    return Memory(frames, latest=at("2024-11-01T00:00"))


def ask(source: Memory, metric: str, **asked: Any) -> list[Answer]:
    return answer(source, Question(metric=metric, **JANUARY | asked), now=NOW)


def value(source: Memory, metric: str, **asked: Any) -> Any:
    (only,) = ask(source, metric, **asked)
    return only.value


def assigned(number: int, arm: str, **columns: Any) -> Told:
    named = {"customer": f"customer-x:{number}", "campaign_id": "crm:g1", "arm": arm}
    return named | {"assigned_at": ASSIGNED} | columns


def contact(number: int, version: int, when: str, **columns: Any) -> Told:
    named = {"customer": f"customer-x:{number}", "version": version, "contacted_at": at(when)}
    return named | {"channel": "phone", "purpose": "offer"} | columns


def test_uplift_is_what_the_treated_kept_more_than_those_left_alone() -> None:
    source = store(
        campaign_assignments=[
            *(assigned(n, "treated") for n in range(4)),
            *(assigned(n, "control") for n in (4, 5)),
        ],
        churns=[churn(0, "2024-02-10T00:00"), churn(4, "2024-02-10T00:00"), churn(5, "2024-06-10T00:00")],
        campaigns=[{"campaign": "campaign-crm:g1", "kind": "offer"}],
    )
    (uplift,) = ask(source, "campaign_uplift", by=("campaign_id", "kind"))
    assert (uplift.value, dict(uplift.by)) == (25, {"campaign_id": "crm:g1", "kind": "offer"})


def test_uplift_without_a_control_group_is_undefined() -> None:
    source = store(campaign_assignments=[assigned(1, "treated")])
    assert [value(source, f"campaign_uplift.{name}") for name in ("points", "lower_95", "upper_95")] == [
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("kept", "bounds"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((10, 10, 0, 10), (0.6075, 1.0000)),
    ],
)
def test_the_interval_is_newcombes_tenth_method(
    kept: tuple[int, int, int, int], bounds: tuple[float, float]
) -> None:
    """The contrasts of his paper's table II (R. G. Newcombe 1998, Statistics in Medicine 17, 873-890)."""
    names = ("campaign_treated_kept", "campaign_treated", "campaign_control_kept", "campaign_control")
    found = newcombe(dict(zip(names, kept, strict=True)))
    assert found is not None
    assert tuple(round(bound, 4) for bound in found) == bounds


def test_a_campaigns_window_is_ninety_days_unless_a_rule_says_otherwise() -> None:
    rows: dict[str, Any] = {
        "campaign_assignments": [
            assigned(1, "treated", responded_at=ASSIGNED + timedelta(days=20)),
            assigned(2, "treated", responded_at=ASSIGNED + timedelta(days=90)),
        ]
    }
    longer = [rule("campaign_window", "any", "10"), rule("campaign_window", "crm:g1", "100")]
    shorter = [rule("campaign_window", "any", "10")]
    answered = [
        value(store(**rows, organisation_rules=rules), "campaign_response_rate")
        for rules in ([], longer, shorter)
    ]
    assert answered == [1 / 2, 1, 0]


def test_nobody_is_counted_before_a_longer_window_is_over() -> None:
    source = store(
        campaign_assignments=[assigned(1, "treated")],
        organisation_rules=[rule("campaign_window", "any", "400")],
    )
    assert value(source, "campaign_response_rate", fill_gaps=True) is None


def test_an_arm_left_alone_dilutes_only_the_response_of_all_assigned() -> None:
    source = store(
        campaign_assignments=[
            assigned(1, "treated", responded_at=ASSIGNED + timedelta(days=1)),
            assigned(2, "control"),
        ]
    )
    assert (value(source, "campaign_response_rate"), value(source, "campaign_response_rate.assigned")) == (
        1,
        1 / 2,
    )


def test_complaints_of_assigned_customers_count_within_the_window() -> None:
    filed = (("x:1", 1), ("x:1", 89), ("x:1", 90), ("x:2", -1), ("x:3", 1), (None, 1))
    source = store(
        campaign_assignments=[assigned(1, "treated"), assigned(2, "treated")],
        complaints=[
            {
                "complaint": f"complaint-x:{n}",
                "customer_id": who,
                "filed_at": ASSIGNED + timedelta(days=days),
            }
            for n, (who, days) in enumerate(filed)
        ],
    )
    assert value(source, "campaign_complaint_rate") == 2 / 2


def test_awareness_is_of_those_who_said_either() -> None:
    answers = ("aware", "aware", "aware", "unaware", "accepted", None)
    source = store(
        campaign_assignments=[assigned(n, "treated", answer=said) for n, said in enumerate(answers)]
    )
    assert value(source, "awareness_rate") == 3 / 4


def test_an_attempt_to_call_back_is_a_contact_once() -> None:
    source = store(
        contacts=[
            contact(1, 1, "2024-01-02T00:00"),
            contact(1, 2, "2024-01-03T00:00", channel="callback"),
        ],
        callbacks=[{"callback": "callback-x:1", "customer_id": "x:1", "purpose": "claim_follow_up"}],
        callback_attempts=[
            {"callback": "callback-x:1", "version": 2, "attempted_at": at("2024-01-03T00:00")},
            {
                "callback": "callback-x:2",
                "version": 2,
                "customer_id": "x:2",
                "attempted_at": at("2024-01-03T00:00"),
            },
        ],
    )
    (contacts,) = ask(source, "contacts_per_customer")
    assert (contacts.numerator, contacts.denominator) == (3, 2)


def test_linked_pseudonyms_are_contacted_as_one_customer() -> None:
    source = store(
        contacts=[
            contact(1, 1, "2024-01-02T00:00"),
            contact(2, 1, "2024-01-03T00:00"),
            contact(3, 1, "2024-01-03T00:00"),
        ],
        customer_links=[
            {"customer": "customer-x:1", "version": 2, "to": "x:2", "linked_at": at("2024-01-05T00:00")}
        ],
    )
    (contacts,) = ask(source, "contacts_per_customer")
    assert (contacts.numerator, contacts.denominator) == (3, 2)


def over(*contacts: Told, rules: Sequence[Told] = ()) -> Any:
    return value(store(contacts=contacts, organisation_rules=rules), "over_contacted_share")


def test_the_fourth_contact_in_thirty_days_is_above_the_cap_that_holds_by_default() -> None:
    early = [contact(1, n, f"2023-12-2{n}T00:00") for n in range(3)]
    assert over(*early, contact(1, 9, "2024-01-18T00:00"), contact(2, 1, "2024-01-18T00:00")) == 1 / 2
    assert over(*early, contact(1, 9, "2024-01-19T00:00")) == 0


def test_service_is_above_no_cap_but_counts_towards_it() -> None:
    service = [contact(1, n, f"2024-01-0{n}T00:00", purpose="safety") for n in (1, 2, 3, 4)]
    assert over(*service) == 0
    assert over(*service, contact(1, 9, "2024-01-05T00:00")) == 1


def test_a_cap_holds_for_its_purpose_and_from_its_day() -> None:
    capped = rule(
        "contact_cap", "offers", '{"limit":1,"days":30,"purpose":"offer"}', valid_from=date(2024, 1, 10)
    )
    before = (contact(1, 1, "2024-01-02T00:00"), contact(1, 2, "2024-01-03T00:00"))
    assert over(*before, rules=[capped]) == 0
    assert over(*before, contact(1, 3, "2024-01-11T00:00"), rules=[capped]) == 1
    assert over(*before, contact(1, 3, "2024-01-11T00:00", purpose="care"), rules=[capped]) == 0
