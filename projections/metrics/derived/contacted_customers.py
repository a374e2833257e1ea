"""Everybody whom the organisation reached out to in a period: how often, and whether above a cap."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import polars as pl

from domain.organisation.contact_rules import exempt_purposes
from domain.organisation.rule_bodies import ANY_PURPOSE, ContactCap
from domain.organisation.rules import RuleBook
from projections.facts.spec import ENVELOPE
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, STREAM, begun_spans, rule_book
from projections.metrics.persons import persons

CALLBACK_CHANNEL = "callback"
"""A contact on this channel repeats an attempt that the callback's own stream tells."""
RULES = ("contact_cap", "contact_exemptions")
Rulings = tuple[tuple[ContactCap, ...], frozenset[str]]
"""The caps of a day, and the purposes that none of them stops."""


def contacted_customers(reading: Reading) -> pl.DataFrame:
    """One row per period and customer contacted in it, with the envelope of those contacts."""
    spans = begun_spans(reading)
    placed = (
        judged_contacts(reading)
        .join(spans, how="cross")
        .filter(pl.col("contacted_at").is_between("period_start", "period_end", closed="left"))
    )
    met = placed.sort("contacted_at").group_by("person", "period_start", maintain_order=True)
    return met.agg(
        customer=(STREAM + pl.col("customer_id").first()),
        customer_id=pl.col("customer_id").first(),
        unit=pl.col("unit").first(),
        contacts=pl.len().cast(pl.Int64),
        is_above=pl.col("is_above").any(),
        at=pl.col("contacted_at").first(),
        **{name: getattr(pl.col(name), kind)() for name, kind, *_ in ENVELOPE},
    ).select(*KEYS, *SCHEMA, *ENVELOPE_COLUMNS)


def judged_contacts(reading: Reading) -> pl.DataFrame:
    """Outbound contacts with `person` and `is_above`, those before the periods among them that caps count."""
    book = rule_book(reading, *RULES)
    rulings = rulings_by_day(book, reading)
    reach = max((cap.days for _, (caps, _) in rulings for cap in caps), default=0)
    contacts = by_person(
        reading, outbound_contacts(reading, since=reading.spans[0][0] - timedelta(days=reach))
    )
    return contacts.with_columns(is_above=_above_a_cap(contacts, rulings, reading))


def by_person(reading: Reading, contacts: pl.DataFrame) -> pl.DataFrame:
    """Add who was contacted, linked pseudonyms being one person, under the name that stands for them all."""
    known = persons(reading)
    return contacts.with_columns(
        known.of(contacts, column="customer_id", at="contacted_at").alias("person"),
        known.of(contacts, column="customer_id", at="contacted_at", show="name"),
    )


def outbound_contacts(
    reading: Reading, *, since: datetime, campaigns: Sequence[str] | None = None
) -> pl.DataFrame:
    """[customer_id, contacted_at, purpose, unit, campaign_id] of attempts to call back and other contacts.

    Of these `campaigns` alone, where they are named; attempts to call back may be of any.
    """
    until = reading.spans[-1][1]
    told = reading.facts(
        "contacts",
        columns=("channel", "purpose", "unit", "campaign_id", "contacted_at"),
        time=("contacted_at", since, until),
        equal=None if campaigns is None else {"campaign_id": campaigns},
    ).filter(pl.col("channel").ne_missing(CALLBACK_CHANNEL))
    attempts = reading.facts(
        "callback_attempts",
        columns=("customer_id", "unit", "campaign_id", "attempted_at"),
        time=("attempted_at", since, until),
    )
    scheduled = reading.facts("callbacks", columns=("customer_id", "purpose", "unit", "campaign_id")).select(
        "callback", "customer_id", "purpose", "unit", "campaign_id"
    )
    called = attempts.join(scheduled, on="callback", how="left", suffix="_scheduled").with_columns(
        pl.coalesce(name, f"{name}_scheduled").alias(name) for name in ("customer_id", "unit", "campaign_id")
    )
    columns = ("customer_id", "contacted_at", "purpose", "unit", "campaign_id", *ENVELOPE_COLUMNS)
    both = [
        told.with_columns(customer_id=pl.col("customer").str.strip_prefix(STREAM)).select(columns),
        called.rename({"attempted_at": "contacted_at"}).select(columns),
    ]
    return pl.concat(both).filter(pl.col("customer_id").is_not_null())


def rulings_by_day(book: RuleBook, reading: Reading) -> list[tuple[date, Rulings]]:
    """Which caps and exemptions hold from which day on; the first from the first day asked for."""
    zone = reading.zone
    first = reading.spans[0][0].astimezone(zone).date()
    last = reading.spans[-1][1].astimezone(zone).date()
    changes = {dated.valid_from for readings in book.readings.values() for dated in readings}
    days = sorted({first, *(day for day in changes if first < day <= last)})
    ruled = [(day, (book.contact_caps(on=day), exempt_purposes(book, on=day))) for day in days]
    return [next(same) for _, same in groupby(ruled, key=lambda one: one[1])]


def _above_a_cap(contacts: pl.DataFrame, rulings: list[tuple[date, Rulings]], reading: Reading) -> pl.Series:
    """Whether each contact was one too many by the caps of its day; service to the person never is."""
    day = pl.col("contacted_at").dt.convert_time_zone(reading.zone.key).dt.date()
    above = pl.Series([False], dtype=pl.Boolean).new_from_index(0, contacts.height)
    ends = [day for day, _ in rulings[1:]] + [date.max]
    for (since, (caps, exempt)), until in zip(rulings, ends, strict=True):
        is_judged = (day >= since) & (day < until)
        may_be_capped = ~pl.col("purpose").is_in(exempt).fill_null(value=False)
        mine = contacts.select(is_judged & may_be_capped).to_series()
        for cap in caps:
            above |= mine & _beyond(contacts, cap)
    return above.alias("is_above")


def _beyond(contacts: pl.DataFrame, cap: ContactCap) -> pl.Series:
    """Whether more than the limit lie within the days up to each contact, itself among them."""
    is_capped = pl.lit(cap.purpose == ANY_PURPOSE) | (pl.col("purpose") == cap.purpose)
    capped = contacts.filter(is_capped).sort("person", "contacted_at")
    counted = (
        capped.rolling(index_column="contacted_at", period=f"{cap.days}d", closed="right", group_by="person")
        .agg(number=pl.len())
        .unique(["person", "contacted_at"])
    )
    met = contacts.join(
        counted, on=["person", "contacted_at"], how="left", maintain_order="left"
    ).with_columns(is_capped=is_capped)
    return met.select(
        (pl.col("is_capped") & (pl.col("number") > cap.limit)).fill_null(value=False)
    ).to_series()


KEYS = ("customer", "person", "period_start")
SCHEMA = {
    "customer_id": pl.String(),
    "unit": pl.String(),
    "contacts": pl.Int64(),
    "is_above": pl.Boolean(),
    "at": INSTANT,
}

CONTACTED_CUSTOMERS = Derived(
    name="contacted_customers",
    reads=("contacts", "callback_attempts", "callbacks", "customer_links", "organisation_rules"),
    keys=KEYS,
    schema=SCHEMA,
    rows=contacted_customers,
)
