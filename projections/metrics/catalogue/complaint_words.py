"""What definitions about complaints share: their dimensions, and how each kind of value is printed."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

from projections.metrics.definition import MetricDefinition
from projections.metrics.derived import complaint_dimensions, hidden_complaints

DOMAIN = "Kefu domain page, Metrics"
RECORDING, LIABILITY, GRAVE = "recording", "liability", "grave_categories"
"""Kinds of rules: which calls are complaints at all, who answers for a late shipment, what is malignant."""

MS_PER_HOUR, MS_PER_DAY = 3_600_000, 86_400_000

DAY_IS_OVER = timedelta(microseconds=1)
"""What is due on a day is counted once the day is over: until then it may yet be done."""

COMPLAINT_DIMENSIONS = complaint_dimensions.DIMENSIONS
OUTCOME_DIMENSIONS = (*COMPLAINT_DIMENSIONS, "resolved_outcome", "regulator_outcome")
"""What counts of complaints can be asked by besides: how they were settled, and what the regulator said."""

PART_DIMENSIONS = ("kind", "channel", "category", "line", "product", "unit", "tier", "customer_id")
"""What an appeal, a promise and a penalty say of their complaint."""

KEY_PRESS_DIMENSIONS = hidden_complaints.DIMENSIONS

count_of_complaints = partial(
    MetricDefinition,
    denominator=None,
    scale=Fraction(1),
    unit="complaints",
    direction="lower",
    source=DOMAIN,
    dimensions=COMPLAINT_DIMENSIONS,
    ruled_by=(RECORDING,),
)
share = partial(
    MetricDefinition,
    scale=Fraction(1),
    unit="share",
    source=DOMAIN,
    dimensions=COMPLAINT_DIMENSIONS,
)
duration = partial(
    MetricDefinition,
    direction="lower",
    source=DOMAIN,
    dimensions=COMPLAINT_DIMENSIONS,
)
