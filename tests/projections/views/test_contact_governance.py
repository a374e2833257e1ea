"""Nobody is reached too often or after a no without its being seen, and whoever did it is named."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from projections.views.contact_governance import CONTACT_GOVERNANCE
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of

TODAY = at("2024-03-31T16:00")
Told = dict[str, Any]


def told(row: Told, when: datetime) -> Told:
    return row | {"first_occurred_at": when, "last_recorded_at": when}


def before(days: float) -> datetime:
    return TODAY - timedelta(days=days)


def contact(number: int, days: float, *, version: int = 1, **columns: Any) -> Told:
    """So many days before the end of the view's day."""
    named = {"customer": f"customer-x:{number}", "version": version, "channel": "phone", "purpose": "offer"}
    return told(named | {"contacted_at": before(days), "unit": "east"} | columns, before(days))


def word(number: int, purpose: str, days: float, *, granted: bool, version: int = 50) -> Told:
    named = {"customer": f"customer-x:{number}", "version": version, "purpose": purpose}
    return told(named | {"granted": granted, "changed_at": before(days)}, before(days))


def rule(kind: str, name: str, body: str, since: date = date(2020, 1, 1)) -> Told:
    named = {"organisation": "organisation-x:x", "kind": kind, "name": name}
    return named | {"valid_from": since, "body": body}


def governed(as_of: datetime = TODAY, **facts: Any) -> list[Told]:
    return rows_of(CONTACT_GOVERNANCE, as_of=as_of, **facts)


def test_the_fourth_contact_in_thirty_days_is_one_too_many() -> None:
    contacts = [
        contact(1, days, version=place, unit=unit, campaign_id="crm:g1")
        for place, (days, unit) in enumerate([(31, "north"), (29, "east"), (20, "east"), (3, "west")])
    ]
    (only,) = governed(contacts=contacts)
    assert only == {
        "customer_id": "x:1",
        "person": "x:1",
        "contacts": 3,
        "last_contacted_at": before(3),
        "above_cap": 1,
        "after_refusal": 0,
        "in_control_group": 0,
        "breaches": 1,
        "breach_units": "west=1",
        "breach_campaigns": "crm:g1=1",
        "cap_purpose": "any",
        "cap_limit": 3,
        "cap_days": 30,
        "in_cap_window": 3,
        "refuses": None,
        "suppressed_callbacks": 0,
        "suppressed_for": None,
    }


def test_the_nearest_of_several_caps_is_shown() -> None:
    caps = [
        rule("contact_cap", "any", '{"limit":5,"days":60}'),
        rule("contact_cap", "offers", '{"limit":1,"days":7,"purpose":"offer"}'),
    ]
    quiet, offered = governed(
        contacts=[contact(1, 2, purpose="survey"), contact(2, 2)], organisation_rules=caps
    )
    assert [(row["cap_purpose"], row["cap_limit"], row["in_cap_window"]) for row in (quiet, offered)] == [
        ("offer", 1, 0),
        ("offer", 1, 1),
    ]
    (older,) = governed(
        contacts=[contact(1, days, version=days, purpose="survey") for days in (59, 50, 40, 35, 3)],
        organisation_rules=caps,
    )
    assert (older["cap_purpose"], older["in_cap_window"], older["contacts"]) == ("any", 5, 1)


@pytest.mark.parametrize(
    ("words", "purpose", "refused"),
    [
        ([("offer", 5, False)], "offer", True),
        ([("any", 5, False)], "offer", True),
        ([("any", 5, False)], "callback_requested", False),
        ([("callback_requested", 5, False)], "callback_requested", True),
        ([("any", 9, False), ("offer", 5, True)], "offer", False),
        ([("offer", 9, True), ("any", 5, False)], "offer", True),
        ([("offer", 5, False), ("any", 5, True)], "offer", True),
        ([("survey", 5, False)], "offer", False),
        ([("offer", 2, False)], "offer", False),
        ([("offer", 1, False)], "offer", False),
    ],
)
def test_a_no_is_heeded_as_commands_heed_it(
    words: list[tuple[str, int, bool]], purpose: str, refused: bool
) -> None:
    consents = [
        word(1, about, days, granted=granted, version=place)
        for place, (about, days, granted) in enumerate(words, start=50)
    ]
    (only,) = governed(contacts=[contact(1, 2, purpose=purpose)], consents=consents)
    assert (only["after_refusal"], only["breaches"]) == (int(refused), int(refused))


def test_what_the_last_word_refuses_is_listed() -> None:
    words = [
        word(1, "survey", 9, granted=False, version=50),
        word(1, "any", 8, granted=True, version=51),
        word(1, "offer", 7, granted=False, version=52),
        word(1, "care", 6, granted=False, version=53),
        word(1, "care", 5, granted=True, version=54),
    ]
    (only,) = governed(contacts=[contact(1, 2, purpose="survey")], consents=words)
    assert (only["refuses"], only["after_refusal"]) == ("offer", 0)


def test_who_is_left_alone_by_a_campaign_is_not_contacted_for_it() -> None:
    alone = {"customer": "customer-x:1", "campaign_id": "crm:g1", "arm": "control"}
    assignments = [told(alone | {"assigned_at": before(10)}, before(10))]
    contacts = [
        contact(1, 11, version=1, campaign_id="crm:g1"),
        contact(1, 9, version=2, campaign_id="crm:g1"),
        contact(1, 8, version=3, campaign_id="crm:g2"),
    ]
    (only,) = governed(contacts=contacts, campaign_assignments=assignments)
    assert (only["in_control_group"], only["breaches"], only["breach_campaigns"]) == (1, 1, "crm:g1=1")


def test_linked_pseudonyms_are_one_person() -> None:
    link = {"customer": "customer-x:2", "version": 1, "to": "customer-x:1", "linked_at": before(90)}
    (only,) = governed(
        contacts=[contact(number, number, version=number) for number in (1, 2)]
        + [contact(number, 10 + number, version=9) for number in (1, 2)],
        consents=[word(2, "offer", 1.5, granted=False)],
        customer_links=[told(link, before(90))],
    )
    assert (only["customer_id"], only["contacts"], only["above_cap"], only["after_refusal"]) == (
        "x:1",
        4,
        1,
        1,
    )


def test_who_has_a_number_now_is_not_who_had_it() -> None:
    release = {"customer": "customer-x:1", "version": 5, "released_at": before(10)}
    rows = governed(
        contacts=[contact(1, 20), contact(1, 2, version=9)], customer_links=[told(release, before(10))]
    )
    assert [(row["customer_id"], row["contacts"]) for row in rows] == [("x:1", 1), ("x:1", 1)]


def test_suppressed_callbacks_say_why() -> None:
    reasons = ["contact_cap", "consent_refused", "consent_refused"]
    callbacks = [
        told(
            {"callback": f"callback-x:{place}", "customer_id": "x:7", "suppressed_at": before(3)}
            | {"suppressed_for": reason},
            before(3),
        )
        for place, reason in enumerate(reasons)
    ]
    (only,) = governed(callbacks=callbacks)
    assert (only["contacts"], only["suppressed_callbacks"]) == (0, 3)
    assert only["suppressed_for"] == "consent_refused=2,contact_cap=1"


def test_the_window_is_thirty_local_days() -> None:
    contacts = [contact(1, 30), contact(2, 30.001)]
    assert [row["customer_id"] for row in governed(contacts=contacts)] == ["x:1"]


def test_whoever_was_erased_is_not_listed_and_stays_in_the_totals() -> None:
    facts: Told = {
        "contacts": [contact(1, 2), contact(2, 3)],
        "customers": [told({"customer": "customer-x:2", "erased_at": before(1)}, before(1))],
    }
    assert [row["customer_id"] for row in governed(**facts)] == ["x:1"]
    assert differences(**facts) == [0, 0]


def test_what_was_told_later_is_not_known_on_the_day() -> None:
    late = contact(1, 2) | {"last_recorded_at": TODAY + timedelta(days=1)}
    assert governed(contacts=[late]) == []
    assert len(rows_of(CONTACT_GOVERNANCE, as_of=TODAY, known_at=NOW, contacts=[late])) == 1


def differences(**facts: Any) -> list[int]:
    """How many rows each reconciliation finds to differ; every range must hold."""
    reading = ViewReading(source=remembered(**facts), now=NOW, as_of=TODAY, known_at=TODAY)
    rows = CONTACT_GOVERNANCE.made(reading)
    assert rows.select(pl.all_horizontal(*CONTACT_GOVERNANCE.ranges.values()).alias("held"))["held"].all()
    return [check.differences(reading, rows).height for check in CONTACT_GOVERNANCE.reconciliations]


CONTACTS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 80), st.sampled_from(["offer", "survey", "safety"])),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@for_any(CONTACTS)
def test_any_contacts_are_counted_as_a_plain_loop_counts_them(made: list[tuple[int, int, str]]) -> None:
    rows = [
        contact(who, days + 0.5 + place / 1000, version=place, purpose=purpose)
        for place, (who, days, purpose) in enumerate(made)
    ]
    expected: dict[str, tuple[int, int]] = {}
    for who in {who for who, *_ in made}:
        times = sorted(
            (row["contacted_at"], row["purpose"]) for row in rows if row["customer"][-1] == str(who)
        )
        shown = [(when, purpose) for when, purpose in times if when >= before(30)]
        above = [
            when
            for when, purpose in shown
            if purpose != "safety"
            and sum(when - timedelta(days=30) < other <= when for other, _ in times) > 3
        ]
        if shown:
            expected[f"x:{who}"] = (len(shown), len(above))
    assert {
        row["customer_id"]: (row["contacts"], row["above_cap"]) for row in governed(contacts=rows)
    } == expected
    assert differences(contacts=rows) == [0, 0]


def test_the_share_in_breach_is_drawn_and_a_forged_row_found() -> None:
    facts: Told = {"contacts": [contact(1, 2), contact(2, 3)], "consents": [word(2, "any", 9, granted=False)]}
    reading = ViewReading(source=remembered(**facts), now=NOW, as_of=TODAY, known_at=TODAY)
    rows = CONTACT_GOVERNANCE.made(reading)
    figure = CONTACT_GOVERNANCE.figure
    assert (figure.value(rows, reading.day), figure.value(rows.head(0), reading.day)) == (0.5, None)
    forged = rows.with_columns(pl.col("contacts", "above_cap") + 1)
    found = [check.differences(reading, forged).height for check in CONTACT_GOVERNANCE.reconciliations]
    assert found == [1, 1]
