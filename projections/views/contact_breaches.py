"""Which outbound contacts should not have been made: above a cap, after a no, or to somebody left alone.

The rules are those by which commands are refused (`domain.customer.contact`), applied to imports as well.
"""

from datetime import date

import polars as pl

from domain.campaign.arms import CONTROL
from domain.organisation.rule_bodies import ANY_PURPOSE
from projections.metrics.derived.contacted_customers import RULES, Rulings, judged_contacts, rulings_by_day
from projections.metrics.derived.spans import rule_book
from projections.metrics.persons import Persons, persons
from projections.views.read_once import ReadOnce

BREACHES = ("is_above", "is_refused", "is_control")


def contacts_judged(reading: ReadOnce) -> pl.DataFrame:
    """Outbound contacts of a period and before it as far as caps reach, each with what it breaks.

    [person, customer_id, contacted_at, purpose, unit, campaign_id, is_above, is_refused, is_control]
    """
    contacts = judged_contacts(reading)
    rulings = rulings_by_day(rule_book(reading, *RULES), reading)
    known = persons(reading)
    return contacts.with_columns(
        _is_refused(contacts, words_of(reading, known), is_service=_is_service(contacts, rulings, reading)),
        _is_control(contacts, reading, known),
    )


def words_of(reading: ReadOnce, known: Persons) -> pl.DataFrame:
    """[person, purpose, changed_at, granted]: every word on contact, in order."""
    told = reading.facts(
        "consents", envelope=False, columns=("purpose", "granted", "changed_at", "last_position")
    )
    said = told.filter(pl.col("granted").is_not_null()).sort("changed_at", "last_position")
    return said.select(
        known.of(said, column="customer", at="changed_at").alias("person"),
        "purpose",
        "changed_at",
        "granted",
    )


def _is_service(contacts: pl.DataFrame, rulings: list[tuple[date, Rulings]], reading: ReadOnce) -> pl.Series:
    """Whether the purpose is one that the organisation exempts on the day of the contact."""
    day = pl.col("contacted_at").dt.convert_time_zone(reading.zone.key).dt.date()
    ends = [since for since, _ in rulings[1:]] + [date.max]
    held = [
        (day >= since) & (day < until) & pl.col("purpose").is_in(sorted(exempt))
        for (since, (_, exempt)), until in zip(rulings, ends, strict=True)
    ]
    return contacts.select(pl.any_horizontal(*held).fill_null(value=False).alias("is_service")).to_series()


def _is_refused(contacts: pl.DataFrame, words: pl.DataFrame, *, is_service: pl.Series) -> pl.Series:
    """The last word before the contact was no: on its purpose, or on any unless the contact is a service."""
    own = _last_word(contacts, words.rename({"granted": "own"}), by=["person", "purpose"])
    on_any = words.filter(pl.col("purpose") == ANY_PURPOSE).drop("purpose").rename({"granted": "on_any"})
    both = _last_word(own.rename({"changed_at": "own_at"}), on_any, by=["person"]).with_columns(is_service)
    is_own = (
        pl.col("is_service") | pl.col("changed_at").is_null() | (pl.col("own_at") >= pl.col("changed_at"))
    )
    last = pl.when(is_own.fill_null(value=False)).then("own").otherwise("on_any")
    return both.select((~last).fill_null(value=False).alias("is_refused")).to_series()


def _last_word(contacts: pl.DataFrame, words: pl.DataFrame, *, by: list[str]) -> pl.DataFrame:
    met = contacts.with_row_index("turn").sort("contacted_at")
    found = met.join_asof(
        words,
        left_on="contacted_at",
        right_on="changed_at",
        by=by,
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return found.sort("turn").drop("turn")


def _is_control(contacts: pl.DataFrame, reading: ReadOnce, known: Persons) -> pl.Series:
    """For a campaign that leaves the person alone on purpose."""
    named = contacts["campaign_id"].drop_nulls().unique().sort().to_list()
    assigned = reading.facts(
        "campaign_assignments",
        envelope=False,
        columns=("assigned_at",),
        equal={"campaign_id": named, "arm": [CONTROL]},
    )
    alone = assigned.select(
        known.of(assigned, column="customer", at="assigned_at").alias("person"), "campaign_id", "assigned_at"
    )
    first = alone.group_by("person", "campaign_id").agg(pl.col("assigned_at").min())
    met = contacts.join(first, on=["person", "campaign_id"], how="left", maintain_order="left")
    was_alone = (pl.col("assigned_at") <= pl.col("contacted_at")).fill_null(value=False)
    return met.select(was_alone.alias("is_control")).to_series()
