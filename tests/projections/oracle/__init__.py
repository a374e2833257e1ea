"""The judge of the folds: a clerk who reads the sorted events of each stream and writes every row by hand.

Nothing here knows how the projections fold; each fact is written out again from the domain page.
"""

from datetime import datetime
from typing import Any

from domain.envelope import stream_of
from domain.event import EventVoided
from tests.projections.logs import Log, Logged
from tests.projections.oracle.callbacks import CALLBACKS
from tests.projections.oracle.calls import CALL_PURPOSES, CALLS
from tests.projections.oracle.clerk import Clerk, Key
from tests.projections.oracle.complaints import COMPLAINTS
from tests.projections.oracle.customers import CUSTOMER_CLASSES, CUSTOMER_RATINGS, CUSTOMERS
from tests.projections.oracle.joined import AGENT_MOVES, CUSTOMER_LINKS, MEMBER_TIERS
from tests.projections.oracle.liabilities import COLUMNS, LIABILITY_TOPICS, liability_rows, liable_parties
from tests.projections.oracle.members import MEMBERS
from tests.projections.oracle.units import ORGANISATION_RULES, UNIT_MOVES, UNITS, VOLUMES

CLERKS: tuple[Clerk, ...] = (
    CALLS,
    CALL_PURPOSES,
    COMPLAINTS,
    CUSTOMERS,
    CUSTOMER_CLASSES,
    CUSTOMER_RATINGS,
    UNITS,
    UNIT_MOVES,
    VOLUMES,
    ORGANISATION_RULES,
    CALLBACKS,
    MEMBERS,
    MEMBER_TIERS,
    AGENT_MOVES,
    CUSTOMER_LINKS,
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
    return facts | {"complaint_liabilities": _liabilities(log)}


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


def _liabilities(log: Log) -> Rows:
    rows: Rows = {}
    for stream in {
        one.event.originator_id for one in log if stream_of(one.event.originator_id) == "complaint"
    }:
        told = [one for one in _sorted(log) if one.event.originator_id == stream]
        read = [one for one in told if one.event.TOPIC in LIABILITY_TOPICS]
        voids = _voids_of(read, told)
        gone = {_target(void) for void in voids}
        live = liability_rows([one.event for one in read if one.event.originator_version not in gone])
        for party in liable_parties([one.event for one in read]):
            keys = dict(zip(("complaint", "attribution_id", "party"), (stream, *party), strict=True))
            columns = live.get(party, dict.fromkeys(COLUMNS))
            rows[(stream, *party)] = {**keys, **columns, "voided": party not in live}
            rows[(stream, *party)] |= _envelope([*read, *voids])
    return rows


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
