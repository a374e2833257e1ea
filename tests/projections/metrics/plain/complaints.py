"""Complaints in plain Python: how many, how soon, how grave, and what became of what lies in them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median

from domain.customer.links import Link, Person, Release, person_of
from tests.projections.metrics.plain import (
    Judge,
    Plain,
    Row,
    Rows,
    amount,
    ratio,
    start_of,
    statistic,
    within,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MS = timedelta(milliseconds=1)

WORDS = {
    "kind": (None, "internal", "external"),
    "severity": (None, "general", "repeat", "malignant"),
    "outcome": (None, "overturned", "upheld"),
    "regulator_outcome": (None, "overturned", "upheld"),
    "direction": ("inbound", "outbound"),
    "call_id": (None, "x:0", "x:1", "x:2"),
    "turn": ("filed", "reopened", "closed"),
    "party": ("sales", "operations", "group"),
    "ordinal": (1, 2, 3),
    "customer_id": (None, "a", "b", "x:0"),
    "to": (None, "a", "b"),
    "linked_at": (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 15, tzinfo=UTC)),
    "released_at": (None, datetime(2024, 2, 1, tzinfo=UTC)),
}

Test = Callable[[Row], object]


def filed(rows: Rows, start: date, end: date) -> list[Row]:
    return within(rows["complaints"], "filed_at", start, end)


def how_many(fact: str, time: str, test: Test = lambda _: True) -> Judge:
    """So many rows of the period pass a test."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        return amount(sum(1 for row in within(rows[fact], time, start, end) if test(row)))

    return judge


def part(fact: str, time: str, above: Test, below: Test = lambda _: True) -> Judge:
    """The rows that pass both tests over those that pass the second."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        whole = [row for row in within(rows[fact], time, start, end) if below(row)]
        return ratio(sum(1 for row in whole if above(row)), len(whole))

    return judge


def quotient(fact: str, time: str, above: str, below: Callable[[Row], int]) -> Judge:
    """What a column adds up to over what the rows count for."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        told = within(rows[fact], time, start, end)
        return ratio(sum(row[above] or 0 for row in told), sum(map(below, told)))

    return judge


def mean_time(fact: str, time: str, column: str, *, of: timedelta) -> Judge:
    """The mean of a duration where it is known, in days or hours; the sum is told in milliseconds."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        known = [row[column] for row in within(rows[fact], time, start, end) if row[column] is not None]
        mean = sum(known) / len(known) if known else None
        return Plain(sum(known), len(known), None if mean is None else mean / (of / MS))

    return judge


def closing(of: Callable[[list[float]], float]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        closed = within(rows["complaint_clocks"], "closed_at", start, end)
        days = [row["closing_ms"] * MS / DAY for row in closed if row["closing_ms"] is not None]
        return statistic(of(days) if days else None)

    return judge


def tenth_longest(days: list[float]) -> float:
    """Between the two that stand on either side of nine tenths of the way through the sorted list."""
    days = sorted(days)
    place = 0.9 * (len(days) - 1)
    low = int(place)
    high = min(low + 1, len(days) - 1)
    return days[low] + (place - low) * (days[high] - days[low])


def a_day(days_between: Callable[[date, date], int]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(len(filed(rows, start, end)), days_between(start, end))

    return judge


def days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days)]


def open_at(rows: Rows, end: date) -> list[Row]:
    """The complaints whose last turn before the end of the period was none of closing."""
    standing = []
    for complaint in rows["complaints"]:
        turns = [
            turn
            for turn in rows["complaint_turns"]
            if turn["complaint"] == complaint["complaint"]
            and turn["turned_at"] is not None
            and turn["turned_at"] < start_of(end)
        ]
        turns.sort(key=lambda turn: (turn["turned_at"], turn["version"]))
        if turns and turns[-1]["turn"] != "closed":
            standing.append(complaint)
    return standing


def still_open(rows: Rows, start: date, end: date) -> Plain:
    return amount(len(open_at(rows, end)))


def open_age(rows: Rows, start: date, end: date) -> Plain:
    ages = [start_of(end) - row["filed_at"] for row in open_at(rows, end) if row["filed_at"] is not None]
    spent = sum(ages, timedelta())
    return Plain(spent / MS, len(ages), spent / DAY / len(ages) if ages else None)


def same_matter(rows: Rows, start: date, end: date) -> Plain:
    told = filed(rows, start, end)
    repeats = [row for row in told if any(is_before(rows, other, row) for other in rows["complaints"])]
    return ratio(len(repeats), len(told))


def is_before(rows: Rows, earlier: Row, later: Row) -> bool:
    if earlier["filed_at"] is None or earlier["customer_id"] is None or later["customer_id"] is None:
        return False
    is_same = any(
        later[matter] is not None and later[matter] == earlier[matter]
        for matter in ("category", "subject_id")
    )
    apart = later["filed_at"] - earlier["filed_at"]
    return is_same and timedelta() < apart <= 30 * DAY and who(rows, earlier) == who(rows, later)


def who(rows: Rows, complaint: Row) -> Person:
    """Who complained: whoever held the pseudonym then, linked ones with them."""
    told = [(row["customer"].removeprefix("customer-"), row) for row in rows["customer_links"]]
    links = [Link(name, row["to"], row["linked_at"]) for name, row in told if row["to"] is not None]
    releases = [Release(name, row["released_at"]) for name, row in told if row["released_at"] is not None]
    return person_of(complaint["customer_id"], at=complaint["filed_at"], links=links, releases=releases)


def hidden(rows: Rows, start: date, end: date) -> Plain:
    calls = within(rows["calls"], "offered_at", start, end)
    pressed = [row for row in calls if row["direction"] == "inbound" and (row["key_presses"] or 0) > 0]
    attributed = {f"call-{row['call_id']}" for row in rows["complaints"] if (row["attributions"] or 0) > 0}
    return ratio(sum(1 for row in pressed if row["call"] not in attributed), len(pressed))


def is_resolved_in_a_day(row: Row) -> bool:
    resolved = row["first_resolved_at"]
    return resolved is not None and resolved - row["filed_at"] <= timedelta(hours=24)


def is_by(done: str, due: str) -> Test:
    return lambda row: row[done] is not None and row[done] <= row[due]


def is_answered_in_time(row: Row) -> bool:
    answers = [row[name] for name in ("first_replied_at", "first_resolved_at") if row[name] is not None]
    return any(moment <= row["due_at"] for moment in answers)


def penalties(of: Callable[[Row], object]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        imposed = within(rows["complaint_penalties"], "imposed_at", start, end)
        return amount(sum(of(row) or 0 for row in imposed))  # type: ignore[misc]

    return judge


PLAIN: dict[str, Judge] = {
    "complaints.count": how_many("complaints", "filed_at"),
    "complaints.per_day": a_day(lambda start, end: (end - start).days),
    "complaints.per_day_360": a_day(lambda start, end: 30 * (end.month - start.month)),
    "complaints.per_working_day": a_day(
        lambda start, end: sum(1 for day in days(start, end) if day.weekday() < 5)
    ),
    "complaints.closed": how_many("complaints", "closed_at"),
    "complaints.open": still_open,
    "complaints_on_time.share": part("complaints", "due_at", is_answered_in_time),
    "complaint_days.mean": mean_time("complaint_clocks", "closed_at", "closing_ms", of=DAY),
    "complaint_days.median": closing(median),
    "complaint_days.p90": closing(tenth_longest),
    "complaint_days.open_age": open_age,
    "first_reply_hours.mean": mean_time("complaint_clocks", "first_replied_at", "first_reply_ms", of=HOUR),
    "reply_return_rate.share": quotient(
        "complaints", "filed_at", "replies_returned", lambda row: row["replies_reviewed"] or 0
    ),
    "handoffs_per_complaint.mean": quotient("complaints", "filed_at", "handovers", lambda _: 1),
    "internal_resolution_24h.share": part(
        "complaints", "filed_at", is_resolved_in_a_day, lambda row: row["kind"] == "internal"
    ),
    "escalation_rate.share": part("complaints", "filed_at", lambda row: (row["escalations"] or 0) > 0),
    "repeat_rate.class": part("complaints", "filed_at", lambda row: row["severity"] == "repeat"),
    "repeat_rate.same_matter_30d": same_matter,
    "malignant_rate.share": part("complaints", "filed_at", lambda row: row["severity"] == "malignant"),
    "hidden_complaint_rate.share": hidden,
    "promises_kept.share": part(
        "complaint_promises", "solution_due_at", is_by("resolved_at", "solution_due_at")
    ),
    "appeal_hours.mean": mean_time("complaint_appeals", "arbitrated_at", "appeal_ms", of=HOUR),
    "appeal_overturn_rate.share": part(
        "complaint_appeals", "arbitrated_at", lambda row: row["outcome"] == "overturned"
    ),
    "penalty_amount.amount": penalties(lambda row: row["amount"]),
    "penalty_amount.enforced": penalties(lambda row: row["enforced"] and row["amount"]),
    "penalty_amount.count": penalties(lambda row: 1),
    "penalty_amount.enforced_count": penalties(lambda row: bool(row["enforced"])),
}
