"""Who the customers are: registrations, classes, leavings, contracts and consents, by person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import polars as pl

from projections.views.people import WHO, People, beside, people_of
from projections.views.reading import ViewReading

CUSTOMER_COLUMNS = (
    "registered_at",
    "unit",
    "tier",
    "manager_a",
    "manager_b",
    "churned_at",
    "churn_reason",
    "last_contacted_at",
    "erased_at",
)
TOLD = {
    "customer_classes": ("classified_at", "customer", "scheme", "value", "last_position"),
    "churns": ("churned_at", "customer"),
    "contracts": ("signed_at", "customer", "contract_id", "product", "bundle", "ends_at", "ended_at"),
    "consents": ("changed_at", "purpose", "granted", "basis", "last_position"),
    "dissatisfactions": ("dissatisfied_at", "repaired_at"),
}
"""Fact -> its time, and what else is read of it, however old."""
SEEN_BY = tuple(fact for fact in TOLD if fact != "churns")
"""Whoever has a row here is listed, registered or not; a leaving is in the customer's own row."""
SCHEMES = {
    "value": "value_class",
    "brand": "brand",
    "market": "market",
    "account": "account",
    "account_class": "account_class",
    "lifecycle": "lifecycle",
    "sensitivity": "sensitivity",
    "relation": "relation",
}
"""Scheme -> the column that shows the class in it."""
RECENT_DAYS = 180
"""Calls and ratings that are looked at for the last of them."""
CALL_RATING = ("rating_satisfied", "rating_score", "rating_scale")
MARKETING = ("marketing", "any")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is read of everybody, whatever its age; every frame says by `who` whom a row is about."""

    reading: ViewReading
    people: People
    customers: pl.DataFrame
    classes: pl.DataFrame
    churns: pl.DataFrame
    contracts: pl.DataFrame
    consents: pl.DataFrame
    dissatisfactions: pl.DataFrame

    @cached_property
    def calls(self) -> pl.DataFrame:
        """Calls of the last half year, with their ratings."""
        return self.read("calls", "direction", *CALL_RATING, "rated_at", at="offered_at", since=RECENT_DAYS)

    @cached_property
    def last_contacts(self) -> pl.DataFrame:
        """[who, last_contacted_at] by what the customers' own streams tell."""
        return self.customers.group_by(WHO).agg(pl.col("last_contacted_at").max()).drop_nulls()

    @property
    def tomorrow(self) -> datetime:
        """The end of the view's local day: what lies before it no longer lies ahead."""
        return self.reading.begin_of(self.reading.day + timedelta(days=1))

    def read(self, fact: str, *columns: str, at: str, since: int | None = None) -> pl.DataFrame:
        """[who, columns…, at] of a fact's rows about somebody known; of the last `since` local days only."""
        return self.people.read(self.reading, fact, *columns, at=at, since=since)


def known_of(reading: ViewReading) -> Known:
    """Read whoever is registered, or told of by what is never out of date."""
    columns = (*CUSTOMER_COLUMNS, "first_occurred_at")
    customers = reading.facts("customers", columns=columns, envelope=False)
    told = {fact: reading.facts(fact, columns=names, envelope=False) for fact, names in TOLD.items()}
    people = people_of(reading, [customers["customer"], *(told[fact]["customer"] for fact in SEEN_BY)])
    since = customers.with_columns(since=pl.coalesce("registered_at", "first_occurred_at"))
    placed = {
        fact: people.placed(rows, *TOLD[fact], column="customer", at=TOLD[fact][0])
        for fact, rows in told.items()
    }
    return Known(
        reading=reading,
        people=people,
        customers=people.placed(since, "customer", *CUSTOMER_COLUMNS, column="customer", at="since"),
        classes=placed["customer_classes"],
        churns=placed["churns"],
        contracts=placed["contracts"],
        consents=placed["consents"],
        dissatisfactions=placed["dissatisfactions"],
    )


def everybody(known: Known) -> pl.DataFrame:
    """[who, customer_id] of all whom something is told of, and who are not erased."""
    told = (known.customers, known.classes, known.contracts, known.consents, known.dissatisfactions)
    erased = known.customers.filter(pl.col("erased_at").is_not_null()).select(WHO)
    return known.people.seen_in(told).join(erased, on=WHO, how="anti")


def registrations(known: Known) -> pl.DataFrame:
    """[who, unit, tier, managers, registrations, …]: of several registrations the latest is shown.

    Somebody has left who is registered here under no pseudonym any more.
    """
    rows = known.customers.with_columns(
        registrations=(pl.col("registered_at").is_not_null() & pl.col("churned_at").is_null()).cast(pl.Int64)
    ).select(WHO, *SHOWN, *LEAVING, "customer", "registrations")
    is_one_of_several = rows[WHO].is_duplicated()
    alone, several = rows.filter(~is_one_of_several), rows.filter(is_one_of_several)
    joined = pl.concat([alone.drop("customer"), _joined(several)])
    has_left = (pl.col("registrations") == 0) & pl.col("churned_at").is_not_null()
    return joined.with_columns(pl.when(has_left).then(pl.col(name)).alias(name) for name in LEAVING)


SHOWN = ("registered_at", "unit", "tier", "manager_a", "manager_b")
LEAVING = ("churned_at", "churn_reason")


def _joined(several: pl.DataFrame) -> pl.DataFrame:
    """The rows of one person as one: the first registration, what the latest tells, and the last leaving."""
    by_registration = several.sort("registered_at", "customer", nulls_last=False)
    last_left = pl.col("churn_reason").sort_by("churned_at", "customer", nulls_last=False).last()
    return by_registration.group_by(WHO).agg(
        pl.col("registered_at").min(),
        *(pl.col(name).drop_nulls().last() for name in SHOWN[1:]),
        pl.col("churned_at").max(),
        last_left,
        pl.col("registrations").sum(),
    )


def classes(known: Known) -> pl.DataFrame:
    """[who, value_class, brand, …]: the last class in each scheme; that of `value` ends by leaving."""
    told = known.classes.drop_nulls("classified_at").sort("classified_at", "last_position")
    left = known.churns.group_by("customer").agg(left_at=pl.col("churned_at").max())
    schemes = [told.filter(scheme=scheme) for scheme in SCHEMES]
    values = schemes[0].join(left, on="customer", how="left", maintain_order="left")
    has_left = (pl.col("left_at") >= pl.col("classified_at")).fill_null(value=False)
    schemes[0] = values.filter(~has_left)
    last = [
        rows.group_by(WHO).agg(pl.col("value").last().alias(name))
        for rows, name in zip(schemes, SCHEMES.values(), strict=True)
    ]
    return beside(known.people.names.select(WHO), last)


def running_contract(known: Known) -> pl.DataFrame:
    """[who, contracts, product, bundle, contract_ends_at] of the running contract that ends next.

    One that should have ended goes after those without an end, the latest of them first.
    """
    running = known.contracts.filter(pl.col("signed_at").is_not_null(), pl.col("ended_at").is_null())
    ends, is_over = pl.col("ends_at").dt.timestamp(), pl.col("ends_at") < known.tomorrow
    order = pl.when(is_over).then(2**62 - ends).otherwise(ends.fill_null(2**61))
    return (
        running.with_columns(order=order)
        .sort("order", "contract_id", "customer")
        .group_by(WHO)
        .agg(
            pl.col("product", "bundle").first(),
            contracts=pl.len().cast(pl.Int64),
            contract_ends_at=pl.col("ends_at").first(),
        )
    )


def marketing_consent(known: Known) -> pl.DataFrame:
    """[who, consent_marketing]: the last word on marketing, or on contact of any purpose."""
    said = known.consents.filter(pl.col("purpose").is_in(MARKETING)).sort("changed_at", "last_position")
    return said.group_by(WHO).agg(consent_marketing=pl.col("granted").last())


def open_dissatisfactions(known: Known) -> pl.DataFrame:
    """[who, dissatisfied_open]: entries of the register that nobody has put right."""
    still = known.dissatisfactions.filter(pl.col("repaired_at").is_null())
    return still.group_by(WHO).agg(dissatisfied_open=pl.len().cast(pl.Int64))
