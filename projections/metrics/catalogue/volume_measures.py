"""What is summed over volumes: the bases of rates, each period on its first day.

Every grouping carries `period_end`, so that a stored sum still says which period a value stands for.
"""

from typing import Literal

import polars as pl

from projections.metrics.measure import Condition, Measure


def volume_measures(name: str, *, kind: Literal["flow", "stock"]) -> tuple[Measure, Measure]:
    """The amount of a base, and how many recorded periods are behind it."""
    of_this_base = Condition(holds=pl.col("measure") == name, otherwise=f"not a volume of {name}")
    amount = Measure(
        name=name,
        fact="volumes",
        conditions=(of_this_base,),
        amount="value",
        time="period_start",
        kind=kind,
        sql_type="numeric",
        counted_by=f"{name}_recorded",
    )
    recorded = Measure(
        name=f"{name}_recorded", fact="volumes", conditions=(of_this_base,), time="period_start"
    )
    return amount, recorded


VOLUME_MEASURES = (
    *volume_measures("waybills", kind="flow"),
    *volume_measures("customers", kind="stock"),
    *volume_measures("policies", kind="flow"),
    *volume_measures("copies", kind="flow"),
)

VOLUME_GROUPINGS = (
    ("period_end",),
    ("period_end", "unit"),
    ("period_end", "line"),
    ("period_end", "product"),
    ("period_end", "customer_class"),
    ("period_end", "channel"),
)
