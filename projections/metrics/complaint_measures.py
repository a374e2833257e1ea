"""What is summed over complaints and the liability for them, by the day of filing unless another is named."""

import polars as pl

from projections.metrics.measure import Measure


def complaint_measure(name: str, value: pl.Expr, *, time: str = "filed_at") -> Measure:
    return Measure(name=name, fact="complaints", value=value, time=time)


COMPLAINT_MEASURES = (
    complaint_measure("complaints", pl.lit(value=True)),
    complaint_measure("escalated_complaints", pl.col("escalations") > 0),
    complaint_measure("attributed_complaints", pl.col("attributions") > 0),
    complaint_measure("upheld_complaints", pl.col("regulator_outcome") == "upheld"),
    complaint_measure("closed_complaints", pl.lit(value=True), time="closed_at"),
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
        value=pl.col("in_force") & pl.col("is_lead"),
        time="filed_at",
    ),
)
"""A complaint counts once while an attribution is in force: by its leading party's row."""

LIABILITY_GROUPINGS = ((), ("unit",), ("category",), ("party",), ("unit", "category"))
