"""Prospects: who is not a customer yet, on what lawful basis they may be contacted, and whether they were.

Whoever is classified as a prospect is one, and whoever is classified otherwise in the scheme `relation` is
none. Of everybody else it is who has a stream of their own, has not left, and holds nothing: no contract ever
signed, no membership, no usage in the last 184 days; registered (`registered_only`) or not (`unregistered`).
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from domain.organisation.contact_rules import lawful_bases
from projections.views.customer_360 import CUSTOMER_360
from projections.views.customer_identity import MARKETING
from projections.views.people import WHO, People, beside, people_of
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book
from projections.views.view import Figure, Reconciliation, View

PROSPECT = "prospect"
LAWFUL_BASES = "lawful_bases"


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """One person who may become a customer."""

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    kind: str
    """classified, unregistered or registered_only."""
    unit: str | None
    """The unit of the latest registration, as an id without `unit-`."""
    tier: str | None
    """The tier as the source said it at the latest registration."""
    market: str | None
    registered_at: datetime | None
    consent: bool | None
    """The last word on marketing, or on contact of any purpose; null where nothing was said."""
    basis: str | None
    """The lawful basis of that word, a code; null where none was recorded."""
    consented_at: datetime | None
    """When that word was said."""
    may_be_contacted: bool
    """Whether it allows contact, on a basis that the rules of the day call lawful."""
    is_contacted: bool
    """Whether the organisation ever reached out to them."""
    last_contacted_at: datetime | None
    contacts_30_days: int
    """How often the organisation reached out in the last 30 local days."""
    last_inbound_at: datetime | None


def prospects(reading: ViewReading) -> pl.DataFrame:
    """One row per prospect at the moment of the reading."""
    known = reading.view(CUSTOMER_360, columns=(*SHOWN, *HELD))
    people = people_of(reading, [known.select(pl.format("customer-{}", "customer_id")).to_series()])
    listed = known.join(people.names, on="customer_id")
    told = beside(listed, (_contracts(reading, people), _last_word(reading, people)))
    bases = sorted(lawful_bases(rule_book(reading, LAWFUL_BASES), on=reading.day))
    is_lawful = pl.col("consent") & pl.col("basis").is_in(bases)
    return (
        told.with_columns(kind=KIND)
        .filter(pl.col("kind").is_not_null())
        .with_columns(
            may_be_contacted=is_lawful.fill_null(value=False),
            is_contacted=pl.col("last_contacted_at").is_not_null(),
            contacts_30_days="outbound_contacts_30_days",
        )
    )


SHOWN = ("unit", "tier", "market", "registered_at", "last_contacted_at", "last_inbound_at")
"""Columns that are those of `customer_360`."""
HELD = ("relation", "churned_at", "member_id", "last_usage_month", "outbound_contacts_30_days")
HOLDS_NOTHING = (
    pl.col("relation").is_null()
    & pl.col("churned_at").is_null()
    & pl.col("contracts_signed").fill_null(0).eq(0)
    & pl.col("member_id").is_null()
    & pl.col("last_usage_month").is_null()
)
KIND = (
    pl.when(pl.col("relation") == PROSPECT)
    .then(pl.lit("classified"))
    .when(HOLDS_NOTHING & pl.col("registered_at").is_null())
    .then(pl.lit("unregistered"))
    .when(HOLDS_NOTHING)
    .then(pl.lit("registered_only"))
)


def _contracts(reading: ViewReading, people: People) -> pl.DataFrame:
    """[who, contracts_signed]: how many contracts a person ever signed."""
    signed = people.read(reading, "contracts", at="signed_at")
    return signed.group_by(WHO).agg(contracts_signed=pl.len().cast(pl.Int64))


def _last_word(reading: ViewReading, people: People) -> pl.DataFrame:
    """[who, consent, basis, consented_at]: the last word on marketing, or on contact of any purpose."""
    columns = ("purpose", "granted", "basis", "last_position")
    told = people.read(reading, "consents", *columns, at="changed_at")
    said = told.filter(pl.col("purpose").is_in(MARKETING)).sort("changed_at", "last_position")
    return said.group_by(WHO).agg(
        consent=pl.col("granted").last(),
        basis=pl.col("basis").last(),
        consented_at=pl.col("changed_at").last(),
    )


def may_be_contacted(rows: pl.DataFrame, _: date) -> float:
    """How many prospects may be contacted."""
    return float(rows["may_be_contacted"].sum())


def without_consent(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id] of who may be contacted by their row, and not by the 360 view."""
    allowed = reading.view(CUSTOMER_360, columns=("consent_marketing",)).filter("consent_marketing")
    return rows.filter("may_be_contacted").join(allowed, on="customer_id", how="anti").select("customer_id")


def missing(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id] of who is classified as a prospect now, is not erased, and has no row."""
    classified = reading.view(CUSTOMER_360, columns=("relation",)).filter(relation=PROSPECT)
    return classified.join(rows, on="customer_id", how="anti").select("customer_id")


PROSPECTS = View(
    name="prospects",
    version=1,
    row=Prospect,
    keys=("customer_id",),
    facts=("contracts", "consents", "customer_links", "organisation_rules"),
    views=(CUSTOMER_360,),
    make=prospects,
    name_en="prospects",
    name_zh="潜在客户",
    figure=Figure(name="may_be_contacted", value=may_be_contacted, lowest=0.0),
    ranges={
        "kind_is_known": pl.col("kind").is_in(["classified", "unregistered", "registered_only"]),
        "contact_needs_consent_on_a_basis": ~pl.col("may_be_contacted")
        | (pl.col("consent") & pl.col("basis").is_not_null()),
    },
    reconciliations=(
        Reconciliation(
            name="consent_is_that_of_the_customer",
            meaning="whoever may be contacted has consented by the 360 view of the same moment",
            differences=without_consent,
        ),
        Reconciliation(
            name="everybody_classified_is_there",
            meaning="whoever is classified as a prospect has a row",
            differences=missing,
        ),
    ),
    ages=(),
)
