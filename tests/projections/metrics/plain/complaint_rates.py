"""Rates of complaints and shares of liability in plain Python; the domain's own rule reads each complaint."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from domain.complaint.liability import LIABILITY_RULES, Stage
from tests.projections.metrics.plain import Judge, Plain, Row, Rows, amount, ratio, within
from tests.projections.metrics.plain.complaints import filed
from tests.projections.metrics.plain.volumes import base as base_of

WHOLE = 1_000_000
NEVER = datetime.min.replace(tzinfo=UTC)
BASES = ("waybills", "customers", "policies", "copies")
WORDS = {"measure": BASES}

Count = Callable[[Rows, date, date], int]


def complaints_with(test: Callable[[Row], bool]) -> Count:
    return lambda rows, start, end: sum(1 for row in filed(rows, start, end) if test(row))


def key_pressed(rows: Rows, start: date, end: date) -> int:
    calls = within(rows["calls"], "offered_at", start, end)
    return sum(1 for row in calls if row["direction"] == "inbound" and (row["key_presses"] or 0) > 0)


def liable(rows: Rows, start: date, end: date) -> list[Row]:
    told = within(rows["complaint_liabilities"], "filed_at", start, end)
    return [row for row in told if row["in_force"]]


def after_appeal(rows: Rows, start: date, end: date) -> int:
    return sum(1 for row in liable(rows, start, end) if row["is_lead"])


def answered_for(reading: str) -> Count:
    return lambda rows, start, end: sum(leads for _, leads in parties(reading, rows, start, end))


def parties(reading: str, rows: Rows, start: date, end: date) -> list[tuple[int, int]]:
    """The share of every party under a reading, and 1 for those that lead."""
    found = []
    for complaint in filed(rows, start, end):
        stages = of_complaint(rows, "complaint_stages", complaint)
        if stages:
            blamed = LIABILITY_RULES[reading](map(as_stage, in_order(stages)))  # type: ignore[index]
            found += [(WHOLE, 1)] if blamed else []
        else:
            told = of_complaint(rows, "complaint_liabilities", complaint)
            found += [(row["share"] or 0, int(row["is_lead"] or 0)) for row in told if row["in_force"]]
    return found


def of_complaint(rows: Rows, fact: str, complaint: Row) -> list[Row]:
    return [row for row in rows[fact] if row["complaint"] == complaint["complaint"]]


def in_order(stages: list[Row]) -> list[Row]:
    """As they were measured; the rule sorts by ordinal and leaves equals as they come."""
    return sorted(stages, key=lambda row: (row["measured_at"] or NEVER, row["stage"]))


def as_stage(row: Row) -> Stage:
    return Stage(**{name: row[name] for name in Stage.__struct_fields__})


def per_base(count: Count, base: str) -> Judge:
    """Per 10,000: of customers, who are a stock, the mean over the recorded stretches."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(count(rows, start, end), base_of(rows, base, start, end), times=10_000)

    return judge


def counted(count: Count) -> Judge:
    return lambda rows, start, end: amount(count(rows, start, end))


def shared_out(whole: Count) -> Judge:
    """Asked by nothing, the part is the whole."""
    return lambda rows, start, end: ratio(whole(rows, start, end), whole(rows, start, end))


def shares(reading: str) -> Count:
    return lambda rows, start, end: sum(share for share, _ in parties(reading, rows, start, end))


def shares_in_force(rows: Rows, start: date, end: date) -> int:
    return sum(row["share"] or 0 for row in liable(rows, start, end))


COUNTS: dict[str, Count] = {
    "recorded": complaints_with(lambda _: True),
    "key_pressed": key_pressed,
    "attributed": complaints_with(lambda row: (row["attributions"] or 0) > 0),
    "after_appeal": after_appeal,
    "upheld": complaints_with(lambda row: row["regulator_outcome"] == "upheld"),
    "escalated": complaints_with(lambda row: (row["escalations"] or 0) > 0),
    **{reading: answered_for(reading) for reading in LIABILITY_RULES},
}

PLAIN: dict[str, Judge] = {
    **{
        f"complaint_rate.{name}_per_{base}": per_base(COUNTS[name], base) for name in COUNTS for base in BASES
    },
    **{
        f"attributed_complaints.{name}": counted(COUNTS[name])
        for name in ("attributed", "after_appeal", *LIABILITY_RULES)
    },
    **{f"complaint_share.{name}": shared_out(COUNTS["recorded"]) for name in ("category", "channel", "unit")},
    "complaint_share.party_as_attributed": shared_out(shares_in_force),
    "complaint_share.party_leading": shared_out(after_appeal),
    **{f"complaint_share.party_{name}": shared_out(shares(name)) for name in LIABILITY_RULES},
}
