"""A membership at a moment: where it stands, its lots, every move of its points, its tiers, its free uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import strawberry

from graphql_api.access.readers import readers_of_fact, readers_of_view
from graphql_api.access.rows import Limits, limited_frame
from graphql_api.people.asked_moment import AskedMoment, asked_moment, check_customer, limits_of
from graphql_api.people.nested_rows import (
    NESTED_BY_DEFAULT,
    Info,
    Limit,
    Offset,
    dataset_rows,
    fact_rows,
    first_row,
    list_of,
    nested,
    own_rows,
)
from graphql_api.queries.facts import FACT_MODELS
from graphql_api.queries.views import VIEW_MODELS
from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.facts import SPECS
from projections.metrics.persons import persons
from projections.storage.member_entries import member_entries
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_fact, limits_of_view
from projections.views.entitlements_left import ENTITLEMENTS_LEFT
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.reading import ViewReading

PREFIX = "member-"
LISTED = ("members", "member_lots", "member_tiers", "customer_links", "organisation_rules")
STANDINGS, USES_LEFT = VIEW_MODELS[MEMBER_STANDINGS.name], VIEW_MODELS[ENTITLEMENTS_LEFT.name]
READS = frozenset({*LISTED, *MEMBER_STANDINGS.all_facts, *ENTITLEMENTS_LEFT.all_facts})


@dataclass(frozen=True, kw_only=True)
class MemberAt:
    """A membership by its id without `member-`, at a moment, as a caller within `limits` sees it."""

    member_id: str
    customers: Sequence[str] | None
    moment: AskedMoment
    limits: Limits | None

    @property
    def stream(self) -> str:
        return PREFIX + self.member_id

    def own(self, facts: StoredFacts) -> ViewReading:
        """The facts about its customer alone; all, where nobody said whose it is."""
        reading = self.moment.reading(facts)
        return reading if self.customers is None else reading.only(self.customers)

    def rows(self, facts: StoredFacts, fact: str) -> pl.DataFrame:
        rows = fact_rows(self.moment.reading(facts), fact, equal={"member": [self.stream]})
        return limited_frame(rows, limits_of_fact(SPECS[fact]), self.limits)


@strawberry.type(description="One move of points, and the balance after it.")
class LedgerEntry:
    at: datetime = told("When the points moved.")
    side: str = told("earned, reversed, drawn (by a redemption), refunded or expired.")
    lot_id: str = told("The lot; `overdraft` holds what no lot could give yet.")
    redemption_id: str | None = told("The redemption, of points drawn or refunded.")
    points: Decimal = told(
        "How many, as the side says; below zero where an earlier move on the overdraft is taken back."
    )
    change: Decimal = told("What it did to the balance.")
    balance: Decimal = told("The points in all lots after it, pending ones among them.")
    version: int | None = told(
        "The event's place in the member's stream; null where time alone moved points."
    )


ENTRY: dict[str, pl.DataType] = {
    "at": pl.Datetime("us", "UTC"),
    "side": pl.String(),
    "lot_id": pl.String(),
    "redemption_id": pl.String(),
    "points": pl.Decimal(38, 4),
    "change": pl.Decimal(38, 4),
    "balance": pl.Decimal(38, 4),
    "version": pl.Int64(),
}


def rows_of(fact: str, description: str) -> Any:
    """A field that lists a membership's rows of a fact."""

    async def listed(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT, offset: Offset = 0) -> Any:
        member: MemberAt = self.member
        model = FACT_MODELS[fact]
        return await dataset_rows(
            info, model, lambda facts: member.rows(facts, fact), limit=limit, offset=offset
        )

    return nested(
        listed,
        kind=list_of(FACT_MODELS[fact].row_type),
        description=description,
        readers=readers_of_fact(SPECS[fact]),
    )


async def moves_listed(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT, offset: Offset = 0) -> Any:
    member: MemberAt = self.member

    def listed(facts: StoredFacts) -> pl.DataFrame:
        moves = member_entries(facts, member.moment.reading(facts), member.stream)
        rows = [[getattr(move, name) for name in ENTRY] for move in reversed(moves)]
        return pl.DataFrame(rows, schema=ENTRY, orient="row")

    return await own_rows(info, LedgerEntry, listed, limit=limit, offset=offset)


async def uses_left(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT) -> Any:
    member: MemberAt = self.member

    def left(facts: StoredFacts) -> pl.DataFrame:
        rows = ENTITLEMENTS_LEFT.made(member.own(facts)).filter(member_id=member.member_id)
        return limited_frame(rows, limits_of_view(ENTITLEMENTS_LEFT), member.limits)

    return await dataset_rows(info, USES_LEFT, left, limit=limit)


@strawberry.type(description="A membership in a programme, at one moment.")
class Membership:
    id: strawberry.ID = told("Its id without `member-`.")
    position: BigInt = told("The log is told up to here.")
    member: strawberry.Private[MemberAt]
    standing: Any = strawberry.field(
        description="Its points, its tier, what the next tier takes, and when this one ends.",
        graphql_type=STANDINGS.row_type,
    )
    lots: Any = rows_of("member_lots", "Its lots of points and what became of them, the first opened first.")
    tiers: Any = rows_of("member_tiers", "Every beginning, change and end of its tier, the earliest first.")

    entries: Any = nested(
        moves_listed,
        kind=list_of(LedgerEntry),
        description="Every move of its points with the balance after it, the latest first.",
        readers=readers_of_fact(SPECS["member_lots"]),
    )
    entitlements_left: Any = nested(
        uses_left,
        kind=list_of(USES_LEFT.row_type),
        description="Its free uses that are left, by kind.",
        readers=readers_of_view(ENTITLEMENTS_LEFT),
    )


async def find_membership(info: Info, member: str, given: dict[str, Any]) -> Membership | None:
    """A membership; None where there is none that the caller may see, as of whoever is erased."""
    context, member = info.context, member.removeprefix(PREFIX)
    limits = await limits_of(context)
    found, customer = await context.services.ask_facts(
        lambda facts: _found(facts, member, given, now=context.now, limits=limits)
    )
    if customer is not None:
        context.looks.looked_at(customer)
    return found


def _found(
    facts: StoredFacts, member: str, given: dict[str, Any], *, now: datetime, limits: Limits | None
) -> tuple[Membership | None, str | None]:
    asked = asked_moment(facts, given, reads=READS, now=now)
    reading = asked.reading(facts)
    told_of = reading.facts("members", columns=("customer_id",), equal={"member": [PREFIX + member]})
    # Who looks after nobody's membership is told the same of one that is not there.
    customer = None if told_of.is_empty() else told_of["customer_id"].item()
    names = None if customer is None else [one for one in persons(reading).everybody([customer]) if one]
    check_customer(limits, names or ())
    if told_of.is_empty():
        return None, None
    at = MemberAt(member_id=member, customers=names, moment=asked, limits=limits)
    row = MEMBER_STANDINGS.made(at.own(facts)).filter(member_id=member)
    seen = limited_frame(row, limits_of_view(MEMBER_STANDINGS), limits)
    if seen.is_empty():
        return None, None
    membership = Membership(
        id=strawberry.ID(member),
        position=BigInt(asked.position),
        member=at,
        standing=first_row(STANDINGS, seen),
    )
    return membership, customer
