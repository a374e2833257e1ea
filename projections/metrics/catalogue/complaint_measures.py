"""What is summed over complaints and what lies in them, by the day of filing unless another time is named."""

from datetime import timedelta

import polars as pl

from projections.metrics.measure import Condition, Measure

ONE_DAY = timedelta(hours=24)

INTERNAL = Condition(holds=pl.col("kind") == "internal", otherwise="not an internal complaint")
ESCALATED = Condition(holds=pl.col("escalations") > 0, otherwise="never escalated")
ATTRIBUTED = Condition(holds=pl.col("attributions") > 0, otherwise="no liability attributed")
UPHELD = Condition(holds=pl.col("regulator_outcome") == "upheld", otherwise="not upheld by the regulator")
REPEAT = Condition(holds=pl.col("severity") == "repeat", otherwise="not of the class repeat")
MALIGNANT = Condition(holds=pl.col("severity") == "malignant", otherwise="not of the class malignant")
REVIEWED = Condition(holds=pl.col("replies_reviewed") > 0, otherwise="no reply reviewed")
WITHIN_A_DAY = Condition(
    holds=pl.col("first_resolved_at") - pl.col("filed_at") <= ONE_DAY,
    otherwise="not resolved within 24 hours",
)
BY_DUE = Condition(
    holds=pl.min_horizontal("first_replied_at", "first_resolved_at") <= pl.col("due_at"),
    otherwise="not answered by then",
)
"""Answered by a reply or, where the source tells none, by the solution itself."""

IN_FORCE = Condition(holds=pl.col("in_force"), otherwise="attribution overturned or replaced")
LEADS = Condition(holds=pl.col("is_lead"), otherwise="not the leading party")

TIMED_CLOSING = Condition(holds=pl.col("closing_ms").is_not_null(), otherwise="nobody told the filing")
TIMED_REPLY = Condition(holds=pl.col("first_reply_ms").is_not_null(), otherwise="nobody told the filing")
TIMED_APPEAL = Condition(holds=pl.col("appeal_ms").is_not_null(), otherwise="nobody told the appeal")
OVERTURNED = Condition(holds=pl.col("outcome") == "overturned", otherwise="not overturned")
KEPT = Condition(holds=pl.col("resolved_at") <= pl.col("solution_due_at"), otherwise="not resolved by then")
ENFORCED = Condition(holds=pl.col("enforced"), otherwise="not enforced")


def complaint_measure(
    name: str,
    *conditions: Condition,
    time: str = "filed_at",
    amount: str | None = None,
    counted_by: str | None = None,
) -> Measure:
    return Measure(
        name=name, fact="complaints", conditions=conditions, time=time, amount=amount, counted_by=counted_by
    )


COMPLAINT_MEASURES = (
    complaint_measure("complaints"),
    complaint_measure("escalated_complaints", ESCALATED),
    complaint_measure("attributed_complaints", ATTRIBUTED),
    complaint_measure("upheld_complaints", UPHELD),
    complaint_measure("repeat_complaints", REPEAT),
    complaint_measure("malignant_complaints", MALIGNANT),
    complaint_measure("internal_complaints", INTERNAL),
    complaint_measure("internal_complaints_resolved_24h", INTERNAL, WITHIN_A_DAY),
    complaint_measure("complaint_handovers", amount="handovers", counted_by="complaints"),
    complaint_measure("complaints_reviewed", REVIEWED),
    complaint_measure("reviewed_replies", amount="replies_reviewed", counted_by="complaints_reviewed"),
    complaint_measure("returned_replies", amount="replies_returned", counted_by="complaints_reviewed"),
    complaint_measure("closed_complaints", time="closed_at"),
    complaint_measure("complaints_due", time="due_at"),
    complaint_measure("complaints_answered_by_due", BY_DUE, time="due_at"),
)

COMPLAINT_GROUPINGS = (
    (),
    ("kind",),
    ("category",),
    ("unit",),
    ("channel",),
    ("line",),
    ("product",),
    ("tier",),
    ("unit", "category"),
)

CLOCK_MEASURES = (
    Measure(
        name="complaints_timed_closing",
        fact="complaint_clocks",
        conditions=(TIMED_CLOSING,),
        time="closed_at",
    ),
    Measure(
        name="complaint_closing_ms",
        fact="complaint_clocks",
        time="closed_at",
        amount="closing_ms",
        counted_by="complaints_timed_closing",
    ),
    Measure(
        name="complaints_timed_reply",
        fact="complaint_clocks",
        conditions=(TIMED_REPLY,),
        time="first_replied_at",
    ),
    Measure(
        name="complaint_first_reply_ms",
        fact="complaint_clocks",
        time="first_replied_at",
        amount="first_reply_ms",
        counted_by="complaints_timed_reply",
    ),
)

CLOCK_GROUPINGS = ((), ("kind",), ("category",), ("unit",), ("channel",), ("line",))

LIABILITY_MEASURES = (
    Measure(name="liable_parties", fact="complaint_liabilities", conditions=(IN_FORCE,), time="filed_at"),
    Measure(
        name="liable_shares",
        fact="complaint_liabilities",
        conditions=(IN_FORCE,),
        time="filed_at",
        amount="share",
        counted_by="liable_parties",
    ),
    Measure(
        name="complaints_after_appeal",
        fact="complaint_liabilities",
        conditions=(IN_FORCE, LEADS),
        time="filed_at",
    ),
)
"""A complaint counts once while an attribution is in force: by its leading party's row."""

LIABILITY_GROUPINGS = ((), ("unit",), ("category",), ("party",), ("kind",), ("unit", "category"))

APPEAL_MEASURES = (
    Measure(name="appeals_arbitrated", fact="complaint_appeals", time="arbitrated_at"),
    Measure(
        name="appeals_overturned", fact="complaint_appeals", conditions=(OVERTURNED,), time="arbitrated_at"
    ),
    Measure(name="appeals_timed", fact="complaint_appeals", conditions=(TIMED_APPEAL,), time="arbitrated_at"),
    Measure(
        name="appeal_time_ms",
        fact="complaint_appeals",
        time="arbitrated_at",
        amount="appeal_ms",
        counted_by="appeals_timed",
    ),
)

APPEAL_GROUPINGS = ((), ("unit",), ("category",), ("appellant",))

PROMISE_MEASURES = (
    Measure(name="promises_due", fact="complaint_promises", time="solution_due_at"),
    Measure(name="promises_kept", fact="complaint_promises", conditions=(KEPT,), time="solution_due_at"),
)

PROMISE_GROUPINGS = ((), ("unit",), ("category",), ("kind",))

PENALTY_MEASURES = (
    Measure(name="penalties", fact="complaint_penalties", time="imposed_at"),
    Measure(name="penalties_enforced", fact="complaint_penalties", conditions=(ENFORCED,), time="imposed_at"),
    Measure(
        name="penalty_amount",
        fact="complaint_penalties",
        time="imposed_at",
        amount="amount",
        sql_type="numeric",
        counted_by="penalties",
    ),
    Measure(
        name="penalty_amount_enforced",
        fact="complaint_penalties",
        conditions=(ENFORCED,),
        time="imposed_at",
        amount="amount",
        sql_type="numeric",
        counted_by="penalties_enforced",
    ),
)

PENALTY_GROUPINGS = ((), ("unit",), ("category",))

ALL_COMPLAINT_MEASURES = (
    *COMPLAINT_MEASURES,
    *CLOCK_MEASURES,
    *LIABILITY_MEASURES,
    *APPEAL_MEASURES,
    *PROMISE_MEASURES,
    *PENALTY_MEASURES,
)

COMPLAINT_FACT_GROUPINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "complaints": COMPLAINT_GROUPINGS,
    "complaint_clocks": CLOCK_GROUPINGS,
    "complaint_liabilities": LIABILITY_GROUPINGS,
    "complaint_appeals": APPEAL_GROUPINGS,
    "complaint_promises": PROMISE_GROUPINGS,
    "complaint_penalties": PENALTY_GROUPINGS,
}
