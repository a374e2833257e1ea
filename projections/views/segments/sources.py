"""Every word that segments count or add up, and where its rows come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from projections.facts import SPECS
from projections.views.reading import ViewReading
from projections.views.segments.counted import counted, parts
from projections.views.segments.happenings import calls_by_outcome, contacts, ratings, spend
from projections.views.segments.standing import contracts, open_complaints, open_dissatisfactions
from projections.views.view import Age

Rows = Callable[[ViewReading, Sequence[str]], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Source:
    """The facts read, and how: `rows(reading, columns)`, the columns being those to narrow by.

    Rows that are `plain` count once each as of their event, by whose time windows go, and stand for good: no
    window that opens later closes earlier. `happened` are the times of facts by which windows go, as ages of
    no days, and `due` what comes; a source that names none of what is asked ages as a whole.
    """

    facts: tuple[str, ...]
    rows: Rows
    is_plain: bool = True
    happened: tuple[Age, ...] = ()
    due: tuple[Age, ...] = ()


def own(fact: str, at: str, topic: str, *, due: str | None = None) -> Source:
    """Rows in the customer's own stream, one per event."""

    def rows(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
        found = reading.facts(fact, columns=[at, *narrowed, *([due] if due else [])], envelope=False)
        told = {"due": due} if due else {}
        version = pl.col("version") if "version" in found.columns else pl.lit(None)
        return counted(
            found,
            narrowed,
            customer="customer",
            stream="customer",
            at=at,
            topic=pl.lit(topic),
            version=version,
            **told,
        )

    return Source(facts=(fact,), rows=rows, happened=(_at(fact, at),), due=(_at(fact, due),) if due else ())


def about(fact: str, at: str, topic: str, *, equal: Mapping[str, Sequence[str]] | None = None) -> Source:
    """Rows in other streams that name the customer; `equal` keeps some of them."""

    def rows(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
        found = reading.facts(fact, columns=["customer_id", at, *narrowed], equal=equal, envelope=False)
        stream = SPECS[fact].key_names[0]
        version = pl.col("version") if "version" in found.columns else pl.lit(None)
        return counted(
            found,
            narrowed,
            customer="customer_id",
            stream=stream,
            at=at,
            topic=pl.lit(topic),
            version=version,
        )

    return Source(facts=(fact,), rows=rows, happened=(_at(fact, at),))


def points(fact: str, at: str, amount: str, topic: str) -> Source:
    """Points of a fact's rows, in parts."""

    def rows(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
        found = reading.facts(fact, columns=["customer_id", at, amount, *narrowed], envelope=False)
        return counted(
            found,
            narrowed,
            customer="customer_id",
            stream="member",
            at=at,
            amount=parts(amount),
            topic=pl.lit(topic),
        )

    return Source(facts=(fact,), rows=rows, is_plain=False, happened=(_at(fact, at),))


def _at(fact: str, column: str, days: int = 0) -> Age:
    return Age(fact=fact, column=column, days=days)


INBOUND = {"direction": ["inbound"]}
SOURCES: Mapping[str, Source] = {
    "calls": about("calls", "offered_at", "call.offered", equal=INBOUND),
    "calls_by_outcome": Source(
        facts=("calls",), rows=calls_by_outcome, happened=(_at("calls", "outcome_at"),)
    ),
    "complaints": about("complaints", "filed_at", "complaint.filed"),
    "open_complaints": Source(facts=("complaints", "complaint_turns"), rows=open_complaints, is_plain=False),
    "contacts": Source(
        facts=("contacts", "callback_attempts", "callbacks"),
        rows=contacts,
        happened=(_at("contacts", "contacted_at"), _at("callback_attempts", "attempted_at")),
    ),
    "ratings": Source(
        facts=("customer_ratings", "calls"),
        rows=ratings,
        happened=(_at("customer_ratings", "rated_at"), _at("calls", "rated_at")),
    ),
    "dissatisfactions": own("dissatisfactions", "dissatisfied_at", "customer.dissatisfied"),
    "open_dissatisfactions": Source(
        facts=("dissatisfactions",),
        rows=open_dissatisfactions,
        is_plain=False,
        happened=(_at("dissatisfactions", "dissatisfied_at"),),
    ),
    "warnings": own("warnings", "warned_at", "customer.warned", due="due_at"),
    "contracts": Source(
        facts=("contract_turns",),
        rows=contracts,
        is_plain=False,
        happened=(_at("contract_turns", "turned_at"),),
        due=(_at("contract_turns", "ends_at"),),
    ),
    "retention_actions": own("retention_actions", "taken_at", "customer.retention_action_taken"),
    "requests": about("requests", "raised_at", "request.raised"),
    "claims": about("claims", "reported_at", "claim.reported"),
    "redemptions": about("point_redemptions", "redeemed_at", "member.points_redeemed"),
    "club_visits": about("club_visits", "visited_at", "member.club_visited"),
    "campaigns": own("campaign_assignments", "assigned_at", "customer.campaign_assigned"),
    "churns": own("churns", "churned_at", "customer.churned"),
    "spend": Source(
        facts=("usage_months",),
        rows=spend,
        is_plain=False,
        happened=(_at("usage_months", "period_end", -1),),
    ),
    "points_earned": points("member_lots", "opened_at", "earned", "member.points_earned"),
    "points_redeemed": points("point_redemptions", "redeemed_at", "points", "member.points_redeemed"),
}
"""By the word of a definition; `calls_by_outcome` is `calls` narrowed by outcome."""
