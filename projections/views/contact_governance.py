"""Who was reached out to in the last 30 days, how often, and which contacts should not have been made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from domain.organisation.rule_bodies import ANY_PURPOSE, ContactCap
from projections.metrics.derived.contacted_customers import RULES
from projections.metrics.derived.spans import rule_book
from projections.metrics.persons import persons
from projections.metrics.question import Question
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.contact_breaches import BREACHES, contacts_judged, words_of
from projections.views.forgotten import erased_persons
from projections.views.read_once import ReadOnce, reading_once
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

DAYS_SHOWN = 30
GROUP = ("customer_id", "person")


@dataclass(frozen=True, kw_only=True)
class ContactGovernance:
    """One person with an outbound contact or a suppressed callback in the last 30 local days.

    Whoever was erased is not listed. The cap shown is the one nearest to its limit on the day.
    """

    customer_id: str
    """The pseudonym that stands for all of a person's."""
    person: str
    """Tells two people apart where a number was given back and somebody else has it now."""
    contacts: int
    """Attempts to call back, and all other contacts, of the 30 days."""
    last_contacted_at: datetime | None
    """The last of them; null if there were none."""
    above_cap: int
    """How many of them were one too many by the caps of their day."""
    after_refusal: int
    """How many of them came after a no."""
    in_control_group: int
    """How many went to somebody whom the campaign leaves alone on purpose."""
    breaches: int
    """How many of them break any of these rules."""
    breach_units: str | None
    """The breaches by unit, as unit=count, comma-joined; null without any."""
    breach_campaigns: str | None
    """The breaches by campaign, as campaign=count, comma-joined; null without any."""
    cap_purpose: str
    """The purpose that the cap is for; any: for whatever."""
    cap_limit: int
    """How many contacts the cap allows."""
    cap_days: int
    """In how many days it allows them."""
    in_cap_window: int
    """How many there were in these last days."""
    refuses: str | None
    """The purposes that the person's last word refuses, comma-joined; null without any."""
    suppressed_callbacks: int
    """Callbacks that were not made."""
    suppressed_for: str | None
    """Why not, as reason=count, comma-joined; null without any."""


def contact_governance(reading: ViewReading) -> pl.DataFrame:
    """One row per person who is not erased."""
    return everybody(reading).join(erased_persons(reading, persons(reading)), on="person", how="anti")


def everybody(reading: ViewReading) -> pl.DataFrame:
    """One row per person, the erased among them."""
    since, until = reading.days_before(DAYS_SHOWN), reading.begin_of(reading.day + timedelta(days=1))
    recent = reading_once(reading, (since, until))
    judged = contacts_judged(recent)
    shown = judged.filter(pl.col("contacted_at") >= since)
    suppressed = suppressed_callbacks(recent, since=since, until=until)
    people = pl.concat([shown.select(GROUP), suppressed.select(GROUP)]).unique()
    return (
        people.join(_counted(shown), on=GROUP, how="left")
        .join(_tellings(shown.filter(IS_BREACH), "unit", "breach_units"), on=GROUP, how="left")
        .join(_tellings(shown.filter(IS_BREACH), "campaign_id", "breach_campaigns"), on=GROUP, how="left")
        .join(_nearest_cap(recent, people, judged), on=GROUP, how="left")
        .join(_refusals(recent, people), on="person", how="left")
        .join(suppressed.group_by(GROUP).agg(suppressed_callbacks=pl.len()), on=GROUP, how="left")
        .join(_tellings(suppressed, "reason", "suppressed_for"), on=GROUP, how="left")
        .with_columns(pl.col(*COUNTS).fill_null(0))
    )


IS_BREACH = pl.any_horizontal(*BREACHES)
COUNTS = ("contacts", "above_cap", "after_refusal", "in_control_group", "breaches", "suppressed_callbacks")


def _counted(shown: pl.DataFrame) -> pl.DataFrame:
    return shown.group_by(GROUP).agg(
        contacts=pl.len(),
        last_contacted_at=pl.col("contacted_at").max(),
        above_cap=pl.col("is_above").sum(),
        after_refusal=pl.col("is_refused").sum(),
        in_control_group=pl.col("is_control").sum(),
        breaches=IS_BREACH.sum(),
    )


def _tellings(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """How often each value of a column comes, per person: `value=count`, most frequent first."""
    counted = rows.filter(pl.col(column).is_not_null()).group_by(*GROUP, column).agg(times=pl.len())
    ordered = counted.sort("times", column, descending=[True, False])
    return ordered.group_by(GROUP, maintain_order=True).agg(
        pl.format("{}={}", column, "times").str.join(",").alias(name)
    )


def suppressed_callbacks(reading: ReadOnce, *, since: datetime, until: datetime) -> pl.DataFrame:
    """[customer_id, person, reason] of callbacks that were not made."""
    told = reading.facts(
        "callbacks",
        envelope=False,
        columns=("customer_id", "suppressed_at", "suppressed_for"),
        time=("suppressed_at", since, until),
    ).filter(pl.col("customer_id").is_not_null())
    known = persons(reading)
    return told.select(
        known.of(told, column="customer_id", at="suppressed_at", show="name"),
        known.of(told, column="customer_id", at="suppressed_at").alias("person"),
        reason="suppressed_for",
    )


def _nearest_cap(reading: ReadOnce, people: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Of the caps of the day, the one of which least is left; the narrowest of several."""
    caps = rule_book(reading, *RULES).contact_caps(on=reading.reading.day)
    used = [people.join(_in_window(reading, contacts, cap), on=GROUP, how="left") for cap in caps]
    left = pl.col("cap_limit") - pl.col("in_cap_window").fill_null(0)
    stated = [
        one.with_columns(
            pl.col("in_cap_window").fill_null(0),
            cap_purpose=pl.lit(cap.purpose),
            cap_limit=pl.lit(cap.limit, pl.Int64),
            cap_days=pl.lit(cap.days, pl.Int64),
        )
        for one, cap in zip(used, caps, strict=True)
    ]
    ordered = pl.concat(stated).sort(left, "cap_limit", "cap_days", "cap_purpose")
    return ordered.unique(GROUP, keep="first", maintain_order=True)


def _in_window(reading: ReadOnce, contacts: pl.DataFrame, cap: ContactCap) -> pl.DataFrame:
    counts = pl.lit(cap.purpose == ANY_PURPOSE) | (pl.col("purpose") == cap.purpose)
    since = reading.reading.days_before(cap.days)
    mine = contacts.filter(counts, pl.col("contacted_at") >= since)
    return mine.group_by(GROUP).agg(in_cap_window=pl.len().cast(pl.Int64))


def _refusals(reading: ReadOnce, people: pl.DataFrame) -> pl.DataFrame:
    """[person, refuses]: what the last word on each purpose refuses; a later word on any purpose stands."""
    words = words_of(reading, persons(reading)).join(people, on="person", how="semi")
    last = words.group_by("person", "purpose", maintain_order=True).last()
    on_any = last.filter(pl.col("purpose") == ANY_PURPOSE).select("person", any_at="changed_at")
    standing = last.join(on_any, on="person", how="left").filter(
        ~pl.col("granted"), pl.col("any_at").is_null() | (pl.col("changed_at") >= pl.col("any_at"))
    )
    return (
        standing.sort("purpose")
        .group_by("person", maintain_order=True)
        .agg(refuses=pl.col("purpose").str.join(","))
    )


def breached_share(rows: pl.DataFrame, _: date) -> float | None:
    """People with a contact that should not have been made, over people contacted; null where nobody was."""
    contacted = rows.filter(pl.col("contacts") > 0)
    return contacted.filter(pl.col("breaches") > 0).height / contacted.height if contacted.height else None


def above_caps(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Compare people contacted, and those above a cap, with `over_contacted_share` of the same days."""
    whole = with_erased(reading, rows)
    contacted = pl.DataFrame({"in_view": [whole.filter(pl.col("contacts") > 0).height]})
    above = pl.DataFrame({"in_view": [whole.filter(pl.col("above_cap") > 0).height]})
    question = _of_the_days(reading, "over_contacted_share")
    return pl.concat(
        [
            against_numerators(reading, above, question),
            against_denominators(reading, contacted, question),
        ]
    )


def all_contacts(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Compare how many contacts were made with the numerator of `contacts_per_customer`."""
    made = pl.DataFrame({"in_view": [int(with_erased(reading, rows)["contacts"].sum())]})
    return against_numerators(reading, made, _of_the_days(reading, "contacts_per_customer"))


def with_erased(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Contacts and those above a cap of the rows, and of the erased, who stay in what metrics count."""
    counted = rows.select("contacts", "above_cap")
    erased = erased_persons(reading, persons(reading))
    if erased.is_empty():
        return counted
    theirs = everybody(reading).join(erased, on="person", how="semi")
    return pl.concat([counted, theirs.select(pl.col(*counted.columns).cast(pl.Int64))])


def _of_the_days(reading: ViewReading, metric: str) -> Question:
    last = reading.day + timedelta(days=1)
    return Question(metric=metric, start=last - timedelta(days=DAYS_SHOWN), end=last, fill_gaps=True)


CONTACT_GOVERNANCE = View(
    name="contact_governance",
    version=1,
    row=ContactGovernance,
    keys=GROUP,
    facts=(
        "contacts",
        "callback_attempts",
        "callbacks",
        "consents",
        "campaign_assignments",
        "customers",
        "customer_links",
        "organisation_rules",
    ),
    make=contact_governance,
    name_en="contact governance",
    name_zh="外呼频次管控",
    figure=Figure(name="share_contacted_in_breach", value=breached_share, lowest=0.0, highest=1.0),
    ranges={
        "breaches_at_most_contacts": pl.col("breaches") <= pl.col("contacts"),
        "breaches_are_of_a_kind": pl.col("breaches").is_between(
            pl.max_horizontal("above_cap", "after_refusal", "in_control_group"),
            pl.sum_horizontal("above_cap", "after_refusal", "in_control_group"),
        ),
        "somebody_contacted_or_suppressed": pl.col("contacts") + pl.col("suppressed_callbacks") > 0,
    },
    reconciliations=(
        Reconciliation(
            name="above_caps",
            meaning="people contacted and above a cap = both sides of over_contacted_share over the 30 days",
            differences=above_caps,
        ),
        Reconciliation(
            name="contacts",
            meaning="contacts = the numerator of contacts_per_customer over the 30 days",
            differences=all_contacts,
        ),
    ),
)
