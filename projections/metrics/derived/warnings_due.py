"""Every warning that fell due, and whether somebody acted or reached out in time."""

from datetime import datetime

import polars as pl

from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, customer_id

COLUMNS = ("kind", "unit", "agent_id", "tier", "warned_at", "due_at")
ACTIONS = (("retention_actions", "taken_at"), ("contacts", "contacted_at"))
"""What counts as acting on a warning: an action to keep the customer, or any contact."""


def warnings_due(reading: Reading) -> pl.DataFrame:
    """Warnings due by the moment asked as of; `is_acted_on`: from the warning to its due moment."""
    start, end = reading.spans[0][0], min(reading.spans[-1][1], reading.reference)
    due = reading.facts("warnings", columns=COLUMNS, time=("due_at", start, end))
    first: datetime | None = due["warned_at"].min()  # type: ignore[assignment]
    acted = pl.concat(
        reading.facts(fact, columns=(time,), time=(time, first, None)).select("customer", acted_at=time)
        for fact, time in ACTIONS
    )
    met = due.select("customer", "version", "warned_at", "due_at").join(acted, on="customer")
    in_time = met.filter(pl.col("acted_at").is_between("warned_at", "due_at"))
    keys = in_time.select("customer", "version").unique().with_columns(is_acted_on=pl.lit(value=True))
    return due.join(keys, on=["customer", "version"], how="left").select(
        "customer",
        "version",
        customer_id(),
        *COLUMNS,
        pl.col("is_acted_on").fill_null(value=False),
        *ENVELOPE_COLUMNS,
    )


WARNINGS_DUE = Derived(
    name="warnings_due",
    reads=("warnings", *(fact for fact, _ in ACTIONS)),
    keys=("customer", "version"),
    schema={
        "customer_id": pl.String(),
        "kind": pl.String(),
        "unit": pl.String(),
        "agent_id": pl.String(),
        "tier": pl.String(),
        "warned_at": INSTANT,
        "due_at": INSTANT,
        "is_acted_on": pl.Boolean(),
    },
    rows=warnings_due,
)
