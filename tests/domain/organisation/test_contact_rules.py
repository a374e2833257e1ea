"""The rules of reaching out: named defaults, and what the organisation says from a day on."""

from datetime import date, timedelta

from domain.organisation.contact_rules import (
    DEFAULT_EXEMPT_PURPOSES,
    DEFAULT_LAWFUL_BASES,
    callback_term,
    exempt_purposes,
    lawful_bases,
)
from domain.organisation.rules import RuleBook, read_rules
from tests.examples import rule

BEFORE, FROM = date(2026, 2, 28), date(2026, 3, 1)


def test_defaults_hold_where_nothing_is_configured() -> None:
    assert exempt_purposes(RuleBook(), on=FROM) == DEFAULT_EXEMPT_PURPOSES
    assert lawful_bases(RuleBook(), on=FROM) == DEFAULT_LAWFUL_BASES
    assert callback_term(RuleBook(), purpose="survey", on=FROM) == timedelta(0)


def test_what_is_configured_holds_from_its_day_on() -> None:
    rules = read_rules(
        [
            rule("contact_exemptions", "contact_exemptions", '["recall"]', valid_from=FROM),
            rule("lawful_bases", "lawful_bases", '["contract"]', valid_from=FROM),
            rule("callback_term", "survey", "90", valid_from=FROM),
        ]
    )
    assert exempt_purposes(rules, on=BEFORE) == DEFAULT_EXEMPT_PURPOSES
    assert exempt_purposes(rules, on=FROM) == {"recall"}
    assert lawful_bases(rules, on=BEFORE) == DEFAULT_LAWFUL_BASES
    assert lawful_bases(rules, on=FROM) == {"contract"}
    assert [callback_term(rules, purpose="survey", on=day) for day in (BEFORE, FROM)] == [
        timedelta(0),
        timedelta(minutes=90),
    ]


def test_the_term_of_a_purpose_goes_before_that_of_any() -> None:
    rules = read_rules([rule("callback_term", "any", "60"), rule("callback_term", "survey", "0")])
    assert callback_term(rules, purpose="survey", on=FROM) == timedelta(0)
    assert callback_term(rules, purpose="retention", on=FROM) == timedelta(hours=1)
