"""What must come to the same however it is counted: persons and customers, complaints and their rows."""

from datetime import timedelta

import polars as pl

from projections.metrics.persons import persons
from projections.metrics.question import Question
from projections.views.customer_identity import known_of
from projections.views.people import WHO
from projections.views.reading import ViewReading
from projections.views.view import Reconciliation

COMPLAINT_DAYS = 365


def registrations_differ(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[in_metric, listed, not_listed] where registrations listed and not listed are not the metric's."""
    answers = reading.ask(
        Question(metric="customers", start=reading.day, end=reading.day + timedelta(days=1))
    )
    in_metric = sum(int(answer.value or 0) for answer in answers)
    listed = int(rows["registrations"].sum())
    counts = pl.DataFrame({"in_metric": in_metric, "listed": listed, "not_listed": _unlisted(reading, rows)})
    return counts.filter(pl.col("in_metric") != pl.col("listed") + pl.col("not_listed"))


def _unlisted(reading: ViewReading, rows: pl.DataFrame) -> int:
    """Registered and here under a pseudonym of nobody listed: erased, or given back."""
    known = known_of(reading)
    listed = known.people.names.join(rows.select("customer_id"), on="customer_id", how="semi")
    shown = known.customers.join(listed, on=WHO, how="semi").select("customer")
    told = reading.facts("customers", columns=("registered_at", "churned_at"))
    here = told.filter(pl.col("registered_at").is_not_null(), pl.col("churned_at").is_null())
    return here.join(shown, on="customer", how="anti").height


def complaints_differ(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id, complaints_365_days, filed] that differ, of who was never linked and kept the number."""
    filed = reading.facts(
        "complaints",
        columns=("customer_id", "filed_at"),
        time=("filed_at", reading.days_before(COMPLAINT_DAYS), None),
    )
    counted = filed.group_by("customer_id").agg(filed=pl.len().cast(pl.Int64))
    alone = rows.join(persons(reading).tenures, on="customer_id", how="anti")
    met = alone.select("customer_id", "complaints_365_days").join(counted, on="customer_id", how="left")
    return met.filter(pl.col("complaints_365_days") != pl.col("filed").fill_null(0))


CUSTOMER_RECONCILIATIONS = (
    Reconciliation(
        name="registrations_are_the_metric_customers",
        meaning="registrations of everybody listed, and of whoever is not, are the metric `customers`",
        differences=registrations_differ,
    ),
    Reconciliation(
        name="complaints_are_those_filed",
        meaning="complaints of 365 days are the rows of complaints that name the customer",
        differences=complaints_differ,
    ),
)
