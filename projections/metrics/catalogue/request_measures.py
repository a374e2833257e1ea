"""What is summed over requests, on the day they were raised unless another is named."""

from functools import partial

import polars as pl

from projections.metrics.catalogue.volume_measures import ELECTRONIC
from projections.metrics.measure import Condition, Measure

RETURNED = Condition(holds=pl.col("returns") > 0, otherwise="never returned")
STILL_WANTED = Condition(holds=pl.col("is_wanted"), otherwise="cancelled before it was due")
IN_TIME = Condition(holds=pl.col("is_on_time"), otherwise="not fulfilled by its due moment")
WITH_ORDER = Condition(holds=pl.col("has_order"), otherwise="no order was made in it")

raised = partial(Measure, fact="requests", time="raised_at")
fulfilled = partial(Measure, fact="requests", time="fulfilled_at")
due = partial(Measure, fact="due_requests", time="due_at")
contact = partial(Measure, fact="sales_contacts", time="offered_at")

REQUEST_MEASURES = (
    raised(name="requests"),
    raised(name="electronic_requests", conditions=(ELECTRONIC,)),
    raised(name="returned_requests", conditions=(RETURNED,)),
    raised(name="requested_amount", amount="amount", sql_type="numeric", counted_by="requests"),
    fulfilled(name="fulfilled_requests"),
    fulfilled(
        name="fulfilled_amount",
        amount="fulfilled_amount",
        sql_type="numeric",
        counted_by="fulfilled_requests",
    ),
)

DERIVED_REQUEST_MEASURES = (
    due(name="requests_due", conditions=(STILL_WANTED,)),
    due(name="requests_on_time", conditions=(STILL_WANTED, IN_TIME)),
    contact(name="sales_contacts"),
    contact(name="sales_contacts_with_order", conditions=(WITH_ORDER,)),
)

REQUEST_GROUPINGS = (
    (),
    ("kind",),
    ("unit",),
    ("channel",),
    ("tier",),
    ("kind", "unit"),
)
