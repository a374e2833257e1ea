"""Metrics of members, points, clubs and partners in plain Python."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.projections.metrics.plain import (
    Judge,
    Plain,
    Row,
    Rows,
    amount,
    local_day,
    ratio,
    start_of,
    statistic,
    within,
)
from tests.projections.metrics.plain.random_rows import NOW

AGES = (3, 6, 12, 24, 36)
WORDS: dict[str, tuple[Any, ...]] = {"kind": ("expired", "reversed", "refunded")}


def summed(rows: Iterable[Row], column: str) -> Fraction:
    return sum((Fraction(row[column]) for row in rows if row[column] is not None), Fraction(0))


def enrolled_before(rows: Rows, day: date) -> int:
    return sum(local_day(row["enrolled_at"]) < day for row in rows["members"] if row["enrolled_at"])


def closed_before(rows: Rows, day: date) -> int:
    members = [row for row in rows["members"] if row["enrolled_at"]]
    return sum(local_day(row["closed_at"]) < day for row in members if row["closed_at"])


def running_at(rows: Rows, day: date) -> int:
    return enrolled_before(rows, day) - closed_before(rows, day)


def members_count(rows: Rows, start: date, end: date) -> Plain:
    return amount(running_at(rows, end))


def members_mean_of_months(rows: Rows, start: date, end: date) -> Plain:
    ends = [date(2024, month, 1) for month in (2, 3, 4)]
    assert (start, end) == (date(2024, 1, 1), ends[-1])
    return ratio(sum(running_at(rows, day) for day in ends), 3)


def members_enrolled(rows: Rows, start: date, end: date) -> Plain:
    return amount(len(within(rows["members"], "enrolled_at", start, end)))


def enrolled_per(days: Callable[[date, date], int]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(len(within(rows["members"], "enrolled_at", start, end)), days(start, end))

    return judge


def members_closed(rows: Rows, start: date, end: date) -> Plain:
    members = [row for row in rows["members"] if row["enrolled_at"]]
    return amount(len(within(members, "closed_at", start, end)))


def members_closed_share(rows: Rows, start: date, end: date) -> Plain:
    return ratio(closed_before(rows, end), enrolled_before(rows, end))


def redeemed(rows: Rows, start: date, end: date) -> list[Row]:
    told = [row for row in rows["point_redemptions"] if row["points"] is not None]
    return within(told, "redeemed_at", start, end)


def members_redeeming(rows: Rows, start: date, end: date) -> Plain:
    return statistic(len({row["member"] for row in redeemed(rows, start, end)}) or None)


def lots(rows: Rows, start: date, end: date) -> list[Row]:
    return within(rows["member_lots"], "opened_at", start, end)


def earned(rows: Rows, start: date, end: date) -> Fraction:
    return summed((lot for lot in lots(rows, start, end) if (lot["earned"] or 0) > 0), "earned")


def of_lots(column: str) -> Judge:
    return lambda rows, start, end: amount(summed(lots(rows, start, end), column))


def points_earned(rows: Rows, start: date, end: date) -> Plain:
    return amount(earned(rows, start, end))


def points_redeemed(rows: Rows, start: date, end: date) -> Plain:
    return amount(summed(redeemed(rows, start, end), "points"))


def redemption_rate_of_period(rows: Rows, start: date, end: date) -> Plain:
    return ratio(summed(redeemed(rows, start, end), "points"), earned(rows, start, end))


def redemption_rate_of_vintage(rows: Rows, start: date, end: date) -> Plain:
    mine = lots(rows, start, end)
    return ratio(summed(mine, "drawn") - summed(mine, "refunded"), earned(rows, start, end))


def unspent(rows: Rows, start: date, end: date) -> Plain:
    return ratio(summed(lots(rows, start, end), "balance"), earned(rows, start, end))


def outstanding_at_end(rows: Rows, start: date, end: date) -> Plain:
    ever = date(1990, 1, 1)
    adjusted = within(rows["point_adjustments"], "adjusted_at", ever, end)
    balance = earned(rows, ever, end) - summed(redeemed(rows, ever, end), "points")
    for row in adjusted:
        points = Fraction(row["points"] or 0)
        balance += {"refunded": points, "reversed": -points, "expired": -points}.get(row["kind"], Fraction(0))
    return amount(balance)


def liability(rows: Rows, start: date, end: date) -> Plain:
    """No rule names the value of a point among random rows."""
    return amount(0)


def breakage(rows: Rows, start: date, end: date) -> Plain:
    known = [lot for lot in rows["member_lots"] if (lot["earned"] or 0) > 0 and lot["earned_at"]]
    issued = ultimate = Fraction(0)
    for lot in within(known, "opened_at", start, end):
        issued += issued_of(lot)
        ultimate += ultimate_of(lot, [one for one in known if one["programme"] == lot["programme"]])
    return ratio(issued - ultimate, issued)


def issued_of(lot: Row) -> Fraction:
    return Fraction(lot["earned"]) - Fraction(lot["reversed"] or 0)


def drawn_by(lot: Row, age: int) -> Fraction:
    return Fraction(lot[f"drawn_in_{AGES[age - 1]}_months"] or 0) if age else Fraction(0)


def age_of(lot: Row) -> int:
    return sum(months_after(lot["earned_at"], months) <= NOW for months in AGES)


def ultimate_of(lot: Row, like: list[Row]) -> Fraction:
    age, parts = age_of(lot), Fraction(0)
    for step in range(age + 1, len(AGES) + 1):
        older = [one for one in like if age_of(one) >= step]
        points = sum(map(issued_of, older), Fraction(0))
        given = sum((drawn_by(one, step) - drawn_by(one, step - 1) for one in older), Fraction(0))
        parts += floor(given / points * 1_000_000 + Fraction(1, 2)) if points > 0 else 0
    stands = Fraction(lot["drawn"] or 0) if age == len(AGES) else drawn_by(lot, age)
    kept = max(stands - Fraction(lot["refunded"] or 0), Fraction(0))
    return kept + issued_of(lot) * parts / 1_000_000


def months_after(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError(moment)


def coverage(rows: Rows, start: date, end: date) -> Plain:
    could = [
        row["member"] for row in rows["members"] if redeemable(rows, row["member"], start=start, end=end) > 0
    ]
    did = {row["member"] for row in redeemed(rows, start, end)}
    return ratio(len(did.intersection(could)), len(could))


def redeemable(rows: Rows, member: str, *, start: date, end: date) -> Decimal:
    """What was there as the period began, and what became available in it."""
    points = Decimal(0)
    for lot in rows["member_lots"]:
        if lot["member"] == member and lot["opened_at"] and lot["opened_at"] < start_of(end):
            available = max(lot["opened_at"], lot["available_at"] or lot["opened_at"])
            points += (lot["earned"] or 0) if available < start_of(end) else 0
    for row in rows["point_redemptions"]:
        if row["member"] == member and row["redeemed_at"] and row["redeemed_at"] < start_of(start):
            points -= row["points"] or 0
    for row in rows["point_adjustments"]:
        if row["member"] == member and row["adjusted_at"] and row["adjusted_at"] < start_of(start):
            points += (row["points"] or 0) * (1 if row["kind"] == "refunded" else -1)
    return points


def participation(rows: Rows, start: date, end: date) -> Plain:
    held = {
        (row["member"], row["kind"])
        for row in rows["entitlements"]
        if row["kind"] and row["granted_at"] and row["until"]
        if row["granted_at"] < start_of(end) and row["until"] >= start_of(start)
    }
    visited = within(rows["club_visits"], "visited_at", start, end)
    return ratio(len(held & {(row["member"], row["kind"]) for row in visited}), len(held))


def club_visits(rows: Rows, start: date, end: date) -> Plain:
    return amount(len(within(rows["club_visits"], "visited_at", start, end)))


def entitlement_use(rows: Rows, start: date, end: date) -> Plain:
    granted = within(rows["entitlements"], "granted_at", start, end)
    return ratio(summed(granted, "used"), summed(granted, "quantity"))


def settlement(rows: Rows, start: date, end: date) -> Plain:
    spent = within(rows["point_redemptions"], "redeemed_at", start, end)
    visits = within(rows["club_visits"], "visited_at", start, end)
    return amount(summed(spent, "settlement_amount") + summed(visits, "settlement_amount"))


PLAIN: dict[str, Judge] = {
    "members.count": members_count,
    "members.mean_of_months": members_mean_of_months,
    "members.enrolled": members_enrolled,
    "members.enrolled_per_day": enrolled_per(lambda start, end: (end - start).days),
    "members.enrolled_per_day_360": enrolled_per(lambda start, end: 90),
    "members.enrolled_per_working_day": enrolled_per(lambda start, end: 65),
    "members.closed": members_closed,
    "members.closed_share": members_closed_share,
    "members.redeeming": members_redeeming,
    "points_earned.amount": points_earned,
    "points_redeemed.amount": points_redeemed,
    "redemption_rate.period": redemption_rate_of_period,
    "redemption_rate.vintage": redemption_rate_of_vintage,
    "redemption_coverage.share": coverage,
    "points_outstanding.vintage": of_lots("balance"),
    "points_outstanding.at_end": outstanding_at_end,
    "points_liability.vintage": liability,
    "unspent_ratio.vintage": unspent,
    "breakage.additive": breakage,
    "club_visits.count": club_visits,
    "club_participation.share": participation,
    "entitlement_use.share": entitlement_use,
    "partner_settlement.amount": settlement,
}
