"""What is summed over volumes: the bases of rates, each period on its first day.

Every grouping carries `period_end`, so that a stored sum still says which period a value stands for.
"""

from typing import Literal

import polars as pl

from projections.metrics.measure import Measure


def volume_measure(name: str, *, kind: Literal["flow", "stock"]) -> Measure:
    return Measure(
        name=name,
        fact="volumes",
        value=pl.when(pl.col("measure") == name).then("value"),
        time="period_start",
        kind=kind,
        sql_type="numeric",
    )


VOLUME_MEASURES = (
    volume_measure("waybills", kind="flow"),
    volume_measure("customers", kind="stock"),
    volume_measure("policies", kind="flow"),
    volume_measure("copies", kind="flow"),
)

VOLUME_GROUPINGS = (
    ("period_end",),
    ("period_end", "unit"),
    ("period_end", "line"),
    ("period_end", "product"),
    ("period_end", "customer_class"),
    ("period_end", "channel"),
)
