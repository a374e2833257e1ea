"""All that is known of each customer at a moment, one row per person: the view that others build on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from projections.views.customer_360_checks import CUSTOMER_RECONCILIATIONS
from projections.views.customer_activity import (
    CONTACT_DAYS,
    EXPIRY_DAYS,
    USAGE_DAYS,
    WARNING_DAYS,
    complaints,
    inbound_calls,
    memberships,
    outbound_contacts,
    points,
    ratings,
    usage,
    warnings,
)
from projections.views.customer_identity import (
    RECENT_DAYS,
    Known,
    classes,
    everybody,
    known_of,
    marketing_consent,
    open_dissatisfactions,
    registrations,
    running_contract,
)
from projections.views.people import WHO, beside
from projections.views.reading import ViewReading
from projections.views.view import Age, Figure, View


@dataclass(frozen=True, kw_only=True)
class Customer360:
    """A person who registered, or has a stream of their own; whoever is erased is left out.

    Windows of N days are N local days that end with the view's own. Counts without rows are 0.
    """

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    unit: str | None
    """The unit of the latest registration, as an id without `unit-`."""
    tier: str | None
    """The tier as the source said it at the latest registration."""
    member_tier: str | None
    """The tier of the running membership that moved last."""
    value_class: str | None
    """The class in the scheme `value`; it ends when the customer leaves."""
    brand: str | None
    """The class in the scheme `brand`; null where none was told."""
    market: str | None
    account: str | None
    """The class in the scheme `account`; null where none was told."""
    account_class: str | None
    """The class in the scheme `account_class`; null where none was told."""
    lifecycle: str | None
    """The class in the scheme `lifecycle`; null where none was told."""
    sensitivity: str | None
    relation: str | None
    """The class in the scheme `relation`; null where none was told."""
    is_customer: bool
    """Registered, and has not left under every registered pseudonym."""
    registrations: int
    """Pseudonyms of theirs that are registered and have not left."""
    registered_at: datetime | None
    """The first registration."""
    churned_at: datetime | None
    """When they left last; null of whoever is here."""
    churn_reason: str | None
    """Why they left last, a code; null of whoever is here, and where nobody said."""
    manager_a: str | None
    manager_b: str | None
    contracts: int
    """How many contracts run."""
    product: str | None
    """The product of the running contract that ends next."""
    bundle: str | None
    """The lock-in of the running contract that ends next."""
    contract_ends_at: datetime | None
    """When the next of the running contracts ends; null without any, or without an end."""
    spend_last_month: Decimal | None
    """Spend a month in the latest period of usage that began in the last 184 days."""
    spend_mean_3_months: Decimal | None
    """Mean spend a month of the latest three such periods, rounded down to four places."""
    last_usage_month: date | None
    """When the latest such period began."""
    calls_30_days: int
    """Inbound calls of the last 30 local days, however they ended."""
    calls_90_days: int
    """Inbound calls of the last 90 local days, however they ended."""
    last_inbound_at: datetime | None
    """The last inbound call of the last 180 days."""
    complaints_90_days: int
    """Complaints filed in the last 90 local days, of any kind."""
    complaints_365_days: int
    """Complaints filed in the last 365 local days, of any kind."""
    open_complaints: int
    """Complaints filed and not closed, or opened again."""
    last_complaint_at: datetime | None
    """When the last complaint was filed; null if none."""
    outbound_contacts_30_days: int
    """Contacts, and attempts to call back that name the customer, of the last 30 local days."""
    last_contacted_at: datetime | None
    last_rated_at: datetime | None
    """The last rating of a call, a callback or in a survey, in the last 180 days."""
    last_rating_satisfied: bool | None
    """Whether that rating said to be satisfied: the customer's word, else the two top boxes."""
    dissatisfied_open: int
    """Entries of the register of dissatisfied customers that are not repaired."""
    member_id: str | None
    """The running membership that moved last, as an id without `member-`; null without any."""
    points_balance: Decimal | None
    """Points left in all lots of all memberships, pending ones among them; null without any lot."""
    points_expiring_90_days: Decimal | None
    """Points left in lots that expire in the next 90 local days."""
    last_redeemed_at: datetime | None
    consent_marketing: bool | None
    """The last word on the purpose `marketing`, or on any; null where nothing was said."""
    open_warnings: int
    """Warnings of the last 90 days after which nobody acted or made contact."""
    last_retention_action_at: datetime | None


def customer_360(reading: ViewReading) -> pl.DataFrame:
    """One row per person at the moment of the reading."""
    known = known_of(reading)
    rows = beside(everybody(known), (make(known) for make in PARTS))
    counted = rows.with_columns(pl.col(COUNTS).fill_null(0))
    return counted.with_columns(is_customer=pl.col("registrations") > 0).drop(WHO)


PARTS: tuple[Callable[[Known], pl.DataFrame], ...] = (
    registrations,
    classes,
    running_contract,
    usage,
    inbound_calls,
    complaints,
    outbound_contacts,
    ratings,
    open_dissatisfactions,
    memberships,
    points,
    marketing_consent,
    warnings,
)
COUNTS = [
    "registrations",
    "contracts",
    "calls_30_days",
    "calls_90_days",
    "complaints_90_days",
    "complaints_365_days",
    "open_complaints",
    "outbound_contacts_30_days",
    "dissatisfied_open",
    "open_warnings",
]
AGES = (
    Age(fact="contracts", column="ends_at", days=0),
    Age(fact="usage_months", column="period_start", days=USAGE_DAYS),
    Age(fact="calls", column="offered_at", days=30),
    Age(fact="calls", column="offered_at", days=90),
    Age(fact="calls", column="offered_at", days=RECENT_DAYS),
    Age(fact="callbacks", column="answered_at", days=RECENT_DAYS),
    Age(fact="customer_ratings", column="rated_at", days=RECENT_DAYS),
    Age(fact="complaints", column="filed_at", days=90),
    Age(fact="complaints", column="filed_at", days=365),
    Age(fact="contacts", column="contacted_at", days=CONTACT_DAYS),
    Age(fact="callback_attempts", column="attempted_at", days=CONTACT_DAYS),
    Age(fact="member_lots", column="expires_at", days=-EXPIRY_DAYS),
    Age(fact="member_lots", column="expires_at", days=0),
    Age(fact="warnings", column="warned_at", days=WARNING_DAYS),
)
"""Whatever a column counts otherwise by the passing of time alone."""


def customers_here(rows: pl.DataFrame, _: date) -> float:
    """How many persons are customers."""
    return float(rows["is_customer"].sum())


CUSTOMER_360 = View(
    name="customer_360",
    version=1,
    row=Customer360,
    keys=("customer_id",),
    ordered=("spend_mean_3_months",),
    is_large=True,
    facts=(
        "customers",
        "customer_links",
        "customer_classes",
        "churns",
        "contracts",
        "consents",
        "dissatisfactions",
        "usage_months",
        "calls",
        "callbacks",
        "callback_attempts",
        "customer_ratings",
        "complaints",
        "contacts",
        "members",
        "member_lots",
        "warnings",
        "retention_actions",
    ),
    make=customer_360,
    name_en="customer 360",
    name_zh="客户全景",
    figure=Figure(name="customers", value=customers_here, lowest=0.0),
    ranges={
        "counts_are_not_negative": pl.all_horizontal(pl.col(name) >= 0 for name in COUNTS),
        "short_windows_lie_in_long_ones": (pl.col("calls_30_days") <= pl.col("calls_90_days"))
        & (pl.col("complaints_90_days") <= pl.col("complaints_365_days")),
        "customers_are_registered_and_not_gone": pl.col("is_customer").not_()
        | (pl.col("registered_at").is_not_null() & pl.col("churned_at").is_null()),
    },
    reconciliations=CUSTOMER_RECONCILIATIONS,
    ages=AGES,
)
