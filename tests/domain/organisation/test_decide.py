"""Only rules that changed are told, and only what can be read."""

import pytest

from domain.organisation.commands import Rule
from domain.organisation.decide import RuleUnreadable
from domain.streams import ORGANISATION
from tests.domain.organisation.examples import BEGINNING, configure, limit, zone
from tests.examples import rule
from tests.given import given, payload


def test_configured_one_event_per_rule() -> None:
    assert [payload(event) for event in given(ORGANISATION).when(configure(zone, limit))] == [
        zone._asdict(),
        limit._asdict(),
    ]


def test_configured_only_what_changed() -> None:
    stands = rule("zone", "zone", zone.body)
    assert [payload(event) for event in given(ORGANISATION, stands).when(configure(zone, limit))] == [
        limit._asdict()
    ]


def test_configured_the_same_is_so_already() -> None:
    assert given(ORGANISATION).and_(configure(zone, limit)).when(configure(zone, limit)) == ()


def test_of_one_rule_told_twice_the_last_counts() -> None:
    told = given(ORGANISATION).when(configure(limit, limit._replace(body="4")))
    assert [payload(event)["body"] for event in told] == ["4"]


def test_a_kind_that_nothing_reads_yet_is_kept_as_told() -> None:
    menu, debt = Rule("canteen", "menu", BEGINNING, '{"soup":1}'), Rule("canteen", "debt", BEGINNING, "-1")
    told = given(ORGANISATION).when(configure(menu, debt))
    assert [payload(event) for event in told] == [menu._asdict(), debt._asdict()]


def test_withdrawn_by_the_body_null_once() -> None:
    withdrawn = limit._replace(body="null")
    after = given(ORGANISATION).and_(configure(limit)).and_(configure(withdrawn))
    assert payload(after.events[-1]) == withdrawn._asdict()
    assert after.when(configure(withdrawn)) == ()


@pytest.mark.parametrize(
    "unreadable",
    [
        zone._replace(body="Asia/Shanghai"),
        zone._replace(body='"Asia/Nowhere"'),
        limit._replace(body='"three"'),
        limit._replace(name="patience_limit"),
        limit._replace(body="-1"),
        Rule("online_limit", "claims", BEGINNING, "-0.01"),
        limit._replace(name="patience_limit", body="null"),
        zone._replace(body="null"),
        Rule("liability", "late_shipment", BEGINNING, '"whoever"'),
        Rule("ladder", "sales", BEGINNING, '{"levels":["store"]}'),
        Rule("ladder", "sales", BEGINNING, '{"levels":[],"unit_kinds":["store"]}'),
        Rule("ladder", "sales", BEGINNING, '{"levels":["store","store"],"unit_kinds":["store"]}'),
        Rule("contact_cap", "weekly", BEGINNING, '{"limit":1,"days":7,"hours":3}'),
    ],
    ids=lambda unreadable: f"{unreadable.name}={unreadable.body}",
)
def test_refused_a_body_that_its_kind_cannot_read(unreadable: Rule) -> None:
    refused = given(ORGANISATION).when_refused(configure(zone, unreadable), RuleUnreadable)
    assert (refused.kind, refused.name, refused.body) == (unreadable.kind, unreadable.name, unreadable.body)
    assert refused.problem
