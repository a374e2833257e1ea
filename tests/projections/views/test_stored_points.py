"""Days of the views about members are stored from PostgreSQL, and are the same when they are made again."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.member.events import MemberClubVisited, MemberEntitled
from infra.stores import Store
from projections.storage.database import open_database
from projections.storage.view_tables import read_view
from projections.storage.views import refresh_view
from projections.views.club_participation import CLUB_PARTICIPATION
from projections.views.entitlement_holders import ENTITLEMENT_HOLDERS
from projections.views.entitlements_left import ENTITLEMENTS_LEFT
from projections.views.expiring_points import EXPIRING_POINTS
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.partner_settlement import PARTNER_SETTLEMENT
from projections.views.point_redemption import POINT_REDEMPTION
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.redemption_coverage import REDEMPTION_COVERAGE
from projections.views.tier_moves import TIER_MOVES
from tests.domain.member.programmes import BY_YEAR, club
from tests.projections.facts.lives_of_points import MEMBER, numbered
from tests.projections.logs import Logged
from tests.projections.runner.stored import project_in_batches, put
from tests.projections.views.test_ledger_proof import a_life, day

DAY = date(2026, 1, 7)
"""The day before the second lot expires."""
NOW = datetime(2026, 6, 1, tzinfo=UTC)
VIEWS = (
    *(POINT_REDEMPTION, REDEMPTION_COVERAGE, POINTS_LIABILITY, EXPIRING_POINTS, CLUB_PARTICIPATION),
    *(ENTITLEMENT_HOLDERS, ENTITLEMENTS_LEFT, PARTNER_SETTLEMENT, MEMBER_STANDINGS),
)
"""Each has one row of the one member; TIER_MOVES has none."""
TWICE = (POINTS_LIABILITY, ENTITLEMENT_HOLDERS, MEMBER_STANDINGS)


def tell(store: Store) -> None:
    visit = MEMBER.made(
        MemberClubVisited,
        day(6),
        partner_id="x:spa",
        kind="lounge",
        guests=1,
        settled_by="entitlement",
        settlement_amount=Decimal(20),
    )
    grant = MEMBER.made(MemberEntitled, day(3), kind="lounge", quantity=5, until=day(30))
    life = numbered([*a_life(), grant, visit])
    rules = club(qualification=BY_YEAR)
    put(store.conninfo, [Logged(place, event) for place, event in enumerate([rules, *life], start=1)])
    project_in_batches(store.conninfo, 1000)


def test_a_day_made_twice_is_the_same_day(embedded_store: Store) -> None:
    tell(embedded_store)
    told = [refresh_view(embedded_store.conninfo, view, DAY, now=NOW) for view in (*VIEWS, TIER_MOVES)]
    rows = [*((view.name, 1) for view in VIEWS), (TIER_MOVES.name, 0)]
    assert [(one.view, one.rows, one.status) for one in told] == [(*row, "stored") for row in rows]
    again = (refresh_view(embedded_store.conninfo, view, DAY, now=NOW) for view in TWICE)
    assert {one.status for one in again} == {"confirmed"}
    with open_database(embedded_store.conninfo) as database:
        expiring = read_view(database, EXPIRING_POINTS, DAY)
    assert expiring is not None
    assert expiring.select("member_id", "expiring_30_days", "next_expires_on").rows() == [
        ("x:1", Decimal(20), date(2026, 1, 8))
    ]
