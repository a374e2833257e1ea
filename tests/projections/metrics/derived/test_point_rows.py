"""Who could redeem, what is owed in money, what will never be asked for: rows made when read, by example."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from projections.metrics.answer import answer
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
NEW_YEAR = at("2024-01-01T00:00")
Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def store(facts: Facts) -> Memory:
    return Memory({name: frame(name, rows) for name, rows in facts.items()}, latest=at("2024-05-01T00:00"))


def january(metric: str, **asked: Any) -> Question:
    return Question(metric=metric, **{"start": date(2024, 1, 1), "end": date(2024, 2, 1)} | asked)


def lot(
    number: int, points: int, *, on: datetime = NEW_YEAR, member: int = 1, **columns: Any
) -> dict[str, Any]:
    """A lot of a club's member, of which nothing was spent unless told otherwise."""
    drawn = columns.get("drawn", 0)
    return {
        "member": f"member-x:{member}",
        "lot_id": f"l{number}",
        "opened_at": on,
        "earned_at": on,
        "earned": points,
        "balance": points - drawn,
        "programme": "club",
    } | columns


def member(number: int) -> dict[str, Any]:
    return {"member": f"member-x:{number}", "programme": "club", "enrolled_at": NEW_YEAR}


def redemption(number: int, points: int, *, on: datetime) -> dict[str, Any]:
    return {
        "member": f"member-x:{number}",
        "redemption_id": on.isoformat(),
        "points": points,
        "redeemed_at": on,
    }


def worth(value: str | None, *, since: date) -> dict[str, Any]:
    body = "null" if value is None else f'{{"point_value":{value}}}'
    rule = {"organisation": "organisation-x", "kind": "programme", "name": "club"}
    return rule | {"valid_from": since, "body": body}


RULED = [worth("0.01", since=date(2020, 1, 1)), worth("0.0125", since=date(2024, 3, 1))]


def owed(facts: Facts, **asked: Any) -> float | None:
    (one,) = answer(store(facts), january("points_liability", **asked), now=NOW)
    return one.value


def test_points_are_owed_at_the_value_that_their_programme_names_on_the_day_asked_as_of() -> None:
    lots = [lot(1, 1_000), lot(2, 500, drawn=499), lot(3, 70, programme="other")]
    facts = {"member_lots": lots, "organisation_rules": RULED}
    assert owed(facts) == pytest.approx(1_001 * 0.0125)
    assert owed(facts, as_of=at("2024-02-20T00:00")) == pytest.approx(10.01)


def test_what_was_spent_beyond_every_lot_lowers_what_is_owed() -> None:
    overdraft = lot(0, 0, lot_id="overdraft", earned_at=None, balance=-100)
    assert owed({"member_lots": [lot(1, 1_000), overdraft], "organisation_rules": RULED[:1]}) == 9


def test_a_value_is_rounded_once_to_four_places() -> None:
    thirds = [worth("0.0333", since=date(2020, 1, 1))]
    lots = [lot(1, 1, balance=Decimal("0.0045"))]
    assert owed({"member_lots": lots, "organisation_rules": thirds}) == 0.0001


def test_a_programme_that_is_withdrawn_owes_nothing() -> None:
    rules = [*RULED, worth(None, since=date(2024, 4, 1))]
    assert (
        answer(
            store({"member_lots": [lot(1, 5)], "organisation_rules": rules}),
            january("points_liability"),
            now=NOW,
        )
        == []
    )


def test_members_are_covered_who_redeem_of_what_they_held_or_got() -> None:
    before, within, after = (at(f"{day}T02:00") for day in ("2023-12-20", "2024-01-20", "2024-02-20"))
    facts = {
        "members": [member(number) for number in (1, 2, 3, 4, 5)],
        "member_lots": [
            lot(1, 900, on=before, member=1),
            lot(1, 6_000, on=within, member=2),
            lot(1, 500, on=before, member=3),
            lot(1, 500, on=within, member=4, available_at=after),
        ],
        "point_redemptions": [
            redemption(1, 100, on=within),
            redemption(2, 100, on=after),
            redemption(3, 500, on=before),
            redemption(5, 10, on=within),
        ],
    }
    (one,) = answer(store(facts), january("redemption_coverage"), now=NOW)
    assert (one.numerator, one.denominator) == (1, 2)
    by_band = answer(store(facts), january("redemption_coverage", by=("balance_band",)), now=NOW)
    assert {answered.by["balance_band"]: answered.value for answered in by_band if answered.denominator} == {
        "under_1000": 1,
        "5000_to_9999": 0,
    }


def test_what_expired_or_was_reversed_before_cannot_be_redeemed() -> None:
    before = at("2023-12-20T02:00")
    gone = {"member": "member-x:1", "adjusted_at": before + timedelta(days=1)}
    facts = {
        "members": [member(1)],
        "member_lots": [lot(1, 900, on=before)],
        "point_adjustments": [
            gone | {"version": 2, "kind": "expired", "points": 700},
            gone | {"version": 3, "kind": "reversed", "points": 200},
        ],
    }
    assert answer(store(facts), january("redemption_coverage"), now=NOW) == []


def grant(number: int, kind: str, *, on: datetime, until: datetime) -> dict[str, Any]:
    return {"member": f"member-x:{number}", "version": 1, "kind": kind, "granted_at": on, "until": until}


def visit(number: int, kind: str, *, on: datetime) -> dict[str, Any]:
    return {"member": f"member-x:{number}", "version": 9, "kind": kind, "visited_at": on}


def test_members_take_part_who_visit_what_they_are_entitled_to() -> None:
    before, within, after = (at(f"{day}T02:00") for day in ("2023-12-20", "2024-01-20", "2024-02-20"))
    facts = {
        "entitlements": [
            grant(1, "airport", on=before, until=after),
            grant(2, "airport", on=before, until=within),
            grant(3, "airport", on=within, until=after),
            grant(4, "airport", on=before, until=before),
            grant(5, "golf", on=after, until=after),
        ],
        "club_visits": [
            visit(1, "airport", on=within),
            visit(2, "golf", on=within),
            visit(3, "airport", on=after),
            visit(4, "airport", on=within),
        ],
    }
    (one,) = answer(store(facts), january("club_participation"), now=NOW)
    assert (one.numerator, one.denominator) == (1, 3)


def test_young_lots_are_expected_to_go_on_as_old_ones_did() -> None:
    """Of the old lots 10 % went in three months and 20 % in the next three; the young one has the first."""
    old = lot(1, 1_000, on=at("2023-09-01T00:00"), drawn=300, drawn_in_3_months=100, drawn_in_6_months=300)
    young = lot(2, 500, on=at("2024-01-20T00:00"), drawn=80, drawn_in_3_months=50, drawn_in_6_months=80)
    (one,) = answer(store({"member_lots": [old, young]}), january("breakage"), now=NOW)
    assert (one.denominator, one.numerator) == (500, 500 - (50 + 100))


def test_breakage_of_lots_that_nobody_can_compare_is_what_is_left() -> None:
    lots = [lot(1, 100, on=at("2024-01-20T00:00"), drawn=40, drawn_in_3_months=40, reversed=20)]
    (one,) = answer(store({"member_lots": lots}), january("breakage"), now=NOW)
    assert (one.numerator, one.denominator, one.value) == (40, 80, 0.5)
