"""Complaints, and the last one before each by the same customer on the same category or subject."""

from datetime import timedelta

import polars as pl

from projections.metrics.derived.complaint_dimensions import ABOUT, DIMENSIONS, ENVELOPE, FILED, bounds
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.persons import persons

WITHIN = timedelta(days=30)
MATTERS = ("category", "subject_id")
PERSON = "person"


def rows(reading: Reading) -> pl.DataFrame:
    """The complaints filed in the periods; `previous` is the stream of one filed up to 30 days before."""
    start, end = bounds(reading)
    columns = (*DIMENSIONS, FILED, "subject_id")
    told = reading.facts("complaints", columns=columns, time=(FILED, start - WITHIN, end)).sort(FILED)
    people = persons(reading).of(told, column="customer_id", at=FILED)
    filed = told.with_columns(people.alias(PERSON))
    asked = filed.filter(pl.col(FILED) >= start)
    for matter in MATTERS:
        asked = _with_previous(asked, filed, matter)
    found = pl.coalesce(f"previous_{matter}" for matter in MATTERS)
    return asked.select("complaint", *ABOUT, *ENVELOPE, found.alias("previous"), found.alias("other_stream"))


def _with_previous(asked: pl.DataFrame, filed: pl.DataFrame, matter: str) -> pl.DataFrame:
    """The stream of the latest complaint before, of the same person and matter; nobody is no person."""
    same = [PERSON, matter]
    before = filed.filter(pl.all_horizontal(pl.col(same).is_not_null())).select(
        *same, FILED, pl.col("complaint").alias(f"previous_{matter}")
    )
    return asked.join_asof(
        before,
        on=FILED,
        by=same,
        strategy="backward",
        tolerance=WITHIN,
        allow_exact_matches=False,
        check_sortedness=False,
    )


REPEATED_MATTERS = Derived(
    name="repeated_matters",
    reads=("complaints", "customer_links"),
    keys=("complaint",),
    schema=ABOUT | {"previous": pl.String()},
    rows=rows,
)
