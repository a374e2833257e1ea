"""Who was erased: nobody lists them, though they stay in every total."""

import polars as pl

from projections.metrics.derived.derived import Reading
from projections.metrics.persons import BEGINNING, Persons


def erased_persons(reading: Reading, known: Persons) -> pl.DataFrame:
    """[person] of everybody erased by the reading's moment."""
    told = reading.facts("customers", columns=("erased_at",), time=("erased_at", BEGINNING, None))
    return told.select(known.of(told, column="customer", at="erased_at").alias("person")).unique()
