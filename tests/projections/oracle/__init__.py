"""The judge of the folds: a clerk who reads the sorted events of each stream and writes every row by hand.

Nothing here knows how the projections fold; each fact is written out again from the domain page.
"""

from datetime import datetime
from typing import Any

from domain.event import EventVoided
from tests.projections.logs import Log, Logged
from tests.projections.oracle.agents import AGENT_COACHINGS, AGENT_DAYS, AGENTS
from tests.projections.oracle.callbacks import CALLBACK_ATTEMPTS, CALLBACK_FINDINGS, CALLBACKS
from tests.projections.oracle.calls import CALL_PURPOSES, CALL_REVIEWS, CALLS
from tests.projections.oracle.campaigns import CAMPAIGN_ASSIGNMENTS, CAMPAIGNS
from tests.projections.oracle.claims import CLAIM_DOCUMENTS, CLAIM_PARTS, CLAIMS
from tests.projections.oracle.clerk import Clerk, Key, StreamClerk
from tests.projections.oracle.complaint_parts import (
    COMPLAINT_PARTS,
    COMPLAINT_STAGES,
    COMPLAINT_STEPS,
    COMPLAINT_TURNS,
)
from tests.projections.oracle.complaints import COMPLAINTS
from tests.projections.oracle.customers import CUSTOMER_CLASSES, CUSTOMERS
from tests.projections.oracle.inspections import PARTNER_INSPECTIONS, UNIT_INSPECTIONS
from tests.projections.oracle.joined import AGENT_MOVES, CUSTOMER_LINKS, MEMBER_TIERS
from tests.projections.oracle.keeping import (
    CHURNS,
    CONSENTS,
    CONTACTS,
    CONTRACT_TURNS,
    CONTRACTS,
    DISSATISFACTIONS,
    MANAGER_ASSIGNMENTS,
    RETENTION_ACTIONS,
    USAGE_MONTHS,
    WARNINGS,
)
from tests.projections.oracle.liabilities import COMPLAINT_LIABILITIES
from tests.projections.oracle.members import MEMBERS
from tests.projections.oracle.partners import PARTNER_GRADES, PARTNERS
from tests.projections.oracle.points import CLUB_VISITS, POINT_STREAMS
from tests.projections.oracle.ratings import COMPLAINT_ASSIGNMENTS, CUSTOMER_RATINGS, RATING_REQUESTS
from tests.projections.oracle.requests import REQUESTS
from tests.projections.oracle.targets import PUBLISHED_FIGURES, TARGETS
from tests.projections.oracle.units import ORGANISATION_RULES, UNIT_MOVES, UNITS, VOLUMES

CLERKS: tuple[Clerk, ...] = (
    PARTNER_INSPECTIONS,
    UNIT_INSPECTIONS,
    RATING_REQUESTS,
    COMPLAINT_ASSIGNMENTS,
    CALLBACK_FINDINGS,
    CALLBACK_ATTEMPTS,
    CALL_REVIEWS,
    AGENT_COACHINGS,
    AGENT_DAYS,
    AGENTS,
    CALLS,
    CALL_PURPOSES,
    COMPLAINTS,
    COMPLAINT_TURNS,
    COMPLAINT_STEPS,
    COMPLAINT_STAGES,
    CUSTOMERS,
    CUSTOMER_CLASSES,
    CUSTOMER_RATINGS,
    CONTRACTS,
    CONTRACT_TURNS,
    USAGE_MONTHS,
    WARNINGS,
    MANAGER_ASSIGNMENTS,
    CONTACTS,
    RETENTION_ACTIONS,
    CONSENTS,
    CAMPAIGN_ASSIGNMENTS,
    CAMPAIGNS,
    UNITS,
    UNIT_MOVES,
    VOLUMES,
    ORGANISATION_RULES,
    CALLBACKS,
    MEMBERS,
    CLUB_VISITS,
    PARTNERS,
    PARTNER_GRADES,
    MEMBER_TIERS,
    AGENT_MOVES,
    CUSTOMER_LINKS,
    CLAIMS,
    CLAIM_DOCUMENTS,
    REQUESTS,
    TARGETS,
    PUBLISHED_FIGURES,
)

STREAM_CLERKS: tuple[StreamClerk, ...] = (
    *POINT_STREAMS,
    CHURNS,
    DISSATISFACTIONS,
    *CLAIM_PARTS,
    COMPLAINT_LIABILITIES,
    *COMPLAINT_PARTS,
)

Rows = dict[Key, dict[str, Any]]


def told_by(log: Log, *, as_of: datetime | None, known_at: datetime | None, position: int | None) -> Log:
    """Keep what had happened before as_of, was on record before known_at and stands up to position."""
    return [
        one
        for one in log
        if (as_of is None or one.event.occurred_at < as_of)
        and (known_at is None or one.event.recorded_at < known_at)
        and (position is None or one.position <= position)
    ]


def recount(log: Log) -> dict[str, Rows]:
    """Write every row of every fact, with `voided` and the envelope: fact -> key -> column -> value."""
    facts = {clerk.name: _rows(clerk, log) for clerk in CLERKS}
    return facts | {clerk.name: _whole_streams(clerk, log) for clerk in STREAM_CLERKS}


def _rows(clerk: Clerk, log: Log) -> Rows:
    told: dict[Key, Log] = {}
    for one in _sorted(log):
        if one.event.TOPIC in clerk.topics:
            told.setdefault(clerk.key(one.event), []).append(one)
    return {key: _row(clerk, key, events, log) for key, events in told.items()}


def _row(clerk: Clerk, key: Key, told: Log, log: Log) -> dict[str, Any]:
    voids = _voids_of(told, log)
    gone = {(void.event.originator_id, _target(void)) for void in voids}
    live = [one.event for one in told if (one.event.originator_id, one.event.originator_version) not in gone]
    columns = clerk.columns(live)
    keys = dict(zip(clerk.keys, key, strict=True))
    return {**keys, **columns, "voided": not live, "has_void": bool(voids), **_envelope([*told, *voids])}


def _whole_streams(clerk: StreamClerk, log: Log) -> Rows:
    told: dict[str, Log] = {}
    for one in _sorted(log):
        if one.event.TOPIC in clerk.topics:
            told.setdefault(one.event.originator_id, []).append(one)
    return {key: row for stream, read in told.items() for key, row in _of_stream(clerk, stream, read, log)}


def _of_stream(clerk: StreamClerk, stream: str, read: Log, log: Log) -> list[tuple[Key, dict[str, Any]]]:
    """Its rows; one that only taken-back events have is there, and says nothing."""
    voids = _voids_of(read, log)
    gone = {_target(void) for void in voids}
    live = clerk.rows([one.event for one in read if one.event.originator_version not in gone])
    envelope = _envelope([*read, *voids])
    return [
        (
            (stream, *key),
            dict(zip(clerk.keys, (stream, *key), strict=True))
            | live.get(key, dict.fromkeys(columns))
            | {"voided": key not in live}
            | envelope,
        )
        for key, columns in clerk.rows([one.event for one in read]).items()
    ]


def _sorted(log: Log) -> Log:
    return sorted(log, key=lambda one: (one.event.occurred_at, one.position))


def _voids_of(told: Log, log: Log) -> Log:
    aimed = {(one.event.originator_id, one.event.originator_version) for one in told}
    return [
        one
        for one in log
        if isinstance(one.event, EventVoided) and (one.event.originator_id, one.event.version) in aimed
    ]


def _target(void: Logged) -> int:
    assert isinstance(void.event, EventVoided)
    return void.event.version


def _envelope(told: Log) -> dict[str, Any]:
    occurred = [one.event.occurred_at for one in told]
    recorded = [one.event.recorded_at for one in told]
    positions = [one.position for one in told]
    return {
        "first_occurred_at": min(occurred),
        "last_occurred_at": max(occurred),
        "first_recorded_at": min(recorded),
        "last_recorded_at": max(recorded),
        "first_position": min(positions),
        "last_position": max(positions),
    }
