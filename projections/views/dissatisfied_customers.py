"""The register of dissatisfied customers (不满意客户库): who said so, of what, whose it is, what was done.

Entries of the last 365 local days, repaired or not, and ratings of these days that said so to be not
satisfied and were never entered: of neither an entry names the rating, nor was one told of the same person
and process since.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from domain.organisation.process_owners import PROCESS_OWNER, owner_of
from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.metrics.persons import STREAM, Persons, persons
from projections.views.forgotten import erased_persons
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import days_of_change, last_of, rule_book
from projections.views.view import Age, Figure, Reconciliation, View

DAYS = 365
ENTRY = ("process", "reason", "rating_id", "subject_id", "unit", "agent_id", "tier")


@dataclass(frozen=True, kw_only=True)
class DissatisfiedCustomer:
    """One thing that somebody was not satisfied with."""

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    entry: str
    """Which of the customer's entries it is."""
    is_entered: bool
    """Whether it is in the register; else only a rating said so."""
    dissatisfied_at: datetime
    """When they said so."""
    process: str | None
    owner: str | None
    """The unit that owned the process on that local day; null where nobody was named."""
    reason: str | None
    """What with, a code; null where only a rating said so."""
    rating_id: str | None
    subject_id: str | None
    unit: str | None
    agent_id: str | None
    tier: str | None
    status: str
    """open; repaired; confirmed (rated again, satisfied); failed (rated again, not satisfied)."""
    repaired_at: datetime | None
    repaired_how: str | None
    rated_again_at: datetime | None
    """When the process was first rated after the repair; null before."""
    rated_again_satisfied: bool | None
    """Whether that rating said to be satisfied; null before."""


def dissatisfied_customers(reading: ViewReading) -> pl.DataFrame:
    """One row per entry, and per rating that nobody entered, of persons who are not erased."""
    known = persons(reading)
    entries, ratings = _entries(reading, known), _ratings(reading, known)
    told = pl.concat([entries, _not_entered(ratings, entries)], how="diagonal")
    listed = told.join(erased_persons(reading, known), on="person", how="anti")
    rated = _rated_again(listed, ratings)
    return _with_owner(reading, rated).with_columns(status=STATUS)


STATUS = (
    pl.when(pl.col("repaired_at").is_null())
    .then(pl.lit("open"))
    .when(pl.col("rated_again_satisfied").is_null())
    .then(pl.lit("repaired"))
    .when("rated_again_satisfied")
    .then(pl.lit("confirmed"))
    .otherwise(pl.lit("failed"))
)


def _entries(reading: ViewReading, known: Persons) -> pl.DataFrame:
    since = ("dissatisfied_at", reading.days_before(DAYS), None)
    columns = (*ENTRY, "dissatisfied_at", "repaired_at", "repaired_how")
    rows = reading.facts("dissatisfactions", columns=columns, time=since)
    return _of_persons(rows, known, at="dissatisfied_at").with_columns(is_entered=pl.lit(value=True))


def _ratings(reading: ViewReading, known: Persons) -> pl.DataFrame:
    """Ratings of the days by person, with `said`: whether they said so to be satisfied."""
    since = ("rated_at", reading.days_before(DAYS), None)
    rows = reading.facts("customer_ratings", columns=(*ENTRY, *WORD, "rated_at"), time=since)
    judged = rows.with_columns(said=is_satisfied(*WORD)).filter(pl.col("said").is_not_null())
    return _of_persons(judged, known, at="rated_at").drop(WORD)


WORD = ("satisfied", "score", "scale")


def _of_persons(rows: pl.DataFrame, known: Persons, *, at: str) -> pl.DataFrame:
    """Add person and customer_id, and the name of the row among those of a person."""
    kept = [name for name in rows.columns if not name.startswith(("first_", "last_", "voided"))]
    return rows.select(
        *kept,
        known.of(rows, column="customer", at=at).alias("person"),
        known.of(rows, column="customer", at=at, show="name").alias("customer_id"),
        entry=pl.format("{}#{}", pl.col("customer").str.strip_prefix(STREAM), "version"),
    ).drop("version")


def _not_entered(ratings: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Ratings that said no, of which the register knows nothing."""
    no = ratings.filter(~pl.col("said")).rename({"rated_at": "dissatisfied_at"}).drop("said")
    named = entries.select("person", "rating_id").drop_nulls()
    later = no.join(
        entries.select("person", "process", entered_at="dissatisfied_at"), on=["person", "process"]
    )
    met = later.filter(pl.col("entered_at") >= pl.col("dissatisfied_at")).select("entry").unique()
    unnamed = no.join(named, on=["person", "rating_id"], how="anti")
    return unnamed.join(met, on="entry", how="anti").with_columns(is_entered=pl.lit(value=False))


def _rated_again(told: pl.DataFrame, ratings: pl.DataFrame) -> pl.DataFrame:
    """Add the first rating of the person and process after the repair; of two at a moment the worse."""
    again = ratings.select("person", "process", rated_again_at="rated_at", rated_again_satisfied="said")
    met = told.select("entry", "person", "process", "repaired_at").join(again, on=["person", "process"])
    after = met.filter(pl.col("rated_again_at") > pl.col("repaired_at"))
    first = after.sort("rated_again_at", "rated_again_satisfied").unique(
        "entry", keep="first", maintain_order=True
    )
    return told.join(first.select("entry", "rated_again_at", "rated_again_satisfied"), on="entry", how="left")


def _with_owner(reading: ViewReading, told: pl.DataFrame) -> pl.DataFrame:
    """Add who owned the process on the local day that it was told of."""
    rules = rule_book(reading, PROCESS_OWNER)
    local = pl.col("dissatisfied_at").dt.convert_time_zone(reading.zone.key).dt.date()
    dated = told.with_columns(ruled_on=last_of(days_of_change(rules, PROCESS_OWNER), local))
    asked = dated.select("process", "ruled_on").drop_nulls().unique()
    owners = [owner_of(process, rules=rules, on=day) for process, day in asked.rows()]
    found = asked.with_columns(owner=pl.Series(owners, dtype=pl.String))
    return dated.join(found, on=["process", "ruled_on"], how="left")


def open_entries(rows: pl.DataFrame, _: date) -> float:
    """How many things nobody has put right."""
    return float((rows["status"] == "open").sum())


def unheard(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id, rated_at] of ratings that said no, of persons of whom the view has nothing."""
    known = persons(reading)
    said = _ratings(reading, known).filter(~pl.col("said"))
    listed = said.join(erased_persons(reading, known), on="person", how="anti")
    return listed.join(rows, on="customer_id", how="anti").select("customer_id", "rated_at")


def lost_entries(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[process, in_view, in_register] that differ: entries of who is not erased, told process by process."""
    known = persons(reading)
    entries = _entries(reading, known).join(erased_persons(reading, known), on="person", how="anti")
    counted = entries.group_by("process").agg(in_register=pl.len())
    shown = rows.filter("is_entered").group_by("process").agg(in_view=pl.len())
    met = shown.join(counted, on="process", how="full", coalesce=True, nulls_equal=True)
    return met.filter(pl.col("in_view").ne_missing(pl.col("in_register")))


DISSATISFIED_CUSTOMERS = View(
    name="dissatisfied_customers",
    version=1,
    row=DissatisfiedCustomer,
    keys=("customer_id", "entry"),
    time="dissatisfied_at",
    facts=("dissatisfactions", "customer_ratings", "customers", "customer_links", "organisation_rules"),
    make=dissatisfied_customers,
    name_en="dissatisfied customers",
    name_zh="不满意客户库",
    figure=Figure(name="open_entries", value=open_entries, lowest=0.0),
    ranges={
        "repaired_after_it_was_told": pl.col("repaired_at").is_null()
        | (pl.col("repaired_at") >= pl.col("dissatisfied_at")),
        "rated_again_after_the_repair": pl.col("rated_again_at").is_null()
        | (pl.col("rated_again_at") > pl.col("repaired_at")),
        "what_was_not_entered_is_open": pl.col("is_entered") | (pl.col("status") == "open"),
    },
    reconciliations=(
        Reconciliation(
            name="everybody_who_said_so_is_there",
            meaning="whoever rated so to be not satisfied in the last 365 days has a row",
            differences=unheard,
        ),
        Reconciliation(
            name="every_entry_is_there",
            meaning="entries of the register in the last 365 days, process by process",
            differences=lost_entries,
        ),
    ),
    ages=(
        Age(fact="dissatisfactions", column="dissatisfied_at", days=DAYS),
        Age(fact="customer_ratings", column="rated_at", days=DAYS),
    ),
)
