"""What a person writes in organisation.yaml becomes rules, and only changes become events."""

from collections.abc import Mapping
from datetime import date

import pytest

from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.decide import RuleUnreadable
from domain.organisation.state import ORGANISATION_ID
from domain.organisation.written import (
    FROM_THE_BEGINNING,
    OrganisationUnreadable,
    read_written_rules,
)
from domain.streams import ORGANISATION
from tests.given import given, payload

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


def configure(written: Mapping[str, object]) -> ConfigureOrganisation:
    return ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=read_written_rules(written))


def test_the_first_reading_makes_an_event_of_every_rule_and_the_second_none() -> None:
    story = given(ORGANISATION).and_(configure(WRITTEN))
    assert len(story.events) == 3
    assert story.when(configure(WRITTEN)) == ()


def test_a_changed_rule_makes_one_event() -> None:
    changed = configure({**WRITTEN, "zone": "UTC"})
    told = given(ORGANISATION).and_(configure(WRITTEN)).when(changed)
    assert [payload(event)["body"] for event in told] == ['"UTC"']


def test_the_order_of_keys_is_no_change() -> None:
    caps = [
        configure({"rules": [{"kind": "contact_cap", "name": "weekly", "body": body}]})
        for body in ({"limit": 1, "days": 7}, {"days": 7, "limit": 1})
    ]
    assert given(ORGANISATION).and_(caps[0]).when(caps[1]) == ()


def test_a_body_of_nothing_withdraws_the_rule() -> None:
    written = {"rules": [{"kind": "limit", "name": "failed_limit", "body": None}]}
    assert read_written_rules(written) == (Rule("limit", "failed_limit", FROM_THE_BEGINNING, "null"),)


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
