"""Sensitive customers (敏感客户): who has not complained and is likely to, why, and what was done about it.

Listed are customers still here who filed no complaint in the last 365 local days and have none open, if they
are classified as sensitive or if one of these signals was seen: three inbound calls on one matter in 30 days;
a rating that said no, the complaint key pressed, or a call that ended unresolved in 90 days; an entry of the
register of dissatisfied customers that nobody has repaired.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from projections.metrics.persons import BEGINNING, STREAM, persons
from projections.views.customer_360 import CUSTOMER_360
from projections.views.people import beside, people_of
from projections.views.reading import ViewReading
from projections.views.sensitive_signals import REPEATED, REPEATED_DAYS, SIGNAL_DAYS, SIGNALS, Signs
from projections.views.view import Age, Figure, Reconciliation, View

NOT_SENSITIVE = ("normal", "low", "none")
"""Classes of the scheme `sensitivity` that say so that somebody is not; any other says that they are."""


@dataclass(frozen=True, kw_only=True)
class SensitiveCustomer:
    """One customer with the reasons, and the last that was done."""

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    unit: str | None
    """The unit of the latest registration, as an id without `unit-`."""
    tier: str | None
    """The tier as the source said it at the latest registration."""
    member_tier: str | None
    """The tier of the running membership that moved last."""
    value_class: str | None
    manager_a: str | None
    sensitivity: str | None
    reasons: str
    """Comma-joined, of class, repeated_contacts, low_rating, complaint_key, unresolved_call, dissatisfied."""
    signals: int
    """How many reasons there are."""
    repeated_matter: str | None
    """The matter called about most often in 30 days, where there were three such calls."""
    repeated_calls: int
    """The inbound calls about that matter in 30 days."""
    low_ratings: int
    """Ratings of the last 90 days that said to be not satisfied, of calls, callbacks and surveys."""
    key_presses: int
    """Calls of the last 90 days in which the complaint key was pressed."""
    unresolved_calls: int
    """Inbound calls of the last 90 days that the agent declared not resolved."""
    dissatisfied_open: int
    last_signal_at: datetime | None
    """When the last of the signals was given; null where only the class or the register says so."""
    last_contacted_at: datetime | None
    last_retention_action_at: datetime | None
    is_acted_on: bool | None
    """Whether they were contacted, or something was done, since then; null without a signal."""


def sensitive_customers(reading: ViewReading) -> pl.DataFrame:
    """One row per customer with at least one reason, at the moment of the reading."""
    registered = ("registered_at", None, reading.reference)
    known = reading.view(CUSTOMER_360, columns=(*SHOWN, *QUIET), time=registered)
    quiet = known.filter(
        pl.col("is_customer"), pl.col("complaints_365_days") == 0, pl.col("open_complaints") == 0
    )
    people = people_of(reading, [quiet.select(pl.format(f"{STREAM}{{}}", "customer_id")).to_series()])
    listed = quiet.join(people.names, on="customer_id")
    signs = Signs(reading, people)
    told = beside(listed, (signal(signs) for signal in SIGNALS)).with_columns(
        pl.col(COUNTS).fill_null(0),
        last_signal_at=pl.max_horizontal(f"{name}_at" for name in COUNTS),
    )
    marked = told.with_columns(
        reasons=pl.concat_str(
            (pl.when(holds).then(pl.lit(name)) for name, holds in REASONS.items()),
            separator=",",
            ignore_nulls=True,
        ),
        signals=pl.sum_horizontal(holds.cast(pl.Int64) for holds in REASONS.values()),
        is_acted_on=pl.max_horizontal("last_contacted_at", "last_retention_action_at").fill_null(BEGINNING)
        >= pl.col("last_signal_at"),
    )
    return marked.filter(pl.col("signals") > 0)


SHOWN = (
    "unit",
    "tier",
    "member_tier",
    "value_class",
    "manager_a",
    "sensitivity",
    "dissatisfied_open",
    "last_contacted_at",
    "last_retention_action_at",
)
"""Columns that are those of `customer_360`."""
QUIET = ("is_customer", "complaints_365_days", "open_complaints")
COUNTS = ("repeated_calls", "low_ratings", "key_presses", "unresolved_calls")
REASONS = {
    "class": (pl.col("sensitivity").is_not_null() & ~pl.col("sensitivity").is_in(NOT_SENSITIVE)).fill_null(
        value=False
    ),
    "repeated_contacts": pl.col("repeated_calls") > 0,
    "low_rating": pl.col("low_ratings") > 0,
    "complaint_key": pl.col("key_presses") > 0,
    "unresolved_call": pl.col("unresolved_calls") > 0,
    "dissatisfied": pl.col("dissatisfied_open") > 0,
}
"""Reason -> the rows that it holds of, in the order in which reasons are told."""


def not_acted_on(rows: pl.DataFrame, _: date) -> float:
    """How many gave a signal after which nobody did anything."""
    return float((~rows["is_acted_on"]).sum())


def complained(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id, filed_at] of complaints that customers listed here filed in the last 365 days.

    Customers who were linked, or whose number changed hands, are left out.
    """
    since = ("filed_at", reading.days_before(365), None)
    filed = reading.facts("complaints", columns=("customer_id", "filed_at"), time=since)
    alone = filed.join(persons(reading).tenures, on="customer_id", how="anti")
    return alone.join(rows, on="customer_id", how="semi").select("customer_id", "filed_at")


def unlisted(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id] of who pressed the key in 90 days, is here, never complained, and has no row.

    Customers who were linked, or whose number changed hands, are left out.
    """
    since = ("offered_at", reading.days_before(SIGNAL_DAYS), None)
    calls = reading.facts("calls", columns=("customer_id", "key_pressed_at"), time=since)
    pressed = calls.drop_nulls("key_pressed_at").select("customer_id").drop_nulls().unique()
    told = reading.view(CUSTOMER_360, columns=("is_customer", "last_complaint_at"))
    quiet = told.filter("is_customer", pl.col("last_complaint_at").is_null())
    met = pressed.join(quiet, on="customer_id", how="semi")
    alone = met.join(persons(reading).tenures, on="customer_id", how="anti")
    return alone.join(rows, on="customer_id", how="anti")


SENSITIVE_CUSTOMERS = View(
    name="sensitive_customers",
    version=1,
    row=SensitiveCustomer,
    keys=("customer_id",),
    time="last_signal_at",
    facts=(
        "calls",
        "call_purposes",
        "callbacks",
        "customer_ratings",
        "complaints",
        "customer_links",
    ),
    views=(CUSTOMER_360,),
    make=sensitive_customers,
    name_en="sensitive customers",
    name_zh="敏感客户",
    figure=Figure(name="not_acted_on", value=not_acted_on, lowest=0.0),
    ranges={
        "reasons_are_counted": pl.col("signals") == pl.col("reasons").str.count_matches(",") + 1,
        "what_is_repeated_is_three_times": (pl.col("repeated_calls") == 0)
        | (pl.col("repeated_calls") >= REPEATED),
        "counts_are_not_negative": pl.all_horizontal(pl.col(name) >= 0 for name in COUNTS),
    },
    reconciliations=(
        Reconciliation(
            name="nobody_has_complained",
            meaning="no complaint of the last 365 days names a customer listed here",
            differences=complained,
        ),
        Reconciliation(
            name="everybody_who_pressed_the_key_is_there",
            meaning="who pressed the complaint key, never complained and is still here has a row",
            differences=unlisted,
        ),
    ),
    ages=(
        Age(fact="calls", column="offered_at", days=REPEATED_DAYS),
        Age(fact="calls", column="offered_at", days=SIGNAL_DAYS),
        Age(fact="call_purposes", column="handled_at", days=REPEATED_DAYS),
        Age(fact="callbacks", column="answered_at", days=SIGNAL_DAYS),
        Age(fact="customer_ratings", column="rated_at", days=SIGNAL_DAYS),
    ),
)
