"""A customer as one person: what is known of them at a moment, what they agreed to, and what happened."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import polars as pl
import strawberry

from graphql_api.access.readers import READERS_OF_STREAMS, readers_of_fact, readers_of_view
from graphql_api.access.rows import Limits, limited_frame
from graphql_api.people.asked_moment import asked_moment, check_customer, limits_of
from graphql_api.people.nested_rows import (
    NESTED_BY_DEFAULT,
    Info,
    Limit,
    dataset_rows,
    first_row,
    list_of,
    nested,
    own_rows,
)
from graphql_api.people.person_at import PersonAt
from graphql_api.people.person_views import (
    RISKS,
    SEGMENTS_OF,
    STANDINGS,
    churn_risk_of,
    memberships_of,
    segments_of,
)
from graphql_api.queries.facts import FACT_MODELS
from graphql_api.queries.views import VIEW_MODELS
from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.facts import SPECS
from projections.metrics.periods import moment
from projections.metrics.persons import Persons, persons
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_view
from projections.views.churn_risk import CHURN_RISK
from projections.views.customer_360 import CUSTOMER_360
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.people import shown
from projections.views.segments.day_views import SEGMENT_MEMBERS
from projections.views.timeline import FACTS, timeline

PREFIX = "customer-"
LISTED = ("customers", "customer_classes", "contracts", "consents", "manager_assignments")
MADE = (CUSTOMER_360, MEMBER_STANDINGS, CHURN_RISK, SEGMENT_MEMBERS)
READS = frozenset({*FACTS, *LISTED, *(fact for view in MADE for fact in view.all_facts)})
PROFILES = VIEW_MODELS[CUSTOMER_360.name]
MOST_LINES = 1_000_000
"""Of a timeline, which is cut only once it is known what of it may be seen."""

Before = Annotated[
    datetime | None,
    strawberry.argument(description="Only what happened before this: the last line's `at` goes on."),
]


@strawberry.type(description="One line of what happened to somebody.")
class TimelineLine:
    at: datetime = told("When.")
    topic: str = told("What happened, as events name it.")
    what: str = told("What was said of it, in words; times in it are local.")
    stream: str = told("The stream that it is told on.")
    unit: str | None = told("The unit.")
    agent_id: str | None = told("The agent.")
    subject_id: str | None = told("What it was about, a whole stream id.")


def rows_of(fact: str, description: str) -> Any:
    """A field that lists a person's rows of a fact."""

    async def listed(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT) -> Any:
        person: PersonAt = self.person
        return await dataset_rows(
            info, FACT_MODELS[fact], lambda facts: person.rows(facts, fact), limit=limit
        )

    return nested(
        listed,
        kind=list_of(FACT_MODELS[fact].row_type),
        description=description,
        readers=readers_of_fact(SPECS[fact]),
    )


async def happenings(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT, before: Before = None) -> Any:
    person: PersonAt = self.person
    role = info.context.caller.role

    def lines(facts: StoredFacts) -> pl.DataFrame:
        until = None if before is None else moment(before, zone=ZoneInfo(facts.zone))
        reading = person.moment.reading(facts)
        found = timeline(reading, person.customer, limit=MOST_LINES, before=until)
        return _visible(found, role=role, limits=person.limits)

    def whole_moments(found: pl.DataFrame) -> pl.DataFrame:
        shown_at = found.head(limit).select("at").unique()
        return found.join(shown_at, on="at", how="semi", maintain_order="left")

    return await own_rows(info, TimelineLine, lines, limit=limit, cut=whole_moments)


def _visible(lines: pl.DataFrame, *, role: str, limits: Limits | None) -> pl.DataFrame:
    """Lines of streams that the role may read; of who is limited to units, those that name one of them."""
    streams = [stream for stream, readers in READERS_OF_STREAMS.items() if role in readers]
    seen = lines.filter(pl.col("topic").str.split(".").list.first().is_in(streams))
    if limits is None or limits.reach.units is None:
        return seen
    return seen.filter(pl.col("unit").is_in(limits.reach.units))


@strawberry.type(description="A customer: one person under every pseudonym that is linked, at one moment.")
class Person:
    id: strawberry.ID = told("The pseudonym that stands for all of theirs, without `customer-`.")
    pseudonyms: list[str] = told("All of theirs, as far as they are linked.")
    position: BigInt = told("The log is told up to here.")
    person: strawberry.Private[PersonAt]
    profile: Any = strawberry.field(
        description="What is known of them; null of whoever is erased or only heard of.",
        graphql_type=PROFILES.row_type | None,
    )
    registrations: Any = rows_of("customers", "Each of their pseudonyms as it was registered.")
    classifications: Any = rows_of("customer_classes", "Their classes, scheme by scheme, as they were given.")
    contracts: Any = rows_of("contracts", "Their contracts.")
    consents: Any = rows_of("consents", "What they allowed and refused, as they said it.")
    managers: Any = rows_of("manager_assignments", "Who looks and looked after them.")

    memberships: Any = nested(
        memberships_of,
        kind=list_of(STANDINGS.row_type),
        description="Their memberships, as they stand.",
        readers=readers_of_view(MEMBER_STANDINGS),
    )
    churn_risk: Any = nested(
        churn_risk_of,
        kind=RISKS.row_type | None,
        description="How likely they are to leave, and why; null of who left, is erased or only heard of.",
        readers=readers_of_view(CHURN_RISK),
    )
    segments: Any = nested(
        segments_of,
        kind=list_of(SEGMENTS_OF.row_type),
        description="The segments that they are in, since when, and why: of those that can be evaluated.",
        readers=readers_of_view(SEGMENT_MEMBERS),
    )
    timeline: Any = nested(
        happenings,
        kind=list_of(TimelineLine),
        description="What happened to them, newest first: of what the caller may read. What happened at one "
        "moment is never cut apart, so there may be some more than asked for.",
        readers=readers_of_view(CUSTOMER_360),
    )


async def find_person(info: Info, customer: str, given: dict[str, Any]) -> Person | None:
    """The person behind a pseudonym; None where nothing is known of them that the caller may see."""
    context, customer = info.context, customer.removeprefix(PREFIX)
    limits = await limits_of(context)
    found = await context.services.ask_facts(
        lambda facts: _found(facts, customer, given, now=context.now, limits=limits)
    )
    if found is not None:
        context.looks.looked_at(found.id)
    return found


def _found(
    facts: StoredFacts, customer: str, given: dict[str, Any], *, now: datetime, limits: Limits | None
) -> Person | None:
    asked = asked_moment(facts, given, reads=READS, now=now)
    reading = asked.reading(facts)
    known = persons(reading)
    names = [one for one in known.everybody([customer]) if one is not None]
    check_customer(limits, names)
    name = _name(known, customer)
    person = PersonAt(
        customer=customer, name=name, pseudonyms=names, known=known, moment=asked, limits=limits
    )
    row = CUSTOMER_360.made(person.own(facts)).filter(customer_id=name)
    seen = limited_frame(row, limits_of_view(CUSTOMER_360), limits)
    if seen.is_empty() and (limits is not None or timeline(reading, customer, limit=1).is_empty()):
        return None
    return Person(
        id=strawberry.ID(name),
        pseudonyms=names,
        position=BigInt(asked.position),
        person=person,
        profile=first_row(PROFILES, seen),
    )


def _name(known: Persons, customer: str) -> str:
    held = shown(known).filter(pseudonym=customer).sort("since")["shown"].drop_nulls()
    return customer if held.is_empty() else str(held[-1])
