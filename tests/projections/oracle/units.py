"""Units, their places in the tree, volumes and the organisation's rules, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest


def _unit(events: list[Event]) -> dict[str, Any]:
    return {
        **fields(latest(events, "unit.opened"), "name", "kind"),
        "opened_at": at(earliest(events, "unit.opened")),
        "parent": field(latest(events, "unit.opened", "unit.moved"), "parent"),
        "grade": field(latest(events, "unit.graded"), "grade"),
        "inspections": count(events, "unit.inspected"),
        "closed_at": at(latest(events, "unit.closed")),
    }


def _unit_key(event: Event) -> Key:
    return (event.originator_id,)


def _move(events: list[Event]) -> dict[str, Any]:
    moved = earliest(events, "unit.opened", "unit.moved")
    return {"parent": field(moved, "parent"), "moved_at": at(moved)}


def _move_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _volume(events: list[Event]) -> dict[str, Any]:
    recorded = latest(events, "volume.recorded")
    return {
        **fields(recorded, "measure", "period_end", "value", "line", "product", "customer_class"),
        **fields(recorded, "channel", "partner_id", "unit"),
    }


def _volume_key(event: Event) -> Key:
    return (event.originator_id, field(event, "period_start"))


def _rule(events: list[Event]) -> dict[str, Any]:
    configured = latest(events, "organisation.configured")
    return {"body": field(configured, "body"), "configured_at": at(configured)}


def _rule_key(event: Event) -> Key:
    return (event.originator_id, field(event, "kind"), field(event, "name"), field(event, "valid_from"))


UNITS = Clerk(
    name="units",
    keys=("unit",),
    topics=("unit.opened", "unit.moved", "unit.closed", "unit.inspected", "unit.graded"),
    key=_unit_key,
    columns=_unit,
)
UNIT_MOVES = Clerk(
    name="unit_moves",
    keys=("unit", "version"),
    topics=("unit.opened", "unit.moved"),
    key=_move_key,
    columns=_move,
)
VOLUMES = Clerk(
    name="volumes",
    keys=("volume", "period_start"),
    topics=("volume.recorded",),
    key=_volume_key,
    columns=_volume,
)
ORGANISATION_RULES = Clerk(
    name="organisation_rules",
    keys=("organisation", "kind", "name", "valid_from"),
    topics=("organisation.configured",),
    key=_rule_key,
    columns=_rule,
)
