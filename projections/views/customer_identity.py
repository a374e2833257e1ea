"""Who the customers are: registrations, classes, leavings, contracts and consents, by person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import polars as pl

from projections.views.people import WHO, People, people_of
from projections.views.reading import ViewReading, customer_column

CUSTOMER_COLUMNS = (
    "registered_at",
    "unit",
    "tier",
    "manager_a",
    "manager_b",
    "last_contacted_at",
    "erased_at",
)
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


@dataclass(frozen=True)
class Known:
    """What is read of everybody, whatever its age, with `who` each row is about."""

    reading: ViewReading
    people: People
    customers: pl.DataFrame
    contacted: pl.DataFrame
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
        told = self.contacted.group_by(WHO)
        return told.agg(pl.col("last_contacted_at").max())

    @property
    def tomorrow(self) -> datetime:
        """The end of the view's local day: what lies before it no longer lies ahead."""
        return self.reading.begin_of(self.reading.day + timedelta(days=1))

    def read(self, fact: str, *columns: str, at: str, since: int | None = None, **equal: str) -> pl.DataFrame:
        """Rows of a fact about somebody known, by `at`; of the last `since` local days only."""
        column = customer_column(fact)
        if column is None:
            raise LookupError(f"{fact} is about no customer")
        rows = self.reading.facts(
            fact,
            columns=(column, *columns, at),
            time=(at, None if since is None else self.reading.days_before(since), None),
            equal={name: [value] for name, value in equal.items()},
        )
        return self.people.placed(rows, column=column, at=at)


def known_of(reading: ViewReading) -> Known:
    """Read whoever is registered, or told of by what is never out of date."""
    customers = reading.facts("customers", columns=CUSTOMER_COLUMNS)
    classes = reading.facts("customer_classes", columns=("scheme", "value", "classified_at"))
    churns = reading.facts("churns", columns=("churned_at", "won_back_at", "reason"))
    contracts = reading.facts("contracts", columns=("signed_at", "product", "bundle", "ends_at", "ended_at"))
    consents = reading.facts("consents", columns=("purpose", "granted", "basis", "changed_at"))
    dissatisfactions = reading.facts("dissatisfactions", columns=("dissatisfied_at", "repaired_at"))
    told = (customers, classes, churns, contracts, consents, dissatisfactions)
    people = people_of(reading, [rows["customer"] for rows in told])
    since = pl.coalesce("registered_at", "first_occurred_at")
    contacted = customers.select("customer", "last_contacted_at").drop_nulls()
    return Known(
        reading,
        people,
        people.placed(customers.with_columns(since=since), column="customer", at="since"),
        people.placed(contacted, column="customer", at="last_contacted_at"),
        people.placed(classes, column="customer", at="classified_at"),
        people.placed(churns, column="customer", at="churned_at"),
        people.placed(contracts, column="customer", at="signed_at"),
        people.placed(consents, column="customer", at="changed_at"),
        people.placed(dissatisfactions, column="customer", at="dissatisfied_at"),
    )


def everybody(known: Known) -> pl.DataFrame:
    """[who, customer_id] of all whom something is told of, and who are not erased."""
    told = (known.customers, known.classes, known.contracts, known.consents, known.dissatisfactions)
    seen = pl.concat([rows.select(WHO) for rows in told]).unique()
    erased = known.customers.filter(pl.col("erased_at").is_not_null()).select(WHO)
    return known.people.names.join(seen, on=WHO, how="semi").join(erased, on=WHO, how="anti")


def registrations(known: Known) -> pl.DataFrame:
    """[who, unit, tier, managers, registrations, …]: of several registrations the latest is shown."""
    left = known.churns.filter(pl.col("won_back_at").is_null()).select("customer").unique()
    rows = known.customers.join(left.with_columns(is_gone=True), on="customer", how="left").with_columns(
        is_here=pl.col("registered_at").is_not_null() & pl.col("is_gone").is_null()
    )
    is_one_of_several = rows[WHO].is_duplicated()
    alone = rows.filter(~is_one_of_several).select(
        WHO, *SHOWN, registrations=pl.col("is_here").cast(pl.Int64)
    )
    several = rows.filter(is_one_of_several).sort("registered_at", "customer", nulls_last=False)
    return pl.concat([alone, _joined(several)])


SHOWN = ("registered_at", "unit", "tier", "manager_a", "manager_b")


def _joined(several: pl.DataFrame) -> pl.DataFrame:
    return several.group_by(WHO).agg(
        pl.col("registered_at").min(),
        *(pl.col(name).drop_nulls().last() for name in SHOWN[1:]),
        registrations=pl.col("is_here").sum().cast(pl.Int64),
    )


def leavings(known: Known, registered: pl.DataFrame) -> pl.DataFrame:
    """[who, churned_at, churn_reason] of whoever is registered here under no pseudonym: the last leaving."""
    here = registered.filter(pl.col("registrations") > 0).select(WHO)
    left = known.churns.filter(pl.col("won_back_at").is_null()).join(here, on=WHO, how="anti")
    last = left.sort("churned_at", "last_position").unique(WHO, keep="last", maintain_order=True)
    return last.select(WHO, "churned_at", churn_reason="reason")


def classes(known: Known) -> pl.DataFrame:
    """[who, value_class, brand, …]: the last class in each scheme; that of `value` ends by leaving."""
    left = known.churns.group_by("customer").agg(left_at=pl.col("churned_at").max())
    told = known.classes.filter(pl.col("classified_at").is_not_null()).join(left, on="customer", how="left")
    ended = (pl.col("scheme") == "value") & (pl.col("left_at") >= pl.col("classified_at"))
    standing = told.filter(~ended.fill_null(value=False)).sort("classified_at", "last_position")
    return standing.group_by(WHO).agg(
        pl.col("value").filter(pl.col("scheme") == scheme).last().alias(name)
        for scheme, name in SCHEMES.items()
    )


def running_contract(known: Known) -> pl.DataFrame:
    """[who, contracts, product, bundle, contract_ends_at] of the running contract that ends next.

    One that should have ended goes after those without an end, the latest of them first.
    """
    running = known.contracts.filter(pl.col("signed_at").is_not_null(), pl.col("ended_at").is_null())
    ends, is_over = pl.col("ends_at").dt.timestamp(), pl.col("ends_at") < known.tomorrow
    order = pl.when(is_over).then(2**62 - ends).otherwise(ends.fill_null(2**61))
    return (
        running.with_columns(order=order)
        .sort("order", "contract_id")
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
