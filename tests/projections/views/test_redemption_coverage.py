"""Coverage is of those who could redeem, by the band of what they could."""

from datetime import date
from decimal import Decimal
from typing import Any

from projections.views.reading import ViewReading
from projections.views.redemption_coverage import REDEMPTION_COVERAGE, coverage_this_month
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered


def lot(member: int, points: int, when: str = "2024-02-10T02:00") -> dict[str, Any]:
    return {
        "member": f"member-x:{member}",
        "lot_id": f"l{when}",
        "earned": Decimal(points),
        "opened_at": at(when),
    }


def redemption(member: int, points: int, when: str) -> dict[str, Any]:
    return {
        "member": f"member-x:{member}",
        "redemption_id": f"r{when}",
        "points": Decimal(points),
        "redeemed_at": at(when),
    }


MEMBERS = [{"member": f"member-x:{number}", "programme": "club"} for number in (1, 2, 3)]
LOTS = [lot(1, 800), lot(2, 999), lot(3, 1000, "2024-03-10T02:00")]
SPENT = [redemption(1, 300, "2024-03-05T02:00"), redemption(1, 500, "2024-03-06T02:00")]


def reading() -> ViewReading:
    source = remembered(members=MEMBERS, member_lots=LOTS, point_redemptions=SPENT)
    return ViewReading(source=source, now=NOW, as_of=at("2024-04-02T00:00"), known_at=NOW)


def test_members_are_covered_by_band_and_month() -> None:
    rows = REDEMPTION_COVERAGE.made(reading()).rows()
    assert rows == [
        (date(2024, 2, 1), "club", "under_1000", 2, 0, 0, 0.0),
        (date(2024, 3, 1), "club", "1000_to_4999", 1, 0, 0, 0.0),
        (date(2024, 3, 1), "club", "under_1000", 2, 1, 2, 0.5),
        (date(2024, 4, 1), "club", "1000_to_4999", 1, 0, 0, 0.0),
        (date(2024, 4, 1), "club", "under_1000", 1, 0, 0, 0.0),
    ]


def test_the_metric_says_the_same_and_a_difference_is_told() -> None:
    asked = reading()
    rows = REDEMPTION_COVERAGE.made(asked)
    assert [one.differences(asked, rows).height for one in REDEMPTION_COVERAGE.reconciliations] == [0, 0]
    fewer = rows.filter(month=date(2024, 2, 1))
    assert [one.differences(asked, fewer).height for one in REDEMPTION_COVERAGE.reconciliations] == [1, 4]


def test_the_figure_is_the_share_of_all_bands() -> None:
    rows = REDEMPTION_COVERAGE.made(reading())
    assert coverage_this_month(rows, date(2024, 3, 31)) == 1 / 3
    assert coverage_this_month(rows, date(2024, 1, 31)) is None
