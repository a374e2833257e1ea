"""The mobile operator's club in a small sample: points add up by lot, visits stay within what was granted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.mobile_operator.clubs import CLUBS
from projections.views.club_participation import CLUB_PARTICIPATION
from projections.views.entitlement_holders import ENTITLEMENT_HOLDERS
from projections.views.entitlements_left import ENTITLEMENTS_LEFT
from projections.views.expiring_points import EXPIRING_POINTS
from projections.views.ledger_proof import unproven
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.partner_settlement import PARTNER_SETTLEMENT
from projections.views.point_redemption import POINT_REDEMPTION
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.reading import ViewReading
from projections.views.redemption_coverage import REDEMPTION_COVERAGE
from projections.views.tier_moves import TIER_MOVES
from projections.views.view import View
from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import request_for, told, written
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

MAPPINGS = Path(__file__).parents[3] / "pipelines" / "mappings" / "mobile_operator"
FILES = ("members", "points", "visits", "partners")
FACTS = (
    *("members", "member_tiers", "member_lots", "point_redemptions", "point_adjustments"),
    *("entitlements", "club_visits", "partners", "partner_grades"),
)
VIEWS = (
    *(POINT_REDEMPTION, REDEMPTION_COVERAGE, POINTS_LIABILITY, EXPIRING_POINTS, MEMBER_STANDINGS),
    *(TIER_MOVES, CLUB_PARTICIPATION, ENTITLEMENT_HOLDERS, ENTITLEMENTS_LEFT, PARTNER_SETTLEMENT),
)
SPRING = datetime(2026, 4, 10, 16, tzinfo=UTC)
"""After everything that the sample tells."""
OVER = (EXPIRING_POINTS, ENTITLEMENTS_LEFT)
"""Grants end with their year, and the points that ever expire have."""
YEAR: dict[str, Any] = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    request = request_for(tmp_path_factory.mktemp("club"), scale="1/100")
    files = [told(file) for name in FILES for file in written("mobile_operator", request, only=name)]
    facts = memory_of(files, *FACTS)
    return Memory({**facts.tellings, "organisation_rules": rules()})


def rules() -> pl.DataFrame:
    """The club's programme, as the shipped organisation has it."""
    shipped = yaml.safe_load((MAPPINGS / "organisation.yaml").read_text(encoding="utf-8"))
    [programme] = [rule for rule in shipped["rules"] if rule["kind"] == "programme"]
    body = f'{{"point_value":{programme["body"]["point_value"]}}}'
    row = {"organisation": "organisation-x", "kind": "programme", "name": programme["name"], "body": body}
    return frame("organisation_rules", [row | {"valid_from": date(1970, 1, 1)}])


def value(club: Memory, metric: str, **asked: Any) -> float:
    found = only(club, metric, **YEAR, **asked).value
    assert found is not None
    return found


def test_what_is_left_of_the_lots_is_what_was_not_spent_and_did_not_expire(club: Memory) -> None:
    expired = club.rows("point_adjustments")["points"].sum()
    left = value(club, "points_earned") - value(club, "points_redeemed") - float(expired)
    assert value(club, "points_outstanding.vintage") == value(club, "points_outstanding.at_end") == left > 0


def test_points_carried_over_are_gone_by_the_end_of_june_and_nobody_owes_any(club: Memory) -> None:
    by_reason = {
        one.by["reason"]: one.value for one in ask(club, "points_outstanding", by=("reason",), **YEAR)
    }
    assert by_reason["carried_over"] == 0
    assert club.rows("member_lots").filter(lot_id="overdraft")["balance"].unique().to_list() == [Decimal(0)]


def test_a_point_is_owed_at_the_value_that_the_clubs_programme_names(club: Memory) -> None:
    assert value(club, "points_liability") == pytest.approx(0.01 * value(club, "points_outstanding"))


def test_shares_of_points_go_together(club: Memory) -> None:
    spent, unspent = value(club, "redemption_rate"), value(club, "unspent_ratio")
    assert 0 < spent < 1 - unspent
    assert 0 < value(club, "breakage") < 1
    vintage = only(club, "redemption_rate.vintage", **YEAR)
    assert (vintage.value, vintage.left_out) == (None, only(club, "points_earned", **YEAR).n)


def test_every_member_had_points_and_some_redeemed_them(club: Memory) -> None:
    covered = only(club, "redemption_coverage", **YEAR)
    redeemed = value(club, "members.redeeming")
    assert (covered.numerator, covered.denominator) == (redeemed, value(club, "members.count"))


def test_free_visits_use_what_was_granted_and_slips_use_nothing(club: Memory) -> None:
    used = only(club, "entitlement_use", **YEAR)
    visits, grants = club.rows("club_visits"), club.rows("entitlements")
    free = visits.filter(settled_by="entitlement").join(grants, on="member", how="semi")
    assert used.numerator == free.height + free["guests"].sum()
    assert used.denominator == grants["quantity"].sum()
    takes_part = only(club, "club_participation", **YEAR)
    visitors = visits.join(grants, on="member", how="semi")["member"].n_unique()
    assert (takes_part.numerator, takes_part.denominator) == (visitors, grants["member"].n_unique())


def test_partners_are_owed_for_redemptions_and_visits(club: Memory) -> None:
    owed = {
        one.by["partner_id"]: one.value for one in ask(club, "partner_settlement", by=("partner_id",), **YEAR)
    }
    amounts = [club.rows(name)["settlement_amount"].sum() for name in ("point_redemptions", "club_visits")]
    assert sum(amount or 0 for amount in owed.values()) == pytest.approx(float(sum(amounts)))
    known = {partner.removeprefix("partner-") for partner in club.rows("partners")["partner"]}
    assert {partner for partner, amount in owed.items() if amount} <= known
    assert club.rows("partners").filter(kind="club").height == len(CLUBS)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_of_the_club_keeps_its_rules_and_agrees(club: Memory, view: View) -> None:
    reading = ViewReading(source=club, now=SPRING)
    rows = view.made(reading)
    broken = [name for name, holds in view.ranges.items() if not rows.select(holds.all()).item()]
    differing = [one.name for one in view.reconciliations if one.differences(reading, rows).height]
    assert (rows.select(view.keys).n_unique(), broken, differing) == (rows.height, [], [])
    assert rows.is_empty() == (view in OVER)


def test_the_ledger_of_the_club_is_proven(club: Memory) -> None:
    assert unproven(ViewReading(source=club, now=SPRING)).is_empty()
