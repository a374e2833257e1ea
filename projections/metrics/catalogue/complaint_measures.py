"""What is summed over complaints and the liability for them, by the day of filing unless another is named."""

import polars as pl

from projections.metrics.measure import Condition, Measure

ESCALATED = Condition(holds=pl.col("escalations") > 0, otherwise="never escalated")
ATTRIBUTED = Condition(holds=pl.col("attributions") > 0, otherwise="no liability attributed")
UPHELD = Condition(holds=pl.col("regulator_outcome") == "upheld", otherwise="not upheld by the regulator")
IN_FORCE = Condition(holds=pl.col("in_force"), otherwise="attribution overturned or replaced")
LEADS = Condition(holds=pl.col("is_lead"), otherwise="not the leading party")


def complaint_measure(name: str, *conditions: Condition, time: str = "filed_at") -> Measure:
    return Measure(name=name, fact="complaints", conditions=conditions, time=time)


COMPLAINT_MEASURES = (
    complaint_measure("complaints"),
    complaint_measure("escalated_complaints", ESCALATED),
    complaint_measure("attributed_complaints", ATTRIBUTED),
    complaint_measure("upheld_complaints", UPHELD),
    complaint_measure("closed_complaints", time="closed_at"),
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

LIABILITY_MEASURES = (
    Measure(
        name="complaints_after_appeal",
        fact="complaint_liabilities",
        conditions=(IN_FORCE, LEADS),
        time="filed_at",
    ),
)
"""A complaint counts once while an attribution is in force: by its leading party's row."""

LIABILITY_GROUPINGS = ((), ("unit",), ("category",), ("party",), ("unit", "category"))
