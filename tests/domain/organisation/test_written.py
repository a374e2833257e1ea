"""What a person writes in organisation.yaml becomes rules, and only changes become events."""

from datetime import date

import pytest

from domain.organisation.commands import Rule
from domain.organisation.decide import RuleUnreadable
from domain.organisation.rules import RuleBook, read_rules
from domain.organisation.written import (
    FROM_THE_BEGINNING,
    OrganisationUnreadable,
    configure_events,
    read_written_rules,
)
from tests.examples import NOW

TOLD = {"originator_version": 1, "occurred_at": NOW, "recorded_at": NOW, "source": "organisation.yaml"}
WRITTEN = {
    "zone": "Asia/Shanghai",
    "rules": [
        {"kind": "grave_categories", "name": "grave_categories", "body": ["安全", "privacy"]},
        {
            "kind": "liability",
            "name": "late_shipment",
            "valid_from": date(2011, 7, 1),
            "body": "own_overrun",
        },
    ],
}


def test_written_rules_are_read_with_canonical_bodies() -> None:
    assert read_written_rules(WRITTEN) == (
        Rule("zone", "zone", FROM_THE_BEGINNING, '"Asia/Shanghai"'),
        Rule("grave_categories", "grave_categories", FROM_THE_BEGINNING, '["安全","privacy"]'),
        Rule("liability", "late_shipment", date(2011, 7, 1), '"own_overrun"'),
    )


def test_the_first_reading_makes_an_event_of_every_rule_and_the_second_none() -> None:
    events = configure_events(WRITTEN, rules=RuleBook(), told=TOLD)
    assert len(events) == 3
    assert configure_events(WRITTEN, rules=read_rules(events), told=TOLD) == ()


def test_a_changed_rule_makes_one_event() -> None:
    known = read_rules(configure_events(WRITTEN, rules=RuleBook(), told=TOLD))
    (changed,) = configure_events({**WRITTEN, "zone": "UTC"}, rules=known, told=TOLD)
    assert (changed.kind, changed.body) == ("zone", '"UTC"')


def test_the_order_of_keys_is_no_change() -> None:
    caps = [
        {"rules": [{"kind": "contact_cap", "name": "weekly", "body": body}]}
        for body in ({"limit": 1, "days": 7}, {"days": 7, "limit": 1})
    ]
    known = read_rules(configure_events(caps[0], rules=RuleBook(), told=TOLD))
    assert configure_events(caps[1], rules=known, told=TOLD) == ()


def test_nothing_written_is_no_rule() -> None:
    assert read_written_rules({"rules": None}) == ()


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"zones": "UTC"}, "unknown: zones"),
        ({"rules": [{"kind": "limit"}]}, "name"),
        ({"rules": [{"kind": "limit", "name": "failed_limit", "body": 2, "until": 3}]}, "until"),
        ({"rules": "none"}, "array"),
    ],
)
def test_refused_what_is_not_an_organisation(written: dict[str, object], problem: str) -> None:
    with pytest.raises(OrganisationUnreadable, match=problem):
        read_written_rules(written)


def test_refused_a_body_that_its_kind_cannot_read() -> None:
    with pytest.raises(RuleUnreadable, match="Nowhere"):
        read_written_rules({"zone": "Nowhere"})
