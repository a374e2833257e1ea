"""Every measure and every declared grouping, read top to bottom, and what follows from them per fact."""

from collections.abc import Iterable, Sequence
from functools import cache

from projections.facts import SPECS
from projections.metrics.catalogue.agent_measures import (
    AGENT_DAY_GROUPINGS,
    AGENT_DAY_MEASURES,
    AGENT_GROUPINGS,
    AGENT_MEASURES,
)
from projections.metrics.catalogue.call_measures import CALL_GROUPINGS, CALL_MEASURES, PURPOSE_MEASURES
from projections.metrics.catalogue.callback_measures import (
    CALLBACK_ATTEMPT_GROUPINGS,
    CALLBACK_ATTEMPT_MEASURES,
    CALLBACK_FINDING_GROUPINGS,
    CALLBACK_FINDING_MEASURES,
    CALLBACK_GROUPINGS,
    CALLBACK_MEASURES,
    OTHER_CONTACT_GROUPINGS,
    OTHER_CONTACT_MEASURES,
)
from projections.metrics.catalogue.campaign_measures import CAMPAIGN_MEASURES, CONTACT_MEASURES
from projections.metrics.catalogue.claim_measures import (
    APPROVAL_GROUPINGS,
    CLAIM_GROUPINGS,
    CLAIM_MEASURES,
    CLAIM_PART_MEASURES,
    CLAIM_PAYMENT_GROUPINGS,
    CLAIM_RECOVERY_GROUPINGS,
    DISPATCH_GROUPINGS,
)
from projections.metrics.catalogue.claim_time_measures import CLAIM_TIME_MEASURES
from projections.metrics.catalogue.club_measures import (
    DERIVED_CLUB_MEASURES,
    ENTITLEMENT_GROUPINGS,
    ENTITLEMENT_MEASURES,
    VISIT_GROUPINGS,
    VISIT_MEASURES,
)
from projections.metrics.catalogue.complaint_derived_measures import COMPLAINT_DERIVED_MEASURES
from projections.metrics.catalogue.complaint_measures import ALL_COMPLAINT_MEASURES, COMPLAINT_FACT_GROUPINGS
from projections.metrics.catalogue.customer_measures import CUSTOMER_GROUPINGS, CUSTOMER_MEASURES
from projections.metrics.catalogue.member_measures import (
    DERIVED_MEMBER_MEASURES,
    MEMBER_GROUPINGS,
    MEMBER_MEASURES,
)
from projections.metrics.catalogue.point_measures import (
    ADJUSTMENT_GROUPINGS,
    ADJUSTMENT_MEASURES,
    DERIVED_POINT_MEASURES,
    LOT_GROUPINGS,
    LOT_MEASURES,
    REDEMPTION_GROUPINGS,
    REDEMPTION_MEASURES,
)
from projections.metrics.catalogue.quality_measures import (
    INSPECTION_MEASURES,
    PARTNER_INSPECTION_GROUPINGS,
    REVIEW_GROUPINGS,
    REVIEW_MEASURES,
    UNIT_INSPECTION_GROUPINGS,
)
from projections.metrics.catalogue.rating_measures import (
    RATING_MEASURES,
    RATING_REQUEST_GROUPINGS,
    RATING_REQUEST_MEASURES,
)
from projections.metrics.catalogue.request_measures import (
    DERIVED_REQUEST_MEASURES,
    REQUEST_GROUPINGS,
    REQUEST_MEASURES,
)
from projections.metrics.catalogue.volume_measures import VOLUME_GROUPINGS, VOLUME_MEASURES
from projections.metrics.derived import DERIVED
from projections.metrics.measure import Measure, Neighbours, SqlType

Grouping = tuple[str, ...]

DAYS = "days"
"""Stands for a fact where a definition divides by the length of the period."""

DAY_COUNTS: tuple[Measure, ...] = tuple(
    Measure(name=name, fact=DAYS, time="day")
    for name in ("calendar_days", "days_of_360", "working_days", "months")
)

MEASURES: tuple[Measure, ...] = (
    *CALL_MEASURES,
    *PURPOSE_MEASURES,
    *AGENT_MEASURES,
    *AGENT_DAY_MEASURES,
    *CALLBACK_MEASURES,
    *CALLBACK_ATTEMPT_MEASURES,
    *CALLBACK_FINDING_MEASURES,
    *REVIEW_MEASURES,
    *INSPECTION_MEASURES,
    *RATING_MEASURES,
    *RATING_REQUEST_MEASURES,
    *ALL_COMPLAINT_MEASURES,
    *COMPLAINT_DERIVED_MEASURES,
    *VOLUME_MEASURES,
    *CUSTOMER_MEASURES,
    *CAMPAIGN_MEASURES,
    *CONTACT_MEASURES,
    *CLAIM_MEASURES,
    *CLAIM_PART_MEASURES,
    *CLAIM_TIME_MEASURES,
    *REQUEST_MEASURES,
    *DERIVED_REQUEST_MEASURES,
    *OTHER_CONTACT_MEASURES,
    *MEMBER_MEASURES,
    *DERIVED_MEMBER_MEASURES,
    *LOT_MEASURES,
    *REDEMPTION_MEASURES,
    *ADJUSTMENT_MEASURES,
    *DERIVED_POINT_MEASURES,
    *ENTITLEMENT_MEASURES,
    *VISIT_MEASURES,
    *DERIVED_CLUB_MEASURES,
)

GROUPINGS: dict[str, tuple[Grouping, ...]] = {
    "calls": CALL_GROUPINGS,
    "agents": AGENT_GROUPINGS,
    "agent_days": AGENT_DAY_GROUPINGS,
    "callbacks": CALLBACK_GROUPINGS,
    "callback_attempts": CALLBACK_ATTEMPT_GROUPINGS,
    "callback_findings": CALLBACK_FINDING_GROUPINGS,
    "call_reviews": REVIEW_GROUPINGS,
    "unit_inspections": UNIT_INSPECTION_GROUPINGS,
    "partner_inspections": PARTNER_INSPECTION_GROUPINGS,
    "rating_requests": RATING_REQUEST_GROUPINGS,
    "contacts": OTHER_CONTACT_GROUPINGS,
    **COMPLAINT_FACT_GROUPINGS,
    "volumes": VOLUME_GROUPINGS,
    "customers": CUSTOMER_GROUPINGS,
    "claims": CLAIM_GROUPINGS,
    "claim_approvals": APPROVAL_GROUPINGS,
    "claim_payments": CLAIM_PAYMENT_GROUPINGS,
    "claim_recoveries": CLAIM_RECOVERY_GROUPINGS,
    "claim_dispatches": DISPATCH_GROUPINGS,
    "requests": REQUEST_GROUPINGS,
    "members": MEMBER_GROUPINGS,
    "member_lots": LOT_GROUPINGS,
    "point_redemptions": REDEMPTION_GROUPINGS,
    "point_adjustments": ADJUSTMENT_GROUPINGS,
    "entitlements": ENTITLEMENT_GROUPINGS,
    "club_visits": VISIT_GROUPINGS,
}
"""Per fact, the sets of at most two dimensions that are stored; never the cross of all."""

KEYS: dict[str, tuple[str, ...]] = {
    **{name: tuple(spec.key_names) for name, spec in SPECS.items()},
    **{name: derived.keys for name, derived in DERIVED.items()},
}
"""Per fact, the columns that identify a row."""


def measures_of(fact: str) -> tuple[Measure, ...]:
    """The measures of a fact in declared order; none for a fact that nobody sums."""
    return tuple(measure for measure in MEASURES if measure.fact == fact)


@cache
def measure_named(name: str) -> Measure:
    """The measure of that name, with or without the moment that it is taken at (`agents_joined@end`)."""
    bare = name.partition("@")[0]
    return next(measure for measure in (*MEASURES, *DAY_COUNTS) if measure.name == bare)


def fact_of(name: str) -> str:
    """The fact, stored or derived, that a measure sums; DAYS for the lengths of periods."""
    return measure_named(name).fact


def stored_facts_of(names: Iterable[str]) -> set[str]:
    """The stored facts behind measures: what a derived fact reads stands in its place."""
    facts = {fact_of(name) for name in names}
    return {
        stored for fact in facts - {DAYS} for stored in (DERIVED[fact].reads if fact in DERIVED else (fact,))
    }


def widest_measure(fact: str, time: str) -> Measure:
    """The first measure declared for a time, which counts whatever the others may count.

    Where it is 0 there is nothing to tell: a stored cell may be there for the sake of another time.
    """
    return next(measure for measure in measures_of(fact) if measure.time == time)


def neighbours_of(fact: str) -> Neighbours | None:
    """What the fact's measures look at beyond their own row, if anything."""
    return next((measure.neighbours for measure in measures_of(fact) if measure.neighbours), None)


def time_columns(fact: str) -> tuple[str, ...]:
    """The distinct times that give the fact's measures their days, in order of first use."""
    return tuple(dict.fromkeys(measure.time for measure in measures_of(fact)))


def sum_columns(fact: str) -> list[tuple[str, SqlType]]:
    """The measure columns of a fact's stored sums with their SQL types, in declared order."""
    return [(measure.name, measure.sql_type) for measure in measures_of(fact)]


def grouping_name(grouping: Grouping) -> str:
    """How a grouping is written in the `grouping` column: its dimensions, or `all` for none."""
    return ",".join(grouping) or "all"


def columns_summed(fact: str, measures: Sequence[Measure] = ()) -> list[str]:
    """The columns that the sums of a fact are made from, or these measures of them."""
    return _columns_summed(fact, tuple(measures or measures_of(fact)))


@cache
def _columns_summed(fact: str, measures: tuple[Measure, ...]) -> list[str]:
    spec = next((measure.neighbours for measure in measures if measure.neighbours), None)
    expressions = [measure.value for measure in measures] + ([spec.among] if spec else [])
    read = dict.fromkeys(name for expression in expressions for name in expression.meta.root_names())
    dimensions = (name for grouping in GROUPINGS.get(fact, ()) for name in grouping)
    read |= dict.fromkeys([*KEYS.get(fact, ()), *dimensions, *time_columns(fact), "voided"])
    derived = (spec.derived,) if spec else ()
    return [
        name for name in read | dict.fromkeys([spec.key, spec.time] if spec else []) if name not in derived
    ]
