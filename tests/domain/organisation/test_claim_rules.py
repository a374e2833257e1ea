"""Approval levels, document lists and online limits are dated data, by line or for any, with defaults."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation.claim_rules import (
    DEFAULT_APPROVAL_LEVELS,
    DEFAULT_DOCUMENT_LIST,
    ApprovalLevel,
    ApprovalLevels,
    DocumentList,
    OnlineAgeLimit,
)
from domain.organisation.claim_rules_in_force import (
    approval_levels,
    document_list,
    online_age_limit,
    online_limit,
)
from domain.organisation.rules import RuleBook, read_rules
from tests.examples import rule

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
SHORT_LIST = ("receipt_voucher_copy", "identity_card_copy", "signed_agreement")
LONG_LIST = (*SHORT_LIST, "claim_letter", "waybill_copy", "value_invoice or repair_invoice")


def test_without_rules_the_defaults_hold() -> None:
    book = RuleBook()
    assert approval_levels(book, line="cargo", on=MARCH) == DEFAULT_APPROVAL_LEVELS
    assert document_list(book, line="cargo", on=MARCH) == DEFAULT_DOCUMENT_LIST
    assert online_limit(book, on=MARCH) == Decimal(1000)
    assert online_age_limit(book, on=MARCH) == OnlineAgeLimit(days=60)


def test_the_online_limit_rises_and_the_age_limit_ends_each_on_its_day() -> None:
    book = read_rules(
        [
            rule("online_limit", "claims", "3000", valid_from=APRIL),
            rule("online_age_limit", "claims", '{"days":null}', valid_from=APRIL),
        ]
    )
    assert [online_limit(book, on=day) for day in (MARCH, APRIL)] == [Decimal(1000), Decimal(3000)]
    assert [online_age_limit(book, on=day).days for day in (MARCH, APRIL)] == [60, None]


def test_a_rule_of_the_line_goes_before_the_one_for_any() -> None:
    book = read_rules(
        [
            rule("approval_levels", "any", '{"levels":[{"level":"desk","up_to":500}]}'),
            rule("approval_levels", "motor", '{"levels":[{"level":"expert"}]}'),
            rule("approval_levels", "motor", "null", valid_from=APRIL),
            rule("document_list", "motor", '{"bands":[]}'),
        ]
    )
    assert approval_levels(book, line="motor", on=MARCH).levels == (ApprovalLevel(level="expert"),)
    assert approval_levels(book, line="motor", on=APRIL).levels[0].level == "desk"
    assert approval_levels(book, line="cargo", on=MARCH).levels[0].up_to == Decimal(500)
    assert document_list(book, line="motor", on=MARCH).missing((), amount=Decimal(5000)) == ()


@pytest.mark.parametrize(
    ("amount", "needed"), [("0", SHORT_LIST), ("999.9999", SHORT_LIST), ("1000", LONG_LIST)]
)
def test_below_a_thousand_yuan_three_documents_above_six(amount: str, needed: tuple[str, ...]) -> None:
    assert DEFAULT_DOCUMENT_LIST.missing((), amount=Decimal(amount)) == needed


@pytest.mark.parametrize("invoice", ["value_invoice", "repair_invoice"])
def test_either_invoice_will_do(invoice: str) -> None:
    received = {*LONG_LIST[:5], invoice}
    assert DEFAULT_DOCUMENT_LIST.missing(received, amount=Decimal(1000)) == ()


@given(
    st.sets(st.sampled_from([*LONG_LIST[:5], "value_invoice", "repair_invoice"])),
    st.sampled_from(LONG_LIST[:5]),
    st.decimals(min_value=0, max_value=5000, places=2),
)
def test_another_document_never_makes_more_missing(received: set[str], one: str, amount: Decimal) -> None:
    before = DEFAULT_DOCUMENT_LIST.missing(received, amount=amount)
    after = DEFAULT_DOCUMENT_LIST.missing({*received, one}, amount=amount)
    assert set(after) <= set(before) - {one}


@given(
    st.decimals(min_value=0, max_value=20_000, places=2), st.decimals(min_value=0, max_value=20_000, places=2)
)
def test_what_reaches_a_larger_amount_reaches_a_smaller_one(one: Decimal, other: Decimal) -> None:
    smaller, larger = sorted((one, other))
    for lower, upper in zip(DEFAULT_APPROVAL_LEVELS.levels, DEFAULT_APPROVAL_LEVELS.levels[1:], strict=False):
        assert lower.reaches(smaller) >= lower.reaches(larger)
        assert upper.reaches(smaller) >= lower.reaches(smaller)


def test_levels_are_climbed_one_by_one() -> None:
    climbed = [DEFAULT_APPROVAL_LEVELS.above(None)]
    while climbed[-1] is not None:
        climbed.append(DEFAULT_APPROVAL_LEVELS.above(climbed[-1].level))
    assert [level.level if level else None for level in climbed] == [
        "station",
        "branch",
        "headquarters",
        None,
    ]
    assert DEFAULT_APPROVAL_LEVELS.height_of("moon") == -1


def test_a_role_has_the_level_of_its_name_or_the_one_that_lists_it() -> None:
    levels = ApprovalLevels(
        levels=(ApprovalLevel(level="station", up_to=Decimal(1), roles=("clerk",)), ApprovalLevel(level="hq"))
    )
    assert [found and found.level for found in map(levels.of_role, ("clerk", "hq", "cook", None))] == [
        "station",
        "hq",
        None,
        None,
    ]


@pytest.mark.parametrize(
    "body",
    [
        '{"levels":[]}',
        '{"levels":[{"level":"a","up_to":2},{"level":"b","up_to":2}]}',
        '{"levels":[{"level":"a"},{"level":"b","up_to":2}]}',
        '{"levels":[{"level":"a","up_to":1},{"level":"a"}]}',
        '{"levels":[{"level":"a","up_to":1,"roles":["b"]},{"level":"b"}]}',
        '{"levels":[{"level":"a","limit":1}]}',
    ],
)
def test_refused_levels_that_do_not_ascend_or_come_twice(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=ApprovalLevels)


def test_refused_an_either_or_of_nothing() -> None:
    with pytest.raises(msgspec.ValidationError, match="at least one of several"):
        msgspec.json.decode('{"bands":[{"from_amount":0,"documents":[[]]}]}', type=DocumentList)
