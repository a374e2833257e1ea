"""Who owns a process and which shops repair a brand are dated tables; where they are silent, nobody."""

from datetime import date

import pytest

from domain.organisation.commands import Rule
from domain.organisation.decide import RuleUnreadable, check_readable
from domain.organisation.process_owners import owner_of
from domain.organisation.repair_routing import shops_for
from domain.organisation.rules import RuleBook, read_rules
from tests.examples import rule

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)


def test_a_process_has_the_owner_of_the_day() -> None:
    book = read_rules(
        [
            rule("process_owner", "claim_payment", '"desk:claims"'),
            rule("process_owner", "claim_payment", '"desk:finance"', valid_from=APRIL),
        ]
    )
    owners = [owner_of("claim_payment", rules=book, on=day) for day in (MARCH, APRIL)]
    assert owners == ["desk:claims", "desk:finance"]
    assert owner_of("parking", rules=book, on=MARCH) is None


def test_a_brand_has_the_shops_of_the_days_policy() -> None:
    book = read_rules([rule("repair_routing", "motor", '{"vw":["desk:s1","desk:s2"]}', valid_from=APRIL)])
    assert shops_for("vw", rules=book, on=APRIL) == {"desk:s1", "desk:s2"}
    assert shops_for("vw", rules=book, on=MARCH) == frozenset()
    assert shops_for("seat", rules=book, on=APRIL) == frozenset()
    assert shops_for("vw", rules=RuleBook(), on=APRIL) == frozenset()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("process_owner", "1"),
        ("repair_routing", '["vw"]'),
        ("calendar", '{"weekdays":[8]}'),
        ("score_card", '{"parts":[]}'),
        ("approval_levels", '{"levels":[]}'),
        ("document_list", '{"bands":[{"documents":["x"]}]}'),
        ("online_limit", '"much"'),
        ("online_age_limit", '{"weeks":8}'),
    ],
)
def test_refused_a_body_that_its_kind_cannot_read(kind: str, body: str) -> None:
    with pytest.raises(RuleUnreadable):
        check_readable(Rule(kind, "any", MARCH, body))
