"""Rules are read as of a day, the latest reading in force, with named defaults where there is none."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.organisation.rule_bodies import (
    DEFAULT_CONTACT_CAP,
    DEFAULT_LADDERS,
    DEFAULT_LIMITS,
    ContactCap,
    Ladder,
)
from domain.organisation.rules import RuleBook, last_moment_of, local_day, read_rules
from tests.examples import rule

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)


def test_without_rules_the_defaults_hold() -> None:
    book = RuleBook()
    assert book.zone(on=MARCH) == ZoneInfo("Asia/Shanghai")
    assert {name: book.limit(name, on=MARCH) for name in DEFAULT_LIMITS} == {
        "unreached_limit": 2,
        "failed_limit": 2,
        "no_solution_minutes": 30,
    }
    assert book.grave_categories(on=MARCH) == frozenset()
    assert book.liability_rule(on=MARCH) == "own_overrun"
    assert book.recording_rule(on=MARCH) == "explanation_not_accepted"
    assert book.contact_caps(on=MARCH) == (DEFAULT_CONTACT_CAP,)
    assert book.ladder_of("store", on=MARCH) == DEFAULT_LADDERS["sales"]
    assert book.ladder_of(None, on=MARCH) is None


def test_a_rule_holds_from_its_day_until_the_next() -> None:
    book = read_rules(
        [
            rule("liability", "late_shipment", '"first_late"', valid_from=APRIL),
            rule("liability", "late_shipment", '"positive_overrun"'),
        ]
    )
    assert book.liability_rule(on=date(2026, 3, 31)) == "positive_overrun"
    assert book.liability_rule(on=APRIL) == "first_late"


def test_the_recording_rule_changes_from_a_date() -> None:
    book = read_rules([rule("recording", "late_shipment", '"key_pressed_always"', valid_from=APRIL)])
    assert book.recording_rule(on=MARCH) == "explanation_not_accepted"
    assert book.recording_rule(on=APRIL) == "key_pressed_always"


def test_what_is_configured_later_for_the_same_day_stands() -> None:
    book = read_rules(
        [
            rule("limit", "failed_limit", "4"),
            rule("limit", "failed_limit", "3"),
            rule("zone", "zone", '"UTC"'),
        ]
    )
    assert (book.limit("failed_limit", on=MARCH), book.zone(on=MARCH)) == (3, ZoneInfo("UTC"))


def test_a_configured_ladder_stands_beside_the_defaults_and_before_them() -> None:
    book = read_rules([rule("ladder", "shops", '{"levels":["shop"],"unit_kinds":["store","kiosk"]}')])
    shops = Ladder(levels=("shop",), unit_kinds=("store", "kiosk"))
    assert (book.ladder_of("store", on=MARCH), book.ladder_of("kiosk", on=MARCH)) == (shops, shops)
    assert book.ladder_of("depot", on=MARCH) == DEFAULT_LADDERS["operations"]


def test_configured_caps_replace_the_default() -> None:
    book = read_rules([rule("contact_cap", "weekly", '{"limit":1,"days":7}')])
    assert book.contact_caps(on=MARCH) == (ContactCap(limit=1, days=7),)


def test_a_withdrawn_rule_reads_as_the_default_from_its_day_until_it_is_configured_again() -> None:
    book = read_rules(
        [
            rule("limit", "failed_limit", "4"),
            rule("limit", "failed_limit", "null", valid_from=MARCH),
            rule("limit", "failed_limit", "5", valid_from=APRIL),
        ]
    )
    days = (date(2026, 2, 28), MARCH, APRIL)
    assert [book.limit("failed_limit", on=day) for day in days] == [4, 2, 5]
    assert book.body("limit", "failed_limit", on=MARCH) is None


def test_names_are_those_ever_configured_or_those_in_force_on_a_day() -> None:
    book = read_rules(
        [
            rule("contact_cap", "weekly", '{"limit":1,"days":7}'),
            rule("contact_cap", "weekly", "null", valid_from=APRIL),
            rule("contact_cap", "daily", '{"limit":1,"days":1}', valid_from=APRIL),
        ]
    )
    assert book.names("contact_cap") == ("weekly", "daily")
    assert book.names("contact_cap", on=MARCH) == ("weekly",)
    assert book.names("contact_cap", on=APRIL) == ("daily",)
    assert book.contact_caps(on=APRIL) == (ContactCap(limit=1, days=1),)


def test_without_any_cap_in_force_the_default_cap_holds() -> None:
    book = read_rules(
        [
            rule("contact_cap", "weekly", '{"limit":1,"days":7}'),
            rule("contact_cap", "weekly", "null", valid_from=APRIL),
        ]
    )
    assert book.contact_caps(on=APRIL) == (DEFAULT_CONTACT_CAP,)


def test_a_withdrawn_ladder_gives_way_to_the_default() -> None:
    book = read_rules(
        [
            rule("ladder", "shops", '{"levels":["shop"],"unit_kinds":["store"]}'),
            rule("ladder", "shops", "null", valid_from=APRIL),
        ]
    )
    assert book.ladder_of("store", on=APRIL) == DEFAULT_LADDERS["sales"]


def test_days_and_periods_are_the_organisations() -> None:
    book = RuleBook()
    assert local_day(datetime(2026, 3, 1, 17, tzinfo=UTC), rules=book) == date(2026, 3, 2)
    assert last_moment_of(MARCH, rules=book) == datetime(2026, 2, 28, 15, 59, 59, 999_999, tzinfo=UTC)
