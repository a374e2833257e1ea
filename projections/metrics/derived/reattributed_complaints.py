"""Complaints attributed anew under each reading of the liability rule, from their measured stages.

Whoever was held liable for a complaint whose stages nobody measured stays so, by the attribution in force:
a rate over these rows is comparable with the rate as attributed, and its history is that of one rule.
"""

from functools import partial

import polars as pl

from projections.metrics.derived.complaint_dimensions import ABOUT, filed_within, rows_about
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.liability_readings import CHOICES, blamed

READINGS = tuple(CHOICES)
WHOLE = 1_000_000
OWN: dict[str, pl.DataType] = {"stage": pl.String(), "share": pl.Int64(), "is_lead": pl.Boolean()}
LIABLE = ("share", "is_lead", "in_force")
STAGE = (
    "stage",
    "ordinal",
    "party",
    "standard_ms",
    "actual_ms",
    "due_at",
    "ended_at",
    "measured_at",
)


def fact_of_reading(reading: str) -> str:
    """The name of the derived fact of a reading."""
    return f"reattributed_{reading}"


def rows(reading: Reading, *, rule: str) -> pl.DataFrame:
    """Who answers for the complaints filed in the periods under a rule: one row per complaint and party."""
    complaints = filed_within(reading)
    asked = complaints["complaint"]
    stages = rows_about(reading, "complaint_stages", columns=STAGE, key="complaint", values=asked)
    by_rule = blamed(stages, rule).with_columns(share=pl.lit(WHOLE, pl.Int64), is_lead=pl.lit(value=True))
    told = rows_about(reading, "complaint_liabilities", columns=LIABLE, key="complaint", values=asked)
    unmeasured = told.filter("in_force").join(stages, on="complaint", how="anti")
    own = pl.concat([by_rule, unmeasured], how="diagonal").select("complaint", "party", *OWN)
    return own.join(complaints, on="complaint")


REATTRIBUTED: tuple[Derived, ...] = tuple(
    Derived(
        name=fact_of_reading(rule),
        reads=("complaints", "complaint_stages", "complaint_liabilities"),
        keys=("complaint", "party"),
        schema=OWN | ABOUT,
        rows=partial(rows, rule=rule),
    )
    for rule in READINGS
)
